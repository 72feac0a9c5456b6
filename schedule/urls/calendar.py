"""Addresses of the calendar, its days and its feeds; part of schedule.urls."""

from django.urls import URLPattern, path

from schedule.views import calendar, days, feeds

urlpatterns: list[URLPattern] = [
    path("calendar/", calendar.calendar_month, name="calendar_month"),
    path("calendar/semester/", calendar.calendar_semester, name="calendar_semester"),
    path("calendar/semester/print/", calendar.calendar_print, name="calendar_print"),
    path("calendar/campaign/", calendar.calendar_campaign, name="calendar_campaign"),
    path("calendar/days/", days.day_list, name="day_list"),
    path("calendar/days/set/", days.day_set, name="day_set"),
    path("calendar/days/clear/", days.day_clear, name="day_clear"),
    path("calendar/feeds/", feeds.feed_list, name="feed_list"),
    path("calendar/feeds/make/", feeds.feed_make, name="feed_make"),
    path("calendar/feeds/<int:pk>/revoke/", feeds.feed_revoke, name="feed_revoke"),
    path("cal/<str:secret>.ics", feeds.feed, name="feed"),
]
