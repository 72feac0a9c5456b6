"""Addresses of tables that go round; part of schedule.urls."""

from django.urls import URLPattern, path

from schedule.views import imports

urlpatterns: list[URLPattern] = [
    path("tables/<slug:table>/", imports.table_list, name="table_list"),
    path("tables/<slug:table>/<int:pk>/", imports.table_import, name="table_import"),
    path("tables/<slug:table>/<int:pk>/export/", imports.table_export, name="table_export"),
    path("imports/<int:pk>/", imports.table_import_detail, name="table_import_detail"),
    path("imports/<int:pk>/commit/", imports.table_import_commit, name="table_import_commit"),
    path("imports/<int:pk>/undo/", imports.table_import_undo, name="table_import_undo"),
    path("imports/<int:pk>/discard/", imports.table_import_discard, name="table_import_discard"),
    path("imports/<int:pk>/annotated/", imports.table_import_annotated, name="table_import_annotated"),
]
