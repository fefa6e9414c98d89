"""The app's menu: three groups of at most five entries, each a command word or a scanner (DOMAIN §2.9)."""

from collections.abc import Callable
from typing import Any

from cards import words

GROUPS: dict[str, tuple[str, ...]] = {
    "社区核实": (words.PENDING, words.SUPPLEMENT, words.SUPPLEMENTS, words.OFFLINE_PENDING, words.PROGRESS),
    "转运准备": (words.ISSUE, words.ROLL_CALL, words.NOTICE, words.MY_NOTICES),
    "接人上车": (words.BOARDING, words.ARRIVALS, words.HELP),
}
SCANNERS = {"转运准备": words.SCAN_AND_BIND, "接人上车": "扫码上车"}
"""A scanner at the end of a group; whatever it reads goes to the question that is open."""


def draw(answered: Callable[[str], bool]) -> dict[str, Any]:
    """WeCom's menu body with the words that somebody answers; a group without any is left out."""
    groups = []
    for name, entries in GROUPS.items():
        items = [{"type": "click", "name": word, "key": word, "sub_button": []} for word in entries if answered(word)]
        if scanner := SCANNERS.get(name):
            items.append({"type": "scancode_waitmsg", "name": scanner, "key": scanner, "sub_button": []})
        if items:
            groups.append({"name": name, "sub_button": items})
    return {"button": groups}
