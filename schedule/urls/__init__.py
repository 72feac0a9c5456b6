"""Addresses of the schedule."""

from django.urls import path

from schedule.urls import activities, attendance, calendar, imports, indicators, items, notices, study, tasks
from schedule.views import plan

app_name = "schedule"
urlpatterns = [
    path("plan/", plan.plan_detail, name="plan_detail"),
    path("plan/timeline/", plan.timeline_page, name="timeline"),
    *activities.urlpatterns,
    *attendance.urlpatterns,
    *calendar.urlpatterns,
    *imports.urlpatterns,
    *indicators.urlpatterns,
    *items.urlpatterns,
    *notices.urlpatterns,
    *study.urlpatterns,
    *tasks.urlpatterns,
]
