"""The whole bot driven by hand, one step at a time: no threads, no HTTP door, a clock that moves only when told to."""

import itertools
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot import app, config, flows, intake, listing
from bot.demo import people
from bot.effects import Effects
from bot.flows import Scenarios
from bot.runner import Runner
from bot.scheduler import Scheduler
from bot.sender import Sender
from bot.state import conversation, queue
from bot.state.token import DatabaseTokens
from bot.state.unit import Tx
from bot.turn import Answer, Event, Kind
from cards import words
from integrations.cdc import lists
from integrations.wecom.client import WeCom
from integrations.wecom.sandbox import server
from integrations.wecom.sandbox.server import Sandbox
from integrations.wecom.sandbox.settings import Settings
from integrations.wecom.tokens import Token
from tests.faults import probe
from tests.invariants import SECRET

HEADER = "名单编号,姓名,性别,证件类型,证件号码,联系电话,人员类别,关联病例,末次暴露日期,区,街道,社区,详细地址,备注"
NOWHERE = "http://127.0.0.1:9"  # nobody listens there: for offices that are never to send


@dataclass
class Clock:
    """The office's time: aware UTC, standing still between `moves`."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def moves(self, **span: float) -> None:
        """Let time pass (`seconds=61`)."""
        self.at += timedelta(**span)


class Wall(Clock):
    """The host's own clock, and how far we are ahead of it."""

    def __init__(self) -> None:
        super().__init__(datetime.now(UTC))
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def moves(self, **span: float) -> None:
        """Be so much further ahead."""
        self._ahead += timedelta(**span)


def a_list(count: int, place: str = "思明区,莲前街道,前埔南社区") -> str:
    """A list in CSV of `count` people in one community, known by name and a landline (nobody's mobile)."""
    rows = [f"L-{n:03},甲{n}号,,,,0592-2000{n:03},密接,,,{place},前埔南小区{n}栋," for n in range(1, count + 1)]
    return "\n".join([HEADER, *rows])


class Office:
    """Database, desk, sender and scheduler over a sandbox's address; several offices may share one database."""

    def __init__(
        self,
        database_url: str,
        wecom_url: str = NOWHERE,
        now: datetime | None = None,
        *,
        wall: bool = False,
        rules: Path = config.HERE / "rules",
    ) -> None:
        self.clock = Wall() if wall else Clock(now or datetime.now(UTC).replace(microsecond=0))
        house = app.core(database_url, SECRET, rules, self.clock)
        self.store, self.keys = house.store, house.keys
        scenarios = Scenarios([*flows.discover(), probe.flow])
        self.runner = Runner(self.store, self.keys, scenarios, house.runner.rules, self.clock)
        self.speaks_to(wecom_url)
        self.scheduler = Scheduler(self.store, self.keys, self.runner.handle, lambda: 0, self.clock)

    def speaks_to(self, wecom_url: str) -> None:
        """Send to this address from now on, with a sender that has no memory."""
        conf, tokens = Settings(), DatabaseTokens(self.store, self.keys, Token)
        self.wecom = WeCom(wecom_url, conf.corp_id, conf.secret, conf.agent_id, tokens, timeout=(2, 2), clock=self.unix)
        effects = Effects(self.store, self.keys, self.runner, self.wecom, self.clock)
        self.sender = Sender(self.store, self.keys, effects, self.clock)

    def unix(self) -> float:
        """The office's time in Unix seconds."""
        return self.clock().timestamp()

    def close(self) -> None:
        """Give the connections back."""
        self.store.close()

    # ── what arrives ──────────────────────────────────────────────────────────────────────────────────────────────

    def opens(self) -> None:
        """The demo's directory is imported."""
        intake.directory(app.Core(self.store, self.keys, self.runner), people.FOLDER)

    def list_arrives(self, folder: Path, text: str) -> intake.Result:
        """A list in CSV comes from the CDC."""
        path = folder / "list.csv"
        path.write_text(text, encoding="utf-8")
        return intake.contacts(app.Core(self.store, self.keys, self.runner), path)

    def rows_of(self, text: str) -> Event:
        """The event in which the rows of a list come in, for handing over again and again."""
        (read,) = listing.batches(self.runner, lists.read(text.encode(), "list.csv"))
        at = self.clock()
        return Event("list:x:1", Kind.START, at, flow="intake", ref="x", name="rows", cargo=read, keep=False)

    def event(self, kind: Kind, actor: str = "", **given: Any) -> Event:
        """An event with a fresh id, as of now."""
        return Event(f"evt:{secrets.token_hex(16)}", kind, self.clock(), actor, **given)

    def says(self, actor: str, text: str) -> Answer:
        """A member writes."""
        return self.runner.handle(self.event(Kind.TEXT, actor, text=text, replyable=True))

    def asks(self, actor: str, word: str) -> Answer:
        """A member presses a menu entry."""
        return self.runner.handle(self.event(Kind.WORD, actor, text=word))

    def tap(self, actor: str, label: str, answers: Mapping[str, tuple[str, ...]] | None = None) -> Event:
        """The press of a button that is drawn on a live card of that member."""
        for card in self.live_cards(actor):
            for key, shown in _buttons(json.loads(card.body)):
                if shown == label:
                    return self.event(Kind.TAP, actor, key=key, task_id=card.id, answers=answers or {})
        raise AssertionError(f"{actor} has no live card with {label!r}: {[c.body for c in self.live_cards(actor)]}")

    def taps(self, actor: str, label: str, answers: Mapping[str, tuple[str, ...]] | None = None) -> Answer:
        """A member presses a button."""
        return self.runner.handle(self.tap(actor, label, answers))

    def has(self, actor: str, label: str) -> bool:
        """Whether a live card of the member shows the button."""
        return any(shown == label for card in self.live_cards(actor) for _, shown in _buttons(json.loads(card.body)))

    def live_cards(self, actor: str) -> list[conversation.Card]:
        """The member's live cards, the newest first."""
        table = conversation.cards
        mine = sa.select(table.c.id).where(table.c.recipient == actor, table.c.closed_at.is_(None))
        with self.store.read() as conn:
            tx = Tx(conn, self.keys, self.clock(), "looking")
            found = [conversation.card(tx, row.id) for row in conn.execute(mine.order_by(table.c.id.desc()))]
        return [card for card in found if card is not None]

    # ── what goes on by itself ────────────────────────────────────────────────────────────────────────────────────

    def hand_over(self) -> None:
        """Do the hand-overs between conversations; what would need the network is taken as sent."""
        while letters := self.sender.claim(500):
            for letter in letters:
                if letter.kind == "start":
                    self.sender.handle(letter)
                else:
                    self._passes(letter)

    def _passes(self, letter: queue.Letter) -> None:
        self.store.write(lambda conn: queue.end_letter(conn, letter, queue.Post.SENT, self.clock()))

    def settle(self) -> None:
        """Fire what is due and send until nothing is left."""
        while self.scheduler.fire_due() + self.sender.drain():
            pass


def to_review(office: Office, worker: str, result: str = "5") -> None:
    """A worker takes a task and gives the call and the remark that results 5 and 6 need, up to the review."""
    office.taps(worker, "核实反馈")
    office.taps(worker, "提交", {"info": ("same",), "door": ("na",), "result": (result,)})
    for _ in range(5):
        if office.has(worker, "确认反馈"):
            return
        if office.has(worker, words.CALL_OUTCOMES[0]):
            office.taps(worker, words.CALL_OUTCOMES[0])
        else:
            office.says(worker, "本人在外地，三天前已离开")
    raise AssertionError("the review does not come")


def _buttons(card: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(key, label) of everything that can be pressed on a card."""
    submit = [card["submit_button"]] if "submit_button" in card else []
    for button in itertools.chain(card.get("button_list", ()), submit):
        yield button["key"], button["text"]


@contextmanager
def sandbox(office: Office) -> Iterator[Sandbox]:
    """A WeCom on this machine, on the office's clock; the office's sender speaks to it."""
    with server.create(Settings(members=people.members(), now=office.unix, callback_url=NOWHERE)) as made:
        office.speaks_to(made.url)
        yield made
