"""A card as numbered text, and what a typed number means on it: for members who cannot see cards.

A number stands for exactly what a finger would do: the same key, the same chosen options. A form becomes its questions
one after another; a drop-down beside buttons becomes one list of both, and what is chosen in it is then asked about.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from cards import plain, words
from cards.shapes import Card

Answers = Mapping[str, tuple[str, ...]]
UNCHOSEN = "请选择"  # the option that stands for no choice; a question asked by number needs none
AS_TICKED = "就按打勾的提交"
_SEPARATORS = re.compile(r"[\s,，、;；和.]+")


@dataclass(frozen=True, slots=True)
class Press:
    """The number is a press of this key, with these options chosen."""

    key: str
    answers: Answers


@dataclass(frozen=True, slots=True)
class Chosen:
    """The number answers one of several questions, or says what the buttons will be about: `words` ask the next."""

    answers: Answers
    words: str


@dataclass(frozen=True, slots=True)
class Misfit:
    """The number is not on the list; nothing has been chosen. `asked`: it was to answer one question of a form."""

    words: str
    asked: bool = False


@dataclass(frozen=True, slots=True)
class _Question:
    key: str
    title: str
    options: Sequence[tuple[str, str]]  # id, text
    many: bool = False
    ticked: tuple[str, ...] = ()  # what is chosen already, and can be sent as it is by a number of its own

    def lines(self) -> list[str]:
        """The options by number, and the number that leaves the ticks as they are."""
        shown = [text + (" ✓" if the_id in self.ticked else "") for the_id, text in self.options]
        return [_numbered(n, text) for n, text in enumerate([*shown, *([AS_TICKED] if self.ticked else [])], 1)]


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a list of deeds: its words, and the key it presses, or only what it chooses."""

    text: str
    press: Press | None
    chooses: Answers = field(default_factory=dict)


def draw(card: Card, answers: Answers | None = None) -> str:
    """The card as text: what there is to read, then the first open question or the list of deeds, by number."""
    lines = [plain.head_of(card), _asking(card, answers or {}), *plain.addresses(card)]
    return "\n".join(line for line in lines if line)


def read(card: Card, answers: Answers, said: str) -> Press | Chosen | Misfit | None:
    """What a message means on the card, answered so far with `answers`; None when it is no number at all."""
    numbers = _numbers(said)
    if numbers is None:
        return None
    question = _open_question(card, answers)
    if question is None:
        deeds = list(_deeds(card, answers))
        if len(numbers) > 1 or not 0 < numbers[0] <= len(deeds):
            return _misfit(deeds)
        line = deeds[numbers[0] - 1]
        return line.press or Chosen(line.chooses, _asking(card, line.chooses))
    chosen = _chosen(question, numbers)
    if chosen is None:
        return replace(_misfit(question.lines(), many=question.many), asked=True)
    now = {**answers, question.key: chosen}
    if _open_question(card, now) is None:
        return Press(plain.choices(card)[0][1], now)
    return Chosen(now, _asking(card, now))


def back(card: Card, answers: Answers) -> Chosen | None:
    """返回 within a form: the question before is asked again; None where there is none before."""
    if not answers:
        return None
    before = dict(list(answers.items())[:-1])
    return Chosen(before, _asking(card, before))


def _questions(card: Card) -> list[_Question]:
    """What must be chosen before the card can be sent, in order."""
    found = [_of(select) for select in card.get("select_list", [])]
    if "checkbox" in card:
        box = card["checkbox"]
        title = card.get("main_title", {}).get("title", "")
        ticked = tuple(one["id"] for one in box["option_list"] if one.get("is_checked"))
        found.append(_Question(box["question_key"], title, _options(box), bool(box["mode"]), ticked))
    return found


def _of(select: Card) -> _Question:
    return _Question(select["question_key"], select.get("title", ""), _options(select))


def _options(holder: Card) -> list[tuple[str, str]]:
    return [(one["id"], one["text"]) for one in holder["option_list"] if one["text"] != UNCHOSEN]


def _open_question(card: Card, answers: Answers) -> _Question | None:
    return next((one for one in _questions(card) if one.key not in answers), None)


def _deeds(card: Card, answers: Answers) -> Iterator[_Line]:
    """The list of a card with buttons. What its drop-down offers comes first, as long as nothing is chosen there.

    Where the first button only takes what is chosen, or is the only one, an option presses it; else it is chosen, and
    then the buttons are asked about. Unchosen, they are about what the drop-down shows.
    """
    buttons, select = plain.choices(card), card.get("button_selection")
    if select is None or not buttons or (question := _of(select)).key in answers:
        yield from (_Line(text, Press(key, answers)) for text, key in buttons)
        return
    (taking, first), *others = buttons
    takes = taking in words.CHOOSING or not others
    shown = select.get("selected_id") or select["option_list"][0]["id"]
    for the_id, text in question.options:
        chosen = {question.key: (the_id,)}
        mark = "（已选）" if the_id == shown and not takes else ""
        yield _Line(text + mark, Press(first, chosen) if takes else None, chosen)
    about = {question.key: (shown,)}
    yield from (_Line(text, Press(key, about)) for text, key in (others if takes else buttons))


def _asking(card: Card, answers: Answers) -> str:
    question = _open_question(card, answers)
    if question is None:
        lines = [_numbered(number, one.text) for number, one in enumerate(_deeds(card, answers), 1)]
        return "\n".join([*_so_far(card, answers), *lines, "回复数字办理。"] if lines else [])
    every = _questions(card)
    place = f"（{len(answers) + 1}/{len(every)}）" if len(every) > 1 else ""
    how = "可回复几个数字，例如 1 2；都没有回复 0。" if question.many else "回复数字选择。"
    head = f"{place}{question.title}" if len(every) > 1 else ""
    return "\n".join([*([head] if head else []), *question.lines(), how])


def _so_far(card: Card, answers: Answers) -> list[str]:
    """What has been chosen in a drop-down, over the buttons that are about it."""
    select = card.get("button_selection")
    question = _of(select) if select else None
    if question is None or question.key not in answers:
        return []
    return [f"已选：{text}（「返回」重选）" for the_id, text in question.options if (the_id,) == answers[question.key]]


def _numbered(number: int, text: str) -> str:
    """A line with its number; an option that was drawn with the same one does not show it twice."""
    return f"{number}. {text.removeprefix(f'{number} ')}"


def _numbers(said: str) -> list[int] | None:
    """The numbers a message consists of, or None when there is anything else in it."""
    found = [_one(piece) for piece in _SEPARATORS.split(said.strip()) if piece]
    if found and None not in found:
        return [number for number in found if number is not None]
    whole = words.number(said, 999)  # 第 三 个
    return None if whole is None else [whole]


def _one(piece: str) -> int | None:
    return 0 if piece in ("0", "０", "〇", "零") else words.number(piece, 999)


def _chosen(question: _Question, numbers: Sequence[int]) -> tuple[str, ...] | None:
    """The ids these numbers stand for, or None when they do not fit the question."""
    if question.many and list(numbers) == [0]:
        return ()
    if question.ticked and list(numbers) == [len(question.options) + 1]:
        return question.ticked
    if (len(numbers) > 1 and not question.many) or not all(0 < one <= len(question.options) for one in numbers):
        return None
    return tuple(dict.fromkeys(question.options[one - 1][0] for one in numbers))


def _misfit(lines: Sequence[object], *, many: bool = False) -> Misfit:
    upper = len(lines)
    how = "可回复几个数字，都没有回复 0" if many else "请回复一个数字"
    return Misfit(f"只有 1–{upper} 号，没有保存。\n{how}；要看其他事项发「待核实」或「帮助」。")
