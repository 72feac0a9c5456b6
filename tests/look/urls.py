"""The gallery's address, which the portal has in DEBUG only."""

from django.urls import path

from chuangxian.gallery import gallery

urlpatterns = [path("_gallery/", gallery)]
