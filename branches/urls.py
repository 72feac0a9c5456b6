from django.urls import path

from branches.views import members, organizations, posts, rosters

app_name = "branches"
urlpatterns = [
    path("", organizations.organization_list, name="organization_list"),
    path("<int:pk>/", organizations.organization_detail, name="organization_detail"),
    path("<int:pk>/new/", organizations.organization_create, name="organization_create"),
    path("<int:pk>/edit/", organizations.organization_edit, name="organization_edit"),
    path("<int:pk>/members/new/", members.member_create, name="member_create"),
    path("<int:pk>/appoint/", posts.post_appoint, name="post_appoint"),
    path("<int:pk>/roster/import/", rosters.roster_import, name="roster_import"),
    path("<int:pk>/roster/template/", rosters.roster_template, name="roster_template"),
    path("<int:pk>/roster/export/", rosters.roster_export, name="roster_export"),
    path("members/", members.member_list, name="member_list"),
    path("members/<int:pk>/", members.member_detail, name="member_detail"),
    path("members/<int:pk>/reveal/", members.member_reveal, name="member_reveal"),
    path("members/<int:pk>/edit/", members.member_edit, name="member_edit"),
    path("members/<int:pk>/transfer/", members.member_transfer, name="member_transfer"),
    path("members/<int:pk>/leave/", members.member_leave, name="member_leave"),
    path("members/<int:pk>/account/", members.member_account, name="member_account"),
    path("posts/<int:pk>/end/", posts.post_end, name="post_end"),
    path("posts/<int:pk>/delegate/", posts.post_delegate, name="post_delegate"),
    path("posts/<int:pk>/return/", posts.acting_end, name="acting_end"),
    path("rosters/<int:pk>/", rosters.roster_import_detail, name="roster_import_detail"),
    path("rosters/<int:pk>/commit/", rosters.roster_import_commit, name="roster_import_commit"),
    path("rosters/<int:pk>/undo/", rosters.roster_import_undo, name="roster_import_undo"),
    path("rosters/<int:pk>/discard/", rosters.roster_import_discard, name="roster_import_discard"),
    path("rosters/<int:pk>/bad-rows/", rosters.roster_import_bad_rows, name="roster_import_bad_rows"),
]
