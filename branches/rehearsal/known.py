"""What stands while a roster is compared with it, loaded once."""

from collections import defaultdict
from datetime import date

from django.db.models import Q

from branches import places, queries
from branches.models import Member, Membership, Organization, PostAssignment
from branches.states import Post


class Known:
    """What stands, loaded once: the subtree's organisations, everybody who ever belonged to it, the posts."""

    def __init__(self, organization: Organization, roster_on: date) -> None:
        self.roster_on = roster_on
        # a roster may be older than the day on which somebody entered the branch here, never younger than its end
        standing = Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=roster_on)
        below = list(Organization.objects.within(organization.path).filter(standing).order_by("path"))
        self.organizations = {one.path: one for one in below}
        self.places = places.Directory(organization, below)
        memberships = Membership.objects.within(organization.path).select_related(
            "member", "organization", "organization__parent"
        )
        self.current: dict[int, Membership] = {}
        self.others: dict[int, list[Membership]] = defaultdict(list)
        self.by_name: dict[str, dict[int, Member]] = defaultdict(dict)
        for one in memberships.order_by("member__sort_key", "pk"):
            member = one.member
            self.by_name[member.name].setdefault(member.pk, member)
            if one.runs_on(roster_on):
                self.current[member.pk] = one
            else:
                self.others[member.pk].append(one)
        self.posts = queries.posts_of([pk for people in self.by_name.values() for pk in people], roster_on)
        self.secretaries = {
            post.organization_id: post
            for post in PostAssignment.objects.own()
            .filter(organization__in=[one.pk for one in below], post=Post.SECRETARY)
            .exclude(ends_on__lt=roster_on)
            .select_related("member", "user")
            .order_by("-starts_on")
        }
