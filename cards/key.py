"""What a button carries back: which flow, which verb, about what, and in which turn it was drawn."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

VERSION = "1"
MAX_BYTES = 1024
"""WeCom's limit for `button_list.key`, `action_list.key`, `submit_button.key` and `question_key` (page 90236)."""

# What stays readable in a key. The rest is percent-escaped, above all the separator and the percent sign.
_PLAIN = ":@,+=*|!"
_SHAPE = re.compile(r"1/([a-z][a-z0-9_]{0,63})/([a-z][a-z0-9_]{0,63})/([^/]*)/(0|[1-9][0-9]{0,17})/([^/]*)")


class BadKey(ValueError):
    """A key that this system did not make, or cannot; the reason never repeats the key itself."""


@dataclass(frozen=True, slots=True)
class Key:
    """`flow` and `verb` are names of code (`a-z0-9_`); `turn` is the conversation's turn, 0 or more; `arg` is free."""

    flow: str
    verb: str
    ref: str
    turn: int
    arg: str = ""


def pack(key: Key) -> str:
    """`key` as `1/verification/submit/<ref>/<turn>/<arg>`, at most 1024 bytes; `BadKey` if it cannot be."""
    try:
        packed = f"{VERSION}/{key.flow}/{key.verb}/{_escape(key.ref)}/{key.turn}/{_escape(key.arg)}"
    except UnicodeEncodeError as error:
        raise BadKey("ref or arg holds half a character") from error
    if len(packed) > MAX_BYTES:
        raise BadKey(f"{len(packed)} bytes, at most {MAX_BYTES}: carry an id in arg, not the thing")
    if not _SHAPE.fullmatch(packed):
        raise BadKey("flow and verb must be lower-case names, turn a whole number from 0")
    return packed


def unpack(text: str) -> Key:
    """The key that `pack` made `text` from; `BadKey` for anything that `pack` could not have made."""
    if len(text) > MAX_BYTES:
        raise BadKey("too long")
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise BadKey("not of the form 1/flow/verb/ref/turn/arg")
    flow, verb, ref, turn, arg = shape.groups()
    try:
        key = Key(flow, verb, unquote(ref, errors="strict"), int(turn), unquote(arg, errors="strict"))
    except UnicodeDecodeError as error:
        raise BadKey("an escape is not UTF-8") from error
    # One key, one spelling: an id written in two ways would slip past whatever compares keys as text.
    if f"{_escape(key.ref)}/{turn}/{_escape(key.arg)}" != f"{ref}/{turn}/{arg}":
        raise BadKey("escaped in another way than pack does")
    return key


def _escape(text: str) -> str:
    return quote(text, safe=_PLAIN)
