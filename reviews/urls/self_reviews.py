"""Addresses of self-reviews; part of reviews.urls."""

from django.urls import URLPattern, path

from reviews.views.self_reviews import lists, moves, pile, texts

urlpatterns: list[URLPattern] = [
    path("self-reviews/", lists.self_review_list, name="self_review_list"),
    path("self-reviews/export/", lists.self_review_export, name="self_review_export"),
    path("self-reviews/start/", lists.self_review_start, name="self_review_start"),
    path("self-reviews/pile/", pile.review_pile, name="review_pile"),
    path("self-reviews/pile/<int:pk>/", pile.review_read, name="review_read"),
    path("self-reviews/<int:pk>/", moves.self_review_detail, name="self_review_detail"),
    path("self-reviews/<int:pk>/act/", moves.self_review_act, name="self_review_act"),
    path("self-reviews/<int:pk>/print/", moves.self_review_print, name="self_review_print"),
    path("self-reviews/<int:pk>/edit/", texts.self_review_edit, name="self_review_edit"),
    path("self-reviews/<int:pk>/autosave/", texts.self_review_autosave, name="self_review_autosave"),
    path("self-reviews/<int:pk>/discard/", texts.self_review_discard, name="self_review_discard"),
]
