"""A form of the office, filled in."""

import hashlib

from chuangxian import blanks
from chuangxian.verdicts import no, require
from reports.models import OfficeTemplate
from reports.papers.base import Form, Values


def content_of(template: OfficeTemplate) -> bytes:
    """Return the file as it was handed in. Raises `Refused` when it is gone or no longer the same: nothing unchecked is opened."""
    try:
        with template.file.open("rb") as file:
            content: bytes = file.read()
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() != template.sha256:
        require(no(f"表样“{template.name}”的文件已经不在，或者和上传时不一样，请办公室重新上传。"))
    return content


def filled(template: OfficeTemplate, form: Form, values: Values) -> bytes:
    """Return it with these values. Raises `Refused` when the file is not what was handed in."""
    return blanks.fill(template.kind, content_of(template), form.shape, values)


def warnings_of(template: OfficeTemplate, form: Form) -> list[blanks.Trouble]:
    """Return what somebody should look at before it is used; errors too, should the names have changed since."""
    return blanks.check(template.kind, content_of(template), form.shape)
