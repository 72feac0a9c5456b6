"""Remarks for author and reviewer. They never block, count against nobody and are worked out afresh each time.

Pure functions over plain texts. A promise can be checked when it names a yardstick, a figure, a date or a thing that can be shown;
the chief complaint about the pledges of 2010 was plain duty in large words, or last year's text once more.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

# Shorter texts are alike by chance.
COMPARED_FROM_CHARACTERS = 20

# Numbers in the campaign's fixed phrases measure nothing.
_FIXED = re.compile(
    r"五个?好|五个?带头|五带头|两提升|两促进|三个代表|四个一批|十[一二三]五|三会一课|两个?大局|三严三实|[“\"]?两个[^，。]{0,4}[”\"]"
    r"|第?[\d一二三四五六七八九十]+(?:周年|届[一二三四五六七]中全会|届|大精神)|一切|一定|一流|一线|一贯|一致|一直|一起|一些|进一步|第一|统一|同一|一体"
)
_NUMERAL = r"[\d０-９一二两三四五六七八九十百千万半]+"
_UNIT = (
    r"(?:余|多)?(?:个?(?:工作日|课时|小时|学时|学期|月|星期|周|季度)|天|日|年|次|节|篇|项|个|份|场|人次|人|名|位|所|本|遍|字|万字|分钟|分|期|元|套|轮"
    r"|堂|门|条|件|班|例|题|种|册|家|户|校|页|讲|回|遍|届|组|对|封|步|成|倍|%|％|‰)"
)
_FIGURE = re.compile(
    rf"{_NUMERAL}{_UNIT}|\d+(?:\.\d+)?|百分之{_NUMERAL}|每(?:一|两|二|半)?个?(?:天|日|周|星期|旬|月|季度?|学期|学年|年)"
    r"|零(?:投诉|事故|差错|违纪|失误|缺勤)|不(?:迟到|缺席)|全(?:员|部|体|覆盖)"
)
_DATE = re.compile(
    rf"{_NUMERAL}月(?:份|底|初|末|前|内|上旬|中旬|下旬)?|(?:年|月|学期|期|季)(?:底|末|初|中)前?|(?:寒|暑)假(?:前|里|期间|结束)|国庆前|七一前|元旦前|本学期内"
)
_SHOWN = re.compile(
    r"(?:写|撰|形成|提交|完成|编|建立|建|制定|制订|出版|发表|整理|印发|公布|上报|交|开设|开出|上|举办|主持|执教|拿出|备|设计)[^，。；]{0,10}"
    r"(?:报告|论文|文章|教案|笔记|记录|台账|档案|试卷|试题|方案|公开课|示范课|研究课|讲座|证书|总结|汇编|清单|制度|案例|课件|成果集|手册|题库|资料库|目录|问卷|计划表|章程)"
)
_VAGUE = re.compile(
    r"努力|积极|大力|进一步|不断|切实|加强|提高|提升|认真|争取|尽量|尽力|力争|深入|扎实|增强|促进|推进|发扬|弘扬|牢固树立|自觉|严格要求|以身作则|率先垂范"
)
_NOISE = re.compile(r"[\W_]+")


Shingles = frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Words:
    """The texts of one item and its day. ``carried`` marks what was taken over on purpose."""

    content: str
    measure: str = ""
    baseline: str = ""
    target: str = ""
    carried: bool = False
    common: bool = False
    due_on: date | None = None

    @cached_property
    def key(self) -> str:
        """What the content says, without spaces, punctuation and widths; empty where it is alike by chance or ought to be alike."""
        plain = plain_text(self.content)
        return "" if self.carried or self.common or len(plain) < COMPARED_FROM_CHARACTERS else plain

    @property
    def joined(self) -> str:
        """Everything the item says."""
        return "。".join(part for part in (self.content, self.target, self.measure, self.baseline) if part)


@dataclass(frozen=True)
class Text:
    """A pledge as a text to compare: whose it is and what it says. ``earlier`` marks the subject's own of another year."""

    key: int
    name: str
    items: Sequence[Words]
    earlier: bool = False

    @cached_property
    def keys(self) -> frozenset[str]:
        """What its items say, as far as they are compared one by one."""
        return frozenset(item.key for item in self.items if item.key)

    @cached_property
    def shingles(self) -> Shingles:
        """Pairs of neighbouring characters.

        Common items may be alike and carried ones ought to be; they count only when a pledge has nothing else.
        """
        own = [item for item in self.items if not item.carried and not item.common]
        return shingles("".join(item.content + item.measure + item.target for item in own or _not_carried(self.items)))


@dataclass(frozen=True, slots=True)
class Hint:
    """One remark: ``item`` is the place of the item it speaks of (from 0), ``other`` the key of the pledge it resembles."""

    code: str
    sentence: str
    item: int | None = None
    other: int | None = None


def is_checkable(text: str) -> bool:
    """Answer whether a text names a figure, a date or something that can be shown."""
    plain = _FIXED.sub("□", unicodedata.normalize("NFKC", text))
    return any(pattern.search(plain) for pattern in (_FIGURE, _DATE, _SHOWN))


def item_hint(words: Words, place: int) -> Hint | None:
    """Return the remark on one item, or None when it can be checked."""
    if not words.content.strip() or is_checkable(words.joined):
        return None
    vague = list(dict.fromkeys(_VAGUE.findall(words.content)))[:3]
    if vague:
        said = "”“".join(vague)
        sentence = f"“{said}”说的是态度，看不出做到什么程度算兑现；可以写上数量、时间，或者拿得出来的东西。"
        return Hint("vague", sentence, item=place)
    return Hint("no_yardstick", "没有数量、时间或拿得出来的东西，到时候不好检查；可以补上现状和目标。", item=place)


def past_hint(words: Words, place: int, on: date) -> Hint | None:
    """Return the remark that an item's day is over before the pledge is approved."""
    if words.due_on is None or words.due_on >= on:
        return None
    sentence = f"完成时限 {words.due_on:%Y-%m-%d} 已经过去，一公布就算过期；应改成还没有到的日子。"
    return Hint("past", sentence, item=place)


def same_item_hint(words: Words, place: int, others: Iterable[Text]) -> Hint | None:
    """Return the remark that an item stands word for word in another pledge, naming the first. A look-up in a set for each of them."""
    other = next((other for other in others if words.key in other.keys), None) if words.key else None
    if other is None:
        return None
    return Hint("same_item", f"与{other.name}中的一项一字不差。{_advice(other)}", item=place, other=other.key)


def count_hint(count: int, least: int, most: int | None) -> Hint | None:
    """Return the remark on the number of items: both ends included, ``most=None`` knows no upper end."""
    if count and count < least:
        return Hint("few", f"只有 {count} 项，通常不少于 {least} 项。")
    if most is not None and count > most:
        return Hint("many", f"共有 {count} 项，通常不超过 {most} 项；少而实，更容易兑现。")
    return None


def plain_text(text: str) -> str:
    """Return the letters and characters of a text, without spaces and punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold())


def shingles(text: str) -> Shingles:
    """Return the pairs of neighbouring letters and characters of a text, without spaces and punctuation.

    A pair that comes back is numbered, so that comparing two texts is one intersection of sets.
    """
    plain = plain_text(text)
    if len(plain) < COMPARED_FROM_CHARACTERS:
        return frozenset()
    seen: Counter[str] = Counter()
    found = set()
    for pair in map("".join, zip(plain, plain[1:], strict=False)):
        found.add((pair, seen[pair]))
        seen[pair] += 1
    return frozenset(found)


def likeness(one: Shingles, other: Shingles) -> float:
    """Return the share of text two sets of shingles have in common, 0 to 1 (Dice's coefficient)."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def copy_hint(text: Text, others: Iterable[Text], *, since: float) -> Hint | None:
    """Return the remark that a pledge is nearly another's text, naming the nearest; ``since`` is the share it takes."""
    mine = text.shingles
    size = len(mine)
    best, nearest = since, None
    for other in others:
        length = len(other.shingles)
        # two texts of unlike length cannot be that alike: most pairs end here
        if other.key == text.key or not length or 2 * min(size, length) / (size + length) < best:
            continue
        found = likeness(mine, other.shingles)
        if found >= best:
            best, nearest = found, other
    if nearest is None:
        return None
    sentence = f"与{nearest.name}有 {int(best * 100)}% 相同。{_advice(nearest)}"
    return Hint("copy", sentence, other=nearest.key)


def pledge_hints(
    text: Text, *, others: Sequence[Text], count: tuple[int, int | None], similar_from: float, on: date
) -> list[Hint]:
    """Return all remarks on a pledge: on the whole first, then one an item."""
    copied = copy_hint(text, others, since=similar_from)
    found = [count_hint(len(text.items), *count), copied]
    # of a whole that is a copy nobody needs to hear once more, item by item
    rest = [other for other in others if other.key != text.key and (copied is None or other.key != copied.other)]
    for place, words in enumerate(text.items):
        remarks = (item_hint(words, place), same_item_hint(words, place, rest), past_hint(words, place, on))
        found.append(_as_one([remark for remark in remarks if remark is not None]))
    return [hint for hint in found if hint is not None]


def _as_one(remarks: Sequence[Hint]) -> Hint | None:
    if len(remarks) < 2:
        return remarks[0] if remarks else None
    other = next((remark.other for remark in remarks if remark.other is not None), None)
    sentence = "".join(remark.sentence for remark in remarks)
    return Hint(" ".join(remark.code for remark in remarks), sentence, item=remarks[0].item, other=other)


def _advice(other: Text) -> str:
    return "去年没做完的事项，可以用“结转”接着做。" if other.earlier else "承诺贵在切合自己的实际。"


def _not_carried(items: Sequence[Words]) -> list[Words]:
    return [item for item in items if not item.carried]
