"""Addresses of notices and reminders; part of schedule.urls."""

from django.urls import URLPattern, path

from schedule.views import channels, notices, reminders

urlpatterns: list[URLPattern] = [
    path("notices/", notices.notice_inbox, name="notice_inbox"),
    path("notices/read/", notices.notice_read_all, name="notice_read_all"),
    path("notices/<int:pk>/open/", notices.notice_open, name="notice_open"),
    path("notices/<int:pk>/resend/", notices.notice_resend, name="notice_resend"),
    path("notices/<int:pk>/snooze/", reminders.snooze, name="snooze"),
    path("notices/preference/", reminders.notice_preference, name="notice_preference"),
    path("notices/channels/", channels.channel_list, name="channel_list"),
    path("notices/channels/add/", channels.channel_add, name="channel_add"),
    path("notices/channels/<int:pk>/edit/", channels.channel_edit, name="channel_edit"),
    path("notices/channels/<int:pk>/test/", channels.channel_test, name="channel_test"),
    path("notices/deliveries/", channels.delivery_list, name="delivery_list"),
    path("notices/deliveries/<int:pk>/resend/", channels.delivery_resend, name="delivery_resend"),
    path("reminders/leads/", reminders.lead_times, name="lead_times"),
    path("reminders/leads/<slug:kind>/", reminders.lead_times_edit, name="lead_times_edit"),
    path("reminders/leads/<slug:kind>/restore/", reminders.lead_times_restore, name="lead_times_restore"),
    path("reminders/snoozes/", reminders.snooze_list, name="snooze_list"),
    path("reminders/", notices.reminder_preview, name="reminder_preview"),
    path("reminders/ledger/", notices.notice_ledger, name="notice_ledger"),
]
