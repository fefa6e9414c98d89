"""Where, when and how many: 接车地址, the time, the two counts and why they differ from the list."""

from datetime import timedelta

from bot.flows.notice import muster, questions
from bot.flows.notice.table import ANY, flow
from bot.state import fields, moments, notice
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.turn import Turn
from cards import notice as card
from cards import refusals, words


@flow.tap("address", when="address", then=ANY, may=Action.NOTIFY_TRANSPORT)
def known_address(turn: Turn) -> str:
    """One of the last places."""
    offered = notice.last_addresses(turn.tx, turn.draft["area"], 3)
    if not (turn.arg.isdigit() and 1 <= int(turn.arg) <= len(offered)):
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    turn.draft["address"] = offered[int(turn.arg) - 1]
    return questions.go_on(turn)


@flow.text(when="address", then=ANY, may=Action.NOTIFY_TRANSPORT)
def address(turn: Turn) -> str | None:
    """接车地址, typed."""
    try:
        turn.draft["address"] = fields.address(turn.event.text, words.PICKUP_ADDRESS).value
    except fields.FieldError as wrong:
        questions.wrong(turn, wrong)
        return None
    return questions.go_on(turn)


@flow.tap("time", when="time", then=ANY, may=Action.NOTIFY_TRANSPORT)
def soon(turn: Turn) -> str:
    """One of the times on the card."""
    if turn.arg not in card.TIMES:
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    turn.draft["at"] = (turn.now + timedelta(minutes=int(turn.arg))).isoformat()
    return questions.go_on(turn)


@flow.text(when="time", then=ANY, may=Action.NOTIFY_TRANSPORT)
def time(turn: Turn) -> str | None:
    """The time, typed."""
    try:
        turn.draft["at"] = moments.moment(turn.event.text, turn.now, card.PICKUP_TIME).value.isoformat()
    except fields.FieldError as wrong:
        questions.wrong(turn, wrong)
        return None
    return questions.go_on(turn)


@flow.tap("change", when="review", then=ANY, may=Action.NOTIFY_TRANSPORT)
def change(turn: Turn) -> str:
    """改人员, 改人数, 改地址, 改时间."""
    if turn.arg not in ("people", "counts", "address", "time"):
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    turn.draft["page"] = 0
    return questions.ask(turn, turn.arg)


@flow.text(when="counts", then=ANY, may=Action.NOTIFY_TRANSPORT)
def counts(turn: Turn) -> str | None:
    """Both counts; what differs from the list needs a reason."""
    said = card.numbers(turn.event.text)
    if len(said) != 2:
        turn.stay()
        turn.reply(card.two_numbers())
        return None
    listed = muster.of(turn).counts
    names = (words.CLOSE_CONTACT_COUNT, words.OTHER_COUNT)
    try:
        found = [fields.count(text, most, name).value for text, most, name in zip(said, listed, names, strict=True)]
    except fields.FieldError as wrong:
        questions.wrong(turn, wrong)
        return None
    if not any(found):
        turn.stay()
        turn.reply(card.both_zero())
        return None
    muster.recount(turn)
    if tuple(found) == listed:
        return questions.go_on(turn)
    turn.draft["typed"] = found
    return questions.ask(turn, "why")


@flow.text(when="why", then=ANY, may=Action.NOTIFY_TRANSPORT)
def why_counts(turn: Turn) -> str | None:
    """Why the counts differ."""
    said = fields.seen(turn.event.text)[:200]
    if not fields.meaningful(said):
        turn.stay()
        turn.reply(card.why_again())
        return None
    turn.draft |= {"counts": turn.draft["typed"], "why": said}
    return questions.go_on(turn)
