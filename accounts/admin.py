from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.looking import LookingAdmin
from accounts.models import LogEntry, User

admin.site.unregister(Group)  # rights follow posts, there are no groups


@admin.register(User)
class UserAdmin(LookingAdmin):
    list_display = ["username", "display_name", "is_active", "is_staff", "must_change_password", "last_login"]
    list_filter = ["is_active", "is_staff", "must_change_password"]
    search_fields = ["username", "display_name"]
    exclude = ["password"]


@admin.register(LogEntry)
class LogEntryAdmin(LookingAdmin):
    """The administrator reads the account lines, not what the Party's papers went through."""

    list_display = ["at", "actor_name", "label", "target_name", "note"]
    search_fields = ["actor_name", "target_name"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        """Only account lines."""
        return super().get_queryset(request).filter(category=LogEntry.Category.ACCOUNT)
