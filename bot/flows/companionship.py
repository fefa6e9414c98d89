"""陪护申请: who needs care, why, who accompanies — one form —, a warning where the pack has one, the CDC's word."""

from bot import ladder
from bot.flow import Aside, Flow
from bot.state import area, companionship, contact, fields, sought, staff
from bot.state.companionship import Case, Companionship, State
from bot.state.contact import Contact
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.rules import day
from bot.turn import Turn
from cards import companionship as card
from cards import parts, refusals, stamps
from cards.template import Card

ASK, SLOT = "ask", "companion"
flow = Flow("companionship", steps=["filling", "confirming", "asked", "reason", "settled"])
flow.expects = card.EXPECTS


@flow.where
def place(turn: Turn) -> str:
    """The community that asks: of the request once there is one, before that of the contact it is asked for."""
    case = companionship.case(turn.tx, turn.ref)
    turn.room["case"] = case
    if case is not None:
        return case.place.path
    turn.room["at"] = area.find(turn.tx, _contact(turn).area_code)
    return turn.room["at"].path if turn.room["at"] else "/"


@flow.start("begin", when="filling")
def begun(turn: Turn) -> None:
    """From a person's card: the form, with everybody of the household to choose from."""
    turn.act_for(str(turn.event.data["by"]))
    turn.talk.facts = {"contact": str(turn.event.data["contact"])}
    turn.require(Action.ASK_COMPANION, place(turn))
    _ask(turn)


def _ask(turn: Turn) -> None:
    people = _household(turn)
    if len(people) < 2:
        who = parts.person(_contact(turn).name, "")
        turn.reply(card.alone(who.name))
        return
    turn.hold(turn.actor.id)
    turn.focus()
    named = [(one.id, card.member(one.name, one.category)) for one in people]
    turn.answer(card.fill_in(named, _reasons(turn), turn.draft.get("chosen", ()), turn.keys), ASK)


@flow.tap("submit", when="filling", then={"asked": "asked", "confirming": "confirming", "filling": "filling"},
          may=Action.ASK_COMPANION)  # fmt: skip
def submit(turn: Turn) -> str:
    """The form's three answers."""
    given = [(turn.event.answers.get(name) or ("",))[0] for name in ("ward", "why", "companion")]
    ward, why, companion = given
    people, reasons = {one.id: one for one in _household(turn)}, _reasons(turn)
    if not {ward, companion} <= {*people} or why not in {str(n) for n, _ in enumerate(reasons, 1)}:
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    turn.draft["chosen"] = given
    if (wrong := _wrong(turn, people[ward], people[companion])) is not None:
        turn.reply(wrong)
        _ask(turn)
        return "filling"
    one = people[companion]
    on, pack = day(turn.now), turn.rules.at(turn.now)
    warned = companionship.warnings(pack, one.id_number, one.id_type, one.note, on)
    if warned:
        drawn = card.confirm(people[ward].name, one.name, reasons[int(why) - 1], warned, turn.keys)
        turn.answer(drawn, ASK)
        return "confirming"
    return _submit(turn, people[ward], one, reasons[int(why) - 1], warned)


def _wrong(turn: Turn, ward: Contact, companion: Contact) -> str | None:
    """Why these two cannot be put together, or None."""
    if ward.id == companion.id:
        return card.same_person()
    taken = companionship.standing(turn.tx, ward.id, companion.id)
    busy = {who for request in taken for who in (request.ward_id, request.companion_id)}
    return next((card.busy(one.name) for one in (ward, companion) if one.id in busy), None)


def _submit(turn: Turn, ward: Contact, companion: Contact, why: str, warned: list[str]) -> str:
    """The request is written, and laid before the CDC."""
    at: area.Area | None = turn.room["at"]
    if at is None:
        raise Refused(refusals.UNKNOWN_AREA, "unknown_area")
    due = turn.now + turn.rules.at(turn.now).deadline("supplement_decision")
    request = Companionship(
        turn.ref, State.REQUESTED, 1, ward.id, companion.id, at.code, why, warned, turn.actor.id, turn.now, due
    )
    companionship.noun.insert(turn.tx, request, "requested", ward=ward.id, companion=companion.id)
    turn.draft = {}
    turn.focus(on=False)
    turn.lock(stamps.SUBMITTED)
    turn.answer(card.receipt(ward.name, companion.name, turn.keys), "receipt")
    ladder.begin(turn, ladder.Step.SUPPLEMENT_DECISION, request.id, at.path)
    turn.start("companionship", turn.ref, "laid")
    return "asked"


@flow.start("laid", when="asked")
def laid(turn: Turn) -> None:
    """The request goes before the CDC, in a turn of its own: who asks is answered first."""
    place(turn)
    _lay(turn)


@flow.start("alone", when="filling", then="asked")
def alone(turn: Turn) -> None:
    """A request came with a supplement, and the CDC's own list has named the person: it is judged by itself."""
    place(turn)
    case = _case(turn)
    if case.request.state != State.REQUESTED:
        turn.stay()
        return
    ladder.begin(turn, ladder.Step.SUPPLEMENT_DECISION, case.request.id, case.place.path)
    _lay(turn)


def _lay(turn: Turn) -> None:
    turn.send(staff.above(turn.tx, staff.Role.CDC, _case(turn).place), _draw(turn), SLOT)


@flow.tap("confirm", when="confirming", then={"asked": "asked", "filling": "filling"}, may=Action.ASK_COMPANION)
def confirm(turn: Turn) -> str:
    """仍要提交, in spite of the warning; the CDC sees it too."""
    ward, why, companion = turn.draft["chosen"]
    people = {one.id: one for one in contact.noun.where(turn.tx, contact.table.c.id.in_([ward, companion]))}
    first, second = people[ward], people[companion]
    if (wrong := _wrong(turn, first, second)) is not None:  # somebody else was quicker
        turn.reply(wrong)
        _ask(turn)
        return "filling"
    on, pack = day(turn.now), turn.rules.at(turn.now)
    warned = companionship.warnings(pack, second.id_number, second.id_type, second.note, on)
    return _submit(turn, first, second, _reasons(turn)[int(why) - 1], warned)


@flow.tap("again", when="confirming", then="filling", may=Action.ASK_COMPANION)
def again(turn: Turn) -> None:
    """重选: the form with what was chosen."""
    _ask(turn)


@flow.aside(Aside.BACK, when=("confirming", "reason"), then={"filling": "filling", "asked": "asked"})
def back(turn: Turn) -> str:
    """返回: to the form, or to the CDC's card."""
    if turn.talk.step == "confirming":
        turn.require(Action.ASK_COMPANION, place(turn))
        _ask(turn)
        return "filling"
    return _not_after_all(turn)


@flow.aside(Aside.CANCEL, when=("filling", "confirming", "reason"), then={"settled": "settled", "asked": "asked"})
def cancel(turn: Turn) -> str:
    """取消: nothing was asked for; or the CDC does not refuse after all."""
    if turn.talk.step == "reason":
        return _not_after_all(turn)
    turn.require(Action.ASK_COMPANION, place(turn))
    turn.focus(on=False)
    turn.lock(stamps.PUT_DOWN)
    turn.draft = {}
    turn.reply(card.not_submitted())
    return "settled"


def _not_after_all(turn: Turn) -> str:
    """The reason is not given: the card comes again."""
    turn.require(Action.DECIDE_SUPPLEMENT, place(turn))
    turn.focus(on=False)
    turn.answer(_draw(turn), SLOT)
    return "asked"


# ── the CDC's word ────────────────────────────────────────────────────────────────────────────────────────────────────


@flow.tap("agree", when=("asked", "reason"), then="settled", may=Action.DECIDE_SUPPLEMENT)
def agree(turn: Turn) -> None:
    """同意陪护: the two travel and are housed together."""
    case = _case(turn)
    _must_be_open(turn, case)
    _settle(turn, case, "agreed", "")
    turn.lock(stamps.by(turn.actor.name, stamps.AGREED))
    turn.reply(card.agreed(case.ward.name, case.companion.name))
    told = card.told_agreed(case.ward.name, case.companion.name, turn.actor.name)
    turn.say([case.request.requested_by], told)


@flow.tap("refuse", when="asked", then="reason", may=Action.DECIDE_SUPPLEMENT)
def refuse(turn: Turn) -> None:
    """不同意陪护: the reason is typed."""
    _must_be_open(turn, _case(turn))
    turn.hold(turn.actor.id)
    turn.focus()
    turn.lock_this(stamps.WRITE_WHY)
    turn.reply(card.ask_reason(_case(turn).companion.name))


@flow.text(when="reason", then="settled", may=Action.DECIDE_SUPPLEMENT)
def reason(turn: Turn) -> None:
    """The reason goes to the submitter."""
    said = fields.seen(turn.event.text)[:200]
    if not fields.meaningful(said):
        turn.stay()
        turn.reply(card.reason_again())
        return
    case = _case(turn)
    _settle(turn, case, "refused", said)
    turn.focus(on=False)
    turn.lock(stamps.by(turn.actor.name, stamps.DECIDED))
    turn.reply(card.refused(case.companion.name))
    turn.say([case.request.requested_by], card.told_refused(case.companion.name, turn.actor.name, said))


@flow.tap("withdraw", when=("asked", "reason"), then="settled", may=Action.ASK_COMPANION)
def withdraw(turn: Turn) -> None:
    """撤回 by who asked, as long as the CDC has not decided."""
    case = _case(turn)
    if case.request.requested_by != turn.actor.id:
        raise Refused(card.not_yours(staff.name_of(turn.tx, case.request.requested_by)), "not_yours")
    companionship.noun.fire(turn.tx, case.request, "withdrawn")
    ladder.end(turn, ladder.Step.SUPPLEMENT_DECISION, case.request.id)
    turn.lock(stamps.WITHDRAWN_OWN)
    turn.release()
    turn.reply(card.withdrawn(case.companion.name))


@flow.late
def late(turn: Turn) -> None:
    """Settled, or an older form."""
    case: Case | None = turn.room["case"]
    if case is None:
        turn.require(Action.ASK_COMPANION, place(turn))
        turn.reply(card.begin_again())
        turn.lock_this(stamps.OUTDATED)
        return
    decides = turn.verb in ("agree", "refuse")
    turn.require(Action.DECIDE_SUPPLEMENT if decides else Action.ASK_COMPANION, case.place.path)
    turn.reply(_settled(turn, case))
    turn.lock_this(State(case.request.state).label)


def _settled(turn: Turn, case: Case) -> str:
    """Who decided it, and when."""
    one = case.request
    by = staff.name_of(turn.tx, one.decided_by) if one.decided_by else ""
    at = parts.clock(one.decided_at, turn.now) if one.decided_at else ""
    return card.settled(case.companion.name, State(one.state).label, by, at)


def _settle(turn: Turn, case: Case, event: str, why: str) -> None:
    done = {"decided_by": turn.actor.id, "decided_at": turn.now, "reason": why}
    companionship.noun.fire(turn.tx, case.request, event, None, **done)
    ladder.end(turn, ladder.Step.SUPPLEMENT_DECISION, case.request.id)


def _must_be_open(turn: Turn, case: Case) -> None:
    """Nobody judges their own request, nor one that was settled with the companion's supplement."""
    if case.request.state != State.REQUESTED:
        raise Refused(_settled(turn, case), "settled")
    if case.request.requested_by == turn.actor.id:
        raise Refused(card.own_submission(), "own_submission")


def _household(turn: Turn) -> list[Contact]:
    person = _contact(turn)
    return sought.at_home_of(turn.tx, person) or [person]


def _contact(turn: Turn) -> Contact:
    """For whose household it is asked, loaded once a turn."""
    if "contact" not in turn.room:
        turn.room["contact"] = contact.noun.load(turn.tx, str(turn.talk.facts.get("contact", "")))
    found: Contact = turn.room["contact"]
    return found


def _reasons(turn: Turn) -> list[str]:
    return list(companionship.reasons(turn.rules.at(turn.now)))


def _case(turn: Turn) -> Case:
    case: Case | None = turn.room["case"]
    if case is None:
        raise Refused(refusals.UNKNOWN, "unknown_ref")
    return case


def _draw(turn: Turn) -> Card:
    case = _case(turn)
    ward, companion = (
        parts.person(one.name, one.category, one.phone, one.id_number, one.address)
        for one in (case.ward, case.companion)
    )
    by = staff.name_of(turn.tx, case.request.requested_by)
    return card.ask(ward, companion, case.request.why, case.request.warnings, by, case.place.name, turn.keys)
