"""Addresses of indicators; part of schedule.urls."""

from django.urls import URLPattern, path

from schedule.views import indicators, scoring

urlpatterns: list[URLPattern] = [
    path("indicators/", indicators.indicator_list, name="indicator_list"),
    path("indicators/add/", indicators.indicator_add, name="indicator_add"),
    path("indicators/<int:pk>/edit/", indicators.indicator_edit, name="indicator_edit"),
    path("indicators/<int:pk>/end/", indicators.indicator_end, name="indicator_end"),
    path("indicators/scoring/", scoring.scoring_edit, name="scoring_edit"),
]
