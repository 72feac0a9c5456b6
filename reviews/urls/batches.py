"""Addresses of codes and of the draw of raters; part of reviews.urls."""

from django.urls import URLPattern, path

from reviews.views import batches

urlpatterns: list[URLPattern] = [
    path("evaluations/<int:pk>/codes/", batches.batch_list, name="batch_list"),
    path("evaluations/<int:pk>/codes/make/<int:category>/", batches.batch_make, name="batch_make"),
    path(
        "evaluations/<int:pk>/codes/reserve/<int:category>/",
        batches.batch_make,
        {"is_reserve": True},
        name="reserve_make",
    ),
    path("evaluations/<int:pk>/codes/slip/", batches.slip_revoke, name="slip_revoke"),
    path("evaluations/<int:pk>/codes/<int:batch>/revoke/", batches.batch_revoke, name="batch_revoke"),
    path("evaluations/<int:pk>/codes/<int:batch>/open/", batches.reserve_open, name="reserve_open"),
    path("evaluations/<int:pk>/draw/", batches.draw_add, name="draw_add"),
    path("evaluations/<int:pk>/draw/<int:draw>/", batches.draw_detail, name="draw_detail"),
    path("evaluations/<int:pk>/draw/<int:draw>/print/", batches.draw_print, name="draw_print"),
    path("evaluations/<int:pk>/draw/<int:draw>/forget/", batches.draw_forget, name="draw_forget"),
]
