"""Addresses of summaries; part of awards.urls."""

from django.urls import URLPattern, path

from awards.views import summaries, summary_texts

urlpatterns: list[URLPattern] = [
    path("summaries/", summaries.summary_list, name="summary_list"),
    path("summaries/add/", summary_texts.summary_add, name="summary_add"),
    path("summaries/<int:pk>/", summaries.summary_detail, name="summary_detail"),
    path("summaries/<int:pk>/move/", summaries.summary_move, name="summary_move"),
    path("summaries/<int:pk>/edit/", summary_texts.summary_edit, name="summary_edit"),
    path("summaries/<int:pk>/edit/autosave/", summary_texts.summary_autosave, name="summary_autosave"),
    path("summaries/<int:pk>/gather/", summary_texts.summary_gather, name="summary_gather"),
    path("summaries/<int:pk>/print/", summaries.summary_print, name="summary_print"),
    path("summaries/<int:pk>/word/", summaries.summary_word, name="summary_word"),
]
