"""Addresses of the ballot pages, mounted at /v/. No code ever stands in one: on a slip it is the fragment, which no browser sends."""

from django.urls import path

from reviews.views import voting as views

app_name = "voting"
urlpatterns = [
    path("", views.door, name="door"),
    path("<int:pk>/", views.enter, name="enter"),
    path("<int:pk>/next/", views.enter_shared, name="enter_shared"),
    path("<int:pk>/ballot/", views.ballot, name="ballot"),
    path("<int:pk>/cast/", views.cast, name="cast"),
    path("<int:pk>/done/", views.done, name="done"),
    path("<int:pk>/next/done/", views.done_shared, name="done_shared"),
    path("<int:pk>/code/", views.code, name="code"),
]
