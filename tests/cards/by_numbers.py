"""What a thumb can press on a card, what numbers can press on its text, and what the numbers leave out."""

import re
from collections.abc import Iterator, Mapping
from itertools import product

from cards import numbered, plain, words
from cards.shapes import Card

Chosen = frozenset[tuple[str, tuple[str, ...]]]
Pressed = tuple[str, Chosen]
_LINE = re.compile(r"^(\d+)\. ?(.*)$", re.MULTILINE)


def complaints(card: Card) -> list[str]:
    """Where the text of a card is not as good as the card: deeds that no number does, or a number that misleads."""
    typed = dict(presses(card, {}, ""))
    lost = [f"nobody can type {key} with {sorted(chosen)}" for key, chosen in sorted(thumbs(card) - {*typed}, key=str)]
    labels = {key: text for text, key in plain.choices(card)}
    wrong = [
        f"{said!r} presses {labels[key]!r}" for (key, _), said in typed.items() if not _fits(card, said, labels[key])
    ]
    return [f"{card['main_title'].get('title', '')}: {what}" for what in lost + wrong]


_MET: set[str] = set()


def complaints_once(card: Card) -> list[str]:
    """The same of a card that is the first of its shape: the buttons' words, how many choices it offers."""
    choices = [len(one["option_list"]) for one in (*card.get("select_list", []), *_beside(card))]
    shape = f"{card['card_type']} {[text for text, _ in plain.choices(card)]} {choices}"
    if shape in _MET:
        return []
    _MET.add(shape)
    return complaints(card)


def _beside(card: Card) -> list[Card]:
    return [card[name] for name in ("button_selection", "checkbox") if name in card]


def presses(card: Card, answers: numbered.Answers, said: str) -> Iterator[tuple[Pressed, str]]:
    """Every press that the numbers shown can make, and the line that was typed last; of a vote, each option alone."""
    tail = "\n".join(line for line in plain.addresses(card) if line)
    shown = numbered.draw(card, answers).removeprefix(plain.head_of(card)).removesuffix(tail)
    for number, label in _LINE.findall(shown):
        means = numbered.read(card, answers, number)
        assert not isinstance(means, numbered.Misfit | None), (shown, number)
        if isinstance(means, numbered.Press):
            yield (means.key, frozenset(means.answers.items())), label
        else:
            yield from presses(card, means.answers, label)


def thumbs(card: Card) -> set[Pressed]:
    """Every press that a thumb can make; beside a button that only takes what is chosen, others are about nothing."""
    keys = [key for _, key in plain.choices(card)]
    selects = [_options(one) for one in card.get("select_list", [])]
    if "checkbox" in card:
        selects.append(_options(card["checkbox"]))
    if selects:
        return {(keys[-1], frozenset(chosen)) for chosen in product(*selects)}
    if "button_selection" not in card or not keys:
        return {(key, frozenset()) for key in keys}
    options = _options(card["button_selection"])
    takes = plain.choices(card)[0][0] in words.CHOOSING
    return {(key, frozenset([one])) for key in (keys[:1] if takes else keys) for one in options}


def _options(holder: Mapping[str, object]) -> list[tuple[str, tuple[str, ...]]]:
    offered: list[Mapping[str, str]] = holder["option_list"]  # type: ignore[assignment]
    return [(str(holder["question_key"]), (one["id"],)) for one in offered if one["text"] != numbered.UNCHOSEN]


def _fits(card: Card, said: str, label: str) -> bool:
    """Whether a line says what its number does: the button's own words, or a choice that the first button takes."""
    form = "select_list" in card or "checkbox" in card
    takes = "button_selection" in card and label == plain.choices(card)[0][0]
    return form or said == label or (takes and (label in words.CHOOSING or len(plain.choices(card)) == 1))
