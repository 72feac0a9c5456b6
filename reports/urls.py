from django.urls import path

from reports.views import archive, centre, front, snapshots

app_name = "reports"
urlpatterns = [
    path("", front.dashboard, name="dashboard"),
    path("overview/", front.overview, name="overview"),
    path("overview/print/", front.overview_print, name="overview_print"),
    path("ledgers/", centre.ledger_list, name="ledger_list"),
    path("ledgers/made/<int:pk>/", centre.run_detail, name="ledger_run"),
    path("ledgers/made/<int:pk>/progress/", centre.run_progress, name="ledger_run_progress"),
    path("ledgers/made/<int:pk>/cancel/", centre.run_cancel, name="ledger_run_cancel"),
    path("ledgers/made/<int:pk>/file/", centre.run_file, name="ledger_run_file"),
    path("ledgers/<slug:key>/", centre.ledger_detail, name="ledger_detail"),
    path("ledgers/<slug:key>/export/", centre.ledger_export, name="ledger_export"),
    path("ledgers/<slug:key>/order/", centre.ledger_order, name="ledger_order"),
    path("archive/", archive.archive_page, name="archive"),
    path("archive/download/", archive.archive_download, name="archive_download"),
    path("statistics/", snapshots.snapshot_list, name="snapshot_list"),
    path("statistics/add/", snapshots.snapshot_add, name="snapshot_add"),
    path("statistics/<int:pk>/", snapshots.snapshot_detail, name="snapshot_detail"),
    path("statistics/<int:pk>/export/", snapshots.snapshot_export, name="snapshot_export"),
    path("statistics/<int:pk>/print/", snapshots.snapshot_print, name="snapshot_print"),
    path("statistics/<int:pk>/void/", snapshots.snapshot_void, name="snapshot_void"),
    path("log/", front.log_list, name="log_list"),
    path("log/export/", front.log_export, name="log_export"),
    path("burden/", front.burden_page, name="burden"),
    path("burden/export/", front.burden_export, name="burden_export"),
    path("past-day/", front.past_day, name="past_day"),
    path("past-day/leave/", front.past_day_leave, name="past_day_leave"),
]
