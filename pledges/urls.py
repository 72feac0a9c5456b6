from django.urls import path

from pledges.views import board, cycles, fulfilling, lists, moves, reading, texts, wall

app_name = "pledges"
urlpatterns = [
    path("", lists.pledge_list, name="pledge_list"),
    path("export/", lists.pledge_export, name="pledge_export"),
    path("start/", lists.pledge_start, name="pledge_start"),
    path("<int:pk>/", moves.pledge_detail, name="pledge_detail"),
    path("<int:pk>/act/", moves.pledge_act, name="pledge_act"),
    path("<int:pk>/record/", moves.pledge_record, name="pledge_record"),
    path("<int:pk>/print/", moves.pledge_print, name="pledge_print"),
    path("<int:pk>/edit/", texts.pledge_edit, name="pledge_edit"),
    path("<int:pk>/autosave/", texts.pledge_autosave, name="pledge_autosave"),
    path("<int:pk>/draft/discard/", texts.draft_discard, name="draft_discard"),
    path("<int:pk>/revise/", texts.pledge_revise, name="pledge_revise"),
    path("<int:pk>/report/", fulfilling.pledge_report, name="pledge_report"),
    path("<int:pk>/appraise/", fulfilling.pledge_appraise, name="pledge_appraise"),
    path("items/<int:pk>/entries/add/", fulfilling.entry_add, name="entry_add"),
    path("evidence/<int:pk>/", fulfilling.evidence_file, name="evidence_file"),
    path("review/", reading.review_list, name="review_list"),
    path("review/<int:pk>/", reading.review_read, name="review_read"),
    path("publish/", reading.publish_list, name="publish_list"),
    path("coverage/", board.pledge_coverage, name="pledge_coverage"),
    path("coverage/export/", board.coverage_export, name="coverage_export"),
    path("cycles/", cycles.cycle_list, name="cycle_list"),
    path("cycles/add/", cycles.cycle_add, name="cycle_add"),
    path("cycles/<int:pk>/edit/", cycles.cycle_edit, name="cycle_edit"),
    path("cycles/<int:pk>/close/", cycles.cycle_close, name="cycle_close"),
    path("wall/", wall.pledge_wall, name="pledge_wall"),
    path("wall/<int:pk>/", wall.wall_pledge, name="wall_pledge"),
]
