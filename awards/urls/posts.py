"""Addresses of model posts and brands."""

from django.urls import URLPattern, path

from awards.views import brands, examples, posts

urlpatterns: list[URLPattern] = [
    path("posts/", posts.post_list, name="post_list"),
    path("posts/export/", posts.post_export, name="post_export"),
    path("posts/plates/", posts.post_plates, name="post_plates"),
    path("posts/add/", posts.post_add, name="post_add"),
    path("posts/<int:pk>/", posts.post_detail, name="post_detail"),
    path("posts/<int:pk>/edit/", posts.post_edit, name="post_edit"),
    path("posts/<int:pk>/move/", posts.post_move, name="post_move"),
    path("posts/<int:pk>/assess/", posts.post_assess, name="post_assess"),
    path("posts/<int:pk>/print/", posts.post_print, name="post_print"),
    path("brands/", brands.brand_list, name="brand_list"),
    path("brands/export/", brands.brand_export, name="brand_export"),
    path("brands/add/", brands.brand_add, name="brand_add"),
    path("brands/add/autosave/", brands.brand_add_autosave, name="brand_add_autosave"),
    path("brands/<int:pk>/", brands.brand_detail, name="brand_detail"),
    path("brands/<int:pk>/edit/", brands.brand_edit, name="brand_edit"),
    path("brands/<int:pk>/autosave/", brands.brand_autosave, name="brand_autosave"),
    path("brands/<int:pk>/activities/", brands.brand_activities, name="brand_activities"),
    path("brands/<int:pk>/move/", brands.brand_move, name="brand_move"),
    path("public/posts/", examples.posts_public, name="posts_public"),
    path("public/brands/", examples.brands_public, name="brands_public"),
    path("public/brands/<int:pk>/", examples.brand_public, name="brand_public"),
]
