"""退回: the 转运组 cannot do it; with the reason the people go back to 待转运 and the community may write it anew."""

from bot import ladder, transport
from bot.flows.dispatch import order
from bot.flows.dispatch.table import flow
from bot.state import fields, notice
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.turn import Turn
from cards import dispatch as card
from cards import my_notices as named
from cards import stamps


@flow.tap("give_back", when=("offered", "taken", "vehicle", "check"), then="reason", may=Action.DISPATCH, fresh=False)
def give_back(turn: Turn) -> None:
    """退回, before anybody has boarded; the reason is typed."""
    if turn.talk.step != "offered" and not order.mine(turn):
        return
    _must_be_returnable(turn)
    turn.hold(turn.actor.id)
    turn.lock_this(stamps.WRITE_REASON)
    turn.focus()
    turn.reply(card.ask_reason(transport.title(turn)))


@flow.text(when="reason", then="over", may=Action.DISPATCH)
def reason(turn: Turn) -> None:
    """The reason ends it here."""
    if not order.mine(turn):
        return
    said = fields.seen(turn.event.text)[:200]
    if not fields.meaningful(said):
        turn.stay()
        turn.reply(card.reason_again())
        return
    _must_be_returnable(turn)
    row, title = transport.of(turn), transport.title(turn)
    cars = [one.plate for one in order.cars(turn)]
    notice.call_off(turn.tx, row, "returned", said)
    ladder.end(turn, ladder.Step.DISPATCHER_ACCEPT, row.id)
    turn.lock(stamps.by(turn.actor.name, stamps.RETURNED))
    turn.release()
    turn.draft = {}
    turn.reply(card.returned(title))
    for one in transport.authors(turn):
        told = card.told_returned(title, turn.actor.name, said, row.id, turn.keys_for("notice", one, 0))
        turn.send([one], told, "returned")
    if cars:
        turn.say(transport.escorts(turn), named.told_returned(title, said))


def _must_be_returnable(turn: Turn) -> None:
    row = transport.of(turn)
    if row.state not in notice.BEFORE_BOARDING:
        raise Refused(card.too_late(transport.title(turn), notice.State(row.state).label), "too_late")
