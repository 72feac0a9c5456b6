"""What every test of pledges stands on: the cast, and the cycle of 2011."""

import pytest

from chuangxian import clock
from pledges.models import PledgeCycle
from tests.conftest import Cast
from tests.pledges import build


@pytest.fixture
def cycle(cast: Cast) -> PledgeCycle:
    """The general branch's cycle of 2011, entered before anybody wrote by it."""
    with clock.standing_on(build.date(2011, 1, 1)):
        return build.cycle(cast.general)
