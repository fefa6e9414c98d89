"""The order: laid before the 转运组, taken by one of them, taken over by another, explained."""

from bot import ladder, transport
from bot.flow import Aside
from bot.flows.dispatch.table import AT_REST, BEFORE_END, SLOT, WORKING, flow, place
from bot.planner import Run
from bot.state import contact, notice, staff, vehicle
from bot.state.notice import State
from bot.state.permission import Action
from bot.turn import Turn
from cards import dispatch as card
from cards import mask, parts, stamps
from cards.template import Card


@flow.start("sent", when="offered")
def sent(turn: Turn) -> None:
    """A notice has come: its card for everybody of the 转运组, or word to lead and CDC that nobody is there."""
    place(turn)
    if transport.of(turn).state != notice.State.SENT:
        return
    people = transport.dispatchers(turn)
    if not people:
        turn.say(_above(turn), card.nobody_there(transport.title(turn)))
        return
    turn.send(people, card.offered(shown(turn), turn.keys), SLOT)


@flow.tap("take", when=("offered", "reason"), then="taken", may=Action.DISPATCH, fresh=False)
def take(turn: Turn) -> None:
    """接单: the first has it; the planner proposes cars, the community hears who drives."""
    row = transport.of(turn)
    if row.state != notice.State.SENT:
        mine(turn)
        turn.stay()
        return
    turn.room["notice"] = notice.noun.fire(turn.tx, row, "taken", taken_by=turn.actor.id, taken_at=turn.now)
    ladder.end(turn, ladder.Step.DISPATCHER_ACCEPT, row.id)
    turn.hold(turn.actor.id)
    turn.lock(stamps.by(turn.actor.name, stamps.ORDER_TAKEN))
    turn.focus()
    title = transport.title(turn)
    turn.reply(card.taken(title, proposal(turn)))
    turn.answer(working(turn), SLOT)
    turn.start("dispatch", row.id, "tell_taken", by=turn.actor.name)


@flow.tap("take_over", when=WORKING, then=AT_REST, may=Action.DISPATCH, fresh=False)
def take_over(turn: Turn) -> str | None:
    """接手: another of the 转运组 goes on; a car half typed is typed again."""
    before = turn.talk.holder
    if before == turn.actor.id:
        turn.focus()
        turn.stay()
        lay(turn)
        return None
    turn.hold(turn.actor.id)
    turn.draft = {}
    turn.focus_alone(turn.actor.id)
    turn.lock(stamps.by(turn.actor.name, stamps.TAKEN))
    turn.say([before], card.taken_over(transport.title(turn), turn.actor.name))
    return lay(turn)


@flow.start("abandoned", when=WORKING)
def abandoned(turn: Turn) -> None:
    """Whoever had it has left the house: a colleague may take it over; if there is none, lead and CDC hear of it."""
    place(turn)
    if staff.active(turn.tx, [turn.talk.holder]):
        return
    if people := transport.dispatchers(turn):
        turn.send(people, _held(turn), "held")
    else:
        turn.say(_above(turn), card.left_behind(transport.title(turn), staff.name_of(turn.tx, turn.talk.holder)))


def _above(turn: Turn) -> list[str]:
    """Who sees to it that there are dispatchers."""
    here = transport.place(turn)
    return staff.above(turn.tx, staff.Role.LEAD, here) + staff.above(turn.tx, staff.Role.CDC, here)


def _held(turn: Turn) -> Card:
    """Who has it, with 接手."""
    by, at = staff.name_of(turn.tx, turn.talk.holder), parts.clock(turn.talk.held_at or turn.now, turn.now)
    return card.held(transport.title(turn), by, at, turn.keys)


def mine(turn: Turn) -> bool:
    """Whether the actor has the order; if not, who has, with 接手, and nothing moves."""
    if turn.talk.holder == turn.actor.id:
        return True
    turn.stay()
    by, at = staff.name_of(turn.tx, turn.talk.holder), parts.clock(turn.talk.held_at or turn.now, turn.now)
    turn.reply(card.taken_already(by, at))
    turn.answer(card.held(transport.title(turn), by, at, turn.keys), "held")
    return False


@flow.aside(Aside.BACK, when=("vehicle", "check", "reason"), then=AT_REST, may=Action.DISPATCH)
@flow.aside(Aside.CANCEL, when=("vehicle", "check", "reason"), then=AT_REST, may=Action.DISPATCH)
def later(turn: Turn) -> str | None:
    """返回, 取消: the order as it was."""
    if not mine(turn):
        return None
    turn.draft = {}
    turn.reply(card.later(transport.title(turn)))
    return lay(turn)


@flow.aside(Aside.WHY, may=Action.DISPATCH)
def why(turn: Turn) -> None:
    """为什么: state, holder, what is lacking."""
    row = transport.of(turn)
    by = staff.name_of(turn.tx, row.taken_by) if row.taken_by else ""
    lack = card.lacking(transport.lacking(turn, people(turn), cars(turn))) if turn.talk.step in BEFORE_END else ""
    state = notice.State(row.state).label
    turn.reply(card.explained(transport.title(turn), state, by, lack, flow.expects.get(turn.talk.step, "")))


@flow.text(when=("taken", "over"), may=Action.DISPATCH)
def nothing_asked(turn: Turn) -> None:
    """Words while nothing is asked."""
    turn.reply(card.EXPECTS["taken"] if turn.talk.step == "taken" else _over(turn))


@flow.late
def late(turn: Turn) -> None:
    """An old card: who has it, or how it ended."""
    turn.require(Action.DISPATCH, transport.place(turn).path)
    if turn.talk.step == "over":
        turn.reply(_over(turn))
        turn.lock_this(notice.State(transport.of(turn).state).label)
    elif transport.of(turn).state == notice.State.SENT or mine(turn):
        lay(turn)


def _over(turn: Turn) -> str:
    row = transport.of(turn)
    by = staff.name_of(turn.tx, row.ended_by) if row.ended_by else ""
    at = parts.clock(row.ended_at, turn.now) if row.ended_at else ""
    return card.over(transport.title(turn), notice.State(row.state).label, by, at)


# ── drawing ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def roster(turn: Turn) -> list[tuple[notice.NoticePerson, contact.Contact]]:
    """Everybody on it with who they are, read once a turn."""
    if "roster" not in turn.room:
        turn.room["roster"] = notice.roster(turn.tx, turn.ref)
    found: list[tuple[notice.NoticePerson, contact.Contact]] = turn.room["roster"]
    return found


def people(turn: Turn) -> list[notice.NoticePerson]:
    """Who is to ride."""
    return transport.riding(place for place, _ in roster(turn))


def cars(turn: Turn) -> list[vehicle.Vehicle]:
    """The cars that were sent, read once a turn; whoever changes one puts it here too."""
    if "cars" not in turn.room:
        turn.room["cars"] = notice.vehicles(turn.tx, turn.ref)
    found: list[vehicle.Vehicle] = turn.room["cars"]
    return found


def shown(turn: Turn) -> card.Order:
    """The notice as the 转运组 sees it."""
    row, riding = transport.of(turn), people(turn)
    chairs, sick = (sum(need in one.needs.split(",") for one in riding) for need in ("wheelchair", "ambulance"))
    return card.Order(
        transport.title(turn), row.close_count, row.other_count, len(riding), parts.clock(row.pickup_at, turn.now),
        row.address, card.needs(chairs, sick), row.count_reason,
    )  # fmt: skip


def lay(turn: Turn) -> str:
    """The order on the actor's phone as it stands, and the step that belongs to it."""
    if transport.of(turn).state == notice.State.SENT:
        turn.answer(card.offered(shown(turn), turn.keys), SLOT)
        return "offered"
    turn.answer(working(turn), SLOT)
    return "taken"


def working(turn: Turn) -> Card:
    """The order with its cars and what is lacking."""
    found = cars(turn)
    lack = card.lacking(transport.lacking(turn, people(turn), found))
    abort = turn.keys_for("abort", "me", 0)("ask", turn.ref) if transport.of(turn).state == State.BOARDING else ""
    return card.working(shown(turn), [transport.shown(turn, car) for car in found], lack, turn.keys, abort)


def proposal(turn: Turn) -> list[str]:
    """The planner's runs in words, each household by the masked name of its first member."""
    who = {place.id: mask.name(person.name) for place, person in roster(turn)}
    names: dict[str, str] = {}
    for the_id, group in transport.groups(turn, people(turn)).items():
        names.setdefault(group.key, who[the_id])
    return [_run(run, names) for run in transport.proposal(turn, people(turn))]


def _run(run: Run, names: dict[str, str]) -> str:
    equipment = "ambulance" if run.car is None else "wheelchair" if run.lift else ""
    homes = [card.household(names[group.key], group.size) for group in run.groups]
    label = transport.label(run.travel_class, equipment)
    return card.run(label, run.car.seats if run.car else 0, run.size, homes, run.trip)
