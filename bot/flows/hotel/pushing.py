"""A hotel's own system that could not be told: dispatcher and lead hear of it, and send it again under the same key."""

from bot.flows.hotel.table import LOST, flow, place, take, title
from bot.state import handover, staff
from bot.state.handover import Push
from bot.state.permission import Action
from bot.turn import Turn
from cards import hotel as card
from cards import stamps


@flow.start("lost", when="*")
def lost(turn: Turn) -> None:
    """Given up after a day, or refused for good."""
    place(turn)
    load = take(turn)
    if load.row.push != Push.WAITING:
        return
    handover.noun.amend(turn.tx, load.row, "push_lost", push=Push.LOST.value)
    near = [load.notice.taken_by, *staff.above(turn.tx, staff.Role.LEAD, load.place)]
    why = str(turn.event.data.get("why", ""))
    drawn = card.lost(load.hotel.name, title(load), load.vehicle.plate, why, turn.keys_for(flow.name, turn.ref, 0))
    turn.send([one for one in dict.fromkeys(near) if one], drawn, LOST)


@flow.tap("resend", when="*", may=Action.RESEND_MANIFEST, fresh=False)
def resend(turn: Turn) -> None:
    """重新推送."""
    turn.reply(card.resent(take(turn).hotel.name) if _again(turn) else card.not_lost())
    turn.lock(stamps.SENT_AGAIN, slot=LOST)


@flow.start("resend", when="*")
def resend_by_command(turn: Turn) -> None:
    """`bihuan hotel resend`."""
    place(turn)
    if _again(turn):
        turn.lock(stamps.SENT_AGAIN, slot=LOST)


def _again(turn: Turn) -> bool:
    """Post it once more; False when it was not lost."""
    load = take(turn)
    if load.row.push != Push.LOST:
        return False
    handover.noun.amend(turn.tx, load.row, "push_again", push=Push.WAITING.value)
    turn.tell_hotel(load.row.hotel_code, load.row.id)
    return True
