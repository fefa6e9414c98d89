"""A card that has done its work: the same card with what was chosen, and nothing left to press (page 94888, form B)."""

import copy
from collections.abc import Mapping, Sequence

from cards import limits
from cards.shapes import Card

DEAD_KEY = "void"
"""What the one button of a locked button card carries; `cards.key` refuses it, should an old client still send it."""

_NOTICES = {"text_notice", "news_notice"}


def locked(card: Card, replace_text: str, selected: Mapping[str, Sequence[str]] | None = None) -> Card:
    """`card` as an update with a grey `replace_text` (≤ 16 characters) instead of its buttons.

    `selected` gives the chosen option ids of each question key, and every list is disabled. A notice has no buttons to
    grey: it loses its menu and shows `replace_text` under its title. The given card is not changed.
    """
    chosen = {key: [ids] if isinstance(ids, str) else ids for key, ids in (selected or {}).items()}
    spent = copy.deepcopy({name: part for name, part in card.items() if name not in {"task_id", "action_menu"}})
    if card["card_type"] in _NOTICES:
        spent["main_title"]["desc"] = limits.words("main_title.desc", replace_text, limits.DESC)
        return spent
    words = limits.words("replace_text", replace_text, limits.REPLACE_TEXT)
    spent.pop("submit_button", None)
    if "button_list" in spent:
        # The list is required also in an update, so one dead button stands in for all of them under the grey text.
        spent["button_list"] = [{"text": limits.cut(words, limits.BUTTON_TEXT), "style": 2, "key": DEAD_KEY}]
    if "button_selection" in spent:
        _choose(spent["button_selection"], chosen)
    for select in spent.get("select_list", []):
        _choose(select, chosen)
        select["disable"] = True
    if "checkbox" in spent:
        _tick(spent["checkbox"], chosen)
    return spent | {"replace_text": words}


def blank(card: Card, title: str) -> Card:
    """A button card with nothing left to read but `title`: what it said must not be seen any more."""
    kept = {name: card[name] for name in ("card_type", "source", "button_list", "card_action") if name in card}
    return kept | {"main_title": {"title": limits.words("main_title.title", title, limits.TITLE)}}


def _choose(select: Card, chosen: Mapping[str, Sequence[str]]) -> None:
    """Show the option that was taken, if it is one of those offered."""
    ids = chosen.get(select["question_key"], ())
    if ids and ids[0] in {option["id"] for option in select["option_list"]}:
        select["selected_id"] = ids[0]


def _tick(checkbox: Card, chosen: Mapping[str, Sequence[str]]) -> None:
    """Show the options that were ticked; without an answer those of the card stand."""
    checkbox["disable"] = True
    if checkbox["question_key"] in chosen:
        for option in checkbox["option_list"]:
            option["is_checked"] = option["id"] in chosen[checkbox["question_key"]]
