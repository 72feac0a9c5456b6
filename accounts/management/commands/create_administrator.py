"""The first account of an empty site: `python manage.py create_administrator guanli --name 张三`."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import actions
from chuangxian import clock


class Command(BaseCommand):
    help = "开通一个系统管理员账号，显示一次初始密码。"

    def add_arguments(self, parser: CommandParser) -> None:
        """User name, name and address."""
        parser.add_argument("username", help="登录用的用户名")
        parser.add_argument("--name", required=True, help="姓名")
        parser.add_argument("--email", default="", help="电子邮箱")

    def handle(self, *args: Any, **options: Any) -> None:
        """Open the account and print the password once."""
        try:
            _, password = actions.open_account(
                username=options["username"],
                display_name=options["name"],
                email=options["email"],
                is_staff=True,
                by=None,
                on=clock.today(),
            )
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        hours = int(settings.INITIAL_PASSWORD_VALID.total_seconds() // 3600)
        self.stdout.write(f"已开通系统管理员 {options['username']}。")
        self.stdout.write(f"初始密码：{password}")
        # elsewhere the port is the business of whoever starts the site, and not known here
        address = f" {settings.SITE_URL} " if settings.PRODUCTION else "网站"
        self.stdout.write(f"请在 {hours} 小时内登录{address}并修改密码；这里不会再显示一次。")
