"""待核实: what waits in the member's jurisdiction, by word or menu; a number, a tap or an address opens or filters."""

from bot import offered
from bot.flow import Flow
from bot.state import staff, verification
from bot.state.permission import Action
from bot.state.staff import Role
from bot.state.verification import Case
from bot.turn import Turn
from cards import parts, stamps, words
from cards import worklist as card

SLOT = "list"
MOST = 1_000  # cases whose seals are opened to look for an address, the most urgent first
flow = Flow("worklist", steps=["idle", "listed"], personal=True)
flow.expects = card.EXPECTS


@flow.word(words.PENDING, then="listed", may=Action.LIST_PENDING)
def ask(turn: Turn) -> None:
    """The list from its beginning."""
    _list(turn, 0, "")


@flow.tap("list", then="listed", may=Action.LIST_PENDING, fresh=False)
def from_digest(turn: Turn) -> None:
    """The digest's button is the same as the word."""
    _list(turn, 0, "")


@flow.tap("more", when="listed", then="listed", may=Action.LIST_PENDING)
def more(turn: Turn) -> None:
    """下一页."""
    _list(turn, int(turn.talk.facts.get("start", 0)) + card.PAGE, str(turn.draft.get("what", "")))


@flow.tap("late", when="listed", then="listed", may=Action.LIST_PENDING)
def late_only(turn: Turn) -> None:
    """只看超时."""
    _list(turn, 0, card.LATE)


@flow.tap("open", when="listed", may=Action.VERIFY)
def opened(turn: Turn) -> None:
    """One of the list is chosen in the drop-down."""
    if ref := offered.picked(turn, "who", card.no_such_number):
        turn.start("verification", ref, "open", to=turn.actor.id)


@flow.text(when="listed", then="listed", may=Action.LIST_PENDING)
def said(turn: Turn) -> None:
    """A number opens, 下页 goes on, anything else filters by 超时 or address."""
    text = turn.event.text.strip()
    if text in card.MORE:
        more(turn)
    elif (ref := offered.typed(turn, card.no_such_number)) is None:
        _list(turn, 0, text[:30])
    elif ref:
        turn.require(Action.VERIFY, _area_path(turn, ref))
        turn.start("verification", ref, "open", to=turn.actor.id)


@flow.late
def late(turn: Turn) -> None:
    """An older list: list again what waits now."""
    turn.require(Action.LIST_PENDING, "")
    turn.stay()
    turn.reply(card.old_list())
    turn.lock_this(stamps.OUTDATED)


def _list(turn: Turn, start: int, what: str) -> None:
    """Write the page as text and as a drop-down; remember which number is whom."""
    found, total, late_count = _search(turn, what, start + card.PAGE + 1)
    page = found[start : start + card.PAGE]
    turn.talk.facts = {"refs": [case.task.id for case in page], "start": start}
    turn.draft = {"what": what}
    turn.focus()
    if not page:
        turn.lock(stamps.LIST_EMPTY, slot=SLOT)
        turn.reply(card.nothing(what))
        return
    lines = [_line(turn, number, case) for number, case in enumerate(page, 1)]
    more_waits = len(found) > start + card.PAGE
    turn.reply(card.listing(total, late_count, lines, more_waits, what))
    turn.answer(card.chooser(lines, total, late_count, more_waits, turn.keys), SLOT)


def _search(turn: Turn, what: str, wanted: int) -> tuple[list[Case], int, int]:
    """The first `wanted` cases of the areas a member serves, or those within `MOST` whose address bears the words."""
    words = "" if what == card.LATE else what
    cases: list[Case] = []
    total = late_count = 0
    for path in _paths(turn):
        count, overdue = verification.open_count(turn.tx, path)
        total, late_count = total + count, late_count + overdue
        cases += verification.open_cases(turn.tx, path, MOST if words else wanted, late=what == card.LATE)
    cases.sort(key=lambda case: (case.task.due_at, case.task.id))
    if words:
        cases = [case for case in cases if words in case.person.address or words in case.place.name]
    return cases, total, late_count


def _paths(turn: Turn) -> list[str]:
    """The member's areas for this work, none inside another."""
    paths = sorted({grant.path for grant in turn.actor.grants if grant.role in (Role.COMMUNITY, Role.LEAD)})
    return [path for path in paths if not any(path != other and path.startswith(other) for other in paths)]


def _area_path(turn: Turn, ref: str) -> str:
    case = verification.case(turn.tx, ref)
    return case.place.path if case else ""


def _line(turn: Turn, number: int, case: Case) -> card.Line:
    who = parts.person(case.person.name, case.person.category, address=case.person.address)
    holder = staff.name_of(turn.tx, case.task.holder) if case.task.holder else ""
    left = parts.left(case.task.due_at, turn.now)
    return card.Line(number, case.task.id, who.name, who.category, who.address, left, holder)
