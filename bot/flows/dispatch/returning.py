"""退回: the 转运组 cannot do it; with the reason the people go back to 待转运 and the community may write it anew."""

from bot import ladder, transport
from bot.flows.dispatch import order
from bot.flows.dispatch.table import AT_REST, flow, place
from bot.state import fields, notice
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
    if transport.of(turn).state not in notice.BEFORE_BOARDING:  # the order as it is now has 中止 in place of 退回
        turn.stay()
        turn.reply(_too_late(turn))
        order.lay(turn)
        return
    turn.hold(turn.actor.id)
    turn.lock_this(stamps.WRITE_REASON)
    turn.focus()
    turn.reply(card.ask_reason(transport.title(turn)))


@flow.text(when="reason", then={"": "over", **AT_REST}, may=Action.DISPATCH)
def reason(turn: Turn) -> str | None:
    """The reason ends it here, unless somebody has boarded meanwhile."""
    if not order.mine(turn):
        return None
    said = fields.seen(turn.event.text)[:200]
    if not fields.meaningful(said):
        turn.stay()
        turn.reply(card.reason_again())
        return None
    if transport.of(turn).state not in notice.BEFORE_BOARDING:
        turn.draft = {}
        turn.reply(_too_late(turn))
        return order.lay(turn)
    row, title = transport.of(turn), transport.title(turn)
    sent = row.state == notice.State.ASSIGNED
    notice.call_off(turn.tx, row, "returned", said)
    ladder.end(turn, ladder.Step.DISPATCHER_ACCEPT, row.id)
    turn.lock(stamps.by(turn.actor.name, stamps.RETURNED))
    turn.release()
    turn.draft = {}
    turn.reply(card.returned(title))
    turn.start("dispatch", row.id, "tell_returned", by=turn.actor.name, reason=said, sent=sent)
    return None


@flow.start("tell_returned", when="over")
def tell_returned(turn: Turn) -> None:
    """The community may write it anew; escorts who have heard of cars hear that none comes."""
    place(turn)
    row, title, said = transport.of(turn), transport.title(turn), str(turn.event.data["reason"])
    turn.start("my_notices", row.created_by, "over", notice=row.id, words=stamps.RETURNED)
    for one in transport.authors(turn):
        told = card.told_returned(title, str(turn.event.data["by"]), said, row.id, turn.keys_for("notice", one, 0))
        turn.send([one], told, "returned")
    if turn.event.data["sent"]:
        turn.say(transport.escorts(turn), named.told_returned(title, said))


def _too_late(turn: Turn) -> str:
    return card.too_late(transport.title(turn), notice.State(transport.of(turn).state).label)
