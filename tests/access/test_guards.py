"""Take every guard away in turn: the table must notice.

A guard is a call of ``require`` or of ``visible_to`` in a view. For each cell of the table the guards it passes are found by running it;
then it is run again with one guard open. A guard whose absence no cell notices is either superfluous or untested.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings as site

from tests.access.cells import ACTORS
from tests.access.table import ACCESS
from tests.access.trying import TODAY, Trial, client_of, undone
from tests.conftest import Cast

SIGNED_IN = [actor for actor in ACTORS if actor not in ("anonymous", "disabled")]
FRAMES_MOST = 4  # a manager stands between the view and the queryset's method

# guards that no cell can notice, each with its reason
SECOND = {
    "awards/views/honours.py _categories visible_to": "only offers choices",
    "awards/views/honours.py honour_add visible_to": "narrowed again to the organisations whose roster the person keeps",
    "awards/views/honours.py honour_detail visible_to": "stories of an honour in scope: tests/awards tries who meets a draft",
    "awards/views/story_texts.py _proposed visible_to": "only proposes a choice, of an organisation whose records are open",
    "awards/views/story_texts.py story_add visible_to": "only offers choices, narrowed again to the readable nodes",
    "branches/views/members.py member_list visible_to": "only offers choices, narrowed again to the open rosters",
    "branches/views/organizations.py organization_detail visible_to": "the subtree of an organisation fetched in scope",
    "branches/views/posts.py post_appoint require 2": "the form offers no post that may not be given",
    "branches/views/posts.py post_appoint require 3": "the form offers everybody but oneself",
    "branches/views/posts.py post_delegate require 2": "the form offers everybody but oneself",
    "branches/views/rosters.py roster_import visible_to": "files of an organisation whose roster the person keeps",
    "branches/views/rosters.py roster_import_commit require": "the file was fetched in the scope of the same right",
    "branches/views/rosters.py roster_import_discard require": "the file was fetched in the scope of the same right",
    "branches/views/rosters.py roster_import_bad_rows require": "the file was fetched in the scope of the same right",
    "branches/views/rosters.py roster_template visible_to": "names below an organisation whose roster the person keeps",
    "pledges/views/moves.py _detail visible_to 2": "other editions: tests/pledges tries a revision in work",
    "pledges/views/moves.py _raised visible_to": "items of a pledge hung up for all: tests/pledges tries who reads it only",
    "pledges/views/moves.py _next visible_to": "only decides where to go on",
    "pledges/views/reading.py to_review visible_to": "to_review asks by posts",
    "pledges/views/reading.py review_read visible_to": "the pile before and after a pledge already fetched in scope",
    "pledges/views/reading.py publish_list visible_to": "to_publish asks by posts",
    "schedule/views/feeds.py _form visible_to": "only offers choices, narrowed again to the readable nodes",
    "schedule/views/hours.py _table visible_to": "only offers choices, narrowed again to the readable nodes",
    "schedule/views/study.py _of visible_to": "one's own line is narrower still",
    "schedule/views/imports.py table_list visible_to": "narrowed again to the readable nodes and by the table's rule",
    "schedule/views/imports.py table_import visible_to": "files of an organisation whose table the person keeps",
    "schedule/views/imports.py _imported require": "fetched where internal records are open: tests/pledges tries a commissioner, who keeps no table of pledges",
    "reports/views/front.py _asked visible_to": "only offers choices, narrowed again to the readable nodes",
    "reports/views/centre.py _wanted visible_to": "only offers choices, narrowed again to the readable nodes",
    "reports/views/centre.py ledger_list visible_to": "tests/reports tries whether anybody finds another's orders",
    "reports/views/archive.py _asked visible_to": "only offers choices, narrowed again to the readable nodes",
    "reports/views/handovers.py handover_act require": "the action asks again",
    "reports/views/handovers.py handover_detail require": "the action asks again",
    "reports/views/handovers.py handover_sign require": "the action asks again",
    "reports/views/handovers.py ownerless visible_to": "the places of things found under the readable nodes",
    "reports/views/handovers.py ownerless_assign visible_to": "the place of a thing found under the readable nodes",
    "reports/views/handovers.py ownerless_assign visible_to 2": "the members of a place whose records are open",
    "reports/views/handovers.py ownerless_assign require 2": "commissioners only read: tests/reports tries one",
    "reports/views/snapshots.py snapshot_add visible_to": "only offers choices, narrowed again to the readable nodes",
    "reports/views/forms.py form_detail visible_to": "only offers choices, narrowed again to the nodes whose office the person serves",
    "schedule/views/items.py item_add visible_to": "only offers choices, narrowed again to the readable nodes",
    "schedule/views/items.py item_raise visible_to 2": "the members of an organisation whose internal records are open",
    "schedule/views/activities.py _statistics visible_to": "narrowed again to the readable nodes",
    "schedule/views/activity_texts.py activity_add visible_to": "only offers choices, narrowed again to the readable nodes",
    "schedule/views/activity_texts.py _form visible_to": "only offers choices",
    "schedule/views/activity_texts.py _its_meeting visible_to": "only offers the choice made already",
    "schedule/views/assignments.py assignment_done visible_to": "only offers meetings, of the organisation's own line",
    "schedule/views/tasks.py task_list visible_to": "of_person asks by posts",
    "schedule/views/tasks.py task_list visible_to 2": "counts only what is readable: tests/schedule tries who finds what",
    "schedule/views/tasks.py narrowed visible_to": "only offers choices, narrowed again to the readable nodes",
    "schedule/views/tasks.py narrowed visible_to 2": "for committees only: tests/schedule tries another branch's secretary",
    "schedule/views/tasks.py task_detail visible_to": "of a task fetched in scope: tests/schedule tries who finds whose lines",
    "schedule/views/tasks.py task_remind require": "the action asks again",
    "schedule/views/tasks.py setting_places visible_to": "narrowed again to the person's own posts",
    "schedule/views/meetings.py meeting_add visible_to": "only offers choices, narrowed again to the readable nodes",
    "reviews/views/self_reviews/moves.py _next visible_to": "only decides where to go on",
    "reviews/views/self_reviews/pile.py waiting visible_to": "to_review asks by posts",
    "reviews/views/self_reviews/pile.py review_read visible_to": "to_review asks by posts",
    "reviews/views/comment_write.py _written visible_to": "the sheet one has just written",
    "reviews/views/comment_paper.py round_sheets visible_to": "which sheets of a round one knows: tests/reviews tries who reads what",
    "reviews/views/comments.py _detail visible_to": "only says which items of the comment have a link",
    "reviews/views/comments.py comment_list visible_to": "one page of a list narrowed to the scope",
    "reviews/views/comments.py comment_list visible_to 2": "to_acknowledge and to_close ask by posts",
    "reviews/views/comments.py filtered visible_to 2": "only offers choices",
    "reviews/views/coverage.py coverage_board visible_to": "only offers links to the running rounds of the unit on the board",
    "reviews/views/coverage.py round_missing visible_to": "reasons of a round fetched in scope: tests/reviews tries another branch's",
    "reviews/views/results.py _results require": "says why before anything is worked out; results_of asks the same rule again",
    "reviews/views/results.py remark_act require": "the action asks again",
    "reviews/views/results.py result_detail visible_to": "items raised by the round: tests/reviews tries who reads them",
    "reviews/views/rounds.py round_detail visible_to": "what is about the person himself",
    "awards/views/deciding.py decision_move require": "the action asks again: tests/awards tries that the refusal shows nothing",
    "awards/views/nominations.py narrowed visible_to": "only offers choices",
    "awards/views/nominations.py nomination_move visible_to": "only decides where to go on",
    "schedule/views/indicators.py _branches visible_to": "only offers choices, below the roots the person knows",
    "schedule/views/indicators.py indicator_add visible_to": "the branches on whose committees the person sits",
    "schedule/views/channels.py channel_edit require": "commissioners see the robots of their branch and keep none: tests/schedule tries one",
    "schedule/views/channels.py channel_test require": "the same commissioners",
    "schedule/views/channels.py delivery_resend require": "fetched among the robots one keeps; the action asks again what has arrived",
    "schedule/views/reminders.py lead_times_restore require": "the action asks again",
    "awards/views/notices.py notice_list visible_to 3": "only a number of objections: tests/awards tries who may not count them",
    "awards/views/notices.py notice_list visible_to 4": "narrowed again to the rounds in which the person decides",
    "awards/views/notices.py notice_edition require": "the rule of drafting asks the same people again",
    "awards/views/notices.py _detail visible_to": "of a notice fetched in scope: tests/awards tries whom an objection is about",
    "awards/views/objections.py objection_list visible_to": "who decides nowhere is refused: tests/awards tries whom an objection is about",
    "awards/views/objections.py objection_list visible_to 2": "only offers choices, of objections in scope",
    "awards/views/public_notices.py public_notice visible_to": "who reads the names after their time: tests/awards tries a stranger",
    "awards/views/posts.py narrowed visible_to": "only offers choices",
    "awards/views/brands.py narrowed visible_to": "only offers choices",
    "awards/views/brands.py _detail visible_to": "only says which activities of the brand have a link: tests/awards tries who finds one",
    "schedule/views/notices.py notice_ledger visible_to": "only offers choices, narrowed again to the readable nodes",
}


@dataclass(frozen=True)
class Guard:
    """A call in a view."""

    file: str
    first: int
    last: int
    what: str
    name: str

    def __str__(self) -> str:
        return self.name


def guards() -> Iterator[Guard]:
    """Find all calls of require and visible_to in views, named by the function they stand in."""
    root = Path(site.BASE_DIR)
    for app in ("accounts", "branches", "schedule", "pledges", "reviews", "awards", "reports"):
        for path in [*(root / app).glob("views.py"), *(root / app / "views").rglob("*.py")]:
            for function in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(function, ast.FunctionDef):
                    yield from guards_in(function, path, str(path.relative_to(root)))


def guards_in(function: ast.FunctionDef, path: Path, file: str) -> Iterator[Guard]:
    """Number the guards of one kind in a function from the second on."""
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    for what in ("require", "visible_to"):
        found = [call for call in calls if what in (getattr(call.func, "id", ""), getattr(call.func, "attr", ""))]
        for number, call in enumerate(sorted(found, key=lambda call: (call.lineno, call.col_offset)), 1):
            name = f"{file} {function.name} {what}" + (f" {number}" if number > 1 else "")
            yield Guard(str(path), call.lineno, call.end_lineno or call.lineno, what, name)


@dataclass
class Watch:
    """Sees which guards a request passes; holds one of them open."""

    known: list[Guard]
    open: Guard | None = None
    passed: set[Guard] = field(default_factory=set)

    def at(self, frame: FrameType | None, what: str) -> Guard | None:
        """Return the guard in whose line the call stands."""
        for _ in range(FRAMES_MOST):
            if frame is None:
                return None
            for guard in self.known:
                if (
                    guard.what == what
                    and guard.file == frame.f_code.co_filename
                    and guard.first <= frame.f_lineno <= guard.last
                ):
                    self.passed.add(guard)
                    return guard
            frame = frame.f_back
        return None


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    """Put a watch on every guard."""
    seen = Watch(list(guards()))

    def watched_require(real: Callable[..., None]) -> Callable[..., None]:
        def require(verdict: Any) -> None:
            guard = seen.at(sys._getframe(1), "require")
            if guard is None or guard != seen.open:
                real(verdict)

        return require

    def watched_scope(real: Callable[..., Any]) -> Callable[..., Any]:
        def visible_to(rows: Any, viewer: Any, on: Any) -> Any:
            guard = seen.at(sys._getframe(1), "visible_to")
            return rows.all() if guard is not None and guard == seen.open else real(rows, viewer, on)

        return visible_to

    for name in {module_name(guard.file) for guard in seen.known}:
        module = import_module(name)
        if hasattr(module, "require"):
            monkeypatch.setattr(module, "require", watched_require(module.require))
    for queryset in {type(model._default_manager.all()) for model in apps.get_models()}:
        if real := vars(queryset).get("visible_to"):
            monkeypatch.setattr(queryset, "visible_to", watched_scope(real))
    return seen


def module_name(file: str) -> str:
    parts = Path(file).relative_to(site.BASE_DIR).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def broken(trial: Trial, client: Any, cookies: dict[str, str], actor: str, method: str) -> bool:
    """Answer whether the cell is wrong; an error of the view counts."""
    try:
        return bool(trial.wrong(client, cookies, actor, method))
    except Exception:
        return True


def test_every_guard_is_noticed_when_it_is_gone(cast: Cast, watch: Watch, settings: Any) -> None:
    settings.CHUANGXIAN_TODAY = TODAY
    noticed: set[Guard] = set()
    for row in ACCESS:
        with undone():
            trial = Trial.of(row, cast)
            for actor in SIGNED_IN:
                with undone():
                    client = client_of(actor, cast)
                    cookies = {name: cookie.value for name, cookie in client.cookies.items()}
                    for method in ("get", "post"):
                        watch.passed.clear()
                        watch.open = None
                        broken(trial, client, cookies, actor, method)
                        for guard in watch.passed - noticed:
                            watch.open = guard
                            if broken(trial, client, cookies, actor, method):
                                noticed.add(guard)
    watch.open = None
    missed = {str(guard) for guard in set(watch.known) - noticed}
    assert missed == set(SECOND), "\n".join(sorted(missed ^ set(SECOND)))
