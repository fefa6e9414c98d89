"""The law of the app menu (page 90231): three groups, five entries each, sizes in bytes, a code for each breach."""

import re
from typing import Any

from integrations.wecom.sandbox.errcode import Refused

Json = dict[str, Any]

KEYED = frozenset({"click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin",
                   "location_select"})  # fmt: skip


def check(body: Json) -> None:
    """Check a menu/create body: three groups, five entries each, two levels."""
    buttons = body.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= 3:
        raise Refused(40016, "button: 1 to 3 entries")
    for button in buttons:
        subs = button.get("sub_button") if isinstance(button, dict) else None
        if not subs:
            _entry(button, 16, (40017, 40018, 40019, 40020))
            continue
        if not isinstance(subs, list) or len(subs) > 5:
            raise Refused(40023, f"sub_button of {button.get('name')!r}: 1 to 5 entries")
        _name(button, 16, 40018)
        for sub in subs:
            if isinstance(sub, dict) and sub.get("sub_button"):
                raise Refused(40022, f"sub_button of {sub.get('name')!r}: only two levels")
            _entry(sub, 40, (40024, 40025, 40026, 40027))


def _entry(entry: Any, name_bytes: int, codes: tuple[int, int, int, int]) -> None:
    bad_type, bad_name, bad_key, bad_url = codes
    if not isinstance(entry, dict):
        raise Refused(bad_type, "menu entry: must be an object", mistyped=True)
    _name(entry, name_bytes, bad_name)
    kind = str(entry.get("type"))
    if kind in KEYED:
        key = entry.get("key")
        if not isinstance(key, str) or not 1 <= len(key.encode()) <= 128:
            raise Refused(bad_key, f"key of {entry['name']!r}: 1 to 128 bytes")
    elif kind == "view":
        url = entry.get("url")
        if not isinstance(url, str) or not re.match(r"https?://", url) or len(url.encode()) > 1024:
            raise Refused(bad_url, f"url of {entry['name']!r}: http(s), at most 1024 bytes")
    elif kind != "view_miniprogram" or not (entry.get("pagepath") and entry.get("appid")):
        raise Refused(bad_type, f"type of {entry['name']!r}: {kind!r}")


def _name(entry: Json, limit: int, code: int) -> None:
    name = entry.get("name")
    if not isinstance(name, str) or not 1 <= len(name.encode()) <= limit:
        raise Refused(code, f"name {name!r}: 1 to {limit} bytes")
