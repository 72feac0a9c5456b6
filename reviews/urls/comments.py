"""Addresses of comments; part of reviews.urls."""

from django.urls import URLPattern, path

from reviews.views import comment_desk, comment_paper, comment_typed, comment_write, comments

urlpatterns: list[URLPattern] = [
    path("rounds/<int:pk>/register/", comment_desk.comment_register, name="comment_register"),
    path("rounds/<int:pk>/write/", comment_desk.comment_pile, name="comment_pile"),
    path("rounds/<int:pk>/write/<slug:subject>/", comment_write.comment_write, name="comment_write"),
    path("rounds/<int:pk>/write/<slug:subject>/autosave/", comment_typed.comment_autosave, name="comment_autosave"),
    path("rounds/<int:pk>/write/<slug:subject>/forget/", comment_typed.comment_forget, name="comment_forget"),
    path("rounds/<int:pk>/sheets/", comment_paper.round_sheets, name="round_sheets"),
    path("comments/", comments.comment_list, name="comment_list"),
    path("comments/export/", comments.comment_export, name="comment_export"),
    path("comments/<int:pk>/", comments.comment_detail, name="comment_detail"),
    path("comments/<int:pk>/act/", comments.comment_act, name="comment_act"),
    path("comments/<int:pk>/acknowledge/", comments.comment_acknowledge, name="comment_acknowledge"),
    path("comments/<int:pk>/print/", comment_paper.comment_print, name="comment_print"),
    path("public/", comments.comments_public, name="comments_public"),
]
