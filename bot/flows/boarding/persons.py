"""One person at a time: aboard by hand, what became of who did not come, off again. Each with its reason."""

from bot.flows.boarding import admitting
from bot.flows.boarding.table import AT_THE_DOOR, flow, in_hand, tally_soon
from bot.state import boarding, contact, fields, notice, trip
from bot.state.contact import Contact
from bot.state.machine import Refused
from bot.state.notice import NoticePerson, On
from bot.state.permission import Action
from bot.state.trip import No, Passenger
from bot.turn import Turn
from cards import boarding as card
from cards import mask, refusals

SLOT = "person"
NEEDS_REASON = ("manual", "off", "other")
DEEDS = {
    On.LISTED: ("manual", "absent", "refused", "ambulance", "other"),
    On.ABOARD: ("off",),
    On.DISPOSED: ("manual",),
}


def listed(turn: Turn) -> None:
    """名单: everybody by number."""
    turn.reply(card.roster([line(number, at, who) for number, (at, who) in enumerate(_roster(turn), 1)]))


def numbered(turn: Turn, which: int) -> str:
    """A number of the roster opens that person."""
    found = _roster(turn)
    if which > len(found):
        turn.stay()
        turn.reply(card.no_such_number(len(found)))
        return ""
    return _open(turn, which, *found[which - 1])


@flow.tap("one", when=AT_THE_DOOR, then={"": "scanning", "person": "person"}, may=Action.BOARD, fresh=False)
def one(turn: Turn) -> str:
    """Somebody is chosen in the tally's drop-down."""
    chosen = (turn.event.answers.get("who") or ("",))[0]
    for number, (at, who) in enumerate(_roster(turn), 1):
        if at.id == chosen:
            return _open(turn, number, at, who)
    raise Refused(refusals.NOT_OFFERED, "option_not_offered")


@flow.tap("manual", when="person", then="reason", may=Action.BOARD)
@flow.tap("off", when="person", then="reason", may=Action.BOARD)
@flow.tap("other", when="person", then="reason", may=Action.BOARD)
def why_so(turn: Turn) -> None:
    """无码上车, 下车, 其他: these need a reason in words."""
    turn.draft["deed"] = turn.verb
    turn.lock_this(card.DEEDS[turn.verb])
    turn.focus()
    turn.reply(card.ask_reason(mask.name(_chosen(turn)[1].name), turn.verb))


@flow.tap("absent", when="person", then="scanning", may=Action.BOARD)
@flow.tap("refused", when="person", then="scanning", may=Action.BOARD)
@flow.tap("ambulance", when="person", then="scanning", may=Action.BOARD)
def gone(turn: Turn) -> None:
    """未到, 拒绝, 改120 say enough by themselves."""
    turn.lock_this(card.DEEDS[turn.verb])
    turn.focus()
    _dispose(turn, turn.verb, "")


@flow.text(when="reason", then="scanning", may=Action.BOARD)
def reason(turn: Turn) -> None:
    """The reason is given: do it."""
    said = turn.event.text.strip()[:200]
    if not fields.meaningful(said):
        turn.stay()
        turn.reply(card.reason_again())
        return
    deed = str(turn.draft["deed"])
    if deed == "manual":
        _manual(turn, said)
    elif deed == "off":
        _off(turn, said)
    else:
        _dispose(turn, deed, said)


def _manual(turn: Turn, said: str) -> None:
    _, who = _chosen(turn, lock=True)
    after = admitting.by_hand(turn, in_hand(turn), Passenger(who), said)
    turn.draft = {}
    if after is not None:
        tally_soon(turn, after)


def _off(turn: Turn, said: str) -> None:
    on = in_hand(turn)
    _, who = _chosen(turn, lock=True)
    row = next((one for one in boarding.aboard(turn.tx, on.vehicle.id) if one.contact_id == who.id), None)
    turn.draft = {}
    if row is None:
        turn.reply(card.nothing_to_do(mask.name(who.name), contact.State(who.state).label))
        return
    on = trip.off(turn.tx, on, row, who, said)
    turn.reply(card.stepped_off(mask.name(who.name), on.boarded, on.expected))
    tally_soon(turn, on)


def _dispose(turn: Turn, deed: str, said: str) -> None:
    on = in_hand(turn)
    at, who = _chosen(turn, lock=True)
    turn.draft = {}
    try:
        trip.dispose(turn.tx, on, at, who, deed, said)
    except No as no:
        turn.reply(admitting.refusal(turn, on, no))
        return
    turn.reply(card.disposed(mask.name(who.name), deed, on.expected - on.boarded - 1))
    tally_soon(turn, on)


def _open(turn: Turn, number: int, at: NoticePerson, who: Contact) -> str:
    deeds = DEEDS.get(On(at.state), ())
    shown = line(number, at, who)
    if not deeds:
        turn.stay()
        turn.reply(card.nothing_to_do(shown.name, shown.state))
        return ""
    turn.draft = {"place": at.id, "who": who.id}
    turn.focus()
    turn.answer(card.person(shown, mask.tail4(who.id_number), deeds, turn.keys), SLOT)
    return "person"


def line(number: int, at: NoticePerson, who: Contact) -> card.Line:
    """Somebody of the roster as chat may show them."""
    state = card.DISPOSITIONS.get(at.disposition, "") if at.state == On.DISPOSED else On(at.state).label
    return card.Line(number, mask.name(who.name), state or On(at.state).label, card.needs(at.needs))


def _roster(turn: Turn) -> list[tuple[NoticePerson, Contact]]:
    """The people of this vehicle's class, in their fixed order."""
    on = in_hand(turn)
    return [pair for pair in notice.roster(turn.tx, on.notice.id) if pair[0].travel_class == on.vehicle.travel_class]


def _chosen(turn: Turn, *, lock: bool = False) -> tuple[NoticePerson, Contact]:
    """Whose card is open."""
    who = contact.noun.load(turn.tx, str(turn.draft.get("who", "")), lock=lock)
    return notice.person_noun.load(turn.tx, str(turn.draft.get("place", ""))), who
