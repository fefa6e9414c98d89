"""What a WeCom card can hold: hard limits refuse, advised lengths cut.

Hard limits are those of page 90236 (app cards). Advised lengths are the smaller ones of pages 99110 and 101032
(bot cards), because they are safe for every client; where only the app page speaks, its number stands.
Lengths count characters (code points), sizes of keys and ids count UTF-8 bytes.
"""

import re
import unicodedata
from collections.abc import Iterable, Sized
from typing import TypeVar

N = TypeVar("N", int, float)

SOURCE = 13
TITLE = 26
VOTE_TITLE = 16
DESC = 30
FORM_DESC = 112  # a vote or form has no other room for text; the app page allows 160
SUB_TITLE = 112
EMPHASIS = (10, 15)
QUOTE = (26, 112)
PARAGRAPH = (26, 112)
ROW_NAME = 5
ROW_VALUE = 26
JUMP_TITLE = 13
BUTTON_TEXT = 10
MENU_TEXT = 16  # no page advises a length for this one, nor for the next
REPLACE_TEXT = 16
SELECT_TITLE = 13
OPTION_TEXT = 16  # the seven result labels are up to 15 long and must stay whole: the app page's number
VOTE_TEXT = 17

KEY_BYTES = 1024
ID_BYTES = 128
USERID_BYTES = 64
URL_BYTES = 2048

# Controls that are no white space, lone surrogates, and what turns or hides text: bidi marks, zero widths, tags.
# The joiner U+200D stays: emoji families are made with it.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_SPACES = re.compile(r"\s+")
_JOINERS = ("\u200d", "\ufe0e", "\ufe0f")


class CardError(ValueError):
    """A card broke a hard limit of WeCom: `field` (as WeCom names it), `size` found, `limit` allowed."""

    def __init__(self, field: str, size: float, limit: float, cure: str) -> None:
        self.field, self.size, self.limit = field, size, limit
        super().__init__(f"{field}: size {size}, limit {limit}; {cure}")


def clean(value: str, lines: bool = False) -> str:
    """`value` without characters nobody can see, spaces folded; newlines survive only where `lines`."""
    seen = _UNSEEN.sub("", value)
    if not lines:
        return _SPACES.sub(" ", seen).strip()
    return "\n".join(_SPACES.sub(" ", line).strip() for line in seen.split("\n")).strip()


def cut(value: str, limit: int, lines: bool = False) -> str:
    """`value` cleaned and at most `limit` characters, the last one `…` if something had to go.

    Never cuts between a character and the marks or joiners that belong to it.
    """
    value = clean(value, lines)
    if len(value) <= limit:
        return value
    end = limit - 1
    while end > 0 and (_hangs_on(value[end]) or value[end - 1] == "\u200d"):
        end -= 1
    return value[:end].rstrip() + "…"


def words(field: str, value: str, limit: int, lines: bool = False) -> str:
    """Like `cut`, for a field that WeCom requires: raises `CardError` if nothing is left to read."""
    shown = cut(value, limit, lines)
    if not shown:
        raise CardError(field, 0, limit, "give it a text")
    return shown


def token(field: str, value: str, limit: int) -> str:
    """`value` unchanged if it can be a key or id: printable, 1 to `limit` bytes; else `CardError`."""
    size = len(value.encode("utf-8", "surrogatepass"))
    if not 0 < size <= limit:
        raise CardError(field, size, limit, f"give 1 to {limit} bytes")
    if not value.isprintable():
        raise CardError(field, size, limit, "use printable characters only")
    return value


def link(field: str, value: str) -> str:
    """`value` unchanged if it is an http(s) address of at most 2048 bytes; else `CardError`."""
    token(field, value, URL_BYTES)
    if not value.startswith(("http://", "https://")):
        raise CardError(field, len(value.encode()), URL_BYTES, "begin it with http:// or https://")
    return value


def count(field: str, items: Sized, low: int, high: int) -> None:
    """Raise `CardError` unless there are `low` to `high` items."""
    if not low <= len(items) <= high:
        raise CardError(field, len(items), high, f"give {low} to {high} of them")


def unique(field: str, values: Iterable[str]) -> None:
    """Raise `CardError` if a value stands twice; WeCom could not tell which one was meant."""
    given = list(values)
    if len(set(given)) != len(given):
        raise CardError(field, len(given), len(set(given)), "make every one different")


def within(field: str, value: N, low: float, high: float) -> N:
    """`value` unchanged if it lies between `low` and `high`; else `CardError`."""
    if not low <= value <= high:
        raise CardError(field, value, high, f"give a number from {low} to {high}")
    return value


def _hangs_on(char: str) -> bool:
    """Whether `char` belongs to the one before it."""
    return char in _JOINERS or unicodedata.combining(char) != 0 or "\U0001f3fb" <= char <= "\U0001f3ff"
