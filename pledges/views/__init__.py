"""Pages of public pledges, a file for each kind of work: lists, texts, moves, reading, fulfilling, wall, coverage, cycles."""

from accounts.models import User
from branches.scope import Standing
from chuangxian import middleware


class Request(middleware.Request):
    """A request as these views find it."""

    standing: Standing
    user: User
