"""Those who move nominations of one category do so one after the other: no place is given twice, and each asks what the one before left."""

from django.db.models import QuerySet

from awards.models import AwardCategory, AwardRound, Nomination


def in_turn(categories: "QuerySet[AwardCategory]") -> None:
    """Hold these categories until the transaction ends. The order is always the same, so that two who hold several do not wait for each other."""
    list(categories.select_for_update(of=("self",)).order_by("pk"))


def take_turn(nomination: Nomination) -> None:
    """Hold the nomination's category, and read again how its round stands: it may have been taken back or voided meanwhile. Two queries."""
    in_turn(AwardCategory.objects.filter(pk=nomination.category_id))
    nomination.round = AwardRound.objects.select_related("organization").get(pk=nomination.round_id)
    nomination.category.round = nomination.round
