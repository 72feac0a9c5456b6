"""The first organisation of an empty site and the first person who may keep it; everything after that is done on the pages."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.actions import open_account
from branches import actions
from branches.models import Organization
from branches.states import Kind, Post
from chuangxian import clock


class Command(BaseCommand):
    help = "建立一个单位（默认党总支）和它的第一位创先争优办公室工作人员，显示一次初始密码。"

    def add_arguments(self, parser: CommandParser) -> None:
        """Names of the unit, of what stands above it, and of the person."""
        parser.add_argument("name", help="单位全称，如 常州市教育教研室党总支")
        parser.add_argument("--short-name", default="", help="简称，如 教研室党总支")
        parser.add_argument("--under", required=True, metavar="NAME", help="上级党工委的全称；还没有就一并建立")
        parser.add_argument(
            "--kind",
            choices=[Kind.COMMITTEE.value, Kind.GENERAL_BRANCH.value, Kind.BRANCH.value],
            default=Kind.GENERAL_BRANCH.value,
        )
        parser.add_argument("--office", required=True, metavar="USERNAME", help="办公室工作人员登录用的用户名")
        parser.add_argument("--office-name", required=True, metavar="NAME", help="办公室工作人员的姓名")
        parser.add_argument("--email", default="", help="办公室工作人员的电子邮箱")

    def handle(self, *args: Any, **options: Any) -> None:
        """Found all of it or nothing."""
        try:
            unit, password = self.found(options)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        self.stdout.write(f"已建立{unit.get_kind_display()}“{unit.name}”，上级是“{unit.parent}”。")
        self.stdout.write(f"已开通办公室工作人员 {options['office']}（{options['office_name']}）。")
        self.stdout.write(f"初始密码：{password}    这里不会再显示一次。")
        self.stdout.write("请用这个账号登录，在“党组织”页面导入名册、登记任职。")

    @transaction.atomic
    def found(self, options: dict[str, Any]) -> tuple[Organization, str]:
        """Return the unit and the initial password."""
        on = clock.today()
        top = Organization.objects.filter(name=options["under"], kind=Kind.WORKING_COMMITTEE).first()
        if top is None:
            top = actions.create_organization(kind=Kind.WORKING_COMMITTEE, name=options["under"], by=None, on=on)
        unit = actions.create_organization(
            kind=options["kind"], name=options["name"], short_name=options["short_name"], parent=top, by=None, on=on
        )
        user, password = open_account(
            username=options["office"],
            display_name=options["office_name"],
            email=options["email"],
            by=None,
            on=on,
        )
        actions.appoint(holder=user, organization=unit, post=Post.OFFICE_STAFF, by=None, on=on)
        return unit, password
