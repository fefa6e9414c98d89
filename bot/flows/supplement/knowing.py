"""Whether somebody is on a list already: then they are linked, not doubled, and everybody concerned hears it."""

from bot.flows.supplement import checking, table
from bot.flows.supplement.table import sheet_of, values_of
from bot.state import area, contact, sought, staff, supplement
from bot.state.contact import Contact
from bot.state.permission import Action, can
from bot.turn import Turn
from cards import parts, words
from cards import supplement as card
from cards import supplement_words as say


def known_already(turn: Turn) -> bool:
    """Whether the sheet's person is on a list: then they are linked, everybody concerned hears it, the sheet ends."""
    sheet, values = sheet_of(turn), values_of(turn)
    given = {field: values.get(field, "") for field in ("name", "phone", "address")}
    known = turn.room["known"] = sought.find(turn.tx, number=values.get("id_number", ""), **given)
    person = known.person
    if person is None or person.id == sheet.get("contact") or person.state == contact.State.EXCLUDED:
        if known.same_phone and values.get("phone") and sheet.get("told") != values["phone"]:
            sheet["told"] = values["phone"]
            _say_same_phone(turn, [one for one in known.same_phone if one.id != sheet["of"]])
        return False
    place = area.find(turn.tx, person.area_code)
    mine = place is not None and can(turn.actor, Action.SUPPLEMENT, place.path)
    if sheet["of"] and sheet["of"] != person.id:
        supplement.relate(turn.tx, person.id, sheet["of"], values.get("relation", ""))
    waits = supplement.open_of(turn.tx, person.id) if person.state == contact.State.UNDECIDED else None
    if waits is not None:
        _second(turn, person, waits, mine=mine)
    elif mine:
        label = contact.State(person.state).label
        linked = values.get("relation", "") if sheet["of"] not in ("", person.id) else ""
        turn.reply(say.on_the_list(person.name, person.category, label, linked))
    if not mine:
        _elsewhere(turn, person, place)
    table.end(turn)
    return True


def left_out(turn: Turn) -> Contact | None:
    """Whom `known_already` has met and let pass: the sheet's person, whom the CDC had left out before, or None."""
    known: sought.Known = turn.room["known"]
    person = known.person
    return person if person is not None and person.state == contact.State.EXCLUDED else None


def _second(turn: Turn, person: Contact, waits: supplement.Supplement, *, mine: bool) -> None:
    """Somebody has brought the same person: one supplement stays, and both hear it."""
    if mine:
        by, at = staff.name_of(turn.tx, waits.submitted_by), parts.clock(waits.submitted_at, turn.now)
        turn.reply(say.somebody_was_first(person.name, by, at))
    if waits.submitted_by != turn.actor.id:
        turn.say([waits.submitted_by], say.told_first(person.name, turn.actor.name))


def _elsewhere(turn: Turn, person: Contact, place: area.Area | None) -> None:
    """Another community has them: the worker learns no more, the CDC is told."""
    turn.reply(say.elsewhere())
    code = sheet_of(turn)["area"] or next((code for code, _ in checking.communities(turn)), "")
    here = area.find(turn.tx, code)
    if here is not None:
        there = place.name if place else words.UNASSIGNED
        label = contact.State(person.state).label
        told = say.told_cdc(person.name, person.category, label, there, here.name, turn.actor.name)
        turn.say(staff.above(turn.tx, staff.Role.CDC, here), told)


def _say_same_phone(turn: Turn, others: list[Contact]) -> None:
    """Others answer this telephone; of those in the worker's own communities it is said."""
    seen = [one.name for one in others if checking.serves(turn, one)]
    if seen and not table.is_child(turn, values_of(turn)):
        turn.reply(say.same_phone(seen))


def outcome(turn: Turn, one: supplement.Supplement) -> str:
    """What became of a supplement: who decided what, and when; or its state."""
    if one.state != supplement.State.DECIDED:
        return supplement.State(one.state).label
    by, at = staff.name_of(turn.tx, one.decided_by), parts.clock(one.decided_at or turn.now, turn.now)
    return say.decided(card.DECIDED[one.decision], by, at)
