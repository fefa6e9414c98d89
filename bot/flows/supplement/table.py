"""The steps of a supplement, the sheet that is filled in, and what it still needs, as tables (DOMAIN §2.4)."""

from collections.abc import Iterator
from typing import Any

from bot.flow import Flow
from bot.state import companionship, contact, identity
from bot.state.contact import Contact
from bot.state.rules import day
from bot.state.verification import Result
from bot.turn import Turn
from cards import stamps
from cards import supplement as card

flow = Flow("supplement", steps=["idle", "household", "asking", "review"], personal=True)
flow.expects = card.EXPECTS
FILLING = ("asking", "review")
ON = {"household": "household", "asking": "asking", "review": "review", "idle": "idle"}
ASK = "ask"  # the slot of the question of the moment
MOST_KEPT = 10  # what a drop-down holds

Sheet = dict[str, Any]
"""One person being filled in: `values` by field, `of` the related contact, `area`, `left` how many of the household are
still missing, `field` the open question, `ref` and `contact` of a supplement that is being corrected."""

FEEDBACK: dict[str, tuple[str, ...]] = {
    card.LATER: (),
    Result.CENTRAL: ("door", "remark", "willing", "needs"),
    Result.HOME: ("door", "reason"),
    Result.FORWARD: ("place",),
    Result.OTHER_DISTRICT: ("place",),
    Result.OTHER_CITY: ("remark",),
    Result.UNCOOPERATIVE: ("remark",),
    Result.UNREACHABLE: ("remark",),
}
HANGS_ON: dict[str, tuple[str, ...]] = {
    "id_type": ("id_number", "no_id"),
    "result": ("door", "remark", "willing", "needs", "reason", "place", "place_name"),
    "cares": ("ward", "ward_name", "why", "ill"),
}
"""What another answer to a question makes void."""


def new_sheet(turn: Turn, related: Contact | None = None, left: int = 0) -> Sheet:
    """An empty sheet; from a contact it is pre-filled with community, address, telephone and 关联人."""
    if related is None:
        return {"id": turn.tx.id(), "of": "", "area": "", "left": left, "values": {}}
    values = {"address": related.address} if related.address else {}
    return {"id": turn.tx.id(), "of": related.id, "area": related.area_code, "left": left, "values": values}


def sheet_of(turn: Turn) -> Sheet:
    """The sheet in hand."""
    found: Sheet = turn.draft["now"]
    return found


def values_of(turn: Turn) -> dict[str, str]:
    """The answers of the sheet in hand."""
    found: dict[str, str] = sheet_of(turn)["values"]
    return found


def is_child(turn: Turn, values: dict[str, str]) -> bool:
    """Whether the sheet is a child's: then the telephone is a guardian's."""
    kind = values.get("id_type", identity.RESIDENT)
    return companionship.is_child(turn.rules.at(turn.now), values.get("id_number", ""), kind, day(turn.now))


def warnings(turn: Turn, values: dict[str, str]) -> list[str]:
    """What speaks against the sheet's person as a companion; nothing when they are none."""
    if values.get("cares") != "yes":
        return []
    kind, number = values.get("id_type", ""), values.get("id_number", "")
    return companionship.warnings(turn.rules.at(turn.now), number, kind, values.get("ill", ""), day(turn.now))


def missing(turn: Turn) -> list[str]:
    """The fields that the sheet in hand still needs, in the order in which they are asked."""
    return list(_missing(sheet_of(turn)))


def _missing(sheet: Sheet) -> Iterator[str]:
    values: dict[str, str] = sheet["values"]
    if not sheet["area"]:
        yield "area"
    for field in _needed(values):
        if field == "related":
            given = bool(sheet["of"])
        elif field == "id_number":
            given = "id_number" in values or values.get("id_type") == identity.NONE
        else:
            given = field in values
        if not given:
            yield field


def _needed(values: dict[str, str]) -> Iterator[str]:
    yield from ("name", "id_number")
    if values.get("id_type") == identity.NONE:
        yield "no_id"
    yield from ("phone", "address", "related", "relation", "result")
    yield from FEEDBACK[values.get("result", card.LATER)]
    yield "cares"
    if values.get("cares") == "yes":
        yield from ("ward", "why", "ill")


def keep(values: dict[str, str], new: dict[str, str]) -> None:
    """Write answers into a sheet; what hangs on a changed one is void."""
    for field, value in new.items():
        if values.get(field) not in (None, value):
            for void in HANGS_ON.get(field, ()):
                if void not in new:
                    values.pop(void, None)
    values.update(new)


def related_of(turn: Turn) -> Contact | None:
    """The contact with whom the sheet's person lives, loaded once a turn."""
    the_id = sheet_of(turn)["of"]
    if turn.room.get("related_id") != the_id:
        turn.room |= {"related_id": the_id, "related": contact.noun.find(turn.tx, the_id) if the_id else None}
    found: Contact | None = turn.room["related"]
    return found


def end(turn: Turn, stamp: str = stamps.SETTLED) -> None:
    """The sheet is done with; its open card says what became of it."""
    turn.draft.pop("now", None)
    turn.lock(stamp, slot=ASK)
    turn.focus(on=False)
