"""The life of a model's story as one table. Buttons, refusals, log, letters, the diagram and the tests come from it."""

from datetime import date
from typing import Any

from accounts import log
from awards.models import ModelStory
from awards.rules import honours as rules
from awards.states import StoryState
from chuangxian.workflow import Move, Note, Workflow
from schedule import outbox

S = StoryState


def _published(story: ModelStory, by: Any, on: date) -> dict[str, Any]:
    return {"published_on": on, "withdrawn_on": None}


def _taken_down(story: ModelStory, by: Any, on: date) -> dict[str, Any]:
    return {"withdrawn_on": on}


def _begun_anew(story: ModelStory, by: Any, on: date) -> dict[str, Any]:
    # what was agreed to once was agreed to for that time: he is asked again
    return dict.fromkeys(("asked_on", "agreed_on", "published_on", "withdrawn_on"))


STORY = Workflow(
    "典型事迹",
    states=StoryState,
    initial=S.DRAFT,
    finals=(),
    record=log.record,
    announce=outbox.announce,
    moves=[
        Move(
            verb="publish",
            label="发布",
            sources=[S.DRAFT],
            target=S.PUBLISHED,
            who=rules.may_publish,
            when=rules.is_publishable,
            sets=_published,
            letter="story_published",
            tone="primary",
        ),
        Move(
            verb="withdraw",
            label="撤下",
            sources=[S.PUBLISHED],
            target=S.WITHDRAWN,
            who=rules.may_withdraw,
            note=Note.REQUIRED,
            note_label="撤下的原因",
            sets=_taken_down,
            letter="story_withdrawn",
            tone="danger",
        ),
        Move(
            verb="discard",
            label="不再写",
            sources=[S.DRAFT],
            target=S.WITHDRAWN,
            who=rules.may_work_on,
            note=Note.OPTIONAL,
            note_label="原因",
            sets=_taken_down,
        ),
        Move(
            verb="reopen",
            label="重新起草",
            sources=[S.WITHDRAWN],
            target=S.DRAFT,
            who=rules.may_work_on,
            sets=_begun_anew,
        ),
    ],
)
