"""Addresses of tasks and recurring tasks; part of schedule.urls."""

from django.urls import URLPattern, path

from schedule.views import assignments, series, tasks

urlpatterns: list[URLPattern] = [
    path("tasks/", tasks.task_list, name="task_list"),
    path("tasks/add/", tasks.task_add, name="task_add"),
    path("tasks/ledger/", tasks.task_ledger, name="task_ledger"),
    path("tasks/ledger/export/", tasks.task_export, name="task_export"),
    path("tasks/ledger/print/", tasks.task_print, name="task_print"),
    path("tasks/<int:pk>/", tasks.task_detail, name="task_detail"),
    path("tasks/<int:pk>/edit/", tasks.task_edit, name="task_edit"),
    path("tasks/<int:pk>/move/", tasks.task_move, name="task_move"),
    path("tasks/<int:pk>/cancel/", tasks.task_cancel, name="task_cancel"),
    path("tasks/<int:pk>/remind/", tasks.task_remind, name="task_remind"),
    path("tasks/one/<int:pk>/", assignments.assignment_detail, name="assignment_detail"),
    path("tasks/one/<int:pk>/act/", assignments.assignment_act, name="assignment_act"),
    path("tasks/one/<int:pk>/done/", assignments.assignment_done, name="assignment_done"),
    path("tasks/evidence/<int:pk>/", assignments.task_evidence, name="task_evidence"),
    path("tasks/series/", series.series_list, name="series_list"),
    path("tasks/series/add/", series.series_add, name="series_add"),
    path("tasks/series/<int:pk>/", series.series_detail, name="series_detail"),
    path("tasks/series/<int:pk>/end/", series.series_end, name="series_end"),
]
