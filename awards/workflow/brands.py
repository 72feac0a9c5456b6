"""The life of a 党建品牌 as one table. Buttons, refusals, log, the diagram and the tests come from it."""

from datetime import date
from typing import Any

from accounts import log
from awards.models import PartyBrand
from awards.rules import brands as rules
from awards.states import BrandState
from chuangxian.workflow import Move, Note, Offer, Workflow
from schedule import outbox

S = BrandState

BRAND = Workflow(
    "党建品牌",
    states=BrandState,
    initial=S.DRAFT,
    finals=[S.RETIRED],
    record=log.record,
    announce=outbox.announce,
    moves=[
        Move(
            verb="publish",
            label="发布",
            sources=[S.DRAFT],
            target=S.PUBLISHED,
            who=rules.may_publish,
            when=rules.is_complete,
            sets=lambda brand, by, on: {"published_on": brand.published_on or on},
            tone="primary",
        ),
        Move(
            verb="withdraw",
            label="收回修改",
            sources=[S.PUBLISHED],
            target=S.DRAFT,
            who=rules.may_publish,
            note=Note.REQUIRED,
            note_label="收回的原因",
        ),
        Move(
            verb="retire",
            label="停用",
            sources=[S.PUBLISHED],
            target=S.RETIRED,
            who=rules.may_publish,
            note=Note.REQUIRED,
            note_label="停用的原因",
            sets=lambda brand, by, on: {"retired_on": on},
            tone="danger",
        ),
        Move(
            verb="revive",
            label="恢复使用",
            sources=[S.RETIRED],
            target=S.PUBLISHED,
            who=rules.may_publish,
            note=Note.REQUIRED,
            note_label="恢复的原因",
            sets=lambda brand, by, on: {"retired_on": None},
        ),
    ],
)


def offers(brand: PartyBrand, *, by: Any, on: date) -> list[Offer]:
    """Return the moves a person finds as buttons on the brand's page."""
    return BRAND.available(brand, by=by, on=on)
