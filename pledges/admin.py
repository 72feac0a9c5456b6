"""Registered for looking at only the cycles: the administrator has no right to what people pledge."""

from django.contrib import admin

from pledges.models import PledgeCycle


@admin.register(PledgeCycle)
class PledgeCycleAdmin(admin.ModelAdmin):
    """The cycles, read-only as everything in the admin."""

    list_display = ["name", "organization", "year", "submit_by", "ends_on", "closed_on"]
