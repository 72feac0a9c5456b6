"""From a cell to a value, or to a sentence. Where two readings are possible there is no value: nothing is guessed."""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

from .cells import RawCell
from .columns import Column, PartialDate
from .formats import Format
from .problems import BadCell

YEARS = (1900, 2099)
DATE_HINT = "请写成 2005-09-16 这样的完整日期"
MONTH_HINT = "请写成 1983-10 或 1983年10月"

INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
ANY_SPACE = re.compile(r"\s+")
# Kangxi and CJK radicals look like characters but are not (they come out of PDFs); full-width letters, digits and spaces
LOOKALIKES = re.compile("[\u2e80-\u2fdf\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u3000]")
DASHES = str.maketrans(
    {"‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "﹣": "-", "。": ".", "﹒": ".", "·": "."}
)

SEPARATED = re.compile(r"(\d{4})([.\-/])(\d{1,2})(?:\2(\d{1,2}))?")
CHINESE = re.compile(r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})[日号])?)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
YEAR = re.compile(r"(\d{4})年?")
MIDNIGHT = re.compile(r"[ T]0{1,2}:00(:00(\.0+)?)?$")
CLOCK = re.compile(r"[ T]?(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})?秒?)?分?$")
SHORT_YEAR = re.compile(r"['’]?\d{2}[.\-/年]\d{1,2}([.\-/月]\d{1,2}日?|月)?")
YEAR_LAST = re.compile(r"\d{1,2}[.\-/]\d{1,2}[.\-/]\d{4}")
NUMBER = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")


def folded(text: str) -> str:
    """For comparing: NFKC, nothing invisible, no spaces, lower case."""
    return ANY_SPACE.sub("", INVISIBLE.sub("", unicodedata.normalize("NFKC", text))).casefold()


def tidy(text: str, *, spaces: str = "one", fold: bool = False, lines: bool = False) -> str:
    """The text as typed, cleaned: half-width letters and digits, no invisible characters, single spaces, trimmed.

    Chinese punctuation stays Chinese unless `fold`; line breaks stay only with `lines`.
    """
    text = unicodedata.normalize("NFKC" if fold else "NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = LOOKALIKES.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = CONTROL.sub("", INVISIBLE.sub("", text))
    if not lines:
        text = text.replace("\n", " ")
    if spaces == "none":
        return ANY_SPACE.sub("", text)
    return "\n".join(SPACES.sub(" ", line).strip() for line in text.split("\n")).strip()


def read_value(column: Column[Any], cell: RawCell, form: Format, *, epoch_1904: bool = False) -> Any:
    """The value of a filled cell by the column's kind, or BadCell. None where the cell holds a word for "nothing"."""
    kind = column.read_as or column.kind
    match cell.kind:
        case "formula":
            raise BadCell(f"是公式（{clip(cell.text)}），结果不确定，请直接填写内容")
        case "error":
            raise BadCell(f"是错误值 {clip(cell.text)}，请改正")
        case "unknown":
            raise BadCell("单元格类型无法识别，请重新填写")
    if cell.kind == "text":
        text = tidy(cell.text, spaces=column.spaces, fold=column.fold or kind != "text", lines=column.wrap)
        if "\ufffd" in text:
            raise BadCell(f"“{clip(text)}”含有乱码，请重新填写")
        if not text or text in column.blanks:
            return None
    else:
        text = cell.text
    match kind:
        case "text":
            return read_text(column, cell, form, text)
        case "choice":
            return read_choice(column, cell, text)
        case "integer" | "decimal" | "percent":
            return read_number(column, cell, form, text)
        case "datetime":
            return read_moment(cell, form, text, epoch_1904)
    partial = read_date(column, cell, form, text, epoch_1904)
    if kind == "month":
        if partial.precision == "year" and column.coarsest != "year":
            raise BadCell(f"“{clip(text)}”只有年份，缺少月份，{MONTH_HINT}")
        return partial
    if partial.precision != "day":
        raise BadCell(f"“{partial}”缺少具体日期，{DATE_HINT}")
    return partial.date


def clip(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"


def number_of(text: str) -> Decimal:
    """A number cell's value as Excel shows it: 15 digits, of which more would be invented."""
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise BadCell(f"“{clip(text)}”不是有效的数字") from error
    if not value.is_finite():
        raise BadCell(f"“{clip(text)}”不是有效的数字")
    if abs(value) >= 10**15:
        raise BadCell(f"“{clip(text)}”超过 15 位，末尾数字已被 Excel 改成 0，请把单元格设为文本格式后重新填写")
    return Decimal(f"{value:.15g}") if len(value.as_tuple().digits) > 15 else value


def plain(value: Decimal) -> str:
    return format(value.normalize() if value else Decimal(0), "f")


def read_text(column: Column[Any], cell: RawCell, form: Format, text: str) -> str:
    match cell.kind:
        case "bool":
            raise BadCell(f"是逻辑值 {'TRUE' if text == '1' else 'FALSE'}，请改为文字")
        case "isodate":
            raise BadCell("已被 Excel 变成日期，原来的文字无法确定，请把单元格设为文本格式后重新填写")
        case "number":
            value = number_of(text)
            if form.is_date:
                raise BadCell("已被 Excel 变成日期，原来的文字无法确定，请把单元格设为文本格式后重新填写")
            if form.distorts:
                raise BadCell(f"单元格显示的与存储的（{plain(value)}）不同，请把单元格设为文本格式后重新填写")
            text = plain(value)
            if re.fullmatch(r"0{2,}", form.code) and value == value.to_integral_value():
                text = text.zfill(len(form.code))
    if column.max_length and len(text) > column.max_length:
        raise BadCell(f"有 {len(text)} 字，超过 {column.max_length} 字的上限")
    return text


def read_choice(column: Column[Any], cell: RawCell, text: str) -> Any:
    if cell.kind == "number":
        text = plain(number_of(text))
    elif cell.kind != "text":
        raise BadCell(f"应为下列之一：{'、'.join(column.labels.values())}")
    wanted = folded(text)
    for choice in column.choices:
        value, *labels = choice if isinstance(choice, tuple) else (choice, choice)
        if any(folded(label) == wanted for label in labels):
            return value
    labels = list(column.labels.values())
    listed = "、".join(labels[:12]) + ("等" if len(labels) > 12 else "")
    raise BadCell(f"“{clip(text)}”不在可选范围内，应为：{listed}")


def read_number(column: Column[Any], cell: RawCell, form: Format, text: str) -> int | Decimal:
    percent = column.kind == "percent"
    match cell.kind:
        case "bool":
            raise BadCell("是逻辑值，应为数字")
        case "isodate":
            raise BadCell("是日期，应为数字")
        case "number":
            if form.is_date:
                raise BadCell("是日期，应为数字")
            value = number_of(text)
            if percent and "%" not in form.code:
                raise BadCell(
                    f"“{plain(value)}”没有百分号，不知是 {plain(value)}% 还是 {plain(value * 100)}%，请写成带百分号的数"
                )
        case _:
            signed = text.translate(DASHES)
            bare = ANY_SPACE.sub("", signed[:-1] if percent and signed.endswith("%") else signed)
            if not NUMBER.fullmatch(bare):
                raise BadCell(f"“{clip(text)}”不是数字")
            if percent and bare == ANY_SPACE.sub("", signed):
                raise BadCell(f"“{clip(text)}”没有百分号，请写成带百分号的数")
            value = Decimal(bare.replace(",", ""))
            if len(value.as_tuple().digits) > 15:
                raise BadCell(f"“{clip(text)}”超过 15 位，不是合理的数字")
            value = value / 100 if percent else value
    if column.kind == "integer":
        if value != value.to_integral_value():
            raise BadCell(f"“{clip(text)}”不是整数")
        return int(value)
    return value


def day(year: int, month: int, of_month: int, shown: str) -> date:
    if not YEARS[0] <= year <= YEARS[1]:
        raise BadCell(f"“{clip(shown)}”的年份不合理")
    try:
        return date(year, month, of_month)
    except ValueError as error:
        raise BadCell(f"“{clip(shown)}”不是真实存在的日期，请核对") from error


def date_from_text(text: str) -> PartialDate:
    """2005.09.16, 2005-9-6, 2005/9/6, 1980年11月24日, 20050916; 1983.10, 1983年10月; 1983, 1983年. Else BadCell."""
    typed = MIDNIGHT.sub("", unicodedata.normalize("NFKC", text).translate(DASHES).strip())
    compact = ANY_SPACE.sub("", typed)
    if match := SEPARATED.fullmatch(compact):
        year, month, of_month = match[1], match[3], match[4]
    elif match := CHINESE.fullmatch(compact) or COMPACT.fullmatch(compact):
        year, month, of_month = match[1], match[2], match[3]
    elif match := YEAR.fullmatch(compact):
        year, month, of_month = match[1], None, None
    elif SHORT_YEAR.fullmatch(compact):
        raise BadCell(f"“{clip(text)}”的年份只有两位，请写四位年份")
    elif YEAR_LAST.fullmatch(compact):
        raise BadCell(f"“{clip(text)}”分不清月和日，{DATE_HINT}")
    elif re.fullmatch(r"\d{6}", compact):
        raise BadCell(f"“{clip(text)}”有两种读法，{DATE_HINT}或 1983-10")
    else:
        raise BadCell(f"“{clip(text)}”不是能识别的日期，{DATE_HINT}")
    found = day(int(year), int(month or 1), int(of_month or 1), text)
    return PartialDate(found, "day" if of_month else "month" if month else "year")


def moment_from_serial(text: str, epoch_1904: bool) -> datetime:
    value = number_of(text)
    low = 0 if epoch_1904 else 61  # before 1900-03-01 Excel counts a day that never was
    if not low <= value < 73_051:
        raise BadCell(f"日期序号 {plain(value)} 不在合理范围内，{DATE_HINT}")
    found = from_excel(float(value), CALENDAR_MAC_1904 if epoch_1904 else CALENDAR_WINDOWS_1900)
    if not isinstance(found, datetime):
        raise BadCell(f"只有时刻没有日期，{DATE_HINT}")
    return found


def dated(cell: RawCell, form: Format, epoch_1904: bool) -> datetime | None:
    """The moment of a real date cell, None where the cell is no date at all."""
    if cell.kind == "isodate":
        try:
            return datetime.fromisoformat(cell.text.removesuffix("Z"))
        except ValueError as error:
            raise BadCell(f"“{clip(cell.text)}”不是能识别的日期，{DATE_HINT}") from error
    if cell.kind == "number" and form.is_date:
        if "d" not in form.shows and "m" not in form.shows and "y" not in form.shows:
            raise BadCell(f"显示的是时刻而不是日期，{DATE_HINT}")
        if "y" not in form.shows:
            raise BadCell("只显示月日，年份是 Excel 自动补的，请补上年份重新填写")
        return moment_from_serial(cell.text, epoch_1904)
    return None


def read_date(column: Column[Any], cell: RawCell, form: Format, text: str, epoch_1904: bool) -> PartialDate:
    moment = dated(cell, form, epoch_1904)
    if moment is not None:
        if moment.time() != time.min:
            raise BadCell(f"“{moment:%Y-%m-%d %H:%M}”带有时刻，请只填日期")
        found = day(moment.year, moment.month, moment.day, str(moment.date()))
        if cell.kind == "number" and "d" not in form.shows and found.day == 1:
            # typed as 1983年10月: the first is Excel's, not the writer's
            return PartialDate(found, "month" if "m" in form.shows or found.month != 1 else "year")
        return PartialDate(found)
    match cell.kind:
        case "bool":
            raise BadCell("是逻辑值，应为日期")
        case "number":
            return date_from_number(column, number_of(text))
    return date_from_text(text)


def date_from_number(column: Column[Any], value: Decimal) -> PartialDate:
    """A plain number in a date column: only what can be read in one way."""
    written = plain(value)
    if re.fullmatch(r"(19|20)\d{6}", written):
        return date_from_text(written)
    if re.fullmatch(r"(19|20)\d{2}", written) and column.kind == "month" and column.coarsest == "year":
        return date_from_text(written)
    if match := re.fullmatch(r"((19|20)\d{2})\.(\d{1,2})", written):
        if match[3] == "1":
            raise BadCell(f"数字 {written} 不知是 {match[1]} 年 1 月还是 10 月（数字末尾的 0 会丢失），{MONTH_HINT}")
        return date_from_text(written)
    raise BadCell(f"是数字 {written} 而不是日期，{DATE_HINT}，或把单元格设为日期格式")


def read_moment(cell: RawCell, form: Format, text: str, epoch_1904: bool) -> datetime:
    """A local naive datetime."""
    moment = dated(cell, form, epoch_1904)
    if moment is not None:
        if cell.kind == "number" and "t" not in form.shows and moment.time() == time.min:
            raise BadCell("只有日期没有时刻，请写成 2011-06-20 14:30")
        return moment
    if cell.kind != "text":
        raise BadCell(f"“{clip(text)}”不是日期和时刻，请写成 2011-06-20 14:30")
    typed = unicodedata.normalize("NFKC", text).translate(DASHES).strip()
    match = CLOCK.search(typed)
    if not match:
        raise BadCell(f"“{clip(text)}”没有时刻，请写成 2011-06-20 14:30")
    partial = date_from_text(typed[: match.start()])
    hour, minute, second = int(match[1]), int(match[2]), int(match[3] or 0)
    if partial.precision != "day" or hour > 23 or minute > 59 or second > 59:
        raise BadCell(f"“{clip(text)}”不是有效的日期和时刻，请写成 2011-06-20 14:30")
    return datetime.combine(partial.date, time(hour, minute, second))
