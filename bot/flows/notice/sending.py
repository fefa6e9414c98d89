"""确认通知: the people are held, looked at once more and listed, and the 转运组 hears of it."""

from datetime import datetime

from bot import ladder
from bot.flows.notice import muster, questions
from bot.flows.notice.table import ANY, flow
from bot.state import contact, moments, notice
from bot.state.permission import Action
from bot.turn import Turn
from cards import mask, parts, stamps
from cards import notice as card


@flow.tap("confirm", when="review", then=ANY, may=Action.NOTIFY_TRANSPORT)
def confirm(turn: Turn) -> str:
    """确认通知: the people are held as they are now, and listed; the 转运组 hears of it after the commit."""
    wanted = list(turn.draft["people"])
    riding = muster.of(turn, hold=True).riding
    if len(riding) < len(wanted):
        return _without(turn, sorted({*wanted} - {one.id for one in riding}))
    if datetime.fromisoformat(turn.draft["at"]) < turn.now - moments.FORGIVEN:
        turn.reply(card.time_passed())
        return questions.ask(turn, "time")
    row = _send(turn)
    turn.lock(stamps.SENT)
    turn.focus(on=False)
    turn.reply(card.sent(row.number, len(riding), parts.clock(row.pickup_at, turn.now)))
    turn.draft = {}
    return "idle"


def _send(turn: Turn) -> notice.Notice:
    """The notice with its people, in this transaction."""
    draft, here, where = turn.draft, muster.of(turn), muster.place(turn)
    close, other = draft.get("counts") or here.counts
    row = notice.Notice(
        turn.tx.id(), notice.State.SENT, 1, where.code, notice.next_number(turn.tx, where.code), close, other,
        draft.get("why", ""), draft["address"], datetime.fromisoformat(draft["at"]), turn.actor.id, turn.now,
    )  # fmt: skip
    listed = []
    for number, people in enumerate(here.homes, 1):
        for one in people:
            if one.id in here.chosen:
                needs = ",".join(one.needs)
                place = notice.NoticePerson(
                    turn.tx.id(), notice.On.LISTED, 1, row.id, one.id, number, one.travel_class, needs, turn.now
                )
                listed.append((place, one.person))
    notice.send(turn.tx, row, listed)
    ladder.begin(turn, ladder.Step.DISPATCHER_ACCEPT, row.id, where.path)
    turn.start("dispatch", row.id, "sent")
    turn.start("my_notices", turn.actor.id, "sent", notice=row.id)
    return row


def _without(turn: Turn, gone: list[str]) -> str:
    """Somebody has been listed elsewhere meanwhile: say who, and go on without them."""
    riding = muster.of(turn).riding
    muster.choose(turn, [one.id for one in riding])
    muster.recount(turn)
    people = contact.noun.where(turn.tx, contact.table.c.id.in_(gone), order=contact.table.c.id)
    turn.reply(card.gone([mask.name(person.name) for person in people]))
    return questions.ask(turn, "review" if riding else "people")
