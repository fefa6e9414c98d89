"""Choosing: 转运类型, then a household by address, name or telephone, then who of it is given something."""

from bot.flows.issuance.table import (
    ASK,
    FOUND,
    HOME,
    LIST,
    chosen,
    family,
    flow,
    home,
    kind,
    kinds,
    kit,
    members,
    paths,
    refusal,
    standing,
)
from bot.state import finding, recipient
from bot.state.machine import Refused
from bot.state.permission import Action
from bot.state.recipient import Recipient
from bot.turn import Kind, Turn
from cards import issuance as card
from cards import issuance_words as say
from cards import refusals, stamps, words


@flow.word(words.ISSUE, then="kind", may=Action.ISSUE)
def ask(turn: Turn) -> None:
    """发放物品: first the 转运类型."""
    ask_kind(turn)


@flow.word(words.PREPARE, then="kind", may=Action.ISSUE)
def prepare(turn: Turn) -> None:
    """转运准备: the 转运类型, then what is to be done."""
    ask_kind(turn, menu=True)


def ask_kind(turn: Turn, **wanted: bool) -> str:
    """Lay the card of the 转运类型; with `menu` what follows is a choice of what to do."""
    turn.draft = dict(wanted)
    turn.focus()
    turn.answer(card.ask_kind(list(kinds(turn)), turn.keys), ASK)
    return "kind"


@flow.tap("kind", when="kind", then={"search": "search", "menu": "menu"}, may=Action.ISSUE)
def choose_kind(turn: Turn) -> str:
    """A 转运类型 is chosen."""
    return _kind_is(turn, int(turn.arg) + 1 if turn.arg.isdecimal() else 0)


@flow.text(when="kind", then={"search": "search", "menu": "menu", "": "kind"}, may=Action.ISSUE)
def type_kind(turn: Turn) -> str:
    """Its number or its name, typed."""
    said, labels = turn.event.text.strip(), list(kinds(turn))
    number = labels.index(said) + 1 if said in labels else words.number(said, len(labels))
    if number is None:
        turn.stay()
        turn.reply(card.EXPECTS["kind"])
        return ""
    return _kind_is(turn, number)


def _kind_is(turn: Turn, number: int) -> str:
    labels = list(kinds(turn))
    if not 1 <= number <= len(labels):
        raise Refused(refusals.NOT_OFFERED, "option_not_offered")
    turn.draft["kind"] = labels[number - 1]
    turn.lock(labels[number - 1][:10], slot=ASK)
    turn.focus()
    if turn.draft.pop("menu", False):
        turn.answer(card.menu(labels[number - 1], turn.keys), ASK)
        return "menu"
    return lay_list(turn, "")


@flow.tap("list", when="menu", then={"search": "search"}, may=Action.ISSUE)
def from_menu(turn: Turn) -> str:
    """发放物品 on the card of 转运准备."""
    turn.lock_this(words.ISSUE)
    return lay_list(turn, "")


@flow.text(when="search", then={"search": "search", "household": "household"}, may=Action.ISSUE)
def said(turn: Turn) -> str:
    """A number opens a household of the page, 下页 goes on, anything else looks for another."""
    return look_up(turn)


@flow.tap("more", when="search", then={"search": "search"}, may=Action.ISSUE)
def more(turn: Turn) -> str:
    """下一页."""
    return _next_page(turn)


@flow.tap("details", when=FOUND, then={"household": "household"}, may=Action.ISSUE, fresh=False)
def details(turn: Turn) -> str:
    """查看详情 of the household chosen in the drop-down."""
    return open_home(turn, (turn.event.answers.get("home") or ("",))[0])


@flow.text(when="household", then={"search": "search", "household": "household", "scan": "scan"}, may=Action.ISSUE)
def number_or_address(turn: Turn) -> str:
    """The number of a person chooses them; anything else looks for another household."""
    people = family(turn, str(turn.draft["home"]))
    number = words.number(turn.event.text, len(people))
    return look_up(turn) if number is None else await_code(turn, people[number - 1])


@flow.tap("issue", when=FOUND, then={"scan": "scan", "household": "household"}, may=Action.ISSUE, fresh=False)
def issue(turn: Turn) -> str:
    """发放物资并扫码绑定: the next code is for the person chosen."""
    return await_code(turn, chosen(turn))


# ── what the handlers share ───────────────────────────────────────────────────────────────────────────────────────────


def look_up(turn: Turn) -> str:
    """A number of the page opens it, 下页 goes on, anything else is looked for."""
    text, page = turn.event.text.strip(), list(turn.draft.get("homes", []))
    number = words.number(text, len(page)) if page and turn.talk.step == "search" else None
    if text in card.MORE:
        return _next_page(turn)
    return lay_list(turn, text[:40]) if number is None else open_home(turn, page[number - 1])


def _next_page(turn: Turn) -> str:
    return lay_list(turn, str(turn.draft.get("what", "")), int(turn.draft.get("start", 0)) + card.PAGE)


def lay_list(turn: Turn, what: str, start: int = 0) -> str:
    """The households that are meant, as text and as a drop-down. One alone is opened at once when it was asked for."""
    keys = finding.homes(turn.tx, turn.rules, paths(turn), kinds(turn)[kind(turn)], what)
    if len(keys) == 1 and what:
        return open_home(turn, keys[0])
    page = keys[start : start + card.PAGE]
    turn.draft = {"kind": kind(turn), "what": what, "start": start, "homes": page}
    turn.focus()
    if not page:
        turn.lock(stamps.LIST_EMPTY, slot=LIST)
        turn.reply(say.nothing(kind(turn), what))
        return "search"
    found = recipient.homes(turn.tx, page, paths(turn))
    homes = [home(turn, key, found[key]) for key in page if found[key]]
    turn.reply(say.listing(kind(turn), what, homes, start, len(keys)))
    rest = len(keys) > start + len(page)
    turn.answer(card.chooser(homes, len(keys), kind(turn), turn.keys, more=rest), LIST)
    return "search"


def open_home(turn: Turn, key: str) -> str:
    """A household lies on the counter."""
    people = family(turn, key)
    turn.draft = {"kind": kind(turn), "home": key}
    turn.focus()
    lay_home(turn, key, people)
    return "household"


def lay_home(turn: Turn, key: str, people: list[Recipient]) -> None:
    """Its card; and a word at once, where that costs nothing."""
    shown, lines = home(turn, key, people), members(turn, people)
    if turn.event.kind is Kind.TEXT:
        turn.reply(say.people(shown))
    turn.answer(card.household(shown, lines, turn.keys), HOME)


def await_code(turn: Turn, one: Recipient) -> str:
    """From now on a code is for this person, if they are to be given anything."""
    turn.draft = {"kind": kind(turn), "home": one.home}
    if standing(turn, one) != "due":
        turn.reply(refusal(turn, one))
        return "household"
    turn.draft["who"] = one.person.id
    turn.focus()
    turn.reply(say.ask_code(*card.called(one.person.name, one.person.id_number), kit(turn).items))
    return "scan"
