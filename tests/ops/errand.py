"""A task for the test of the broker: it leaves a file."""

from pathlib import Path

from chuangxian.celery import app


@app.task(name="tests.ops.errand.leave")
def leave(path: str) -> None:
    Path(path).write_text("done")
