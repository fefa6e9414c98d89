"""值班表: a roster is taken or refused; at each change of a place's people its open items get a holder who is there.

One conversation for each place (`ref` is its area code), one for the file (`shifts`), one for the directory.
"""

from datetime import datetime

import sqlalchemy as sa

from bot import handing, ladder
from bot.flow import Flow
from bot.state import area, conversation, roster, shift, staff, waiting
from bot.state.staff import Role
from bot.turn import Turn
from cards import roster as card

HOTELS = "/h/"  # where the paths of hotels begin
flow = Flow("roster", steps=["watching"])
_places_of = sa.select(staff.grants.c.area_code).where(staff.grants.c.staff_id.in_(sa.bindparam("ids", expanding=True)))


@flow.start("imported")
def imported(turn: Turn) -> None:
    """A file of shifts: all of it or none; `turn.result` says what was taken, or every mistake in it."""
    shifts, mistakes = roster.read(turn.tx, turn.event.data["rows"])
    if mistakes or not shifts:
        turn.result = {"mistakes": [str(one) for one in mistakes] or [card.empty()]}
        return
    taken = roster.take(turn.tx, shifts)
    told = [card.gap(gap.place, gap.begin, gap.end) for gap in taken.gaps]
    turn.result = {"shifts": taken.shifts, "past": taken.past, "members": len(taken.members), "gaps": told}
    for code in places_of(turn, taken.members):
        turn.start("roster", code, "planned")


@flow.start("planned", then="watching")
def planned(turn: Turn) -> None:
    """A newer roster for this place: come back at each of its changes; what was promised before is void."""
    for at in shift.boundaries(turn.tx, _members(turn)):
        turn.remind("change", at)
    _settle(turn)


@flow.due("change")
def change(turn: Turn) -> None:
    """Somebody's shift has begun or ended; who leaves hears how much they leave."""
    at = datetime.fromisoformat(str(turn.event.data["due_at"]))
    if left := shift.ended(turn.tx, _members(turn), at):
        turn.start(ladder.FLOW, ladder.HOUSE, "shift_end", to=left, of=f"{at:%Y%m%dT%H%M}")
    _settle(turn)


@flow.start("changed")
def changed(turn: Turn) -> None:
    """Somebody has come or gone by word."""
    _settle(turn)


@flow.start("directory")
def directory_changed(turn: Turn) -> None:
    """A new directory: every place where something waits looks at who is there now, each in a turn of its own.

    So does every order of the 转运组 whose holder has left: between 接单 and the departure no step of it waits.
    """
    tops = [place.path for place in area.roots(turn.tx)]
    paths = {path for path, _ in waiting.under(turn.tx, [*tops, HOTELS])}
    for code in sorted(path.strip("/").rpartition("/")[2] for path in paths):
        turn.start("roster", code, "changed")
    for ref in conversation.abandoned(turn.tx, "dispatch", "over"):
        turn.start("dispatch", ref, "abandoned")


@flow.late
def late(turn: Turn) -> None:
    """This flow draws no buttons."""


def places_of(turn: Turn, members: tuple[str, ...]) -> list[str]:
    """The codes of the areas these members serve."""
    return sorted({row.area_code for row in turn.tx.all(_places_of, {"ids": list(members)})})


def _members(turn: Turn) -> list[str]:
    """Everybody who serves this place."""
    who = sa.select(staff.grants.c.staff_id).where(staff.grants.c.area_code == turn.ref).distinct()
    return [row.staff_id for row in turn.tx.all(who)]


def _settle(turn: Turn) -> None:
    """Nothing of this place is left in absent hands; who is there has cards; if nobody is, the lead hears it, once."""
    place = handing.place_of(turn, turn.ref)
    if place is None:
        handing.sweep(turn, f"{HOTELS}{turn.ref}/")
        return
    told = handing.sweep(turn, place.path)  # the hand-over's own card tells the lead of all that waits here
    if place.level != area.Level.COMMUNITY:
        return
    if staff.serving(turn.tx, Role.COMMUNITY, place.path):
        turn.talk.facts = {}
        turn.start("push", place.code, "refill")
        return
    rest = handing.unmanned(turn, [place.path])
    if (rest.waiting or rest.offered) and not turn.talk.facts.get("vacant"):
        turn.talk.facts = {"vacant": True}
        if not told:
            above = staff.above(turn.tx, Role.LEAD, place) or staff.above(turn.tx, Role.CDC, place)
            turn.say(above, card.vacant(place.name, rest.waiting, rest.late, rest.offered))
