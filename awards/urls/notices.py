"""Addresses of public notices and objections; those under public/ are open to everybody."""

from django.urls import URLPattern, path

from awards.views import notices, objections, public_notices

urlpatterns: list[URLPattern] = [
    path("notices/", notices.notice_list, name="notice_list"),
    path("notices/add/<int:pk>/", notices.notice_add, name="notice_add"),
    path("notices/add/<int:pk>/autosave/", notices.notice_add_autosave, name="notice_add_autosave"),
    path("notices/<int:pk>/", notices.notice_detail, name="notice_detail"),
    path("notices/<int:pk>/edit/", notices.notice_edit, name="notice_edit"),
    path("notices/<int:pk>/edit/autosave/", notices.notice_autosave, name="notice_autosave"),
    path("notices/<int:pk>/edition/", notices.notice_edition, name="notice_edition"),
    path("notices/<int:pk>/edition/autosave/", notices.notice_edition_autosave, name="notice_edition_autosave"),
    path("notices/<int:pk>/act/", notices.notice_act, name="notice_act"),
    path("notices/<int:pk>/print/", notices.notice_print, name="notice_print"),
    path("notices/<int:pk>/objections/add/", objections.objection_add, name="objection_add"),
    path("objections/", objections.objection_list, name="objection_list"),
    path("objections/<int:pk>/", objections.objection_detail, name="objection_detail"),
    path("objections/<int:pk>/answer/", objections.objection_answer, name="objection_answer"),
    path("objections/<int:pk>/answer/autosave/", objections.objection_autosave, name="objection_autosave"),
    path("public/notices/", public_notices.public_notice_list, name="public_notice_list"),
    path("public/notices/<int:pk>/", public_notices.public_notice, name="public_notice"),
    path("public/notices/<int:pk>/object/", public_notices.public_object, name="public_object"),
    path("public/reply/", public_notices.public_reply, name="public_reply"),
]
