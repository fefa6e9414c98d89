"""Personal data that is wrong: which fields, then each alone, checked by its rule; written with the feedback."""

from collections.abc import Callable

from bot import custody
from bot.flows.verification import questions
from bot.flows.verification.table import AFTER_ANSWER, flow
from bot.state import contact, fields
from bot.state.permission import Action
from bot.turn import Turn
from cards import parts
from cards import verification as card
from cards import verification_words as say


@flow.tap("fields", when="fields", then=AFTER_ANSWER, may=Action.VERIFY)
def which_fields(turn: Turn) -> str | None:
    """Which fields are wrong; each is then asked alone."""
    if not custody.mine(turn):
        return None
    chosen = [name for name in turn.event.answers.get("fields", ()) if name in card.FIELDS]
    if not chosen:
        turn.stay()
        turn.reply(say.choose_fields_again())
        return None
    turn.draft |= {"asked": chosen, "new": {}}
    return questions.go_on(turn)


@flow.text(when="value", then=AFTER_ANSWER, may=Action.VERIFY)
def value(turn: Turn) -> str | None:
    """The right value of one field: checked by its rule, refused with the cure."""
    if not custody.mine(turn):
        return None
    name = questions.next_field(turn)
    try:
        checked = _check(turn, name, turn.event.text)
    except fields.FieldError as error:
        turn.stay()
        turn.reply(say.wrong_value(str(error)))
        return None
    if name == "id_number" and collides(turn, checked):
        turn.stay()
        return None
    turn.draft["new"] = {**turn.draft["new"], name: checked}
    return questions.go_on(turn)


def collides(turn: Turn, number: str) -> bool:
    """Whether a 证件号码 is somebody else's; then the CDC is asked whether it is one person, and nothing is kept."""
    person = custody.case_of(turn).person
    other = contact.by_number(turn.tx, number)
    if other is None or other.id == person.id:
        return False
    turn.start("merge", person.id, "collision", other=other.id, by=turn.actor.id, verification=turn.ref)
    turn.reply(say.number_taken())
    return True


def _check(turn: Turn, name: str, text: str) -> str:
    """A field's value by the rule of DOMAIN §4; a document by the kind that stands or was corrected before."""
    person, today = custody.case_of(turn).person, turn.now.astimezone(parts.SHANGHAI).date()
    kind = turn.draft["new"].get("id_type") or person.id_type or fields.KINDS[0]
    checkers: dict[str, Callable[[], fields.Ok[str]]] = {
        "name": lambda: fields.name(text),
        "sex": lambda: fields.choose_sex(text),
        "id_type": lambda: fields.kind(text),
        "id_number": lambda: fields.document(kind, text, today),
        "phone": lambda: fields.phone(text),
        "address": lambda: fields.address(text),
    }
    return checkers[name]().value
