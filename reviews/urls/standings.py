"""Addresses of standings; part of reviews.urls."""

from django.urls import URLPattern, path

from reviews.views import standings

urlpatterns: list[URLPattern] = [
    path("standing/organizations/<int:pk>/", standings.standing_organization, name="standing_organization"),
    path("standing/members/<int:pk>/", standings.standing_member, name="standing_member"),
]
