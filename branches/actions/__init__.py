"""What changes the organisation. Every change is dated and logged; nothing is erased."""

from branches.actions.acting import delegate, end_acting
from branches.actions.members import (
    change_member,
    enroll_member,
    issue_account,
    leave,
    open_account,
    transfer_member,
)
from branches.actions.organizations import (
    PATH_COPIES,
    change_organization,
    create_organization,
    move_organization,
    rebuild_paths,
    unit_path_of,
)
from branches.actions.posts import appoint, end_post
from branches.actions.rosters import Changed, commit_roster, discard_roster, store_roster, undo_roster

__all__ = [
    "PATH_COPIES",
    "Changed",
    "appoint",
    "change_member",
    "change_organization",
    "commit_roster",
    "create_organization",
    "delegate",
    "discard_roster",
    "end_acting",
    "end_post",
    "enroll_member",
    "issue_account",
    "leave",
    "move_organization",
    "open_account",
    "rebuild_paths",
    "store_roster",
    "transfer_member",
    "undo_roster",
    "unit_path_of",
]
