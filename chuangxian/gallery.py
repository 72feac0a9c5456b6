"""Every component on one page, with invented content: for whoever builds a page, and for the tests that look at it. DEBUG only."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from chuangxian.verdicts import YES, no
from chuangxian.workflow import Move, Note, Offer, anyone

DAY = date(2011, 6, 20)

PAGES = {
    "sheet": "components/gallery_sheet.html",
    "login": "accounts/login.html",
    "400": "400.html",
    "403": "403.html",
    "404": "404.html",
    "409": "409.html",
    "500": "500.html",
}


@dataclass
class Someone:
    display_name: str
    is_authenticated: bool = True


@dataclass
class Entry:
    label: str
    actor_name: str
    on: date
    note: str = ""
    at: datetime | None = None


@dataclass
class File:
    name: str
    size: int
    note: str = ""
    url: str = "#"


class ItemForm(forms.Form):
    kind = forms.ChoiceField(
        label="类别", choices=[("common", "共性承诺"), ("post", "岗位承诺"), ("practical", "实事承诺")]
    )
    content = forms.CharField(
        label="承诺事项",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写清做什么、做到什么程度，别人看得出做没做到。",
    )
    target = forms.CharField(label="目标", max_length=100, required=False)
    due_on = forms.DateField(label="完成时限", widget=forms.DateInput(attrs={"type": "date"}))
    shared = forms.BooleanField(label="同时列入支部承诺", required=False)
    evidence = forms.FileField(label="佐证材料", required=False, help_text="图片、PDF 或 Word，每个不超过 20 MB。")


class ListFilter(forms.Form):
    branch = forms.ChoiceField(
        label="支部", required=False, choices=[("", "全部支部"), ("1", "第一支部"), ("2", "第二支部")]
    )
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部状态"), ("submitted", "待审")])
    q = forms.CharField(label="关键词", required=False)


class SignIn(forms.Form):
    username = forms.CharField(label="账号")
    password = forms.CharField(label="密码", widget=forms.PasswordInput)


ROWS = [
    ("王建国", "第一支部", "已公示", "good", 4, 3, date(2011, 11, 30)),
    ("李秀英", "第一支部", "待审", "wait", 3, 0, date(2011, 12, 20)),
    ("欧阳志远", "第二支部", "已退回", "bad", 3, 0, date(2011, 10, 15)),
    ("陈芳", "第三支部", "草稿", "neutral", 2, 0, None),
    ("周明", "第三支部", "有逾期", "late", 5, 2, date(2011, 5, 31)),
]
COLUMNS = ("name", "branch", "state", "tone", "items", "done", "due_on")


def _offers() -> list[Offer]:
    def move(verb: str, label: str, tone: str, note: Note = Note.NONE) -> Move:
        return Move(verb, label, ("submitted",), "next", anyone, note=note, tone=tone, note_label="退回意见")

    return [
        Offer(move("approve", "审核通过", "primary"), YES),
        Offer(move("return", "退回修改", "secondary", Note.REQUIRED), YES),
        Offer(move("publish", "公示", "secondary"), no("还有 2 项承诺没有完成时限，补齐后才能公示。")),
        Offer(move("withdraw", "撤回", "danger"), YES),
    ]


def _nav(request: HttpRequest) -> list[dict[str, Any]]:
    groups = (("工作台",), ("承诺", "承诺墙"), ("活动方案",), ("党组织",), ("提醒", "台账", "日志"))
    return [
        {
            "label": "管理" if "日志" in labels else labels[0],
            "url": request.path,
            "active": labels[0] == "承诺",
            "entries": [{"label": label, "url": request.path, "active": label == "承诺"} for label in labels],
        }
        for labels in groups
    ]


def sample(request: HttpRequest) -> dict[str, Any]:
    """Return the context of the gallery: what pages and the context processor would give."""
    broken = ItemForm({"kind": "post", "content": "", "target": "听课不少于 40 节", "due_on": "2011-02-30"})
    # The template reads errors of a form only after it was asked.
    broken.is_valid()
    return {
        "user": Someone("王建国"),
        "nav": _nav(request),
        "campaign_day": DAY,
        "unread_count": 3,
        "demo": True,
        "clock_stopped": True,
        "past_day": date(2011, 3, 1),
        "past_day_exit_url": request.path,
        "member_url": request.path,
        "past_day_url": request.path,
        "rows": [dict(zip(COLUMNS, row, strict=True)) for row in ROWS],
        "page": Paginator(range(214), 25).get_page(request.GET.get("page", 3)),
        "filter_form": ListFilter(request.GET or None),
        "form": broken,
        "offers": _offers(),
        "entries": [
            Entry(
                "退回修改",
                "张书记",
                date(2011, 3, 9),
                "第二项没有写明完成时限。\n第三项与去年相同，请结合今年的重点课题改写。",
            ),
            Entry("提交", "王建国", date(2011, 3, 8)),
            Entry("起草", "王建国", date(2011, 2, 27), at=datetime(2011, 3, 5, 2, 0, tzinfo=UTC)),
        ],
        "files": [
            File("听课记录（3—5月）.pdf", 1_843_200, "王建国，2011年5月31日"),
            File("送教下乡活动照片.jpg", 734_003),
        ],
        "fields": [
            {"label": "承诺事项", "mine": "全年听课不少于 40 节，课后当面反馈。", "theirs": "全年听课不少于 60 节。"},
            {"label": "完成时限", "mine": "2011年11月30日", "theirs": "2011年11月30日"},
        ],
        "bars": {
            "type": "bar",
            "labels": ["第一支部", "第二支部", "第三支部", "第四支部", "离退休支部"],
            "series": [
                {"label": "已公示", "values": [12, 9, 11, 7, 3], "tone": "green"},
                {"label": "待审", "values": [2, 3, 1, 4, 0], "tone": "amber"},
                {"label": "未提交", "values": [0, 2, 1, 3, 4], "tone": "pale"},
            ],
            "stacked": True,
        },
        "sentence": "这份材料在您编辑期间已被他人修改。",
        "exception": "您是这份承诺书的作者，不能审核自己的承诺；请由党总支书记审核。",
        "demo_accounts": [
            {"username": "zongzhi", "role": "党总支书记"},
            {"username": "shuji1", "role": "第一支部书记"},
            {"username": "dangyuan1", "role": "党员"},
            {"username": "ganshi", "role": "活动办公室干事"},
            {"username": "guanli", "role": "系统管理员"},
        ],
        "demo_password": "yanshi-2011",
    }


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def gallery(request: HttpRequest) -> HttpResponse:
    """Show all components, or with ``?show=`` one of the pages in PAGES; a POST answers as an autosave does and keeps nothing."""
    if not settings.DEBUG:
        raise Http404
    if request.method == "POST":
        return JsonResponse({"version": int(request.POST.get("version", 0)) + 1, "saved_at": "10:32"})
    context = sample(request)
    show = request.GET.get("show", "")
    if show not in PAGES:
        return render(request, "components/gallery.html", context)
    if show == "login":
        context |= {
            "user": None,
            "nav": None,
            "past_day": None,
            "clock_stopped": False,
            "form": SignIn(),
            "locked": True,
            "locked_minutes": 15,
        }
    return render(request, PAGES[show], context)
