"""Addresses of deciding: the desk, the comparison, what was heard, decisions, ballots."""

from django.urls import path

from awards.views import deciding as views

urlpatterns = [
    path("rounds/<int:pk>/desk/", views.desk, name="desk"),
    path("rounds/<int:pk>/desk/announce/", views.pending_announce, name="pending_announce"),
    path("rounds/<int:pk>/compare/<int:category>/", views.comparison, name="comparison"),
    path("rounds/<int:pk>/compare/<int:category>/print/", views.comparison_print, name="comparison_print"),
    path("rounds/<int:pk>/ballot/<int:category>/", views.ballot_start, name="ballot_start"),
    path("nominations/<int:pk>/opinions/add/", views.opinion_add, name="opinion_add"),
    path("nominations/<int:pk>/decision/", views.decision, name="decision"),
    path("nominations/<int:pk>/decision/move/", views.decision_move, name="decision_move"),
    path("nominations/<int:pk>/decision/hold/", views.decision_hold, name="decision_hold"),
    path("nominations/<int:pk>/decision/release/", views.decision_release, name="decision_release"),
]
