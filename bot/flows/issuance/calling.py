"""点名 at the 集合点: who of the ready is there; by number, by tap, or by scanning what they wear."""

from collections.abc import Iterable, Sequence

from bot.flows.issuance import binding
from bot.flows.issuance.table import FOUND, ROLL, chosen, flow, kind, kinds, member, paths, person
from bot.state import band, recipient, rollcall
from bot.state.code import BadCode
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.recipient import Recipient
from bot.turn import Kind, Turn
from cards import issuance as card
from cards import issuance_words as say
from cards import words

STAYS = {"roll": "roll"}


@flow.word(words.ROLL_CALL, then="roll", may=Action.CALL_ROLL)
def ask(turn: Turn) -> None:
    """点名: of the 转运类型 that was chosen last, or the first."""
    turn.draft = {"kind": kind(turn)}
    lay_roll(turn, 0)


@flow.tap("roll", when="menu", then="roll", may=Action.CALL_ROLL)
def from_menu(turn: Turn) -> None:
    """点名 on the card of 转运准备."""
    turn.lock_this(words.ROLL_CALL)
    lay_roll(turn, 0)


@flow.tap("roll_on", when="roll", then="roll", may=Action.CALL_ROLL)
def next_page(turn: Turn) -> None:
    """下一页."""
    lay_roll(turn, int(turn.draft.get("start", 0)) + card.ROLL)


@flow.tap("here", when="roll", may=Action.CALL_ROLL, fresh=False)
def here(turn: Turn) -> None:
    """到."""
    call(turn, [chosen(turn)], there=True)


@flow.tap("absent", when="roll", may=Action.CALL_ROLL, fresh=False)
def absent(turn: Turn) -> None:
    """未到."""
    call(turn, [chosen(turn)], there=False)


@flow.tap("all_here", when="roll", may=Action.CALL_ROLL)
def all_here(turn: Turn) -> None:
    """本页全到."""
    call(turn, _of_page(turn, range(1, len(turn.draft.get("roll", [])) + 1)), there=True)


@flow.tap("there", when=FOUND, may=Action.CALL_ROLL, fresh=False)
def there(turn: Turn) -> None:
    """到, on the card of a household."""
    call(turn, [chosen(turn)], there=True)


@flow.tap("missing", when=FOUND, may=Action.CALL_ROLL, fresh=False)
def missing(turn: Turn) -> None:
    """未到, on the card of a household."""
    call(turn, [chosen(turn)], there=False)


@flow.text(when="roll", then=STAYS, may=Action.CALL_ROLL)
def numbers(turn: Turn) -> str:
    """`1 3 5` or `2 未到`; 下页 goes on; a typed code is as good as a scan."""
    text, page = turn.event.text.strip(), list(turn.draft.get("roll", []))
    if text in card.MORE:
        next_page(turn)
        return "roll"
    turn.stay()
    if binding.is_code(turn, text):
        _by_code(turn, [text])
        return "roll"
    which, there = card.called_numbers(text, len(page))
    if which:
        call(turn, _of_page(turn, which), there=there)
    else:
        turn.reply(say.not_on_roll())
    return "roll"


@flow.scan(when="roll", may=Action.CALL_ROLL)
def scanned(turn: Turn) -> None:
    """Whoever wears the code is there."""
    _by_code(turn, turn.event.codes)


def _by_code(turn: Turn, texts: Sequence[str]) -> None:
    """Each code's wearer is there; what is no such code is said."""
    found: list[Recipient] = []
    for text in texts:
        if no := binding.paused(turn):
            turn.reply(no)
            break
        try:
            worn = band.recognise(turn.tx, text)
        except BadCode as bad:
            turn.reply(binding.stray(turn, bad, paths(turn)[0]))
            continue
        if worn.state == band.State.BOUND:
            found.append(person(turn, worn.contact_id or ""))
        else:
            turn.reply(binding.not_taken(turn, worn, "") or say.fresh(worn.shown))
    if found:
        call(turn, found, there=True)


def call(turn: Turn, people: Sequence[Recipient], *, there: bool) -> None:
    """Write it down, and say how many are there by now."""
    if not people:
        raise Refused(say.NO_SUCH_PERSON, "option_not_offered")
    rollcall.call(turn.tx, [one.person.id for one in people], there=there)
    everybody = _ready(turn)
    calls = rollcall.latest(turn.tx, [one.person.id for one in everybody])
    names = [" ".join(filter(None, card.called(one.person.name, one.person.id_number))) for one in people]
    turn.reply(say.answered(names, card.CALLED[there], sum(calls.values()), len(everybody)))


def lay_roll(turn: Turn, start: int) -> None:
    """One page of the roll, as text where an answer costs nothing, and as a card."""
    everybody = _ready(turn)
    page = everybody[start : start + card.ROLL]
    turn.draft = {"kind": kind(turn), "start": start, "roll": [one.person.id for one in page]}
    turn.focus()
    if not page:
        turn.reply(say.nobody_to_call(kind(turn)))
        return
    calls = rollcall.latest(turn.tx, [one.person.id for one in everybody])
    there, away = sum(calls.values()), len(calls) - sum(calls.values())
    lines = [member(turn, one, number, card.CALLED[calls.get(one.person.id)]) for number, one in enumerate(page, 1)]
    if turn.event.kind is not Kind.TAP:
        turn.reply(say.roll(kind(turn), lines, len(everybody), there, away))
    more = len(everybody) > start + card.ROLL
    turn.answer(card.roll(kind(turn), lines, len(everybody), there, turn.keys, more=more), ROLL)


def _of_page(turn: Turn, numbers: Iterable[int]) -> list[Recipient]:
    """Those on the page whose numbers these are, as far as they are still to be moved."""
    page, ready = list(turn.draft.get("roll", [])), {one.person.id: one for one in _ready(turn)}
    return [ready[ref] for number in numbers if (ref := page[number - 1]) in ready]


def _ready(turn: Turn) -> list[Recipient]:
    wanted = kinds(turn)[kind(turn)]
    return [one for one in recipient.ready(turn.tx, paths(turn)) if one.travel_class(turn.rules) == wanted]
