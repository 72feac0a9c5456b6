"""Addresses of activities and carriers; part of schedule.urls."""

from django.urls import URLPattern, path

from schedule.views import activities, activity_texts

urlpatterns: list[URLPattern] = [
    path("activities/", activities.activity_list, name="activity_list"),
    path("activities/export/", activities.activity_export, name="activity_export"),
    path("activities/print/", activities.activity_print, name="activity_print"),
    path("activities/carriers/", activities.carrier_statistics, name="carrier_statistics"),
    path("activities/carriers/export/", activities.carrier_export, name="carrier_export"),
    path("activities/add/", activity_texts.activity_add, name="activity_add"),
    path("activities/add/<int:pk>/", activity_texts.activity_record, name="activity_record"),
    path("activities/add/<int:pk>/autosave/", activity_texts.activity_record_autosave, name="activity_record_autosave"),
    path("activities/files/<int:pk>/", activities.activity_file, name="activity_file"),
    path("activities/<int:pk>/", activities.activity_detail, name="activity_detail"),
    path("activities/<int:pk>/edit/", activity_texts.activity_edit, name="activity_edit"),
    path("activities/<int:pk>/edit/autosave/", activity_texts.activity_autosave, name="activity_autosave"),
    path("activities/<int:pk>/withdraw/", activities.activity_withdraw, name="activity_withdraw"),
]
