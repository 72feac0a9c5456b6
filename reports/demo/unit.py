"""July 2010: the general branch is founded, the roster comes in, accounts are handed out."""

from datetime import date
from io import BytesIO

from django.contrib.auth.hashers import make_password

from accounts.models import User
from branches import actions as organization_actions
from branches.models import Member, Organization
from branches.sheets import ROSTER as ROSTER_SHEET
from branches.states import Kind, MemberType, Post
from pledges.queries import reading
from reports.demo.cast import ACCOUNTS, GENERAL_BRANCH, PASSWORD, ROSTER, WORKING_COMMITTEE
from reports.demo.script import Script

ADDRESSES_KNOWN = date(2011, 4, 6)  # until then letters are read in the portal only


class Unit(Script):
    """The people of the story."""

    def set_up(self, on: date) -> None:
        """Found the general branch, take the roster over, hand out the accounts."""
        hashed = make_password(PASSWORD)  # once: it is the demo's only password
        people = {account.username: account for account in ACCOUNTS}
        self.guanli = self.open(people["guanli"].username, people["guanli"].display_name, hashed, is_staff=True)
        top = organization_actions.create_organization(
            kind=Kind.WORKING_COMMITTEE, name=WORKING_COMMITTEE, short_name="局党工委", by=None, on=on
        )
        self.general: Organization = organization_actions.create_organization(
            kind=Kind.GENERAL_BRANCH, name=GENERAL_BRANCH, short_name="教研室党总支", parent=top, by=None, on=on
        )
        self.ganshi = self.open(people["ganshi"].username, people["ganshi"].display_name, hashed)
        organization_actions.appoint(
            holder=self.ganshi, organization=self.general, post=Post.OFFICE_STAFF, by=None, on=on
        )
        self.take_roster(on)
        self.place_of: dict[int, int] = {}
        names = {account.member: account.username for account in ACCOUNTS if account.member}
        for number, member in enumerate(self.members, 1):
            self.place_of[member.pk] = number
            if member.member_type != MemberType.RETIRED or number == 5:
                username = names.get(member.name, f"dy{number:02d}")
                user = organization_actions.open_account(
                    member=member, username=username, password=None, by=None, on=on
                )
                User.objects.filter(pk=user.pk).update(password=hashed)
                member.user = user

    def open(self, username: str, name: str, hashed: str, *, is_staff: bool = False) -> User:
        """Open an account that belongs to no member."""
        user = User.objects.create_user(username, display_name=name, email=f"{username}@example.com", is_staff=is_staff)
        User.objects.filter(pk=user.pk).update(password=hashed)
        return user

    def take_roster(self, on: date) -> None:
        """Import the roster as the office does, branches included."""
        content = ROSTER.read_bytes()
        roster = organization_actions.store_roster(
            organization=self.general, content=BytesIO(content), file_name="党员名册.xlsx", roster_on=on, by=None, on=on
        )
        sheet = ROSTER_SHEET.read(BytesIO(content), name="党员名册.xlsx")
        organization_actions.commit_roster(roster=roster, reading=sheet, found=None, only_good=False, by=None, on=on)
        self.members = list(Member.objects.order_by("pk"))
        for member in self.members:
            self.at(ADDRESSES_KNOWN, self.enter_address, member.pk, member.email)
            member.email = ""
        Member.objects.bulk_update(self.members, ["email"])
        self.branches = list(self.general.children.filter(kind=Kind.BRANCH))
        self.branch_of = {member.pk: reading.branch_of(member, on) for member in self.members}

    def enter_address(self, pk: int, address: str, on: date) -> None:
        """Somebody has told the office where mail reaches him."""
        member = Member.objects.get(pk=pk)
        member.email = address
        organization_actions.change_member(
            member=member, fields=["email"], version=member.version, by=self.ganshi, on=on
        )

    def secretary(self, branch: Organization, on: date) -> User:
        """Return the account of whoever is secretary."""
        held = branch.posts.own().filter(post=Post.SECRETARY).current(on)
        user = held.select_related("member__user").get().member.user
        assert isinstance(user, User)
        return user
