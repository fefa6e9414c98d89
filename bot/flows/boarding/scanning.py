"""Scans and typed codes at the door: one line for each, in the callback's own response; 撤销 within two minutes."""

from bot.flow import UNDO_WITHIN, Aside
from bot.flows.boarding import admitting, later, persons
from bot.flows.boarding.table import AT_THE_DOOR, flow, in_hand, tally_soon
from bot.state import boarding, code, contact, trip
from bot.state.permission import Action
from bot.turn import Turn
from cards import boarding as card
from cards import mask, words


@flow.scan(when=AT_THE_DOOR, may=Action.BOARD)
def scanned(turn: Turn) -> None:
    """A code from the menu's scanner or a photo; whatever else is open stays open."""
    _codes(turn, turn.event.text)


@flow.text(when=("scanning", "person"), then={"": "scanning", "person": "person"}, may=Action.BOARD)
def typed(turn: Turn) -> str:
    """A number of the roster, 名单, lines to write down later, or codes."""
    said = turn.event.text.strip()
    which = words.number(said.removeprefix(card.ROSTER[0]), 999)
    if which is not None:
        return persons.numbered(turn, which)
    turn.stay()
    if said in card.ROSTER:
        persons.listed(turn)
    elif said in card.LATER_MARKS:
        turn.reply(card.later_help())
    elif lines := later.understood(said):
        later.take(turn, lines)
    else:
        _codes(turn, said)
    return ""


@flow.aside(Aside.UNDO, when=AT_THE_DOOR, may=Action.BOARD)
def undo(turn: Turn) -> None:
    """撤销: this escort's last scan, if it is not older than two minutes."""
    on = in_hand(turn)
    mine = [one for one in boarding.aboard(turn.tx, on.vehicle.id) if one.boarded_by == turn.actor.id]
    last = mine[-1] if mine else None
    if last is None or turn.now - last.boarded_at > UNDO_WITHIN:
        turn.reply(card.nothing_to_undo())
        return
    person = contact.noun.load(turn.tx, last.contact_id, lock=True)
    on = trip.off(turn.tx, on, last, person)
    turn.reply(card.undone(mask.name(person.name), on.boarded, on.expected))
    tally_soon(turn, on)


def _codes(turn: Turn, text: str) -> None:
    """Every code of one message, each answered in a line of its own."""
    on = in_hand(turn)
    texts = code.several(text) or [text]
    before = on.boarded
    for one in texts[: code.MOST]:
        on = admitting.by_code(turn, on, one)
    if len(texts) > code.MOST:
        turn.reply(card.too_many(code.MOST))
    if on.boarded > before:
        tally_soon(turn, on)
