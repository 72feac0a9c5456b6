"""Addresses of paper ballots; part of reviews.urls."""

from django.urls import URLPattern, path

from reviews.views import paper

urlpatterns: list[URLPattern] = [
    path("evaluations/<int:pk>/paper/", paper.paper_list, name="paper_list"),
    path("evaluations/<int:pk>/paper/open/<int:category>/", paper.paper_open, name="paper_open"),
    path("evaluations/<int:pk>/paper/sheet/<int:category>/", paper.paper_sheet, name="paper_sheet"),
    path("evaluations/<int:pk>/paper/<int:pile>/", paper.paper_box, name="paper_box"),
    path("evaluations/<int:pk>/paper/<int:pile>/key/", paper.paper_key, name="paper_key"),
    path("evaluations/<int:pk>/paper/<int:pile>/check/", paper.paper_check, name="paper_check"),
    path("evaluations/<int:pk>/paper/<int:pile>/commit/", paper.paper_commit, name="paper_commit"),
    path("evaluations/<int:pk>/paper/<int:pile>/clear/", paper.paper_clear, name="paper_clear"),
    path("evaluations/<int:pk>/paper/<int:pile>/leave-out/", paper.paper_leave_out, name="paper_leave_out"),
]
