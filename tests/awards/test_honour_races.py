"""Rounds commended at the same moment: every certificate number once, none left out, and a round once."""

from typing import Any

import pytest

from accounts.models import LogEntry
from awards.actions import stories
from awards.models import AwardRound, Honour, ModelStory
from chuangxian import clock
from chuangxian.edits import Conflict
from chuangxian.verdicts import Refused
from tests import build as people
from tests.awards import build_honours as build
from tests.awards.build_honours import ON
from tests.conftest import Cast
from tests.reviews.test_comment_races import at_once

EACH = 5


@pytest.mark.usefixtures("racing")
def test_rounds_of_several_units_commended_at_once_share_no_number_and_leave_none_out(cast: Cast) -> None:
    rounds: list[tuple[AwardRound, Any]] = [(build.round_of(cast.general), cast.ganshi) for _ in range(2)]
    for number in range(2):
        unit = people.general_branch(f"总支{number}")
        branch, office = people.branch(unit), people.user()
        people.appoint(office, unit, "office_staff")
        rounds.append((build.round_of(unit), office))
        for _ in range(EACH):
            build.decided(rounds[-1][0], people.member(branch), office)
    for round_, by in rounds[:2]:
        for _ in range(EACH):
            build.decided(round_, people.member(cast.one), by)

    def commend(place: int) -> list[Honour]:
        with clock.standing_on(ON):
            return build.commended(*rounds[place % len(rounds)])

    home = at_once(2 * len(rounds), commend)
    late = [one for one in home if isinstance(one, Exception)]
    assert len(late) == len(rounds), home
    numbers = sorted(Honour.objects.values_list("number", flat=True))
    assert numbers == [f"2011-总支-{number:04d}" for number in range(1, 4 * EACH + 1)]
    assert not AwardRound.objects.exclude(state="commended").exists()
    assert LogEntry.objects.filter(verb="commend", target_type="awards.awardround").count() == len(rounds)


@pytest.mark.usefixtures("racing")
def test_of_a_yes_taken_back_and_a_publication_at_once_one_wins(cast: Cast) -> None:
    for number in range(8):
        story = build.agreed(build.story(cast.one, cast.shuji1, cast.member1, title=f"第{number}篇"), cast.shuji1)

        def act(place: int, story: ModelStory = story) -> None:
            mine = build.anew(story)
            with clock.standing_on(ON):
                if place:
                    stories.decline(story=mine, note="", version=story.version, by=cast.dangyuan1, on=ON)
                else:
                    stories.move_story(story=mine, verb="publish", version=None, by=cast.shuji1, on=ON)

        home = at_once(2, act)
        lies = build.anew(story)
        assert (lies.state == "published") == (lies.agreed_on is not None), home
        assert all(one is None or isinstance(one, Conflict | Refused) for one in home), home
