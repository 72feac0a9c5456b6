"""Which posts a row would give."""

from typing import Any

from branches import queries, rules
from branches.models import Organization
from branches.places import Founding, Place
from branches.rehearsal.entries import Appointment, Claim, Difference, Entry
from branches.rehearsal.known import Known
from branches.scope import Standing, ancestors
from branches.states import Kind, Post
from chuangxian.sheets import ParsedRow, Reading


def settle_posts(reading: Reading[Any], entry: Entry, known: Known, secretaries: dict[Place, int]) -> None:
    """Set the posts the row would give. Posts it does not mention stay: a roster names the highest only."""
    row, member = entry.row, entry.member
    for claim in row["posts"] or ():
        place = place_of(claim, entry, known)
        if place is None:
            where = f"{Kind(claim.kind).label}"
            reading.add(
                row,
                "posts",
                f"“{claim.title}”应在{where}任职，但{entry.place.name}之上没有本单位的{where}，请到任职页面办理",
            )
            return
        held = [one for one in known.posts.get(member.pk, []) if one.acting_for_id is None] if member else []
        if any(
            one.post == claim.post and isinstance(place, Organization) and one.organization_id == place.pk
            for one in held
        ):
            if claim.post == Post.SECRETARY:
                secretaries.setdefault(place, row.number)
            continue
        if claim.post == Post.SECRETARY and not secretary_is_free(reading, row, place, known, secretaries):
            return
        entry.appointments.append(Appointment(claim.post, place, claim.title))
    if entry.appointments and member is not None:
        held_titles = "、".join(queries.post_title(one) for one in known.posts.get(member.pk, []))
        new = "、".join(one.title for one in entry.appointments)
        entry.differences.append(Difference("posts", held_titles, f"{held_titles}、{new}" if held_titles else new))


def check_rights(reading: Reading[Any], entry: Entry, standing: Standing) -> None:
    """A file does nothing that whoever imports it could not do by hand, and nothing about himself."""
    if entry.moves and standing.member is not None and standing.member == entry.member:
        reading.add(entry.row, "branch", "不能通过导入名册转接自己的组织关系，请由其他工作人员办理")
    for one in entry.appointments:
        verdict = rules.is_for_oneself(entry.member, standing, standing.on)
        if verdict and isinstance(one.place, Organization):
            verdict = rules.may_give_post(one.place, one.post, standing, standing.on)
        if not verdict:
            reading.add(entry.row, "posts", f"不能登记“{one.title}”：{verdict.reason}")
            return


def secretary_is_free(
    reading: Reading[Any], row: ParsedRow, place: Place, known: Known, secretaries: dict[Place, int]
) -> bool:
    """One secretary an organisation: neither one who stands nor one of an earlier row is replaced by a file."""
    present = known.secretaries.get(place.pk) if isinstance(place, Organization) else None
    if present is not None:
        until = "" if present.starts_on <= known.roster_on else f"自 {present.starts_on} 起"
        reading.add(
            row, "posts", f"{place.name}{until}已有书记{present.holder}，名册不能替换书记，请先在党组织页面办理任免"
        )
        return False
    if place in secretaries:
        reading.add(row, "posts", f"{place.name}在第 {secretaries[place]} 行已有书记，一个党组织只能有一名书记")
        return False
    secretaries[place] = row.number
    return True


def place_of(claim: Claim, entry: Entry, known: Known) -> Place | None:
    """The organisation of the claimed level in the row's line, or None when there is none."""
    if isinstance(entry.place, Founding):
        if claim.kind == Kind.BRANCH:
            return entry.place
        line = [known.places.root.path]
    else:
        at = entry.home.path if claim.kind == Kind.GROUP and entry.home and not entry.moves else entry.place.path
        line = [*ancestors(at), at]
    for path in reversed(line):
        one = known.organizations.get(path)
        if one is not None and one.kind == claim.kind:
            return one
    return None
