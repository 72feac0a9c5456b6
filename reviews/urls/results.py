"""Addresses of the seal, the publication and the results of evaluation; part of reviews.urls."""

from django.urls import URLPattern, path

from reviews.views import results

urlpatterns: list[URLPattern] = [
    path("evaluations/<int:pk>/seal/", results.evaluation_seal, name="evaluation_seal"),
    path("evaluations/<int:pk>/closing/", results.closing_print, name="closing_print"),
    path("evaluations/<int:pk>/publish/", results.evaluation_publish, name="evaluation_publish"),
    path("evaluations/<int:pk>/results/", results.result_detail, name="result_detail"),
    path("evaluations/<int:pk>/results/print/", results.result_print, name="result_print"),
    path("evaluations/<int:pk>/results/sheet/", results.result_sheet, name="result_sheet"),
    path("evaluations/<int:pk>/results/public/", results.result_public, name="result_public"),
    path("evaluations/<int:pk>/remarks/", results.remark_list, name="remark_list"),
    path("evaluations/<int:pk>/remarks/<uuid:remark>/", results.remark_act, name="remark_act"),
    path("evaluations/<int:pk>/appraisal/", results.appraisal_edit, name="appraisal_edit"),
    path("evaluations/<int:pk>/appraisal/print/", results.appraisal_print, name="appraisal_print"),
]
