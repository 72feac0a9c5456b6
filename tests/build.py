"""Builders as plain functions: each makes one real thing through the product's own actions, with a default for all that does not matter."""

from datetime import date
from itertools import count
from typing import Any

from accounts.models import User
from branches import actions
from branches.models import Member, Organization
from branches.states import Kind, Post

DAY = date(2010, 7, 1)
_number = count(1)


def organization(
    kind: str = Kind.BRANCH, parent: Organization | None = None, name: str = "", **fields: Any
) -> Organization:
    """Found an organisation."""
    name = name or f"第{next(_number)}{Kind(kind).label}"
    return actions.create_organization(kind=kind, name=name, parent=parent, by=None, on=DAY, **fields)


def general_branch(name: str = "") -> Organization:
    """Found a general branch under a working committee of its own."""
    top = organization(Kind.WORKING_COMMITTEE)
    return organization(Kind.GENERAL_BRANCH, top, name)


def branch(parent: Organization | None = None, name: str = "") -> Organization:
    """Found a branch, under a general branch of its own unless one is given."""
    return organization(Kind.BRANCH, parent or general_branch(), name)


def member(place: Organization | None = None, name: str = "", on: date = DAY, **fields: Any) -> Member:
    """Take up a member."""
    number = next(_number)
    fields = {"sex": "male", "joined_on": date(1999, 7, 1), "email": f"dy{number}@example.com", **fields}
    return actions.enroll_member(organization=place or branch(), name=name or f"测试{number}", by=None, on=on, **fields)


def user(username: str = "", display_name: str = "", **fields: Any) -> User:
    """Open an account that belongs to no member."""
    username = username or f"user{next(_number)}"
    return User.objects.create_user(username, display_name=display_name or username, **fields)


def account(of: Member, username: str = "") -> User:
    """Open a member's account; tests sign in by force_login, so it needs no password."""
    return actions.open_account(member=of, username=username or f"dy{of.pk}", password=None, by=None, on=DAY)


def appoint(holder: Member | User, place: Organization, post: str = Post.SECRETARY, on: date = DAY) -> None:
    """Give a post."""
    actions.appoint(holder=holder, organization=place, post=post, by=None, on=on)
