"""Django's own admin as a window: registered models can be looked at by administrators, nothing can be changed there."""

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from chuangxian.verdicts import Refused


class LookingSite(AdminSite):
    """The admin site without doors of its own: signing in, out and passwords are done on the portal's pages."""

    site_header = "创先争优 · 数据查看"
    site_title = "数据查看"
    index_title = "只能查看，不能修改"
    enable_nav_sidebar = False

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Let administrators in, refuse everybody else with a sentence; strangers have been sent to sign in before."""
        if self.has_permission(request):
            return redirect("admin:index")
        raise Refused("只有系统管理员可以查看后台数据。")

    def logout(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:  # type: ignore[override]
        """Send to the front page, where one signs out."""
        return redirect("/")

    def password_change(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:  # type: ignore[override]
        """Send to the portal's page."""
        return redirect("accounts:password_change")

    def has_permission(self, request: HttpRequest) -> bool:
        """Open to administrators."""
        return isinstance(request.user, User) and request.user.is_active and request.user.is_staff


class LookingAdmin(ModelAdmin):
    """A model to look at. Refuses every write itself; `User.has_perm` refuses a second time."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """No."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """No."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """No."""
        return False
