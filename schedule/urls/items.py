"""Addresses of action items and meetings; part of schedule.urls."""

from django.urls import URLPattern, path

from schedule.views import items, meeting_ledger, meetings

urlpatterns: list[URLPattern] = [
    path("items/", items.item_list, name="item_list"),
    path("items/export/", items.item_export, name="item_export"),
    path("items/add/", items.item_add, name="item_add"),
    path("items/add/<int:pk>/", items.item_raise, name="item_raise"),
    path("items/<int:pk>/", items.item_detail, name="item_detail"),
    path("items/<int:pk>/act/", items.item_act, name="item_act"),
    path("items/<int:pk>/plan/", items.item_plan, name="item_plan"),
    path("items/<int:pk>/progress/", items.item_progress, name="item_progress"),
    path("items/<int:pk>/progress/autosave/", items.item_progress_autosave, name="item_progress_autosave"),
    path("items/<int:pk>/postpone/", items.item_postpone, name="item_postpone"),
    path("items/<int:pk>/print/", items.item_print, name="item_print"),
    path("items/evidence/<int:pk>/", items.item_evidence, name="item_evidence"),
    path("meetings/", meetings.meeting_list, name="meeting_list"),
    path("meetings/add/", meetings.meeting_add, name="meeting_add"),
    path("meetings/add/autosave/", meetings.meeting_add_autosave, name="meeting_add_autosave"),
    path("meetings/export/", meeting_ledger.meeting_export, name="meeting_export"),
    path("meetings/ledger/", meeting_ledger.meeting_ledger, name="meeting_ledger"),
    path("meetings/rhythm/", meeting_ledger.meeting_rhythm, name="meeting_rhythm"),
    path("meetings/files/<int:pk>/", meetings.meeting_file, name="meeting_file"),
    path("meetings/<int:pk>/print/", meetings.meeting_print, name="meeting_print"),
    path("meetings/<int:pk>/", meetings.meeting_detail, name="meeting_detail"),
    path("meetings/<int:pk>/edit/", meetings.meeting_edit, name="meeting_edit"),
    path("meetings/<int:pk>/edit/autosave/", meetings.meeting_autosave, name="meeting_autosave"),
]
