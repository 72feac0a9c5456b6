from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/", views.password_change, name="password_change"),
    path("", views.account_list, name="account_list"),
    path("new/", views.account_create, name="account_create"),
    path("<int:pk>/", views.account_page, name="account_page"),
    path("<int:pk>/edit/", views.account_edit, name="account_edit"),
    path("<int:pk>/disable/", views.account_disable, name="account_disable"),
    path("<int:pk>/enable/", views.account_enable, name="account_enable"),
    path("<int:pk>/reset/", views.account_reset, name="account_reset"),
]
