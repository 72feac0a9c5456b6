"""The ledger and the papers of meetings; meetings themselves: ``items`` beside this."""

from typing import Any

from django.core.files.base import ContentFile

from schedule.models import MeetingFile
from tests.access.cells import Row, only
from tests.access.items import ALL_READERS, EVERYBODY_INSIDE, LOG, READERS, committees, inside, made, meeting, of
from tests.conftest import Cast


def paper(cast: Cast, **fields: Any) -> dict[str, Any]:
    """A paper of branch one's meeting."""
    file = MeetingFile(
        entry=meeting(cast), name="名单.txt", content_type="text/plain", size=6, sha256="0" * 64, by=cast.shuji1
    )
    file.file.save("x", ContentFile("名单".encode()))
    return {"pk": file.pk}


ROWS = [
    Row(url="schedule:meeting_export", args=made(meeting), get=only(200, *ALL_READERS), writes=LOG),
    Row(url="schedule:meeting_ledger", args=made(meeting), get=only(200, *ALL_READERS)),
    Row(url="schedule:meeting_rhythm", args=made(meeting), get=only(200, *ALL_READERS)),
    Row(url="schedule:meeting_print", args=of(meeting), get=EVERYBODY_INSIDE),
    Row(
        url="schedule:meeting_print",
        case="a committee's",
        args=of(committees),
        get=inside(200, *READERS, dangyuan1=404),
    ),
    Row(url="schedule:meeting_file", args=paper, get=EVERYBODY_INSIDE),
]
