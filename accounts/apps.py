from django.apps import AppConfig
from django.contrib.admin import apps as admin


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账号与记录"


class LookingAdminConfig(admin.AdminConfig):
    """Django's admin with the site of `accounts.looking` in the place of its own."""

    default = False
    default_site = "accounts.looking.LookingSite"
