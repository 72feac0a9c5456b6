"""Addresses of the coverage board; part of reviews.urls."""

from django.urls import URLPattern, path

from reviews.views import coverage

urlpatterns: list[URLPattern] = [
    path("coverage/", coverage.coverage_board, name="coverage_board"),
    path("coverage/export/", coverage.coverage_export, name="coverage_export"),
    path("coverage/print/", coverage.coverage_print, name="coverage_print"),
    path("rounds/<int:pk>/missing/", coverage.round_missing, name="round_missing"),
    path("rounds/<int:pk>/remind/", coverage.round_remind, name="round_remind"),
    path("rounds/<int:pk>/close/", coverage.round_close, name="round_close"),
]
