"""Addresses of rounds of evaluation; part of reviews.urls."""

from django.urls import URLPattern, path

from reviews.views import evaluations

urlpatterns: list[URLPattern] = [
    path("evaluations/", evaluations.evaluation_list, name="evaluation_list"),
    path("evaluations/add/", evaluations.evaluation_add, name="evaluation_add"),
    path("evaluations/<int:pk>/", evaluations.evaluation_detail, name="evaluation_detail"),
    path("evaluations/<int:pk>/edit/", evaluations.evaluation_edit, name="evaluation_edit"),
    path("evaluations/<int:pk>/act/", evaluations.evaluation_act, name="evaluation_act"),
    path("evaluations/<int:pk>/turnout/", evaluations.evaluation_turnout, name="evaluation_turnout"),
    path("evaluations/<int:pk>/keep/", evaluations.evaluation_keep, name="evaluation_keep"),
]
