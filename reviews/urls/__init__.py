"""Addresses of reviews: rounds, self-reviews, comments, coverage, self and others, evaluation."""

from reviews.urls import batches, comments, coverage, evaluations, paper, results, rounds, self_reviews, standings

app_name = "reviews"
urlpatterns = [
    *rounds.urlpatterns,
    *coverage.urlpatterns,
    *self_reviews.urlpatterns,
    *comments.urlpatterns,
    *standings.urlpatterns,
    *evaluations.urlpatterns,
    *batches.urlpatterns,
    *paper.urlpatterns,
    *results.urlpatterns,
]
