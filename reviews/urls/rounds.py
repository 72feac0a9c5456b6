"""Addresses of rounds; part of reviews.urls."""

from django.urls import URLPattern, path

from reviews.views import rounds

urlpatterns: list[URLPattern] = [
    path("rounds/", rounds.round_list, name="round_list"),
    path("rounds/add/", rounds.round_add, name="round_add"),
    path("rounds/<int:pk>/", rounds.round_detail, name="round_detail"),
    path("rounds/<int:pk>/edit/", rounds.round_edit, name="round_edit"),
]
