"""A card in plain words, for members who see no cards (WeChat side), for logs and for tests."""

from collections.abc import Iterator

from cards.shapes import Card


def text_of(card: Card) -> str:
    """Everything a person could read on `card`, line by line; what can be pressed is numbered as in `choices`."""
    return "\n".join(line for line in _lines(card) if line)


def choices(card: Card) -> list[tuple[str, str]]:
    """The `(text, key)` of all that calls back, in the order of the numbers in `text_of`: buttons, menu, submit."""
    items = [b for b in card.get("button_list", []) if "key" in b and "replace_text" not in card]
    items += card.get("action_menu", {}).get("action_list", [])
    items += [card["submit_button"]] if "submit_button" in card else []
    return [(item["text"], item["key"]) for item in items]


def head_of(card: Card) -> str:
    """What there is to read on `card` before its choices begin."""
    return "\n".join(line for line in _head(card) if line)


def _head(card: Card) -> Iterator[str]:
    source = card.get("source", {}).get("desc", "")
    title = card.get("main_title", {})
    yield f"【{source}】{title.get('title', '')}" if source else title.get("title", "")
    yield title.get("desc", "")
    yield from _reading(card)


def _lines(card: Card) -> Iterator[str]:
    yield from _head(card)
    for select in [card[k] for k in ("button_selection",) if k in card] + card.get("select_list", []):
        yield from _dropdown(select)
    if "checkbox" in card:
        yield from _ticks(card["checkbox"])
    yield from (f"{number}. {text}" for number, (text, _) in enumerate(choices(card), 1))
    if "replace_text" in card:
        yield f"[{card['replace_text']}]"
    yield from addresses(card)


def _reading(card: Card) -> Iterator[str]:
    """The parts that are only read."""
    for name, first, second in (("quote_area", "title", "quote_text"), ("image_text_area", "title", "desc")):
        part = card.get(name, {})
        yield _pair(part.get(first, ""), part.get(second, ""))
    emphasis = card.get("emphasis_content", {})
    yield " ".join(filter(None, (emphasis.get("title"), emphasis.get("desc"))))
    yield card.get("sub_title_text", "")
    yield from (_pair(p["title"], p.get("desc", "")) for p in card.get("vertical_content_list", []))
    yield from (_pair(r["keyname"], r.get("value", "")) for r in card.get("horizontal_content_list", []))


def _dropdown(select: Card) -> Iterator[str]:
    """A drop-down as one line: what is chosen once it is locked, else its choices by their number."""
    options = select["option_list"]
    if select.get("disable"):
        yield _pair(
            select.get("title", ""), "、".join(o["text"] for o in options if o["id"] == select.get("selected_id"))
        )
        return
    yield _pair(select.get("title", ""), " ".join(f"{number}.{o['text']}" for number, o in enumerate(options, 1)))


def _ticks(checkbox: Card) -> Iterator[str]:
    """A vote, one choice a line; the ticked ones carry ✓."""
    for number, option in enumerate(checkbox["option_list"], 1):
        yield f"({number}) {option['text']}{' ✓' if option.get('is_checked') else ''}"


def addresses(card: Card) -> Iterator[str]:
    """What opens a page; the address of the card itself comes last."""
    yield from (_pair(b["text"], b["url"]) for b in card.get("button_list", []) if "url" in b)
    yield from (_pair(j["title"], j["url"]) for j in card.get("jump_list", []) if "url" in j)
    yield card.get("card_action", {}).get("url", "")


def _pair(name: str, value: str) -> str:
    return "：".join(filter(None, (name, value)))
