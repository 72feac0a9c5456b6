"""May I set days right? The office does, for everybody: the calendar of days is one."""

from datetime import date

from branches.scope import Viewer, standing_of
from chuangxian.verdicts import YES, Verdict, no


def may_set_days(by: Viewer, on: date) -> Verdict:
    """Say which days are free or worked, against the official calendar."""
    if standing_of(by, on).is_office:
        return YES
    return no("放假和调休由创先争优办公室设定。")
