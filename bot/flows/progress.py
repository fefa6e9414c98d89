"""进度, 汇报: how far it is — mine, my community, my street or district — and who stands behind each number."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.flow import Aside, Flow
from bot.state import area, contact, tally, waiting
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.staff import Role
from bot.state.tally import Figure, Tally
from bot.turn import Turn
from cards import parts, refusals, relay, words
from cards import progress as card

PAGE = 8
MOST = 20  # places on one list
LOOKED_INTO = (
    Figure.PENDING, Figure.FORWARDED, Figure.UNDECIDED, Figure.EXCLUDED, *tally.PARTS[Figure.CENTRAL], Figure.HOME,
    *tally.PARTS[Figure.AWAY],
)  # fmt: skip
flow = Flow("progress", steps=["idle", "listed"], personal=True)
flow.expects = card.EXPECTS


@flow.word(words.PROGRESS, then={"listed": "listed", "idle": "idle"}, may=Action.ASK_HELP)
def progress(turn: Turn) -> str:
    """Own items and every place of the member, numbered."""
    own = card.mine(_mine(turn)) if _serves(turn, Role.COMMUNITY) else ""
    roots = _roots(turn)
    if not roots:
        turn.reply(own or card.nowhere())
        return "idle"
    turn.talk.facts = {"way": []}
    _go(turn, {"kind": "overview", "own": own})
    return "listed"


@flow.word(words.REPORT, then={"listed": "listed", "idle": "idle"}, may=Action.ASK_HELP)
def report(turn: Turn) -> str:
    """The standard sentence for each place of the member, and the numbers by which to look into it."""
    roots = _roots(turn)
    if not roots:
        turn.reply(card.nowhere())
        return "idle"
    turn.talk.facts = {"way": []}
    _go(turn, {"kind": "report", "path": roots[0].path} if len(roots) == 1 else {"kind": "reports"})
    return "listed"


@flow.text(when="listed", may=Action.SEE_PROGRESS)
def said(turn: Turn) -> None:
    """A number goes down, 下页 on."""
    here, text = turn.talk.facts["way"][-1], turn.event.text.strip()
    if text in card.MORE and here["kind"] == "people":
        _go(turn, here | {"start": here["start"] + PAGE}, instead=True)
        return
    down, number = here["down"], words.number(text, 999)
    if number is None:
        turn.reply(card.not_a_number())
    elif number > len(down):
        turn.reply(card.no_such_number(len(down)))
    else:
        _go(turn, down[number - 1])


@flow.aside(Aside.BACK, when="listed", then={"listed": "listed", "idle": "idle"})
def back(turn: Turn) -> str:
    """返回: one floor up; from the top it is the end."""
    way = turn.talk.facts["way"][:-1]
    if not way:
        return _end(turn)
    turn.talk.facts = {"way": way}
    _go(turn, way[-1], instead=True)
    return "listed"


@flow.aside(Aside.CANCEL, when="listed", then={"idle": "idle"})
def cancel(turn: Turn) -> str:
    """取消: enough seen."""
    return _end(turn)


@flow.late
def late(turn: Turn) -> None:
    """This flow draws no buttons."""


def _end(turn: Turn) -> str:
    turn.focus(on=False)
    turn.talk.facts = {}
    turn.reply(card.ended())
    return "idle"


def _go(turn: Turn, to: dict[str, Any], *, instead: bool = False) -> None:
    """Show a view and remember it, with what its numbers lead to, on top of the way there (or `instead` of the top)."""
    drawn, down = _SHOW[to["kind"]](turn, to)
    way = turn.talk.facts["way"]
    turn.talk.facts = {"way": [*(way[:-1] if instead else way), to | {"down": down}]}
    turn.focus()
    turn.reply(drawn)


View = tuple[str, list[dict[str, Any]]]


def _overview(turn: Turn, here: dict[str, Any]) -> View:
    """Own items, and the places: the member's own, and what lies directly under a larger one."""
    shown: list[tuple[area.Area, Tally]] = []
    for root in _roots(turn):
        tallies = tally.by_area(turn.tx, root.path)
        shown.append((root, tally.total(tallies)))
        inner = [(child, tally.total(tallies, child.path)) for child in area.children(turn.tx, root.code)]
        shown += sorted(inner, key=lambda pair: (-pair[1].late, -pair[1].of(Figure.PENDING), pair[0].code))
    shown = [(place, one) for place, one in shown if one.of(Figure.TOTAL)][:MOST]
    lines = [
        card.Place(place.name, one.of(Figure.TOTAL), one.of(Figure.PENDING), one.late) for place, one in shown
    ]  # fmt: skip
    unplaced = contact.unplaced_count(turn.tx) if _serves(turn, Role.CDC) else 0
    down = [{"kind": "figures", "path": place.path} for place, _ in shown]
    return card.overview(parts.clock(turn.now, turn.now), here["own"], lines, unplaced), down


def _figures(turn: Turn, here: dict[str, Any]) -> View:
    """One place by its numbers."""
    place, whole = _place(turn, here), tally.total(tally.by_area(turn.tx, here["path"]))
    rows = _rows(whole)
    down = [_into(place, Figure(key)) for key, _ in rows]
    return card.figures(place.name, parts.clock(turn.now, turn.now), rows, whole.late), down


def _report(turn: Turn, here: dict[str, Any]) -> View:
    """The standard sentence of one place, with the numbers under it."""
    place, whole = _place(turn, here), tally.total(tally.by_area(turn.tx, here["path"]))
    rows = _rows(whole)
    foot = "\n" + card.report_foot(rows) if rows else ""
    return _sentence(turn, place, whole) + foot, [_into(place, Figure(key)) for key, _ in rows]


def _reports(turn: Turn, _: dict[str, Any]) -> View:
    """The sentence of each of several places; a number opens one."""
    places = _roots(turn)
    said = [_sentence(turn, one, tally.total(tally.by_area(turn.tx, one.path))) for one in places]
    numbered = [f"{number} {words_for}" for number, words_for in enumerate(said, 1)]
    return "\n".join(numbered), [{"kind": "report", "path": one.path} for one in places]


def _children(turn: Turn, here: dict[str, Any]) -> View:
    """One number, place by place."""
    place, figure = _place(turn, here), Figure(here["figure"])
    tallies = tally.by_area(turn.tx, place.path)
    found = [(child, tally.total(tallies, child.path).of(figure)) for child in area.children(turn.tx, place.code)]
    found = [(child, count) for child, count in found if count]
    down = [_into(child, figure) for child, _ in found]
    return card.children(place.name, figure, [(child.name, count) for child, count in found]), down


def _people(turn: Turn, here: dict[str, Any]) -> View:
    """Who stands behind a number of one community."""
    place, figure, start = _place(turn, here), Figure(here["figure"]), int(here["start"])
    whole = tally.total(tally.by_area(turn.tx, place.path)).of(figure)
    found = tally.people(turn.tx, place.path, figure, start, PAGE)
    who = [parts.person(one.name, one.category, address=one.address) for one in found]
    rows = [(one.name, one.category, one.address) for one in who]
    return card.people(place.name, figure, whole, start, rows), []


_SHOW = {
    "overview": _overview, "figures": _figures, "report": _report, "reports": _reports, "children": _children,
    "people": _people,
}  # fmt: skip


def _sentence(turn: Turn, place: area.Area, whole: Tally) -> str:
    return card.report(
        place.name, card.moment(turn.now), {figure.value: whole.of(figure) for figure in Figure}, whole.late
    )


def _rows(whole: Tally) -> list[tuple[str, int]]:
    """The numbers of a tally that are somebody."""
    return [(figure.value, whole.of(figure)) for figure in LOOKED_INTO if whole.of(figure)]


def _into(place: area.Area, figure: Figure) -> dict[str, Any]:
    """Where a number of a place leads: to its people, or first to the places under it."""
    if place.level == area.Level.COMMUNITY:
        return {"kind": "people", "path": place.path, "figure": figure.value, "start": 0}
    return {"kind": "children", "path": place.path, "figure": figure.value}


def _place(turn: Turn, here: dict[str, Any]) -> area.Area:
    """The place of a view; the member must still have it in their jurisdiction."""
    turn.require(Action.SEE_PROGRESS, here["path"])
    found = area.find(turn.tx, here["path"].strip("/").rpartition("/")[2])
    if found is None:
        raise Refused(refusals.UNKNOWN_AREA, "unknown_area")
    return found


def _roots(turn: Turn) -> list[area.Area]:
    """The member's own places for which there are figures, none inside another."""
    roles = (Role.COMMUNITY, Role.LEAD, Role.CDC)
    paths = sorted({grant.path for grant in turn.actor.grants if grant.role in roles})
    tops = [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]
    found = [area.find(turn.tx, path.strip("/").rpartition("/")[2]) for path in tops]
    return [place for place in found if place is not None]


def _serves(turn: Turn, role: Role) -> bool:
    return turn.actor.holds(role)


def _mine(turn: Turn) -> Sequence[card.Mine]:
    """What lies in the actor's hands, by step."""
    held = waiting.held_by(turn.tx, turn.actor.id)
    late = Counter(one.step for one in held if one.due < turn.now)
    counts = Counter(one.step for one in held)
    return [card.Mine(relay.STEPS.get(step, step), count, late[step]) for step, count in counts.items()]
