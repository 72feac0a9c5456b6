"""Addresses of study; part of schedule.urls."""

from django.urls import URLPattern, path

from schedule.views import study, study_plans, study_sessions, swaps

urlpatterns: list[URLPattern] = [
    path("study/", study.study_list, name="study_list"),
    path("study/ledger/", study.study_ledger, name="study_ledger"),
    path("study/ledger/export/", study.study_export, name="study_export"),
    path("study/ledger/print/", study.study_print, name="study_print"),
    path("study/files/<int:pk>/", study.study_file, name="study_file"),
    path("study/plans/add/<int:pk>/", study_plans.study_plan_add, name="study_plan_add"),
    path("study/plans/<int:pk>/", study_plans.study_plan_detail, name="study_plan_detail"),
    path("study/plans/<int:pk>/edit/", study_plans.study_plan_edit, name="study_plan_edit"),
    path("study/plans/<int:pk>/fill/", study_plans.study_plan_fill, name="study_plan_fill"),
    path("study/plans/<int:pk>/rota/", study_plans.study_rota, name="study_rota"),
    path("study/add/<int:pk>/", study_sessions.session_add, name="session_add"),
    path("study/add/<int:pk>/autosave/", study_sessions.session_add_autosave, name="session_add_autosave"),
    path("study/<int:pk>/", study.session_detail, name="session_detail"),
    path("study/<int:pk>/edit/", study_sessions.session_edit, name="session_edit"),
    path("study/<int:pk>/autosave/", study_sessions.session_autosave, name="session_autosave"),
    path("study/<int:pk>/move/", study_sessions.session_move, name="session_move"),
    path("study/<int:pk>/cancel/", study_sessions.session_cancel, name="session_cancel"),
    path("study/<int:pk>/record/", study_sessions.session_record, name="session_record"),
    path("study/<int:pk>/print/", study.session_print, name="session_print"),
    path("study/<int:pk>/swap/", swaps.swap_ask, name="swap_ask"),
    path("study/swaps/<int:pk>/", swaps.swap_answer, name="swap_answer"),
]
