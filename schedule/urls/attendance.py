"""Addresses of attendance at study sessions and of study hours; part of schedule.urls."""

from django.urls import URLPattern, path

from schedule.views import attendance, hours, leave, signing, study_notes

urlpatterns: list[URLPattern] = [
    path("study/<int:pk>/sign/", signing.session_sign, name="session_sign"),
    path("study/<int:pk>/sign/now/", signing.session_sign_now, name="session_sign_now"),
    path("study/<int:pk>/sign-in/", signing.sign_in, name="sign_in"),
    path("study/<int:pk>/attendance/", attendance.attendance_list, name="attendance_list"),
    path("study/<int:pk>/leave/", leave.leave_ask, name="leave_ask"),
    path("study/leave/", leave.leave_list, name="leave_list"),
    path("study/leave/<int:pk>/", leave.leave_answer, name="leave_answer"),
    path("study/make-up/<int:pk>/", leave.make_up, name="make_up"),
    path("study/make-up/<int:pk>/autosave/", leave.make_up_autosave, name="make_up_autosave"),
    path("study/make-up/<int:pk>/return/", leave.make_up_return, name="make_up_return"),
    path("study/<int:pk>/notes/", study_notes.study_notes, name="study_notes"),
    path("study/<int:pk>/notes/autosave/", study_notes.study_notes_autosave, name="study_notes_autosave"),
    path("study/<int:pk>/notes/all/", study_notes.notes_list, name="notes_list"),
    path("study/hours/", hours.study_hours, name="study_hours"),
    path("study/hours/<int:pk>/", hours.hours_member, name="hours_member"),
    path("study/hours/export/", hours.hours_export, name="hours_export"),
    path("study/hours/print/", hours.hours_print, name="hours_print"),
]
