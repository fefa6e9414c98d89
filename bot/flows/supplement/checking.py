"""One checker for each field of a supplement: words in, answers to keep, or what is wrong with them by name."""

from collections.abc import Callable, Mapping

from bot import custody
from bot.flows.supplement import table
from bot.state import area, companionship, fields, identity, sought
from bot.state.contact import Contact
from bot.state.permission import Action, can
from bot.state.rules import day
from bot.state.staff import Role
from bot.state.verification import Result
from bot.turn import Turn
from cards import supplement as card
from cards import supplement_words as say
from cards import verification, words

Answers = dict[str, str]


class Wrong(Exception):
    """What was said cannot be kept; `args[0]` names the field, what is wrong and the cure, in Chinese."""


class Several(Exception):
    """What was said fits several: `args[0]` are they, as (code, label), to be chosen from."""


def check(turn: Turn, field: str, text: str) -> Answers:
    """The answers that `text` gives to a field; raises `Wrong` or `Several`."""
    try:
        return _CHECKERS[field](turn, text)
    except fields.FieldError as error:
        raise Wrong(str(error)) from None


# ── 基本信息 ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _name(_: Turn, text: str) -> Answers:
    return {"name": fields.name(text).value}


def _kind(_: Turn, text: str) -> Answers:
    return {"id_type": fields.kind(text).value}


def _number(turn: Turn, text: str) -> Answers:
    values = table.values_of(turn)
    if text in card.NO_DOCUMENT:
        return {"id_type": identity.NONE}
    kind = values.get("id_type", identity.RESIDENT)
    if kind == identity.NONE:
        kind = identity.RESIDENT
    number = fields.document(kind, text, day(turn.now)).value
    sex = {"sex": fields.sex(number)} if kind == identity.RESIDENT else {}
    return {"id_type": kind, "id_number": number} | sex


def _no_id(_: Turn, text: str) -> Answers:
    if not fields.meaningful(text):
        raise Wrong(say.no_reason())
    return {"no_id": fields.seen(text)[:100]}


def _sex(_: Turn, text: str) -> Answers:
    return {"sex": fields.choose_sex(text).value}


def _phone(_: Turn, text: str) -> Answers:
    return {"phone": fields.phone(text).value}


def _guardian(_: Turn, text: str) -> Answers:
    return {"guardian": fields.name(text, card.FIELDS["guardian"]).value}


def _address(_: Turn, text: str) -> Answers:
    return {"address": fields.address(text, card.FIELDS["address"]).value}


def _area(turn: Turn, text: str) -> Answers:
    mine = communities(turn)
    for code, label in mine:
        if text in (code, label) or label.startswith(text):
            return {"area": code}
    raise Wrong(say.not_offered("area", [label for _, label in mine]))


def communities(turn: Turn) -> list[tuple[str, str]]:
    """The communities in which the actor supplements, as (code, label)."""
    codes = [grant.area_code for grant in turn.actor.grants if grant.role == Role.COMMUNITY]
    found = [area.find(turn.tx, code) for code in dict.fromkeys(codes)]
    return [(one.code, one.name) for one in found if one is not None and one.level == area.Level.COMMUNITY]


def _related(turn: Turn, text: str) -> Answers:
    name = fields.name(text, card.FIELDS["related"]).value
    known = sought.named(turn.tx, name, [code for code, _ in communities(turn)])
    if not known:
        raise Wrong(say.nobody_of_that_name(name))
    if len(known) > 1:
        raise Several([(one.id, say.namesake(one.name, one.category, one.address)) for one in known])
    return {"related": known[0].id}


def serves(turn: Turn, person: Contact) -> bool:
    """Whether the actor works in the community of a contact."""
    place = area.find(turn.tx, person.area_code)
    return place is not None and can(turn.actor, Action.SUPPLEMENT, place.path)


def _relation(_: Turn, text: str) -> Answers:
    said = fields.seen(text)
    if not said.isalpha() or len(said) > 8:
        raise Wrong(say.not_offered("relation", card.RELATIONS))
    return {"relation": said}


# ── 核实反馈 ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _result(_: Turn, text: str) -> Answers:
    said = words.number(text, len(words.RESULTS))
    labels = {label: str(n) for n, label in words.RESULTS.items()} | {card.AFTER_DECISION: card.LATER}
    if said is None and text not in labels:
        raise Wrong(say.not_offered("result", [f"1–{len(words.RESULTS)}", card.AFTER_DECISION]))
    return {"result": labels.get(text, str(said))}


def _closed(field: str) -> Callable[[Turn, str], Answers]:
    """A checker for a question with fixed answers."""

    def checker(_: Turn, text: str) -> Answers:
        return {field: _chosen(field, card.choices(field), text)}

    return checker


def _chosen(field: str, options: Mapping[str, str], text: str) -> str:
    for key, label in options.items():
        if fields.seen(text) == label:
            return key
    raise Wrong(say.not_offered(field, list(options.values())))


def _remark(_: Turn, text: str) -> Answers:
    return {"remark": fields.remark(text).value}


def _needs(_: Turn, text: str) -> Answers:
    if text in card.NO_ILLNESS:
        return {"needs": "none"}
    options = {label: key for key, label in verification.NEEDS.items()}
    said = [one for one in text.replace("，", "、").replace(",", "、").split("、") if one]
    if not said or not set(said) <= set(options):
        raise Wrong(say.not_offered("needs", [*options, card.NO_ILLNESS[0]]))
    return {"needs": ",".join(options[one] for one in said)}


def reasons(turn: Turn, field: str) -> list[str]:
    """What the rule pack offers: 居家原因, or why somebody needs care."""
    pack = turn.rules.at(turn.now)
    if field == "why":
        return list(companionship.reasons(pack))
    return list(pack.tables.get("home", {}).get("reasons", verification.OTHER))


def _reason(field: str) -> Callable[[Turn, str], Answers]:
    """A checker for a question whose answers stand in the rule pack; a number of the list will do."""

    def checker(turn: Turn, text: str) -> Answers:
        offered = reasons(turn, field)
        said = words.number(text, len(offered))
        chosen = offered[said - 1] if said else fields.seen(text)
        if chosen not in offered:
            raise Wrong(say.not_offered(field, offered))
        return {field: chosen}

    return checker


def _place(turn: Turn, text: str) -> Answers:
    resolver = custody.resolver(turn)
    exact = resolver.get(text)
    found = (exact,) if exact is not None else resolver.search(text)
    found = tuple(one for one in found if one.level == area.Level.COMMUNITY)
    if not found:
        raise Wrong(say.no_such_place())
    if len(found) > 1:
        raise Several([(one.code, resolver.label(one)) for one in found])
    code, own = found[0].code, table.sheet_of(turn)["area"]
    if code == own:
        raise Wrong(say.own_community())
    same = _district(turn, code) == _district(turn, own)
    meant = Result.FORWARD if same else Result.OTHER_DISTRICT
    if table.values_of(turn).get("result") != meant:
        raise Wrong(say.should_be(int(meant)))
    return {"place": code, "place_name": resolver.label(found[0])}


def _district(turn: Turn, code: str) -> str:
    place = custody.resolver(turn).get(code)
    above = custody.resolver(turn).path(place) if place else ()
    return next((one.code for one in above if one.level == area.Level.DISTRICT), "")


# ── 陪护情况 ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def wards(turn: Turn) -> list[Contact]:
    """Whom the sheet's person may care for: those of the household who are known, but for themselves."""
    if "wards" not in turn.room:
        related = table.related_of(turn)
        known = sought.at_home_of(turn.tx, related) if related else []
        listed = known or ([related] if related else [])
        turn.room["wards"] = [one for one in listed if one.id != table.sheet_of(turn).get("contact")]
    found: list[Contact] = turn.room["wards"]
    return found


def _ward(turn: Turn, text: str) -> Answers:
    fitting = [one for one in wards(turn) if text in (one.id, one.name)]
    if len(fitting) != 1:
        raise Wrong(say.no_ward())
    return {"ward": fitting[0].id, "ward_name": fitting[0].name}


def _ill(_: Turn, text: str) -> Answers:
    return {"ill": fields.seen(text)[:100] or card.NO_ILLNESS[0]}


_CHECKERS: Mapping[str, Callable[[Turn, str], Answers]] = {
    "area": _area, "name": _name, "id_type": _kind, "id_number": _number, "no_id": _no_id, "sex": _sex,
    "phone": _phone, "guardian": _guardian, "address": _address, "related": _related, "relation": _relation,
    "result": _result, "door": _closed("door"), "place": _place, "remark": _remark, "willing": _closed("willing"),
    "needs": _needs, "reason": _reason("reason"), "cares": _closed("cares"), "ward": _ward, "why": _reason("why"),
    "ill": _ill,
}  # fmt: skip
