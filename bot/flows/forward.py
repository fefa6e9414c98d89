"""转发: a task offered to another community — 接收, 退回 with a reason, 撤回 — or laid before the lead when it circles.

Until it is accepted the card shows the minimum: category, surname, street. The clock of the task keeps running.
"""

from dataclasses import replace

from bot import custody, ladder
from bot.flow import Aside, Flow
from bot.state import area, contact, fields, forward, staff, verification
from bot.state.forward import Forward
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.verification import Case, Verification
from bot.turn import Turn
from cards import forward as card
from cards import parts, refusals, stamps
from cards.template import Card

SLOT = "forward"
flow = Flow("forward", steps=["offered", "reason", "disputed", "settled"])
flow.expects = card.EXPECTS


@flow.where
def place(turn: Turn) -> str:
    """The receiver's community for 接收 and 退回, the sender's for 撤回 and for the lead's word."""
    case = _load(turn)
    if turn.verb in ("withdraw", "rule"):
        return case.place.path
    return _to(turn).path


@flow.start("sent", when="offered", then={"offered": "offered", "disputed": "disputed"})
def sent(turn: Turn) -> str:
    """A forward has been written: lay it before those who must answer, and give the sender a card to withdraw it."""
    case, offer, to = _load(turn), _offer(turn), _to(turn)
    turn.send([offer.sent_by], card.sent(_who(case), to.name, turn.keys), "sent")
    since = case.person.created_at
    if offer.state == forward.State.DISPUTED:
        leads = staff.above(turn.tx, staff.Role.LEAD, case.place) or staff.above(turn.tx, staff.Role.CDC, case.place)
        turn.send(leads, _dispute(turn), SLOT)
        ladder.begin(turn, ladder.Step.ACCEPT_FORWARD, offer.id, case.place.path, leads, determined=since)
        return "disputed"
    _offer_to(turn, staff.serving(turn.tx, staff.Role.COMMUNITY, to.path))
    ladder.begin(turn, ladder.Step.ACCEPT_FORWARD, offer.id, to.path, determined=since)
    return "offered"


@flow.start("open", when="*")
def opened(turn: Turn) -> None:
    """A member wants to see it: as what they may do with it now, with the time used so far."""
    turn.act_for(str(turn.event.data["to"]))
    case, disputed = _load(turn), turn.talk.step == "disputed"
    turn.require(
        Action.RULE_FORWARD if disputed else Action.ACCEPT_FORWARD, case.place.path if disputed else _to(turn).path
    )
    if turn.talk.step == "settled":
        _say_settled(turn)
    elif disputed:
        turn.answer(_dispute(turn), SLOT)
    else:
        _offer_to(turn, [turn.actor.id])


@flow.tap("accept", when=("offered", "reason"), then="settled", may=Action.ACCEPT_FORWARD)
def accept(turn: Turn) -> None:
    """接收: custody passes on, with the clock; the sender hears it."""
    case, offer, to = turn.room["case"], _offer(turn), _to(turn)
    forward.noun.fire(turn.tx, offer, "accepted", ended_by=turn.actor.id, ended_at=turn.now)
    task = _pass_on(turn, case, to)
    turn.lock(stamps.by(turn.actor.name, stamps.ACCEPTED))
    turn.reply(card.accepted(_who(case)))
    turn.say([offer.sent_by], card.told_accepted(_who(case), to.name, turn.actor.name))
    turn.start("verification", task.id, "open", to=turn.actor.id)


@flow.tap("refuse", when="offered", then="reason", may=Action.ACCEPT_FORWARD)
def refuse(turn: Turn) -> None:
    """退回: the reason is typed."""
    turn.hold(turn.actor.id)
    turn.focus()
    turn.lock_this(stamps.WRITE_REASON)
    turn.reply(card.ask_reason(_who(turn.room["case"])))


@flow.text(when="reason", then="settled", may=Action.ACCEPT_FORWARD)
def reason(turn: Turn) -> None:
    """The reason goes back with the task."""
    said = fields.seen(turn.event.text)[:200]
    if not fields.meaningful(said):
        turn.stay()
        turn.reply(card.reason_again())
        return
    case, offer, to = turn.room["case"], _offer(turn), _to(turn)
    forward.noun.fire(turn.tx, offer, "returned", ended_by=turn.actor.id, ended_at=turn.now, reason=said)
    _give_back(turn, case)
    turn.lock(stamps.by(turn.actor.name, stamps.RETURNED))
    turn.focus(on=False)
    turn.reply(card.refused(_who(case)))
    turn.say([offer.sent_by], card.told_refused(_who(case), to.name, said))


@flow.aside(Aside.BACK, when="reason", then="offered", may=Action.ACCEPT_FORWARD)
@flow.aside(Aside.CANCEL, when="reason", then="offered", may=Action.ACCEPT_FORWARD)
def not_after_all(turn: Turn) -> None:
    """返回, 取消: it is not sent back; the card comes again."""
    turn.focus(on=False)
    _offer_to(turn, [turn.actor.id])


@flow.tap("withdraw", when=("offered", "reason", "disputed"), then="settled", may=Action.VERIFY)
def withdraw(turn: Turn) -> None:
    """撤回 by the sender, as long as nobody has answered."""
    case, offer = turn.room["case"], _offer(turn)
    forward.noun.fire(turn.tx, offer, "withdrawn", ended_by=turn.actor.id, ended_at=turn.now)
    _give_back(turn, case)
    turn.lock(stamps.WITHDRAWN)
    turn.reply(card.withdrawn(_who(case)))


@flow.tap("rule", when="disputed", then="settled", may=Action.RULE_FORWARD)
def rule(turn: Turn) -> None:
    """The lead decides which of the two communities has it; both hear it."""
    case, offer, to = turn.room["case"], _offer(turn), _to(turn)
    if turn.arg not in (offer.from_area, offer.to_area):
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    forward.noun.fire(turn.tx, offer, "ruled", ended_by=turn.actor.id, ended_at=turn.now)
    chosen = case.place if turn.arg == offer.from_area else to
    if chosen.code == case.place.code:
        _give_back(turn, case)
    else:
        _pass_on(turn, case, to)
        turn.start("push", to.code, "arrived", count=1)
    turn.lock(stamps.by(turn.actor.name, stamps.RULED))
    turn.reply(card.ruled(_who(case), chosen.name))
    turn.say([offer.sent_by], card.ruled(_who(case), chosen.name))


@flow.late
def late(turn: Turn) -> None:
    """Settled, or an older card: who did what."""
    path = turn.room["case"].place.path if turn.verb == "withdraw" else _to(turn).path
    turn.require(Action.RULE_FORWARD if turn.verb == "rule" else Action.VERIFY, path)
    _say_settled(turn)


def _say_settled(turn: Turn) -> None:
    offer = _offer(turn)
    by = staff.name_of(turn.tx, offer.ended_by) if offer.ended_by else ""
    at = parts.clock(offer.ended_at, turn.now) if offer.ended_at else ""
    label = forward.State(offer.state).label
    turn.reply(card.settled_already(_who(turn.room["case"]), by, at, label))
    turn.lock_this(label)


# ── custody ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _pass_on(turn: Turn, case: Case, to: area.Area) -> Verification:
    """The task of the old community ends, one at the new community begins, with the same deadline."""
    ladder.end(turn, ladder.Step.ACCEPT_FORWARD, turn.ref)
    verification.noun.fire(turn.tx, case.task, "left", {"to": to.code})
    contact.settle(turn.tx, case.person, to.code)
    fresh = Verification(
        turn.tx.id(), verification.State.OPEN, 1, case.person.id, to.code, "", None, turn.now, case.task.due_at
    )
    custody.reopened(turn, Case(replace(fresh, created_at=case.task.created_at), case.person, to), [])
    return verification.noun.insert(turn.tx, fresh, "born", area=to.code, from_task=case.task.id)


def _give_back(turn: Turn, case: Case) -> None:
    """The old community has it again, the same holder, the same clock."""
    contact.settle(turn.tx, case.person, case.place.code)
    ladder.end(turn, ladder.Step.ACCEPT_FORWARD, turn.ref)
    verification.noun.fire(turn.tx, case.task, "given_back", ended_at=None)
    custody.reopened(turn, case, [case.task.holder])
    turn.start("verification", case.task.id, "given_back")


def _offer_to(turn: Turn, people: list[str]) -> None:
    """The minimum card for the receiver's staff, or word to their lead when nobody is there."""
    case, to = turn.room["case"], _to(turn)
    if not people:
        leads = staff.above(turn.tx, staff.Role.LEAD, to) or staff.above(turn.tx, staff.Role.CDC, to)
        turn.say(leads, card.nobody_there(to.name))
        return
    streets = [one.name for one in area.lineage(turn.tx, to) if one.level == area.Level.STREET]
    used = parts.span(turn.now - case.task.created_at)
    drawn = card.offered(
        _who(case), streets[0] if streets else to.name, case.place.name, used,
        parts.left(case.task.due_at, turn.now), turn.keys,
    )  # fmt: skip
    turn.send(people, drawn, SLOT)


def _dispute(turn: Turn) -> Card:
    """Both sides and their remarks, for the lead's word."""
    case, to = turn.room["case"], _to(turn)
    sides = ((case.place.code, case.place.name), (to.code, to.name))
    return card.disputed(_who(case), _both_remarks(turn), sides, turn.keys)


def _both_remarks(turn: Turn) -> list[str]:
    """Why each side sent it away, for the lead."""
    lines = []
    for one in forward.all_of(turn.tx, turn.room["case"].person.id):
        origin = area.find(turn.tx, one.from_area)
        lines.append(card.remark(origin.name if origin else one.from_area, one.reason))
    return lines[-2:]


def _load(turn: Turn) -> Case:
    found = forward.load(turn.tx, turn.ref)
    case = verification.case(turn.tx, found[0].verification_id) if found else None
    if found is None or case is None:
        raise Refused(refusals.UNKNOWN, "unknown_ref")
    offer, to = found
    turn.room |= {"offer": offer, "case": case, "to": to}
    return case


def _offer(turn: Turn) -> Forward:
    offer: Forward = turn.room["offer"]
    return offer


def _to(turn: Turn) -> area.Area:
    to: area.Area = turn.room["to"]
    return to


def _who(case: Case) -> parts.Person:
    return parts.person(case.person.name, case.person.category)
