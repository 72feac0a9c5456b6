"""A round: drafted with what is usual or as a copy of an earlier one, changed while it is a draft, moved."""

from collections.abc import Sequence
from datetime import date
from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import log
from accounts.models import LogEntry, User
from awards.actions.turns import in_turn
from awards.models import AwardCategory, AwardQuota, AwardRound, EligibilityRule, Nomination, Override
from awards.parts import CategoryText, OwnPlaces, QuotaText, RuleText, usual_categories, usual_days
from awards.queries import rounds as queries
from awards.queries.eligibility import TAKES, applies
from awards.queries.places import said_of_each
from awards.rules import rounds as rules
from awards.states import Basis, RuleKind
from awards.workflow.rounds import ROUND
from branches.models import Organization
from chuangxian.edits import save_version
from chuangxian.verdicts import require
from schedule.models import Campaign

ORDER = {str(kind): place for place, kind in enumerate(RuleKind)}
# what a copy takes over from the round it copies
COPIED = ("notice_workdays", "deeds_least", "deeds_most")


@transaction.atomic
def draft_round(
    *,
    organization: Organization,
    campaign: Campaign,
    commend_on: date,
    copied: AwardRound | None = None,
    by: User | None,
    on: date,
    **fields: Any,
) -> AwardRound:
    """Draft a round with the usual categories, places and rules, or with those of ``copied``; its days are counted back from the commendation.

    ``fields`` give name, year, level, node, and any day that is to differ. ``by=None`` is the system. Raises Refused, ValidationError.
    """
    if by is not None:
        require(rules.may_run(organization, by, on))
    taken = {name: getattr(copied, name) for name in COPIED} if copied is not None else {}
    days = usual_days(commend_on, since=campaign.starts_on, on=on)
    round_ = AwardRound(
        organization=organization, campaign=campaign, commend_on=commend_on, **{**days, **taken, **fields}
    )
    _check(round_)
    round_.save()
    texts = texts_of(copied) if copied is not None else usual_categories(campaign.starts_on)
    written = _write_categories(round_, texts)
    if copied is not None:
        _write_own(round_, _own_of(copied, written))
    log.record(verb="draft_round", label="起草评选", obj=round_, by=by, on=on)
    return round_


@transaction.atomic
def change_round(
    *,
    round_: AwardRound,
    categories: Sequence[CategoryText] | None = None,
    own: Sequence[OwnPlaces] | None = None,
    version: int,
    by: User,
    on: date,
    **fields: Any,
) -> None:
    """Change days, categories, places and rules of a draft, all of it or nothing; None leaves a part as it is.

    Raises Refused, Conflict, ValidationError.
    """
    require(rules.may_change(round_, by, on))
    before = _described(round_)
    for name, value in fields.items():
        setattr(round_, name, value)
    _check(round_)
    save_version(round_, fields, version=version)
    if categories is not None:
        _write_categories(round_, categories)
    if own is not None:
        _write_own(round_, own)
    after = _described(round_)
    changes = {name: [before.get(name), after.get(name)] for name in {**before, **after}}
    changes = {name: pair for name, pair in changes.items() if pair[0] != pair[1]}
    if changes:
        log.record(
            verb="change_round",
            label="修改评选",
            obj=round_,
            changes=changes,
            category=LogEntry.Category.CHANGE,
            by=by,
            on=on,
        )


@transaction.atomic
def act(*, round_: AwardRound, verb: str, note: str = "", version: int | None, by: User, on: date) -> None:
    """Announce, recall, void; whoever moves one of its nominations has done so before, or does so afterwards. Raises Refused, Overtaken."""
    in_turn(AwardCategory.objects.filter(round=round_))
    ROUND.move(round_, verb, note=note, version=version, by=by, on=on)


# ---- what a round consists of, read back ----


def texts_of(round_: AwardRound) -> list[CategoryText]:
    """Return the categories of a round as they would be typed anew; own places are apart, since they name rows."""
    rows = round_.categories.prefetch_related("quotas", "rules__other").order_by("place", "pk")
    return [text_of(one) for one in rows]


def text_of(category: AwardCategory) -> CategoryText:
    """Return a category as it would be typed anew. Quotas and rules come prefetched."""
    quotas = list(category.quotas.all())
    whole = next((one for one in quotas if not one.each and one.organization_id is None), None)
    each = next((one for one in quotas if one.each), None)
    return CategoryText(
        category.title,
        key=category.key,
        nominee_kind=category.nominee_kind,
        conditions=category.conditions,
        whole=_quota_text(whole),
        each=_quota_text(each),
        rules=[
            RuleText(
                one.kind,
                number=one.number,
                day=one.day,
                other=one.other.key if one.other is not None else "",
                sentence=one.sentence,
                may_override=one.may_override,
            )
            for one in category.rules.all()
        ],
    )


def _quota_text(quota: AwardQuota | None) -> QuotaText | None:
    return None if quota is None else QuotaText(quota.value, quota.basis, quota.rounding, quota.minimum)


def _own_of(copied: AwardRound, written: Sequence[AwardCategory]) -> list[OwnPlaces]:
    """Return the places single organisations had in the copied round, for the categories just written under the same keys."""
    numbers = {one.key: one.pk for one in written}
    quotas = AwardQuota.objects.filter(category__round=copied, organization__isnull=False).select_related("category")
    return [
        OwnPlaces(numbers[one.category.key], one.organization_id, int(one.value))
        for one in quotas
        if one.organization_id is not None
    ]


# ---- writing ----


def _check(round_: AwardRound) -> None:
    round_.full_clean(exclude=["path"], validate_constraints=False)
    if not round_.evidence_from <= round_.nominate_by:
        raise ValidationError({"evidence_from": "业绩起算不能晚于推荐截止。"})
    if not round_.nominate_by <= round_.decide_by:
        raise ValidationError({"decide_by": "审定截止不能早于推荐截止。"})
    if not round_.decide_by <= round_.commend_on:
        raise ValidationError({"commend_on": "表彰日期不能早于审定截止。"})
    if not round_.deeds_least <= round_.deeds_most:
        raise ValidationError({"deeds_most": "事迹最多字数不能少于最少字数。"})


def _write_categories(round_: AwardRound, texts: Sequence[CategoryText]) -> list[AwardCategory]:
    """Make the round's categories what was typed. Rows keep their numbers: drafts of recommendations hang on them."""
    known = {one.pk: one for one in round_.categories.all()}
    kept = {text.pk for text in texts if text.pk is not None}
    if not kept <= known.keys():
        raise ValidationError("有一个类别已经被别人删除，请刷新以后再改。")
    for category in (one for number, one in known.items() if number not in kept):
        if Nomination.objects.filter(category=category).exists():
            raise ValidationError(f"已经有支部在起草“{category}”的推荐，这个类别不能删除。")
        category.delete()
    keys = _with_keys(round_, texts)
    # a key that goes from one row to another must be free in between
    for place, number in enumerate(sorted(kept)):
        AwardCategory.objects.filter(pk=number).update(key=f"moving-{place}")
    written = []
    for place, (text, key) in enumerate(zip(texts, keys, strict=True), 1):
        category = known.get(text.pk or 0) or AwardCategory(round=round_)
        kind = category.nominee_kind
        category.place, category.key, category.title = place, key, text.title.strip()
        category.nominee_kind, category.conditions = text.nominee_kind, text.conditions.strip()
        if category.pk and kind != text.nominee_kind and Nomination.objects.filter(category=category).exists():
            raise ValidationError(f"已经有支部在起草“{category}”的推荐，表彰对象不能再改。")
        category.full_clean(exclude=["round"])
        category.save()
        written.append(category)
    by_key = {one.key: one for one in written}
    for category, text in zip(written, texts, strict=True):
        _write_quota(category, text.whole, each=False)
        _write_quota(category, text.each, each=True)
        _write_rules(category, text.rules, by_key)
    return written


def _with_keys(round_: AwardRound, texts: Sequence[CategoryText]) -> list[str]:
    """Return the keys of these categories; whoever has none yet is given one no round of the unit has used."""
    given = [text.key for text in texts if text.key]
    if twice := next((key for key in given if given.count(key) > 1), ""):
        title = next(text.title for text in texts if text.key == twice)
        raise ValidationError(f"类别“{title}”写了两次，一批评选里同一类别只能有一个。")
    used = {*given, *queries.keys_of(round_.organization)}
    fresh = (key for number in count(1) if (key := f"own-{number}") not in used)
    return [text.key or next(fresh) for text in texts]


def _write_quota(category: AwardCategory, text: QuotaText | None, *, each: bool) -> None:
    rows = AwardQuota.objects.filter(category=category, each=each, organization__isnull=True)
    if text is None:
        rows.delete()
        return
    quota = rows.first() or AwardQuota(category=category, each=each)
    quota.basis, quota.value, quota.rounding, quota.minimum = text.basis, text.value, text.rounding, text.minimum
    quota.full_clean()
    if quota.basis == Basis.COUNT and quota.value != int(quota.value):
        raise ValidationError(f"“{category}”的固定名额要填整数。")
    quota.save()


def _write_rules(category: AwardCategory, texts: Sequence[RuleText], by_key: dict[str, AwardCategory]) -> None:
    known = {one.kind: one for one in category.rules.all()}
    # what is asked of persons only, or about a category that is not in this round, is no rule here
    texts = [
        one for one in texts if applies(one.kind, category.nominee_kind) and (not one.other or one.other in by_key)
    ]
    texts.sort(key=lambda one: ORDER[one.kind])
    kinds = [text.kind for text in texts]
    for rule in (one for kind, one in known.items() if kind not in kinds):
        if Override.objects.filter(rule=rule).exists():
            raise ValidationError(f"“{category}”的条件“{rule.get_kind_display()}”已经有人破例，不能删除。")
        rule.delete()
    for place, text in enumerate(texts, 1):
        rule = known.get(text.kind) or EligibilityRule(category=category, kind=text.kind)
        takes = TAKES[text.kind]
        rule.place, rule.sentence, rule.may_override = place, text.sentence.strip(), text.may_override
        rule.number = text.number if takes.unit else None
        rule.day = text.day if takes.day else None
        rule.other = by_key[text.other] if takes.other and text.other else None
        rule.full_clean()
        rule.save()


def _write_own(round_: AwardRound, texts: Sequence[OwnPlaces]) -> None:
    categories = {one.pk: one for one in round_.categories.all()}
    inside = Organization.objects.within(round_.path).in_bulk([text.organization for text in texts])
    AwardQuota.objects.filter(category__round=round_, organization__isnull=False).delete()
    seen: set[tuple[int, int]] = set()
    for text in texts:
        category, place = categories.get(text.category), inside.get(text.organization)
        if category is None:
            continue  # it went with its category
        if place is None:
            raise ValidationError("另定名额的党组织不在本单位。")
        if (category.pk, place.pk) in seen:
            raise ValidationError(f"{place}的“{category}”另定了两次名额，请删去一个。")
        seen.add((category.pk, place.pk))
        quota = AwardQuota(category=category, organization=place, value=text.number)
        quota.full_clean()
        quota.save()


# ---- for the log ----

LOGGED = (
    "name", "year", "level", "node", "basis_document", "evidence_from", "nominate_by", "decide_by", "commend_on",
    "notice_workdays", "deeds_least", "deeds_most",
)  # fmt: skip


def _described(round_: AwardRound) -> dict[str, Any]:
    """Return what stands in a round, in JSON terms: its own columns, and a line for every category."""
    fresh = AwardRound.objects.get(pk=round_.pk)
    found: dict[str, Any] = {name: _plain(getattr(fresh, name)) for name in LOGGED}
    for category in fresh.categories.prefetch_related("quotas__organization", "rules__other").order_by("place", "pk"):
        found[f"类别“{category.title}”"] = _line(category)
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _line(category: AwardCategory) -> str:
    said = [category.key, category.get_nominee_kind_display(), category.conditions]
    for quota in category.quotas.all():
        unit = (
            "个" if quota.basis == Basis.COUNT else f"%（{quota.get_basis_display()}，{quota.get_rounding_display()}）"
        )
        if quota.each:
            said.append(said_of_each(quota))
        else:
            said.append(f"{quota.organization or '全批'} {quota.figure} {unit}，至少 {quota.minimum}")
    for rule in category.rules.all():
        parts = [rule.get_kind_display(), rule.number, _plain(rule.day), rule.other, rule.sentence]
        parts.append("可以破例" if rule.may_override else "")
        said.append(" ".join(str(part) for part in parts if part not in (None, "")))
    return "；".join(part for part in said if part)
