"""One pasted message of many fields, in free order: `姓名：… 证件号：…`, with Chinese or ASCII colons.

A label counts only where a new piece begins (at the start, after white space or a mark), so an address may hold colons.
WeCom cuts a message at 2,048 bytes, perhaps in the middle of a character (WECOM §2): its last field is never trusted.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.state.checked import seen

CUT_AT = 2048
_BROKEN = "\ufffd"  # what decoders make of a character that was cut
_COLON = "[:：﹕︰]"
_BEFORE = r"(?:^|(?<=[\s,，;；。、|｜】\]）)]))"
_TRIM = " \t\r\n,，;；、|｜"


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a message says: values by field, as written.

    `twice` are fields given with different values (two people in one message), `cut` is the field that WeCom's limit
    may have shortened, `loose` what stands before the first label.
    """

    values: Mapping[str, str]
    twice: tuple[str, ...] = ()
    cut: str = ""
    loose: str = ""


def read(text: str, labels: Mapping[str, str]) -> Pasted:
    """Read a message; `labels` maps every way of writing a label to its field. No label: everything is `loose`.

    A field without a value, as in a form that was not filled in, is not given. The same value twice is given once.
    """
    shape = re.compile(f"{_BEFORE}[【\\[（(]?({_any_of(labels)})[*＊]?[】\\]）)]?[ \t]*{_COLON}", re.MULTILINE)
    found = list(shape.finditer(text))
    if not found:
        return Pasted({}, loose=_value(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    values: dict[str, str] = {}
    twice: list[str] = []
    for match, end in zip(found, ends, strict=True):
        field, value = labels[_bare(match[1])], _value(text[match.end() : end])
        if value and values.get(field, value) != value and field not in twice:
            twice.append(field)
        if value:
            values.setdefault(field, value)
    cut = labels[_bare(found[-1][1])] if was_cut(text) else ""
    kept = {field: value for field, value in values.items() if field != cut}
    return Pasted(kept, tuple(twice), cut, _value(text[: found[0].start()]))


def was_cut(text: str) -> bool:
    """Whether WeCom may have cut the message: its limit is reached but for a part of a character, or one is broken."""
    return text.rstrip().endswith(_BROKEN) or len(text.encode("utf-8", "replace")) > CUT_AT - 4


def _any_of(labels: Iterable[str]) -> str:
    """All labels, the longest first, each with spaces allowed between its characters (姓　名)."""
    spaced = (r"[ \t\u3000]*".join(map(re.escape, label)) for label in sorted(labels, key=lambda one: (-len(one), one)))
    return "|".join(spaced)


def _bare(label: str) -> str:
    return re.sub(r"[ \t\u3000]", "", label)


def _value(text: str) -> str:
    return seen(text.replace(_BROKEN, "")).strip(_TRIM)
