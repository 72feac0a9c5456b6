"""Addresses of awards: rounds, nominations, the deciding meeting, public notices, honours, model posts and brands, summing up."""

from awards.urls import deciding, honours, nominations, notices, posts, rounds, summaries

app_name = "awards"
urlpatterns = [
    *rounds.urlpatterns,
    *nominations.urlpatterns,
    *deciding.urlpatterns,
    *notices.urlpatterns,
    *honours.urlpatterns,
    *posts.urlpatterns,
    *summaries.urlpatterns,
]
