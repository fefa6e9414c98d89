"""What a checked field answers: a clean value with notes, or what is wrong with it and how to mend it."""

import re
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

LOST_DIGITS = re.compile(r"[0-9](?:\.[0-9]+[Ee]\+?|[Ee]\+)[0-9]+")
"""A number as a spreadsheet shows it when it is too long for it, `3.50299198805120E+17`: its last digits are gone."""

_LONGEST_SHOWN = 40
_FULL_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)}
# Controls, lone surrogates, and what turns or hides text. The joiners and variation selectors belong to characters.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_NO_WORDS = re.compile(r"[\W_]")
_SAY_NOTHING = frozenset(
    (
        "没有",
        "暂无",
        "不详",
        "未知",
        "不知道",
        "同上",
        "测试",
        "备注",
        "好的",
        "na",
        "none",
        "null",
        "nil",
        "test",
        "abc",
    )
)


class Ok(NamedTuple, Generic[T]):
    """A good value as it is to be kept, and what somebody should still look at (`notes`, in Chinese)."""

    value: T
    notes: tuple[str, ...] = ()


class FieldError(ValueError):
    """A value that cannot be taken: the `field` as the list names it, `what` is wrong, the `cure`; all in Chinese.

    `value_shown` is the value as it was given, cleaned and cut, for the person who gave it. It is personal, so it is
    kept out of `str(error)`, which may be logged.
    """

    def __init__(self, field: str, value: str, what: str, cure: str) -> None:
        self.field, self.what, self.cure = field, what, cure
        self.value_shown = seen(value)[:_LONGEST_SHOWN]
        super().__init__(f"{field}：{what}，{cure}")


def seen(text: str) -> str:
    """`text` without invisible characters, white space folded to single spaces."""
    if text.isalnum():  # nothing of the kind in it, as in most addresses
        return text
    return " ".join(_UNSEEN.sub("", text).split())


def plain(text: str) -> str:
    """`text` as `seen`, with full-width letters, digits and marks made half-width."""
    return seen(text).translate(_FULL_WIDTH)


def meaningful(text: str) -> bool:
    """Whether `text` says something: not blank, not 无 or 111 or 。, not one character again and again."""
    words = _NO_WORDS.sub("", seen(text[:2000])).casefold().translate(_FULL_WIDTH)
    if words.isdigit() and len(words) < 7:
        return False
    return len(words) >= 2 and len(set(words)) >= 2 and words not in _SAY_NOTHING
