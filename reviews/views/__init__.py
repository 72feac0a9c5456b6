"""Pages of self-reviews, comments and rounds, a file for each kind of work."""

from accounts.models import User
from branches.scope import Standing
from chuangxian import middleware


class Request(middleware.Request):
    """A request as these views find it."""

    standing: Standing
    user: User
