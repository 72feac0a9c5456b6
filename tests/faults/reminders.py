"""What a trial changes about letters and reminders in every process of the portal; found at start-up like each app's own.

FAULT_HOLD=1: mails of unknown outcome are held for a person. FAULT_SLOTS=1: items are also reminded of on each of their last five days.
"""

import os
from dataclasses import replace

from schedule import letters, reminding
from schedule.letters import Letter
from schedule.reminders.items import is_to_do, items_to_do, progress_url
from schedule.reminding import Reminder
from schedule.states.notices import Policy

FIVE = "fault_five"


def use(policy: str) -> None:
    """Let every letter have this policy."""
    for letter in letters.every():
        letters._letters[letter.kind] = replace(letter, policy=policy)


if os.environ.get("FAULT_HOLD"):
    use(Policy.HOLD)

if os.environ.get("FAULT_SLOTS"):
    letters.register(Letter(FIVE, "五天", progress_url, template="mail/action_due.txt"))
    reminding.register(Reminder(FIVE, "五天", FIVE, (4, 3, 2, 1, 0), items_to_do, is_to_do))
