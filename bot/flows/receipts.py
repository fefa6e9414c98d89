"""A CDC member's own queue of feedback: the next card after each 接收, and a count when more waits than is shown."""

from bot.flow import Flow
from bot.state import conversation, reports, staff
from bot.state.permission import Action
from bot.turn import Turn
from cards import receipt as card
from cards import stamps

OPEN_CARDS = 5
SLOT = "receipt"
flow = Flow("receipts", steps=["ready"], personal=True)


@flow.start("more")
def more(turn: Turn) -> None:
    """Feedback has come that does not fit on the phone: one card counts what waits."""
    count = sum(reports.unreceived_count(turn.tx, path) for path in _paths(turn))
    if count:
        turn.send([turn.ref], card.waiting(count, turn.keys), "receipts")


@flow.start("next")
def following(turn: Turn) -> None:
    """A place on the phone is free: lay the oldest feedback there that is not on it yet."""
    _fill(turn)


@flow.tap("next", may=Action.RECEIVE_FEEDBACK)
def pressed(turn: Turn) -> None:
    """继续接收."""
    turn.lock(stamps.GOES_ON)
    _fill(turn)


@flow.late
def late(turn: Turn) -> None:
    """The count is old; what waits now is shown."""
    _fill(turn)


def _fill(turn: Turn) -> None:
    free = OPEN_CARDS - conversation.open_count(turn.tx, turn.ref, SLOT)
    if free <= 0:
        return
    for path in _paths(turn):
        waiting = reports.unreceived(turn.tx, path, OPEN_CARDS * 2)
        shown = conversation.holders_of(turn.tx, "receipt", waiting, SLOT)
        fresh = [report for report in waiting if turn.ref not in shown.get(report, ())][:free]
        free -= len(fresh)
        for report in fresh:
            turn.start("receipt", report, to=turn.ref)


def _paths(turn: Turn) -> list[str]:
    member = staff.find(turn.tx, turn.ref)
    return [grant.path for grant in member.grants if grant.role == staff.Role.CDC] if member else []
