"""Scoring: switched on or off, its bands put in other words. Points already given stay stored, and unseen while it is off."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction

from accounts import log
from accounts.models import LogEntry, User
from chuangxian.edits import save_version
from chuangxian.verdicts import require
from schedule.models import Campaign, ScoringScheme
from schedule.rules import indicators as rules
from schedule.states.indicators import BANDS

DECIDED = ("enabled", "bands")


@transaction.atomic
def decide(
    *, campaign: Campaign, enabled: bool, bands: Sequence[Mapping[str, Any]], version: int, by: User, on: date
) -> ScoringScheme:
    """Keep what was decided on the page; loading the plan file again leaves it alone.

    ``version`` is the one read, 1 where nothing was stored. Raises Conflict when somebody decided in between.
    """
    require(rules.may_keep_scoring(by, on))
    scheme, _ = ScoringScheme.objects.get_or_create(campaign=campaign, defaults={"bands": list(BANDS)})
    before = {name: getattr(scheme, name) for name in DECIDED}
    scheme.enabled, scheme.bands, scheme.by_hand = enabled, [dict(band) for band in bands], True
    save_version(scheme, [*DECIDED, "by_hand"], version=version)
    changes = {name: [before[name], getattr(scheme, name)] for name in DECIDED if before[name] != getattr(scheme, name)}
    if changes:
        label = "修改计分等次" if "enabled" not in changes else "打开计分" if enabled else "关闭计分"
        log.record(
            verb="scoring_decide",
            label=label,
            obj=scheme,
            changes=changes,
            category=LogEntry.Category.CHANGE,
            by=by,
            on=on,
        )
    return scheme
