"""Plain text as WeCom takes it: counted in bytes, cut only between whole characters, clean enough to stand in XML."""

import re
import unicodedata

TEXT_BYTES = 2048
"""Longest text message, sent or answered passively (pages 90236, 90241); WeCom cuts off what is longer."""

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ZERO_WIDTH_JOINER = "\u200d"
_LONGEST_CLUSTER = 16


def cut(text: str, limit: int = TEXT_BYTES) -> str:
    """Shorten `text` to `limit` bytes of UTF-8, the last character then being `…`; no seen character is split."""
    if len(text.encode()) <= limit:
        return text
    kept = text.encode()[: limit - len("…".encode())].decode(errors="ignore")
    end = len(kept)
    # The bound keeps a flood of combining marks from taking the whole text with it.
    while end > max(0, len(kept) - _LONGEST_CLUSTER) and _joined(text, end):
        end -= 1
    return text[:end].rstrip() + "…"


def clean(text: str) -> str:
    """Drop what XML 1.0 cannot carry: control characters, lone surrogates, non-characters."""
    return _NOT_XML.sub("", text)


def cdata(text: str) -> str:
    """Make `text` safe inside one CDATA section of a template that does not escape: `]]>` is spread over two."""
    return clean(text).replace("]]>", "]]]]><![CDATA[>")


def _joined(text: str, at: int) -> bool:
    """Tell whether the characters on both sides of `at` are seen as one: marks, skin tones, joined emoji."""
    after = text[at]
    return (
        after == _ZERO_WIDTH_JOINER
        or text[at - 1] == _ZERO_WIDTH_JOINER
        or unicodedata.category(after) in {"Mn", "Me", "Mc"}
        or "\U0001f3fb" <= after <= "\U0001f3ff"
    )
