"""Page 90236's rules for a template card, written down a second time: what the builders make must pass here."""

from typing import Any

Card = dict[str, Any]

READING = {"source", "action_menu", "task_id", "main_title", "quote_area", "horizontal_content_list"}
ALLOWED = {
    "text_notice": READING | {"emphasis_content", "sub_title_text", "jump_list", "card_action"},
    "news_notice": READING | {"card_image", "image_text_area", "vertical_content_list", "jump_list", "card_action"},
    "button_interaction": READING | {"sub_title_text", "card_action", "button_selection", "button_list"},
    "vote_interaction": {"source", "task_id", "main_title", "checkbox", "submit_button"},
    "multiple_interaction": {"source", "task_id", "main_title", "select_list", "submit_button"},
}
REQUIRED = {
    "text_notice": {"card_action"},
    "news_notice": {"main_title", "card_action"},
    "button_interaction": {"main_title", "button_list"},
    "vote_interaction": {"main_title", "checkbox", "submit_button"},
    "multiple_interaction": {"main_title", "select_list", "submit_button"},
}
ON_UPDATE = {"replace_text"}


def complaints(card: Card, update: bool = False) -> list[str]:
    """Everything WeCom would refuse, or cut, about `card`; `update` for form B of page 94888."""
    found: list[str] = []
    kind = card["card_type"]
    required = REQUIRED[kind] - ({"submit_button"} if update else set())
    found += [f"{field} missing" for field in required - set(card)]
    found += [
        f"{field} not for {kind}"
        for field in set(card) - ALLOWED[kind] - {"card_type"} - (ON_UPDATE if update else set())
    ]
    found += _titles(card) + _lists(card) + _asks(card)
    if "card_action" in card and not (card["card_action"]["type"] == 1 and _url(card["card_action"]["url"])):
        found.append("card_action")
    if kind == "news_notice" and not card.keys() & {"card_image", "image_text_area"}:
        found.append("news without a picture")
    return found


def _titles(card: Card) -> list[str]:
    found = []
    kind, title = card["card_type"], card.get("main_title", {})
    if not title.get("title") and not (kind == "text_notice" and card.get("sub_title_text")):
        found.append("no title")
    asks = kind in ("vote_interaction", "multiple_interaction")
    found += _long("title", title.get("title", ""), 16 if kind == "vote_interaction" else 26)
    found += _long("desc", title.get("desc", ""), 160 if asks else 30)
    found += _long("source", card.get("source", {}).get("desc", ""), 13)
    if card.get("source", {}).get("desc_color", 0) not in (0, 1, 2, 3) or (
        asks and "desc_color" in card.get("source", {})
    ):
        found.append("desc_color")
    found += _long("sub_title_text", card.get("sub_title_text", ""), 112)
    emphasis = card.get("emphasis_content", {})
    return found + _long("emphasis", emphasis.get("title", ""), 10) + _long("emphasis", emphasis.get("desc", ""), 15)


def _lists(card: Card) -> list[str]:
    found = _count("rows", card.get("horizontal_content_list"), 1, 6)
    for row in card.get("horizontal_content_list", []):
        found += ["keyname"] if not row.get("keyname") else _long("keyname", row["keyname"], 5)
        found += _long("value", row.get("value", ""), 26)
        needs = {1: "url", 2: "media_id", 3: "userid"}.get(row.get("type", 0))
        found += ["row type"] if needs and not row.get(needs) else []
    found += _count("jumps", card.get("jump_list"), 1, 3)
    for jump in card.get("jump_list", []):
        found += ["jump"] if not jump.get("title") or not _url(jump["url"]) else _long("jump", jump["title"], 13)
    found += _count("verticals", card.get("vertical_content_list"), 1, 4)
    for paragraph in card.get("vertical_content_list", []):
        found += ["vertical"] if not paragraph.get("title") else []
        found += _long("vertical", paragraph["title"], 26) + _long("vertical", paragraph.get("desc", ""), 112)
    menu = card.get("action_menu", {}).get("action_list")
    found += _count("menu", menu, 1, 3) + _keys("menu", [item["key"] for item in menu or []], 1024)
    quote = card.get("quote_area", {})
    found += ["quote url"] if quote.get("type") == 1 and not _url(quote.get("url", "")) else []
    if not 1.3 <= card.get("card_image", {}).get("aspect_ratio", 1.3) <= 2.25:
        found.append("aspect_ratio")
    return found


def _asks(card: Card) -> list[str]:
    buttons = card.get("button_list")
    found = _count("buttons", buttons, 1, 6)
    for button in buttons or []:
        found += _long("button", button["text"], 10) + (
            [] if button["text"] and 1 <= button["style"] <= 4 else ["button"]
        )
        found += ["button url"] if button.get("type") == 1 and not _url(button.get("url", "")) else []
    found += _keys("button", [button["key"] for button in buttons or [] if button.get("type", 0) == 0], 1024)
    selects = card.get("select_list")
    found += _count("selects", selects, 1, 3) + _keys("select", [s["question_key"] for s in selects or []], 1024)
    for select in (selects or []) + [card[name] for name in ("button_selection",) if name in card]:
        found += _options(select, 10, 16)
        if select.get("selected_id", select["option_list"][0]["id"]) not in [o["id"] for o in select["option_list"]]:
            found.append("selected_id")
    if "checkbox" in card:
        found += _options(card["checkbox"], 20, 17)
        found += (
            [] if all(isinstance(o["is_checked"], bool) for o in card["checkbox"]["option_list"]) else ["is_checked"]
        )
        found += [] if card["checkbox"]["mode"] in (0, 1) else ["mode"]
    if "submit_button" in card:
        found += _long("submit", card["submit_button"]["text"], 10) + _keys(
            "submit", [card["submit_button"]["key"]], 1024
        )
        found += [] if card["submit_button"]["text"] else ["submit text"]
    return found


def _options(question: Card, most: int, longest: int) -> list[str]:
    options = question["option_list"]
    found = _count("options", options, 1, most) + _keys("option", [o["id"] for o in options], 128)
    found += _keys("question", [question["question_key"]], 1024)
    for option in options:
        found += ["option text"] if not option["text"] else _long("option", option["text"], longest)
    return found


def _long(what: str, text: str, limit: int) -> list[str]:
    return [f"{what} longer than {limit}"] if len(text) > limit else []


def _count(what: str, items: list[Any] | None, low: int, high: int) -> list[str]:
    return [f"{what}: {len(items)}"] if items is not None and not low <= len(items) <= high else []


def _keys(what: str, keys: list[str], most: int) -> list[str]:
    wrong = [f"{what} key size" for key in keys if not 1 <= len(key.encode()) <= most]
    return wrong + ([f"{what} keys not unique"] if len(set(keys)) != len(keys) else [])


def _url(text: str) -> bool:
    return text.startswith(("http://", "https://")) and len(text.encode()) <= 2048
