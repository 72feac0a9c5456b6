"""A process that does one thing of the portal's once: `python -m tests.faults.hand plan|TASK [FILE]`; with a file it waits for that to appear."""

import os
import sys
import time
from pathlib import Path

import django


def main() -> None:
    """Do it, at the moment the others do."""
    django.setup()
    from chuangxian import clock  # noqa: PLC0415  needs Django
    from chuangxian.celery import app  # noqa: PLC0415
    from schedule import planner  # noqa: PLC0415

    app.loader.import_default_modules()
    what, *gate = sys.argv[1:]
    if gate:
        Path(f"{gate[0]}.{os.getpid()}").touch()  # ready
    while gate and not Path(gate[0]).exists():
        time.sleep(0.002)
    if what == "plan":
        planner.plan(on=clock.today())
    else:
        app.tasks[what]()


if __name__ == "__main__":
    main()
