"""Sorting Chinese names by sound, the same on every database.

pypinyin and ICU both misread surnames that have a reading of their own, so those stand here (source: Xinhua dictionary, surname readings).
"""

from pypinyin import Style, lazy_pinyin

SURNAME_READINGS = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "区": "ou", "查": "zha", "朴": "piao", "任": "ren", "华": "hua",
    "盖": "ge", "缪": "miao", "宁": "ning", "尉": "wei", "翟": "zhai", "乐": "yue", "员": "yun", "冼": "xian", "秘": "bi",
    "折": "she", "黑": "he", "召": "shao", "种": "chong", "重": "chong", "繁": "po", "逄": "pang", "覃": "qin", "祭": "zhai",
    "洗": "xian", "尹": "yin", "薄": "bo", "长孙": "zhangsun", "尉迟": "yuchi", "万俟": "moqi", "澹台": "tantai",
}  # fmt: skip


def _syllables(name: str) -> list[str]:
    surname = next((s for s in (name[:2], name[:1]) if s in SURNAME_READINGS), "")
    rest = lazy_pinyin(name[len(surname) :], style=Style.TONE3, neutral_tone_with_five=True)
    return [*([SURNAME_READINGS[surname]] if surname else []), *rest]


def sort_key(name: str) -> str:
    """Return the pinyin of a name with tones, then the name itself, so that equal sounds still have one order."""
    return keys(name)[0]


def search_key(name: str) -> str:
    """Return what people type instead of characters: ``zhangsan zs`` for 张三."""
    return keys(name)[1]


def keys(name: str) -> tuple[str, str]:
    """Return the sort key and the search key."""
    syllables = _syllables(name)
    sounds = [sound for one in syllables if (sound := "".join(filter(str.isalpha, one)))]
    search = f"{''.join(sounds)} {''.join(sound[0] for sound in sounds)}"
    return " ".join([*syllables, name])[:120], search.lower()[:80]
