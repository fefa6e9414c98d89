"""What stands in a phone's chat: one entry per bubble or card, as one member sees it now."""

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from integrations.wecom.sandbox import card_rules

Card = dict[str, Any]


@dataclass(slots=True)
class Entry:
    """One message in one member's chat. `version` is the feed number of its last change.

    side: bot, member or note (a grey line); kind: text, markdown, template_card, image, textcard, news, file, note.
    """

    msgid: str
    user: str
    side: str
    kind: str
    at: float
    body: dict[str, Any]
    card: Card | None = None
    task_id: str = ""
    replaced: str = ""
    recalled: bool = False
    hidden: bool = False
    picks: dict[str, list[str]] = field(default_factory=dict)
    version: int = 0

    def shown(self) -> dict[str, Any]:
        """The entry as JSON for pages and tests; advised lengths are cut with … as the client cuts them."""
        shown = dataclasses.asdict(self)
        if self.card is not None:
            shown["card"] = card_rules.cut(self.card)
        shown["text"] = self.text()
        shown["controls"] = [dataclasses.asdict(control) for control in self.controls()]
        return shown

    def text(self) -> str:
        """Every word a reader of this phone can see in it, line by line; empty when hidden or recalled."""
        if self.hidden or self.recalled:
            return ""
        if self.card is not None:
            lines = [*_card_words(self.card), *(control.label for control in self.controls()), self.replaced]
            return "\n".join(dict.fromkeys(line for line in lines if line))
        words = [self.body.get(name, "") for name in ("content", "title", "description", "filename")]
        words += [
            article.get(name, "") for article in self.body.get("articles", []) for name in ("title", "description")
        ]
        return "\n".join(str(word) for word in words if word)

    def controls(self) -> list["Control"]:
        """What a thumb can press on it now, in the order drawn; nothing on a recalled or hidden card."""
        if self.card is None or self.hidden or self.recalled:
            return []
        return list(_controls(self.card, live=not self.replaced))


@dataclass(frozen=True, slots=True)
class Control:
    """One thing to press. kind: button, submit, action (the ⋯ menu) or link; a link opens `url` and sends no event."""

    kind: str
    label: str
    key: str = ""
    url: str = ""

    def is_called(self, label: str) -> bool:
        """True for its full label and for the label as drawn, cut at the advised length."""
        return label in {self.label, card_rules.shorten(self.label, 18 if self.kind == "link" else 10)}


def _controls(card: Card, *, live: bool) -> Iterator[Control]:
    for item in (card.get("action_menu") or {}).get("action_list", []):
        yield Control("action", str(item["text"]), str(item["key"]))
    for row in [*card.get("horizontal_content_list", []), *card.get("jump_list", [])]:
        if row.get("type") == 1:
            yield Control("link", str(row.get("title") or row.get("value") or row.get("keyname")), url=str(row["url"]))
    if not live:
        return
    for button in card.get("button_list", []):
        linked = button.get("type") == 1
        yield Control(
            "link" if linked else "button",
            str(button["text"]),
            "" if linked else str(button["key"]),
            str(button.get("url", "")) if linked else "",
        )
    if submit := card.get("submit_button"):
        yield Control("submit", str(submit["text"]), str(submit["key"]))


def questions(card: Card) -> list[dict[str, Any]]:
    """The card's questions in order: `checkbox`, `button_selection` and every `select_list` entry."""
    found = [card.get("button_selection"), card.get("checkbox"), *card.get("select_list", [])]
    return [question for question in found if question]


def labels(card: Card) -> set[str]:
    """What the card's buttons say while they are live."""
    return {control.label for control in _controls(card, live=True)}


def chosen_at_first(card: Card, *, preselect_first: bool) -> dict[str, list[str]]:
    """The option ids each question holds before anybody touches it, by question_key."""
    chosen = {}
    for question in questions(card):
        ids = [str(option["id"]) for option in question["option_list"]]
        if question is card.get("checkbox"):
            ticked = [str(option["id"]) for option in question["option_list"] if option.get("is_checked")]
            chosen[str(question["question_key"])] = ticked if question.get("mode") == 1 else ticked[:1]
        elif question.get("selected_id") in ids:
            chosen[str(question["question_key"])] = [str(question["selected_id"])]
        else:
            chosen[str(question["question_key"])] = ids[:1] if preselect_first else []
    return chosen


def _card_words(card: Card) -> Iterator[str]:
    for name in ("source", "main_title", "emphasis_content", "quote_area", "image_text_area"):
        part = card.get(name) or {}
        yield from (str(part[key]) for key in ("title", "desc", "quote_text") if part.get(key))
    yield str(card.get("sub_title_text") or "")
    for row in [*card.get("vertical_content_list", []), *card.get("jump_list", [])]:
        yield from (str(row[key]) for key in ("title", "desc") if row.get(key))
    for row in card.get("horizontal_content_list", []):
        yield f"{row.get('keyname', '')} {row.get('value', '')}".strip()
    for question in questions(card):
        yield str(question.get("title") or "")
        yield from (str(option["text"]) for option in question["option_list"])
