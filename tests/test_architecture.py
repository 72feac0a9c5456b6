"""The house's own rules, asked of the code itself: which way things point, who may ask the clock, through which door rows come."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

from chuangxian.celery import app as celery_app

ROOT = Path(settings.BASE_DIR)
# each may know what stands to its right
APPS = ("reports", "awards", "reviews", "pledges", "schedule", "branches", "accounts", "chuangxian")
LINES_MOST = 550

# organisation columns that hide nothing, each with its reason
OPEN_TO_ALL: dict[str, str] = {}

# the doors to rows; each takes the viewer, or opens what is public
DOORS = {
    "visible_to": "the scope itself",
    "public": "hangs on the wall",
    "ever_public": "has hung on the wall",
    "hanging": "public notices that visitors find",
    "in_plan": "the plan is public",
    "to_review": "what the person's posts make him read, his own left out",
    "open_to": "the scope itself, narrower",
    "none": "opens nothing",
}

# views, forms and tables that open a model by another door, each with its reason
UNSCOPED: dict[str, dict[str, str]] = {
    "awards/views/nominations.py": {"AwardCategory.objects.filter": "of rounds fetched in scope; only offers choices"},
    "awards/views/honours.py": {"Organization.objects.filter": "of honours on the public roll"},
    "awards/views/stories.py": {"Organization.objects.filter": "of stories published for everybody"},
    "accounts/views.py": {
        "get_object_or_404(User)": "accounts belong to no organisation; the view asks first whether the person keeps accounts",
        "LogEntry.objects.filter": "lines about one account, for whoever keeps accounts",
    },
    "pledges/forms/filters.py": {"Pledge.objects.filter": "narrows further what it is given"},
    "pledges/sheets.py": {
        "PledgeItem.objects.filter": "items of the pledges handed in, which the view has narrowed to the scope"
    },
    "pledges/views/board.py": {
        "Pledge.objects.filter": "under the nodes whose internal records are open to the reader"
    },
    "pledges/views/cycles.py": {"Organization.objects.filter": "the units of the person's own posts"},
    "pledges/views/fetching.py": {
        "PledgeItem.objects.filter": "items of pledges fetched in scope",
        "LogEntry.objects.filter": "lines about editions fetched in scope",
    },
    "pledges/views/fulfilling.py": {"Evidence.objects.filter": "of a pledge fetched in scope"},
    "pledges/views/lists.py": {
        "Pledge.objects.filter": "one's own, and those of organisations one leads; which subjects have begun in cycles one knows",
        "Organization.objects.within": "organisations one leads",
    },
    "pledges/views/moves.py": {"Evidence.objects.filter": "of a pledge fetched in scope"},
    "pledges/views/texts.py": {
        "Member.objects.belonging": "the members of the organisation that pledges, for whoever may write its pledge",
    },
    "pledges/views/wall.py": {
        "LogEntry.objects.order_by": "only the number and moment of the last line, to know whether anything changed",
        "Pledge.objects.filter": "the numbers of one page of the wall",
        "PledgeItem.objects.select_related": "items of pledges on the wall",
        "PledgeCycle.objects.filter": "of pledges that hang on the wall",
        "Organization.objects.filter": "of pledges that hang on the wall",
        "Standard.objects.filter": "of pledges that hang on the wall",
    },
    "reviews/sheets/self_reviews.py": {
        "SelfReviewLine.objects.filter": "lines of the self-reviews handed in, which the view has narrowed to the scope",
        "Measure.objects.select_related": "measures of those lines",
        "ActionItem.objects.filter": "how many items those self-reviews raised and how many are closed, no word of them",
    },
    "reviews/views/self_reviews/fetching.py": {"LogEntry.objects.filter": "lines about a self-review fetched in scope"},
    "reviews/views/self_reviews/lists.py": {
        "SelfReview.objects.filter": "the numbers of one page of the list in scope",
        "Organization.objects.within": "organisations one leads",
    },
    "reviews/views/self_reviews/texts.py": {
        "Member.objects.belonging": "the members of the organisation that reviews itself, for whoever may write it",
    },
    "reviews/views/comment_paper.py": {"Organization.objects.filter": "of comments fetched in scope"},
    "reviews/views/results.py": {
        "ClosingRecord.objects.filter": "of a round fetched in scope",
        "Remark.objects.filter": "of a round fetched in scope, for those who run it; the rule asks",
        "Appraisal.objects.filter": "of a round fetched in scope, for those who run it; the rule asks",
    },
    "reviews/views/comments.py": {
        "CommentRound.objects.filter": "of comments published beyond the branch",
        "Organization.objects.filter": "of comments published beyond the branch",
    },
}

# running a task twice, late, or after a crash half way, does no harm: each with its reason
IDEMPOTENT = {
    "schedule.tasks.tick": "plans by unique key (letter, object, person, slot) and only what is due by now and not yet told",
    "schedule.tasks.deliver": "claims each mail by conditional update with a lease; a second run finds nothing left to claim",
    "reports.tasks.make_reports": "claims one order by conditional update with a lease; a second run takes the next one or none",
}

ASKS_THE_CLOCK = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("timezone", "localtime"),
    ("time", "time"),
}


def sources(*apps_: str) -> Iterator[Path]:
    """Yield our source files, migrations left out."""
    for app in apps_ or APPS:
        yield from (path for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


FILES = list(sources())
ROOMS = [
    path
    for path in FILES
    # a file `notice_forms.py`, a folder `forms/`; `self_reviews.py` is no room of views
    if {"views", "forms", "sheets"} & {path.stem.rpartition("_")[2], *path.parts}
]


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in APPS]


def test_no_foreign_key_points_left() -> None:
    wrong = []
    for model in our_models():
        for field in model._meta.get_fields():
            target = field.related_model
            if field.auto_created or not field.is_relation or not isinstance(target, type):
                continue
            label = target._meta.app_label
            if label in APPS and APPS.index(label) < APPS.index(model._meta.app_label):
                wrong.append(f"{model._meta.label}.{field.name} → {target._meta.label}")
    assert not wrong


def test_every_model_with_an_organization_says_who_sees_it() -> None:
    bare = {
        model._meta.label
        for model in our_models()
        if any(field.name == "organization" for field in model._meta.fields)
        and not hasattr(model._default_manager.all(), "visible_to")
    }
    assert bare == set(OPEN_TO_ALL)


def test_only_the_clock_asks_what_day_it_is() -> None:
    asked = [
        f"{name_of(path)}:{node.lineno} {node.value.id}.{node.attr}"
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if (node.value.id, node.attr) in ASKS_THE_CLOCK and not is_conversion(node, path)
    ]
    assert {entry.partition(":")[0] for entry in asked} == {"chuangxian/clock.py"}, asked


def is_conversion(node: ast.Attribute, path: Path) -> bool:
    """`timezone.localtime(at)` turns a given moment into local time and asks nothing; without an argument it asks."""
    if node.attr != "localtime":
        return False
    calls = (call for call in ast.walk(tree_of(path)) if isinstance(call, ast.Call))
    return any(
        call.args
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and (call.func.lineno, call.func.col_offset) == (node.lineno, node.col_offset)
    )


def test_no_signals() -> None:
    found = [
        f"{name_of(path)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", "") or "", *(alias.name for alias in node.names)]
        if name in ("django.dispatch", "receiver") or name.endswith("signals")
    ]
    assert not found


def test_no_imports_hidden_in_functions() -> None:
    hidden = [
        f"{name_of(path)}:{node.lineno}"
        for path in FILES
        for function in ast.walk(tree_of(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not hidden


def unscoped_reads(tree: ast.Module) -> Iterator[str]:
    """Yield where a model is opened by another door, such as ``Pledge.objects.filter``."""
    followed = {
        id(node.value): node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_base_manager", "_default_manager"):
            if followed.get(id(node)) not in DOORS:
                yield f"{ast.unparse(node)}.{followed.get(id(node), '')}"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            first = node.args[0] if node.args else None
            shortcut = node.func.id in ("get_object_or_404", "get_list_or_404")
            if shortcut and isinstance(first, ast.Name) and first.id[:1].isupper():
                yield f"{node.func.id}({first.id})"


def test_views_forms_and_tables_come_to_rows_through_the_scope() -> None:
    found = {(name_of(path), read) for path in ROOMS for read in unscoped_reads(tree_of(path))}
    explained = {(file, read) for file, reads in UNSCOPED.items() for read in reads}
    assert found - explained == set()
    assert explained - found == set(), "no longer needs its place in UNSCOPED"


def test_the_scope_check_itself_sees_what_it_should() -> None:
    """The check above cannot be satisfied by accident."""
    seen = (
        "Pledge.objects.all()",
        "Pledge.objects.filter(pk=1)",
        "get_object_or_404(Pledge, pk=1)",
        "manager = Pledge.objects",
    )
    passed = "Pledge.objects.visible_to(a, b).get()", "get_object_or_404(rows, pk=1)", "Pledge.objects.public(on)"
    assert all(list(unscoped_reads(ast.parse(line))) for line in seen)
    assert not any(list(unscoped_reads(ast.parse(line))) for line in passed)


def test_every_task_may_run_twice_and_says_why() -> None:
    celery_app.loader.import_default_modules()
    ours = {name for name in celery_app.tasks if name.partition(".")[0] in APPS}
    assert ours == set(IDEMPOTENT)


def test_rooms_stay_small_enough_to_be_read() -> None:
    long = {name_of(path): lines for path in FILES if (lines := len(path.read_text().splitlines())) > LINES_MOST}
    assert not long, "a room that outgrows its file becomes a folder of the same name"


def test_every_module_that_does_something_says_what_it_is() -> None:
    plain = ("urls.py", "apps.py", "admin.py", "wsgi.py", "celery.py")
    silent = [
        name_of(path)
        for path in FILES
        if path.name not in plain and (body := tree_of(path)).body and not ast.get_docstring(body)
    ]
    assert not silent
