from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from chuangxian import gallery, health

handler403 = "chuangxian.lost_forms.refused"
handler404 = "chuangxian.lost_forms.missing"

urlpatterns = [
    path("healthz/live", health.live, name="health_live"),
    path("healthz/ready", health.ready, name="health_ready"),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("organizations/", include("branches.urls")),
    path("pledges/", include("pledges.urls")),
    path("reviews/", include("reviews.urls")),
    path("v/", include("reviews.urls.voting")),
    path("awards/", include("awards.urls")),
    path("", include("schedule.urls")),
    path("", include("reports.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("_gallery/", gallery.gallery, name="gallery"))
