"""A general branch of three branches that wants to be rated, for the browser: `python -m tests.browser.seed_evaluation`.

`ganshi` is of the office and runs the round, `dangyuan1` is a member like any other. Everybody's password is screen.PASSWORD.
"""

import django

django.setup()

from branches.states import Post  # noqa: E402
from tests import build  # noqa: E402
from tests.browser.seed import PASSWORD, person  # noqa: E402


def fill() -> None:
    """Found the unit and take up its people."""
    general = build.organization(
        "general_branch", build.organization("working_committee", name="市教育局党工委"), "教研室党总支"
    )
    one, two, three = (build.branch(general, f"第{number}党支部") for number in "一二三")
    person(one, "许志华", "zongzhi", Post.SECRETARY, at=general)
    person(one, "周建平", "shuji1", Post.SECRETARY)
    person(two, "顾海燕", "shuji2", Post.SECRETARY)
    person(three, "陆国强", "shuji3", Post.SECRETARY)
    person(one, "沈晓琳", "dangyuan1")
    build.appoint(build.user("ganshi", "秦岚", password=PASSWORD), general, Post.OFFICE_STAFF)


if __name__ == "__main__":
    fill()
