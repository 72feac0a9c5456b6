"""Study sessions for browsers. `python -m tests.browser.seed_study` plans one of today for the first branch and prints its number.

`plan BRANCH [DAY]` does so for another branch or day; `code PK SECONDS` prints what the code of so many seconds ago opens.
"""

import sys
from datetime import date, timedelta

import django

django.setup()

from django.urls import reverse  # noqa: E402

from branches.models import Organization  # noqa: E402
from chuangxian import clock  # noqa: E402
from schedule import signing  # noqa: E402
from schedule.models import Semester, StudySession  # noqa: E402


def plan(branch: str = "第一党支部", day: str = "2011-06-20") -> int:
    """A session, yet to be held."""
    on = date.fromisoformat(day)
    made = StudySession.objects.create(
        organization=Organization.objects.get(name=branch),
        semester=Semester.objects.get(key="2011-spring"),
        planned_on=on,
        on=on,
        place="三楼会议室",
        topic="庆祝建党九十周年专题学习",
    )
    return int(made.pk)


def address(pk: int, seconds: int) -> str:
    """What the code of so many seconds ago opened."""
    session = StudySession.objects.get(pk=pk)
    window = signing.window_of(clock.wall() - timedelta(seconds=seconds))
    return f"{reverse('schedule:sign_in', args=[pk])}?code={signing.code_of(session, window)}"


if __name__ == "__main__":
    verb, *told = sys.argv[1:] or ["plan"]
    sys.stdout.write(f"{plan(*told)}" if verb == "plan" else address(int(told[0]), int(told[1])))
