"""The last place asked for by several at the same moment: one gets it, the others read how the places were counted."""

import pytest

from awards.actions import deciding as actions
from awards.models import Nomination
from chuangxian import clock
from chuangxian.verdicts import Refused
from tests import build as people
from tests.awards import build_deciding as awards
from tests.awards.build_deciding import ON
from tests.conftest import Cast
from tests.reviews.test_comment_races import at_once

PLACES, ASKING = 3, 6


@pytest.mark.usefixtures("racing")
def test_of_six_who_ask_for_three_places_at_once_three_are_told_the_rule(cast: Cast) -> None:
    category = awards.category_of(awards.round_of(cast.general), PLACES)
    asking = [awards.recommended(category, people.member(cast.one), cast.one) for _ in range(ASKING)]

    def preselect(place: int) -> None:
        with clock.standing_on(ON):
            actions.act(nomination=awards.again(asking[place]), verb="preselect", version=None, by=cast.ganshi, on=ON)

    home = at_once(ASKING, preselect)
    told = [one for one in home if one is not None]
    assert all(isinstance(one, Refused) for one in told), home
    assert {str(one) for one in told} == {"“优秀共产党员”固定 3 个名额，已经用去 3 个，没有名额了。"}
    assert Nomination.objects.filter(state="preselected").count() == PLACES
