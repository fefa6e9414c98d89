"""The limits WeCom sets on an app's menu (page 90231), checked before it is sent; what it says is decided elsewhere."""

from collections.abc import Mapping, Sequence

_NEEDS_KEY = frozenset(
    {
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    }
)
_TYPES = _NEEDS_KEY | {"view", "view_miniprogram"}


def check(menu: Mapping[str, object]) -> None:
    """Raise `ValueError`, naming the entry and the cure, for a menu that WeCom would refuse."""
    groups = _entries(menu.get("button"), "menu")
    _count(groups, 3, "menu: the first level")
    for number, group in enumerate(groups, 1):
        where = _name(group, f"menu entry {number}", limit=16)
        below = _entries(group.get("sub_button", []), where)
        if below:
            _check_group(below, where)
        else:
            _check_action(group, where)
    _check_keys(groups)


def _check_group(entries: Sequence[Mapping[str, object]], where: str) -> None:
    _count(entries, 5, f"{where}: the second level")
    for number, entry in enumerate(entries, 1):
        name = _name(entry, f"{where} entry {number}", limit=40)
        if _entries(entry.get("sub_button", []), name):
            raise ValueError(f"{name}: a third level is not possible; leave sub_button out")
        _check_action(entry, name)


def _check_action(entry: Mapping[str, object], where: str) -> None:
    kind = entry.get("type")
    if kind not in _TYPES:
        raise ValueError(f"{where}: type {kind!r} is unknown; use one of {', '.join(sorted(_TYPES))}")
    if kind in _NEEDS_KEY:
        _text(entry, "key", where, limit=128)
    elif kind == "view":
        url = _text(entry, "url", where, limit=1024)
        if not url.startswith(("http://", "https://")):
            raise ValueError(f"{where}: url must begin with http:// or https://")
    else:
        _text(entry, "pagepath", where)
        _text(entry, "appid", where)


def _check_keys(groups: Sequence[Mapping[str, object]]) -> None:
    """Refuse a key used twice: WeCom takes it, but nobody could tell which entry was pressed."""
    seen: set[object] = set()
    for entry in (entry for group in groups for entry in (group, *_entries(group.get("sub_button", []), "menu"))):
        key = entry.get("key")
        if key is not None and key in seen:
            raise ValueError(f"{entry.get('name')}: key {key!r} is used by another entry; give each its own")
        seen.add(key)


def _entries(value: object, where: str) -> Sequence[Mapping[str, object]]:
    if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
        return value
    raise ValueError(f"{where}: button and sub_button must be lists of entries")


def _count(entries: Sequence[object], most: int, where: str) -> None:
    if not 1 <= len(entries) <= most:
        raise ValueError(f"{where} has {len(entries)} entries; 1 to {most} are possible")


def _name(entry: Mapping[str, object], where: str, limit: int) -> str:
    return f"{where} ({_text(entry, 'name', where, limit)})"


def _text(entry: Mapping[str, object], field: str, where: str, limit: int | None = None) -> str:
    value = entry.get(field)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{where}: {field} is missing")
    size = len(value.encode())
    if limit is not None and size > limit:
        raise ValueError(f"{where}: {field} has {size} bytes; {limit} are possible (a Chinese character has 3)")
    return value
