"""The counter: a street whose people are fed back as 集中 and willing, with printed codes and a camera to scan them."""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from bot import app, custody, ladder
from bot.state import band, code, contact, conversation, issuance, queue, reports, stock, supply, verification
from bot.state.rules import Rules
from bot.state.unit import Tx
from bot.turn import Event, Kind, Turn
from cards import menu, words
from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street

T = TypeVar("T")
AREA = "350203010034"
FAMILY = ("王建明", "林秀英", "陈丽华", "张伟", "刘芷媛")
NUMBERS = ("350299198805120018", "350299195009180040", "350299199003070025", "350299198511030033", "350299199602290046")


class Worker(Hand):
    """A member at the counter; `scans` is the menu's camera."""

    street: "Counter"

    def scans(self, payload: str, symbology: str = "") -> str:
        """Scan through 扫码绑定; what the bot then said to this phone."""
        entry = words.SCAN_AND_BIND
        return self._after(lambda: self.street.thumb.scan(self.userid, payload, entry=entry, symbology=symbology))

    def opens(self, what: str, kind: str = "密接转运") -> str:
        """发放物品 → 转运类型 → a search that finds one household."""
        self.says(words.ISSUE)
        self.taps(kind)
        return self.says(what)

    def waits_for_code(self, what: str = "3栋501", who: str = "") -> str:
        """Up to the question for a code, for whoever is due first or for somebody of the household."""
        self.opens(what)
        if who:
            self.picks(选择人员=self.option(who))
        return self.taps(words.ISSUE_AND_BIND)

    def option(self, name: str) -> str:
        """The line of the drop-down that shows a name."""
        found = [
            one["text"]
            for entry in reversed(self.street.sandbox.chat(self.userid))
            for one in (entry.card or {}).get("button_selection", {}).get("option_list", [])
            if name in one["text"] and entry.controls()
        ]
        assert found, f"{name} is in no drop-down"
        return str(found[0])


class Counter(Street):
    """`counter.ready()` makes a household of five, `counter.prints(5)` gives payloads of fresh codes."""

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        self.sandbox.book.menu = menu.draw(lambda word: self.desk.scenarios.word(word) is not None)

    def worker(self, userid: str) -> Worker:
        """A member's phone with a camera."""
        return Worker(self, userid)

    def does(self, work: Callable[[Tx], T], actor: str = "li.fang") -> T:
        """A unit of work of its own, journal and all."""
        return does(self.core, work, actor)

    def ready(self, many: int = 5, **more: str) -> None:
        """A household of so many has been fed back by 李芳 as 集中 and willing, written without her thumb."""
        rows = household(many, **more)
        self.list_arrives(lists.csv(*rows))
        self.does(lambda tx: report_all(tx, self.desk.rules))
        self.waits(minutes=3)  # so that 撤销 does not mean the feedback

    def feeds_back(self, rows: list[dict[str, str]], *, willing: str = "愿意") -> None:
        """A list of one household arrives and 李芳 feeds it back as 集中."""
        self.list_arrives(lists.csv(*rows))
        li = self.worker("li.fang")
        li.calls("接通")
        li.fills_in(1, door="是")
        li.says("已电话核实，全家在家")
        li.taps(willing)
        li.submits()
        if len(rows) > 1:
            li.taps("全家同一结果")
            li.submits()
        li.taps("确认反馈")
        self.waits(minutes=3)  # so that 撤销 does not mean the feedback

    def prints(self, many: int = 1) -> list[str]:
        """The short codes of a new batch."""
        return self.does(lambda tx: supply.print_new(tx, many)[1], "guan.li")

    def payload(self, short: str) -> str:
        """What the QR code of a short code carries."""
        return code.payload(self.core.keys, short)

    def stocks(self, **items: int) -> None:
        """So much lies at 前埔南社区 and nothing else; its lead is told below three pieces."""
        rows = [(AREA, item, pieces, 3) for item, pieces in items.items()]

        def open_anew(tx: Tx) -> None:
            tx.run(stock.moves.delete())
            tx.run(stock.table.delete())
            stock.open_all(tx, rows)

        self.does(open_anew, "guan.li")

    def on_hand(self) -> dict[str, int]:
        """What lies at 前埔南社区 now."""
        return self.does(lambda tx: {one.item: one.on_hand for one in stock.at(tx, AREA)})

    def wearing(self) -> dict[str, str]:
        """Who wears which short code, by name."""
        worn = sa.select(band.table.c.contact_id, band.table.c.code).where(band.table.c.state == "bound")
        names = {person.id: name for name, person in books.people(self).items()}
        return {names[row.contact_id]: row.code for row in books.rows(self, worn)}

    def states(self) -> list[str]:
        """The states of everybody, by list number."""
        return [str(one.state) for one in sorted(books.people(self).values(), key=lambda one: one.id)]

    def kits(self) -> list[tuple[str, str]]:
        """Every issuance as (state, reason), in order."""
        table = issuance.table.c
        return [tuple(row) for row in books.rows(self, sa.select(table.state, table.reason).order_by(table.id))]


def household(many: int, **more: str) -> list[dict[str, str]]:
    """So many rows of one household, each with a 证件 of their own."""
    rows = lists.people(many, **more)
    for row, number in zip(rows, NUMBERS, strict=False):
        row |= {"证件类型": "居民身份证", "证件号码": number}
    return rows


def does(core: app.Core, work: Callable[[Tx], T], actor: str = "li.fang") -> T:
    """A unit of work on a house, with an arrival of its own as its cause."""

    def unit(conn: sa.Connection) -> T:
        tx = Tx(conn, core.keys, core.runner.now(), f"test:{secrets.token_hex(8)}", actor)
        conn.execute(_inbox(tx))
        done = work(tx)
        tx.flush()
        return done

    return core.store.write(unit)


def report_all(tx: Tx, rules: Rules) -> None:
    """Everybody who waits is fed back as 集中 and willing, and the CDC is told, as 确认反馈 would."""
    talk = conversation.Conversation("", "help", "", "", 0, 0, "", None, {}, {}, tx.now)
    turn = Turn(tx, Event(tx.cause, Kind.START, tx.now), talk, rules)
    for case in verification.open_cases(tx, "/", 20):
        when: Any = {"holder": tx.actor, "taken_at": tx.now, "ended_at": tx.now}
        verification.noun.fire(tx, case.task, "reported_together", **when)
        answers = {"info": "same", "door": "yes", "willing": "yes", "needs": "none"}
        report = reports.add(tx, case.task, "1", "全家在家", answers)
        contact.noun.fire(tx, case.person, "report_central")
        custody.closed(turn, case.task.id)
        ladder.begin(turn, ladder.Step.TRANSFER, case.person.id, case.place.path, [tx.actor])
        turn.start("receipt", report.id)
    turn.write()


def _inbox(tx: Tx) -> sa.Executable:
    values = {"id": tx.cause, "kind": "start", "actor": "", "received_at": tx.now, "outcome": "applied"}
    return queue.inbox.insert().values(values | {"reason": "", "answer": b"", "body": b""})
