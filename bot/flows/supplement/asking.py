"""One question after another, or a whole message at once; what is known already ends the talk kindly."""

from collections.abc import Callable

from bot.flows.supplement import checking, knowing, table
from bot.flows.supplement.checking import Answers
from bot.flows.supplement.table import sheet_of, values_of
from bot.state import contact, identity
from bot.state.contact import Contact
from bot.turn import Turn
from cards import stamps
from cards import supplement as card
from cards import supplement_words as say
from cards.template import Card

TYPED_TOO = ("id_number", "phone")  # a card offers what is seldom; the rest is typed
KNOWS_BY = {"name", "id_number", "phone", "address"}  # what people are known again by


def keep(turn: Turn, new: Answers) -> None:
    """Write answers into the sheet; 关联人 and 所在社区 stand beside the values."""
    sheet, plain = sheet_of(turn), dict(new)
    if "related" in plain:
        _relate(turn, contact.noun.load(turn.tx, plain.pop("related")))
    if "area" in plain:
        sheet["area"] = plain.pop("area")
    if plain.get("id_type") == identity.NONE:
        sheet["values"].pop("id_number", None)
    elif "id_number" in plain:
        sheet["values"].pop("no_id", None)
    table.keep(sheet["values"], plain)
    if table.is_child(turn, sheet["values"]) and (related := table.related_of(turn)) is not None:
        sheet["values"].setdefault("guardian", related.name)


def _relate(turn: Turn, person: Contact) -> None:
    """The person lives with this contact: what follows from it is filled in where nothing else was said."""
    sheet = sheet_of(turn)
    if sheet["of"] not in ("", person.id):
        for void in ("ward", "ward_name"):
            sheet["values"].pop(void, None)
    sheet["of"], sheet["area"] = person.id, sheet["area"] or person.area_code
    if person.address:
        sheet["values"].setdefault("address", person.address)


def take(turn: Turn, new: Answers) -> str | None:
    """Keep an answer, look whether the person is known by it, and go on."""
    before = dict(values_of(turn))
    keep(turn, new)
    if KNOWS_BY & set(new) and before != values_of(turn) and knowing.known_already(turn):
        return "idle"
    return ask(turn)


# ── questions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def ask(turn: Turn, *, quiet: bool = False) -> str:
    """Put the next question, or the review; `quiet` leaves out words that only repeat what was just said."""
    turn.focus()
    if turn.card is not None and turn.card.slot == table.ASK:
        turn.lock_this(stamps.SUBMITTED)
    lacking = table.missing(turn)
    if not lacking:
        return review(turn)
    field = lacking[0]
    sheet_of(turn)["field"] = field
    name = values_of(turn).get("name", "")
    drawn = _drawn(turn, field, say.title(name, field))
    if not quiet and (drawn is None or field in TYPED_TOO):
        turn.reply(say.ask(name, field, child=table.is_child(turn, values_of(turn))))
    if drawn is None:
        turn.lock(stamps.SEE_NEXT, slot=table.ASK)
    else:
        turn.answer(drawn, table.ASK)
    return "asking"


def review(turn: Turn) -> str:
    """Everything that was answered, to be saved, put by or changed."""
    sheet, related = sheet_of(turn), table.related_of(turn)
    sheet["field"] = ""
    values = dict(values_of(turn))
    warned = table.warnings(turn, values)
    notes = [say.warned(warned)] if warned else []
    drawn = card.review(
        values.get("name", ""), values, related.name if related else "", table.missing(turn), notes, turn.keys
    )
    turn.answer(drawn, table.ASK)
    return "review"


def _drawn(turn: Turn, field: str, title: str) -> Card | None:
    """The card of a question; None for what is only typed."""
    keys = turn.keys
    related = {str(n): label for n, label in enumerate(card.RELATIONS)}
    drawers: dict[str, Callable[[], Card | None]] = {
        "id_number": lambda: card.other_document(title, keys),
        "phone": lambda: _same_phone(turn, title),
        "relation": lambda: card.question(title, field, related, keys, card.MORE_RELATIONS),
        "result": lambda: card.ask_result(title, values_of(turn), keys),
        "needs": lambda: card.ask_needs(title, keys),
        "ward": lambda: card.ask_choice(title, field, _wards(turn), keys),
        "area": lambda: card.ask_choice(title, field, checking.communities(turn), keys),
    }
    for closed in ("door", "willing", "cares"):
        drawers[closed] = lambda: card.question(title, field, card.choices(field), keys)
    for offered in ("reason", "why"):
        drawers[offered] = lambda: card.ask_choice(title, field, [(x, x) for x in checking.reasons(turn, field)], keys)
    return drawers[field]() if field in drawers else None


def _same_phone(turn: Turn, title: str) -> Card | None:
    related = table.related_of(turn)
    return card.same_phone(title, related.phone, turn.keys) if related and related.phone else None


def _wards(turn: Turn) -> list[tuple[str, str]]:
    return [(one.id, say.ward(one.name, one.category)) for one in checking.wards(turn)]
