"""Addresses of honours, certificates and stories; part of awards.urls."""

from django.urls import URLPattern, path

from awards.views import certificates, honours, stories, story_texts

urlpatterns: list[URLPattern] = [
    path("honours/", honours.honour_list, name="honour_list"),
    path("honours/export/", honours.honour_export, name="honour_export"),
    path("honours/print/", honours.honour_print, name="honour_print"),
    path("honours/add/", honours.honour_add, name="honour_add"),
    path("honours/add/<int:pk>/", honours.honour_record, name="honour_record"),
    path("honours/rounds/<int:pk>/commend/", certificates.round_commend, name="round_commend"),
    path("honours/rounds/<int:pk>/certificates/", certificates.round_certificates, name="round_certificates"),
    path(
        "honours/rounds/<int:pk>/certificates/pdf/", certificates.round_certificates_pdf, name="round_certificates_pdf"
    ),
    path("honours/<int:pk>/", honours.honour_detail, name="honour_detail"),
    path("honours/<int:pk>/edit/", honours.honour_edit, name="honour_edit"),
    path("honours/<int:pk>/show/", honours.honour_show, name="honour_show"),
    path("honours/<int:pk>/revoke/", honours.honour_revoke, name="honour_revoke"),
    path("honours/<int:pk>/certificate/", certificates.honour_certificate, name="honour_certificate"),
    path("honours/<int:pk>/certificate/pdf/", certificates.honour_certificate_pdf, name="honour_certificate_pdf"),
    path("stories/", stories.story_list, name="story_list"),
    path("stories/add/", story_texts.story_add, name="story_add"),
    path("stories/add/<int:pk>/", story_texts.story_write, name="story_write"),
    path("stories/add/<int:pk>/autosave/", story_texts.story_write_autosave, name="story_write_autosave"),
    path("stories/pictures/<int:pk>/", stories.story_picture, name="story_picture"),
    path("stories/<int:pk>/", stories.story_detail, name="story_detail"),
    path("stories/<int:pk>/edit/", story_texts.story_edit, name="story_edit"),
    path("stories/<int:pk>/edit/autosave/", story_texts.story_autosave, name="story_autosave"),
    path("stories/<int:pk>/move/", stories.story_move, name="story_move"),
    path("stories/<int:pk>/answer/", stories.story_answer, name="story_answer"),
    path("public/honours/", honours.public_honours, name="public_honours"),
    path("public/stories/", stories.public_stories, name="public_stories"),
    path("public/stories/<int:pk>/", stories.public_story, name="public_story"),
    path("public/stories/pictures/<int:pk>/", stories.public_picture, name="public_picture"),
]
