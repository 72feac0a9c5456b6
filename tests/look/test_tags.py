"""The tags say what they are asked to say, and nothing a visitor typed becomes markup."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.http import Http404
from django.template import Context, Template
from django.test import RequestFactory

from chuangxian import gallery
from chuangxian.templatetags import ui
from chuangxian.verdicts import YES, no
from chuangxian.workflow import Move, Note, Offer, anyone

DAY = date(2011, 6, 20)


def render(source: str, url: str = "/list/", **values: Any) -> str:
    request = RequestFactory().get(url)
    return Template("{% load ui %}" + source).render(Context({"request": request, "csrf_token": "token", **values}))


# ---- dates and numbers ----


def test_dates_are_written_the_chinese_way() -> None:
    assert ui.cn_date(DAY) == "2011年6月20日"
    assert ui.cn_short_date(DAY) == "6月20日"
    assert ui.cn_date(None) == ui.cn_short_date(None) == ui.cn_datetime(None) == "—"


def test_a_moment_is_shown_in_local_time() -> None:
    at = datetime(2011, 6, 19, 18, 5, tzinfo=UTC)
    assert ui.cn_datetime(at) == "2011年6月20日 02:05"
    assert ui.cn_date(at) == "2011年6月20日"


@pytest.mark.parametrize(
    ("day", "precision", "text"),
    [
        (date(2010, 7, 21), "day", "2010年7月21日"),
        (date(2010, 7, 10), "ten_days", "2010年7月上旬"),
        (date(2010, 7, 11), "ten_days", "2010年7月中旬"),
        (date(2010, 7, 20), "ten_days", "2010年7月中旬"),
        (date(2010, 7, 21), "ten_days", "2010年7月下旬"),
        (date(2010, 7, 21), "month", "2010年7月"),
        (date(2010, 7, 21), "year", "2010年"),
        (None, "month", "—"),
    ],
)
def test_a_date_claims_no_more_than_is_known(day: date | None, precision: str, text: str) -> None:
    assert ui.cn_precise(day, precision) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (0, "0%"),
        (1, "100%"),
        (0.5, "50.0%"),
        (Decimal(43) / 62, "69.4%"),
        (0.9999, "99.9%"),
        (0.0001, "0.1%"),
        (None, "—"),
    ],
)
def test_rounding_never_turns_almost_into_all_or_nothing(ratio: float | Decimal | None, text: str) -> None:
    assert ui.percent(ratio) == text


def test_a_share_of_nothing_is_a_dash() -> None:
    assert ui.share(43, 62) == "69.4%"
    assert ui.share(0, 0) == "—"
    assert ui.share(0, 5) == "0%"
    assert ui.share(None, 5) == "—"


def test_zero_is_something() -> None:
    assert [ui.dash(value) for value in (0, "", None, "文")] == [0, "—", "—", "文"]


# ---- marks ----


def test_badge_carries_word_and_tone() -> None:
    assert render('{% badge "待审" "wait" %}') == '<span class="tag tag-wait">待审</span>'


def test_an_unknown_tone_is_an_error_of_the_page() -> None:
    with pytest.raises(ValueError, match="unknown tone 'pink'"):
        render('{% badge "待审" "pink" %}')
    with pytest.raises(ValueError, match="unknown tone 'pink'"):
        render('{% hint tone="pink" %}x{% endhint %}')


def test_nothing_typed_becomes_markup() -> None:
    evil = "<img src=x>"
    pages = [
        render("{% badge text %}", text=evil),
        render("{% person text text %}", text=evil),
        render("{% figure text text %}", text=evil),
        render("{% panel title=text %}{{ text }}{% endpanel %}", text=evil),
        render("{% hint title=text %}{{ text }}{% endhint %}", text=evil),
        render("{% compare rows %}", rows=[{"label": evil, "mine": evil, "theirs": evil}]),
        render(
            "{% chart 'k' text data %}",
            text=evil,
            data={"type": "bar", "labels": [evil], "series": [{"label": evil, "values": [1]}]},
        ),
    ]
    assert [page for page in pages if "<img" in page] == []


def test_person_takes_a_member_a_user_or_text() -> None:
    assert "李秀英" in render("{% person who %}", who=SimpleNamespace(name="李秀英"))
    assert "王建国" in render("{% person who %}", who=SimpleNamespace(display_name="王建国"))
    assert '<a href="/m/1/">张三</a>' in render('{% person "张三" "第一支部" "/m/1/" %}')


# ---- lists ----


def test_sort_header_goes_up_then_down_keeps_filters_and_leaves_the_page() -> None:
    first = render('{% sort_header "时限" "due_on" %}', "/list/?branch=2&page=3")
    assert 'aria-sort="none"' in first
    assert 'href="?branch=2&amp;sort=due_on"' in first
    second = render('{% sort_header "时限" "due_on" %}', "/list/?branch=2&sort=due_on")
    assert 'aria-sort="ascending"' in second
    assert 'href="?branch=2&amp;sort=-due_on"' in second
    third = render('{% sort_header "时限" "due_on" %}', "/list/?sort=-due_on")
    assert 'aria-sort="descending"' in third
    assert 'href="?sort=due_on"' in third


def test_pager_keeps_the_query_and_says_where_one_is() -> None:
    page = Paginator(range(214), 25).get_page(3)
    text = render("{% pager page %}", "/list/?branch=2&page=3", page=page)
    assert "第 51–75 条，共 214 条" in text
    assert '<span aria-current="page">3</span>' in text
    assert 'href="?branch=2&amp;page=2" rel="prev"' in text
    assert 'href="?branch=2&amp;page=4" rel="next"' in text
    assert "…" in text


def test_one_page_has_no_pager() -> None:
    assert render("{% pager page %}", page=Paginator(range(3), 25).get_page(1)).strip() == ""


class Narrow(forms.Form):
    branch = forms.CharField(label="支部", required=False)


def test_filter_bar_carries_the_order_along_and_can_be_cleared() -> None:
    text = render("{% filter_bar form %}", "/list/?branch=2&sort=-due_on", form=Narrow({"branch": "2"}))
    assert '<input type="hidden" name="sort" value="-due_on">' in text
    assert 'href="/list/">清除' in text
    assert "data-active" in text
    assert "清除" not in render("{% filter_bar form %}", "/list/?sort=due_on", form=Narrow())


# ---- figures ----


def test_figure_shows_numerator_denominator_and_share() -> None:
    text = render('{% figure "已承诺" 43 62 unit="人" %}')
    assert "43<small>/62人</small>" in text
    assert 'value="43" max="62"' in text
    assert "69.4%" in text


def test_figure_of_nobody_divides_by_nothing() -> None:
    text = render('{% figure "已承诺" 0 0 unit="人" %}')
    assert "0<small>/0人</small>" in text
    assert "—" in text


def test_chart_has_its_table_and_its_data_without_code() -> None:
    data = {"type": "bar", "labels": ["第一支部"], "series": [{"label": "已公示", "values": [12]}]}
    text = render('{% chart "by-branch" "进度" data unit="人" %}', data=data)
    assert '<script id="by-branch" type="application/json">' in text
    assert '<th scope="row">第一支部</th><td class="num">12</td>' in text


# ---- moves ----


def offer(verb: str, verdict: Any, note: Note = Note.NONE) -> Offer:
    return Offer(Move(verb, {"approve": "通过", "return": "退回"}[verb], ("a",), "b", anyone, note=note), verdict)


def test_a_radars_levels_are_words_in_its_table_and_nothing_is_a_dash() -> None:
    data = {"type": "radar", "labels": ["甲", "乙"], "series": [{"label": "自查", "values": [2, None]}]}
    cells = r"<td[^>]*>(.*?)</td>"
    assert re.findall(cells, render('{% chart "k" "t" data %}', data=data | {"words": ["有差距", "做到了"]})) == [
        "做到了",
        "—",
    ]
    assert re.findall(cells, render('{% chart "k" "t" data %}', data=data | {"most": 20})) == ["2", "—"]


def test_an_allowed_move_is_a_form_with_version_and_token() -> None:
    text = render('{% move_buttons offers "/p/1/move/" version=4 %}', offers=[offer("approve", YES)])
    assert '<form method="post" action="/p/1/move/">' in text
    assert '<input type="hidden" name="verb" value="approve">' in text
    assert '<input type="hidden" name="version" value="4">' in text
    assert 'name="csrfmiddlewaretoken" value="token"' in text


def test_a_refused_move_is_a_disabled_button_with_its_sentence() -> None:
    text = render('{% move_buttons offers "/" %}', offers=[offer("approve", no("还没有到公示时间。"))])
    assert "<form" not in text
    assert 'disabled aria-describedby="move-approve-why">通过</button>' in text
    assert '<p class="move-why" id="move-approve-why">还没有到公示时间。</p>' in text


def test_a_note_typed_in_a_refused_try_comes_back() -> None:
    offers = [offer("return", YES, Note.REQUIRED)]
    text = render(
        '{% move_buttons offers "/" tried="return" note=typed error="太短。" %}', offers=offers, typed="改 <b>"
    )
    assert '<details class="move-note" open>' in text
    assert "改 &lt;b&gt;</textarea>" in text
    assert "太短。" in text
    assert " required" in text
    assert "open" not in render('{% move_buttons offers "/" %}', offers=offers)


def test_history_says_when_something_was_entered_later() -> None:
    entries = [
        SimpleNamespace(label="提交", actor_name="王建国", on=DAY, note="", at=datetime(2011, 6, 20, 9, tzinfo=UTC)),
        SimpleNamespace(
            label="起草", actor_name="王建国", on=date(2011, 3, 1), note="补记", at=datetime(2011, 6, 20, 9, tzinfo=UTC)
        ),
    ]
    text = render("{% history entries %}", entries=entries)
    assert text.count("补录") == 1
    assert "（2011年6月20日补录）" in text
    assert '<p class="history-note">补记</p>' in text
    assert "还没有记录。" in render("{% history entries %}", entries=[])


def test_an_evening_entry_is_not_called_late() -> None:
    """17:00 UTC on the 19th is already the 20th in Changzhou."""
    entry = SimpleNamespace(
        label="提交", actor_name="王建国", on=DAY, note="", at=datetime(2011, 6, 19, 17, tzinfo=UTC)
    )
    assert "补录" not in render("{% history entries %}", entries=[entry])


def test_compare_marks_only_what_differs() -> None:
    rows = [{"label": "内容", "mine": "甲", "theirs": "乙"}, {"label": "时限", "mine": None, "theirs": ""}]
    text = render("{% compare rows %}", rows=rows)
    assert text.count("有改动") == 1
    assert text.count("（空）") == 2


class Typed(forms.Form):
    content = forms.CharField(label="承诺事项")
    due_on = forms.DateField(label="完成时限")


def test_error_summary_leads_to_each_field_and_counts() -> None:
    form = Typed({"content": "", "due_on": "昨天"})
    text = render("{% form_errors form %}", form=form)
    assert "还有 2 处需要修改" in text
    assert 'href="#id_content">承诺事项：' in text
    assert 'href="#id_due_on">完成时限：' in text
    assert render("{% form_errors form %}", form=Typed()).strip() == ""


def test_gallery_is_not_there_outside_debugging(settings: Any) -> None:
    settings.DEBUG = False
    with pytest.raises(Http404):
        gallery.gallery(RequestFactory().get("/_gallery/"))
