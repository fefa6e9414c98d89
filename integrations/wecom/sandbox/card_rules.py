"""The law of template cards (page 90236): hard rules refuse with their code, advised lengths only warn and are cut."""

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

from integrations.wecom.sandbox.errcode import Refused

Card = dict[str, Any]
Notes = list[str]

TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}", re.ASCII)
KEY_BYTES, OPTION_ID_BYTES = 1024, 128

SHARED = {"card_type", "source", "action_menu", "task_id", "main_title", "quote_area", "horizontal_content_list"}
NOTICE = SHARED | {"jump_list", "card_action"}
FIELDS: dict[str, set[str]] = {
    "text_notice": NOTICE | {"emphasis_content", "sub_title_text"},
    "news_notice": NOTICE | {"card_image", "image_text_area", "vertical_content_list"},
    "button_interaction": SHARED | {"sub_title_text", "card_action", "button_selection", "button_list"},
    "vote_interaction": {"card_type", "source", "task_id", "main_title", "checkbox", "submit_button"},
    "multiple_interaction": {"card_type", "source", "task_id", "main_title", "select_list", "submit_button"},
}
INTERACTIVE = frozenset({"button_interaction", "vote_interaction", "multiple_interaction"})

PARTS = ("source", "action_menu", "main_title", "quote_area", "emphasis_content", "card_image", "image_text_area",
         "card_action", "button_selection", "checkbox", "submit_button")  # fmt: skip
NUMBERS = frozenset({"type", "mode", "style", "desc_color"})
SHOWN = frozenset({"title", "desc", "text", "quote_text", "sub_title_text", "keyname", "value"})
CARRIED = frozenset({"key", "question_key", "selected_id", "url", "icon_url", "image_url", "appid", "pagepath",
                     "media_id", "userid"})  # fmt: skip

ADVISED: dict[str, int] = {
    "source.desc": 20,
    "main_title.title": 36,
    "main_title.desc": 44,
    "emphasis_content.title": 14,
    "emphasis_content.desc": 22,
    "sub_title_text": 160,
    "horizontal_content_list.keyname": 5,
    "horizontal_content_list.value": 30,
    "jump_list.title": 18,
    "vertical_content_list.title": 38,
    "vertical_content_list.desc": 160,
    "button_selection.option_list.text": 16,
    "button_list.text": 10,
    "checkbox.option_list.text": 17,
    "select_list.option_list.text": 16,
    "submit_button.text": 10,
}
ADVISED_OTHERWISE: dict[tuple[str, str], int] = {
    ("vote_interaction", "main_title.title"): 16,
    ("vote_interaction", "main_title.desc"): 160,
    ("multiple_interaction", "main_title.desc"): 160,
}


def is_callback(card: Card) -> bool:
    """True for cards that can produce events and be updated: the three interactive types, or any with a ⋯ menu."""
    return card.get("card_type") in INTERACTIVE or bool(card.get("action_menu"))


def check(card: Card, notes: Notes, *, updating: bool = False) -> None:
    """Refuse a card that breaks a hard rule; write what is only advised into `notes`.

    The caller has already dealt with card_type, task_id and the callback address, which come first.
    """
    kind = str(card["card_type"])
    for name in sorted(set(card) - FIELDS[kind] - ({"replace_text"} if updating else set())):
        notes.append(f"{name}: not a field of {kind}; ignored")
    for name in PARTS:
        _part(card, name)
    _typed(card, NUMBERS, int, "a number")
    for rule in RULES[kind]:
        rule(card)
    if kind in {"vote_interaction", "multiple_interaction"} and not (updating and "submit_button" not in card):
        _submit_button(card)
    _action_menu(card)
    _typed(card, SHOWN | CARRIED, str, "text")
    notes.extend(_advice(card))


def known(card: Card) -> Card:
    """The card without the fields its type does not have: nobody draws those."""
    return {name: value for name, value in card.items() if name in FIELDS[str(card["card_type"])]}


# --- the parts, each with its code ---------------------------------------------------------------


def _part(card: Card, name: str) -> Card:
    part = card.get(name)
    if part is None:
        return {}
    if not isinstance(part, dict):
        raise Refused(40058, f"{name}: must be an object", mistyped=True)
    return part


def _typed(value: Any, names: frozenset[str], kind: type, word: str) -> None:
    """Refuse a field of these names, however deep, that is not of its kind."""
    if isinstance(value, list):
        for item in value:
            _typed(item, names, kind, word)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in names and item is not None and (not isinstance(item, kind) or isinstance(item, bool)):
                raise Refused(40058, f"{name}: must be {word}", mistyped=True)
            _typed(item, names, kind, word)


def _rows(holder: Card, name: str, low: int, high: int, code: int) -> list[Card]:
    rows = holder.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused(code, f"{name}: must be a list of objects", mistyped=True)
    if not low <= len(rows) <= high:
        raise Refused(code, f"{name}: {len(rows)} entries, {low} to {high} allowed")
    return rows


def _text(holder: Card, name: str, code: int, where: str, max_bytes: int | None = None) -> str:
    value = holder.get(name)
    if value is not None and not isinstance(value, str):
        raise Refused(code, f"{where}.{name}: must be text", mistyped=True)
    if not value:
        raise Refused(code, f"{where}.{name}: missing")
    if max_bytes is not None and len(value.encode()) > max_bytes:
        raise Refused(code, f"{where}.{name}: {len(value.encode())} bytes, {max_bytes} allowed")
    return value


def _once(seen: set[str], value: str, code: int, where: str) -> None:
    if value in seen:
        raise Refused(code, f"{where}: {value!r} stands twice")
    seen.add(value)


def _target(holder: Card, where: str) -> None:
    """Type 1 needs a url, type 2 an appid; everything else needs nothing."""
    if holder.get("type") == 1:
        _text(holder, "url", 42028, where)
    elif holder.get("type") == 2:
        _text(holder, "appid", 42030, where)


def _title(card: Card) -> None:
    if not _part(card, "main_title").get("title"):
        raise Refused(41016, "main_title.title: missing")


def _title_or_subtitle(card: Card) -> None:
    if not _part(card, "main_title").get("title") and not card.get("sub_title_text"):
        raise Refused(41016, "main_title.title and sub_title_text: both empty")


def _quote(card: Card) -> None:
    _target(_part(card, "quote_area"), "quote_area")


def _horizontal(card: Card) -> None:
    needs = {1: ("url", 42028), 2: ("media_id", 42029), 3: ("userid", 42050)}
    for row in _rows(card, "horizontal_content_list", 0, 6, 42035):
        _text(row, "keyname", 42027, "horizontal_content_list")
        if row.get("type") in needs:
            field, code = needs[row["type"]]
            _text(row, field, code, "horizontal_content_list")


def _vertical(card: Card) -> None:
    for row in _rows(card, "vertical_content_list", 0, 4, 42036):
        _text(row, "title", 42033, "vertical_content_list")


def _jumps(card: Card) -> None:
    for row in _rows(card, "jump_list", 0, 3, 42042):
        _text(row, "title", 42033, "jump_list")
        _target(row, "jump_list")


def _card_action(card: Card) -> None:
    action = _part(card, "card_action")
    if action.get("type") not in {1, 2}:
        raise Refused(42045, "card_action.type: 1 (url) or 2 (mini-program) is required on a notice")
    _target(action, "card_action")


def _card_action_if_any(card: Card) -> None:
    action = _part(card, "card_action")
    if action.get("type", 0) not in {0, 1, 2}:
        raise Refused(42045, "card_action.type: 0, 1 or 2")
    _target(action, "card_action")


def _pictures(card: Card) -> None:
    image, area = _part(card, "card_image"), _part(card, "image_text_area")
    if not image and not area:
        raise Refused(42044, "card_image or image_text_area: one of them is required")
    if image:
        _text(image, "url", 42044, "card_image")
        ratio = image.get("aspect_ratio", 1.3)
        if isinstance(ratio, bool) or not isinstance(ratio, int | float) or not 1.3 <= ratio <= 2.25:
            raise Refused(42044, "card_image.aspect_ratio: a number from 1.3 to 2.25")
    if area:
        _target(area, "image_text_area")
        _text(area, "image_url", 42028, "image_text_area")


def _options(question: Card, high: int, where: str) -> None:
    seen: set[str] = set()
    for option in _rows(question, "option_list", 1, high, 42037):
        _once(seen, _text(option, "id", 42040, where, OPTION_ID_BYTES), 42040, f"{where}.id")
        _text(option, "text", 42041, where)


def _button_selection(card: Card) -> None:
    if question := _part(card, "button_selection"):
        _text(question, "question_key", 42043, "button_selection", KEY_BYTES)
        _options(question, 10, "button_selection.option_list")


def _buttons(card: Card) -> None:
    seen: set[str] = set()
    for button in _rows(card, "button_list", 1, 6, 40016):
        _text(button, "text", 42038, "button_list")
        if button.get("type") == 1:
            _text(button, "url", 42028, "button_list")
        else:
            _once(seen, _text(button, "key", 42039, "button_list", KEY_BYTES), 42039, "button_list.key")


def _checkbox(card: Card) -> None:
    question = _part(card, "checkbox")
    _text(question, "question_key", 42043, "checkbox", KEY_BYTES)
    _options(question, 20, "checkbox.option_list")


def _selects(card: Card) -> None:
    seen: set[str] = set()
    for question in _rows(card, "select_list", 1, 3, 42047):
        _once(seen, _text(question, "question_key", 42043, "select_list", KEY_BYTES), 42043, "select_list.question_key")
        _options(question, 10, "select_list.option_list")


def _submit_button(card: Card) -> None:
    button = _part(card, "submit_button")
    _text(button, "key", 42046, "submit_button", KEY_BYTES)
    _text(button, "text", 42049, "submit_button")


def _action_menu(card: Card) -> None:
    """Comes last (42051): page 90236 gives this menu one to three entries with different keys."""
    menu = _part(card, "action_menu")
    if not menu or "action_menu" not in FIELDS[str(card["card_type"])]:
        return
    seen: set[str] = set()
    for item in _rows(menu, "action_list", 1, 3, 40058):
        _text(item, "text", 42038, "action_menu.action_list")
        key = _text(item, "key", 42039, "action_menu.action_list", KEY_BYTES)
        _once(seen, key, 42051, "action_menu.action_list.key")


Rule = Callable[[Card], None]
RULES: dict[str, tuple[Rule, ...]] = {
    "text_notice": (_title_or_subtitle, _quote, _horizontal, _jumps, _card_action),
    "news_notice": (_title, _quote, _pictures, _vertical, _horizontal, _jumps, _card_action),
    "button_interaction": (_title, _quote, _horizontal, _card_action_if_any, _button_selection, _buttons),
    "vote_interaction": (_title, _checkbox),
    "multiple_interaction": (_title, _selects),
}


# --- advised lengths -----------------------------------------------------------------------------


def shorten(text: str, limit: int) -> str:
    """The text as a client draws it in `limit` characters: whole, or cut so that … is the last one."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def cut(card: Card) -> Card:
    """A copy of the card with every text cut at its advised length."""
    shown = copy.deepcopy(card)
    for holder, name, limit, _ in _advised(shown):
        holder[name] = shorten(str(holder[name]), limit)
    return shown


def _advice(card: Card) -> Iterator[str]:
    for holder, name, limit, path in _advised(card):
        if len(str(holder[name])) > limit:
            yield f"{path}: {len(str(holder[name]))} characters, {limit} advised; the client cuts it"


def _advised(card: Card) -> Iterator[tuple[Card, str, int, str]]:
    for path, usual in ADVISED.items():
        *parents, name = path.split(".")
        limit = ADVISED_OTHERWISE.get((str(card.get("card_type")), path), usual)
        for holder in _holders([card], parents):
            if holder.get(name) is not None:
                yield holder, name, limit, path


def _holders(found: list[Card], parents: list[str]) -> list[Card]:
    for parent in parents:
        nested = [holder.get(parent) for holder in found]
        flat = [item for part in nested for item in (part if isinstance(part, list) else [part])]
        found = [item for item in flat if isinstance(item, dict)]
    return found
