"""The masses on the page of self and others: published rounds only, each under its own rule, standard by standard."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from branches.scope import standing_of
from reviews.models import RoundGrade, RoundItem
from reviews.queries.standings import GAP, MET, PARTLY
from reviews.tally.masses import masses_of
from tests.access.trying import client_of
from tests.conftest import Cast
from tests.reviews.build import semester
from tests.reviews.evaluations import APPRAISAL, MEMBERS, SEALED
from tests.reviews.results import published, sealed, voted
from tests.reviews.standings import standards

pytestmark = pytest.mark.django_db


def asked(cast: Cast, *votes: tuple[int, int], subject: Any = None, publish: bool = True, **given: Any) -> Any:
    """A round about the first branch, its first item under the first standard of organisations."""
    subject = subject or cast.one
    round_ = voted(
        cast.general, cast.ganshi, list(votes), subjects=subject if isinstance(subject, list) else [subject], **given
    )
    kind = "member" if round_.subject_kind == "member" else "organization"
    RoundItem.objects.filter(round=round_).update(standard=None)
    RoundItem.objects.filter(round=round_, place=1).update(standard=standards(kind)[0])
    return published(round_, cast.ganshi) if publish else sealed(round_, cast.ganshi)


def levels(cast: Cast, user: str = "shuji1", subject: Any = None) -> list[int]:
    viewer = standing_of(cast.users()[user], SEALED)
    return list(masses_of(subject or cast.one, [semester()], viewer, SEALED).values())


@pytest.mark.parametrize(
    ("votes", "level"),
    [
        ([(17, 1), (3, 4)], MET), ([(16, 2), (4, 4)], PARTLY), ([(12, 2), (8, 3)], PARTLY), ([(11, 2), (9, 3)], GAP),
        ([(6, 1)], MET), ([(6, 2)], PARTLY), ([(6, 3)], GAP),
    ],
)  # fmt: skip
def test_levels_by_positive_rate_or_for_few_by_mean(votes: list[tuple[int, int]], level: int, cast: Cast) -> None:
    asked(cast, *votes)
    assert levels(cast) == [level]


def test_too_few_to_show_say_nothing(cast: Cast) -> None:
    asked(cast, (4, 4))
    assert levels(cast) == []


def test_what_a_few_think_or_grades_without_a_score_say_nothing(cast: Cast) -> None:
    asked(cast, (11, 5), (1, 4), name="不了解")
    assert levels(cast) == []
    unscored = asked(cast, (6, 1), name="不计分")
    RoundGrade.objects.filter(round=unscored).update(score=0)
    assert levels(cast) == []


def test_only_what_is_published_and_only_to_its_readers(cast: Cast) -> None:
    asked(cast, (12, 1), publish=False)
    assert levels(cast, "ganshi") == []
    asked(cast, (12, 1), name="公布了的")
    assert levels(cast) == [MET] and levels(cast, "shuji2") == levels(cast, "dangyuan1") == []


def test_members_only_to_themselves_and_never_from_appraisal(cast: Cast) -> None:
    asked(cast, (12, 1), subject=[cast.member1, cast.member2], key=APPRAISAL)
    assert levels(cast, "dangyuan1", cast.member1) == []
    asked(cast, (12, 1), subject=[cast.member1, cast.member2], key=MEMBERS, name="群众评议")
    assert levels(cast, "dangyuan1", cast.member1) == [MET]
    assert levels(cast, "dangyuan2", cast.member1) == []


def test_the_page_says_it_and_the_queries_do_not_follow_the_rounds(cast: Cast, settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = SEALED
    semester()
    url, numbers = reverse("reviews:standing_organization", args=[cast.one.pk]), []
    for name in ("一", "二", "三"):
        asked(cast, (12, 1), name=name)
        client = client_of("shuji1", cast)
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            page = client.get(url).content.decode()
        numbers.append(len(captured))
        assert 'data-label="群众评议"' in page
    assert len(set(numbers)) == 1
