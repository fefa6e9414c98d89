"""The street: bot and sandbox in one thread without sockets, so that hundreds of stories stay quick and exact.

The phones are the sandbox's own: only what is drawn can be pressed, what the platform refuses raises, what is above the
pace is lost. Each gesture takes ten seconds of a clock that moves only by itself, and ends when all has been said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot import app, config, intake
from bot.demo import people
from bot.effects import Effects
from bot.scheduler import Scheduler
from bot.sender import Sender
from bot.state import nudge, queue, staff
from bot.state.store import Store
from bot.turn import Answer, Event, Kind
from bot.web import webhook
from integrations.qr import decode
from integrations.wecom import callback, errors, media, plain
from integrations.wecom.client import Sent
from integrations.wecom.sandbox import actions, courier, entries, errcode, events, faults, messages, wire
from integrations.wecom.sandbox import media as shelf
from integrations.wecom.sandbox import world as platform
from integrations.wecom.sandbox.settings import Settings
from tests.cards import by_numbers
from tests.invariants import SECRET
from tests.verification.hand import Hand

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai, three days after the list's exposures
GESTURE = timedelta(seconds=10)


@dataclass
class Clock:
    """The street's time: aware UTC, standing still between gestures."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Dealt:
    """A card as it was first laid on a phone, whatever became of it since."""

    user: str
    task_id: str
    card: Mapping[str, Any]


@dataclass
class Counter:
    """WeCom's counter without the wire: sends and updates go straight into the sandbox, under its rules."""

    world: platform.World
    agent: int
    dealt: list[Dealt] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    untyped: list[str] = field(default_factory=list)  # what no number does on the text of a card

    def send_text(self, users: str, text: str, dedupe: bool) -> Sent:
        """As `client.WeCom.send_text`."""
        words = {"content": plain.cut(plain.clean(text))}
        return self._send(users, {"msgtype": "text", "text": words, "enable_duplicate_check": int(dedupe)})

    def send_card(self, users: str, card: dict[str, Any]) -> Sent:
        """As `client.WeCom.send_card`."""
        sent = self._send(users, {"msgtype": "template_card", "template_card": card})
        self.dealt.append(Dealt(users, str(card["task_id"]), card))
        self.untyped += by_numbers.complaints_once(card)
        return sent

    def update_card(self, users: str, response_code: str, card: dict[str, Any]) -> tuple[str, ...]:
        """As `client.WeCom.update_card`."""
        body = {"userids": [users], "agentid": self.agent, "response_code": response_code, "template_card": card}
        try:
            messages.update(self.world, body)
        except errcode.Refused as no:
            raise self._no(no) from None
        return ()

    def download(self, media_id: str, limit: int) -> media.Media:
        """As `client.WeCom.download`."""
        try:
            found = shelf.get(self.world, {"media_id": media_id})
        except errcode.Refused as no:
            raise self._no(no) from None
        return media.Media(found.data, found.mime, found.filename)

    def _send(self, users: str, body: dict[str, Any]) -> Sent:
        try:
            answer = messages.send(self.world, {"touser": users, "agentid": self.agent, **body}).answer
        except errcode.Refused as no:
            raise self._no(no) from None
        return Sent(str(answer["msgid"]), str(answer.get("response_code", "")))

    def _no(self, no: errcode.Refused) -> errors.WeComError:
        self.refused.append(str(no))
        return errors.of(no.code)


class Line(courier.Courier):
    """Carries a callback to the desk at once, and shows what rides back in the response."""

    street: "Street"

    def post(self, arrived: events.Callback) -> courier.Delivery:
        """Deliver, with the answer on the phone before this returns."""
        delivery = courier.Delivery(arrived)
        answer = self.street.desk.handle(webhook.as_event(callback.parse(arrived.xml.encode())))
        delivery.statuses.append(200)
        delivery.reply = answer.text
        if answer.text:
            self._world.show(
                entries.Entry(
                    self._world.token_hex(43), arrived.user, "bot", "text", self._world.now(), {"content": answer.text}
                )
            )
        return delivery


class Street:
    """`street.phone("li.fang").taps("核实反馈")`; the demo's directory is in, nobody is on the list yet."""

    gesture = GESTURE

    def __init__(self, database_url: str, folder: Path) -> None:
        self.folder, self.clock, self.taken = folder, Clock(MORNING), 0
        self.core = app.core(database_url, SECRET, config.HERE / "rules", self.clock)
        _spare_compiling(self.core.store)
        self.desk = self.core.runner
        conf = Settings(members=people.members(), callback_url="http://127.0.0.1:9/", now=self._unix, seed=7)
        self.sandbox = platform.World(conf)
        self.counter = Counter(self.sandbox, conf.agent_id)
        line = Line(self.sandbox, wire.Log(self.sandbox), faults.Plan(self.sandbox.rng))
        line.street = self
        self.thumb = actions.Thumb(self.sandbox, line)
        effects = Effects(self.core.store, self.core.keys, self.desk, self.counter, self.clock, eye=decode)
        self.sender = Sender(self.core.store, self.core.keys, effects, self.clock)
        self.scheduler = Scheduler(self.core.store, self.core.keys, self.desk.handle, lambda: 0, self.clock)
        if not _is_furnished(self.core.store):
            intake.directory(self.core, people.FOLDER)

    def _unix(self) -> float:
        return self.clock().timestamp()

    def now(self) -> datetime:
        """The street's time."""
        return self.clock()

    def close(self) -> None:
        """Give the connections back."""
        self.core.store.close()

    # ── what arrives ──────────────────────────────────────────────────────────────────────────────────────────────

    def list_arrives(self, text: str) -> intake.Result:
        """A list in CSV comes from the CDC."""
        path = self.folder / "list.csv"
        path.write_text(text, encoding="utf-8")
        result = intake.contacts(self.core, path)
        self.settle()
        return result

    def waits(self, **span: float) -> None:
        """Let time pass (`minutes=31`), and what has come due happen."""
        self.clock.at += timedelta(**span)
        self.settle()

    def forges(self, user: str, dealt: Dealt, key: str, answers: Mapping[str, Sequence[str]] | None = None) -> Answer:
        """A tap no phone offers: any key, with the task_id of any card; what the desk answers."""
        self.taken += 1
        chosen = {question: tuple(ids) for question, ids in (answers or {}).items()}
        event = Event(
            f"evt:forged{self.taken}", Kind.TAP, self.now(), user, key=key, answers=chosen, task_id=dealt.task_id,
            response_code=self._code(dealt) if dealt.user == user else "",
        )  # fmt: skip
        return self.arrives(event)

    def arrives(self, event: Event) -> Answer:
        """Any event, as a door would hand it over."""
        self.clock.at += GESTURE
        answer = self.desk.handle(event)
        self.settle()
        return answer

    def _code(self, dealt: Dealt) -> str:
        shown = (one.msgid for one in self.sandbox.chat(dealt.user) if one.task_id == dealt.task_id)
        return self.sandbox.issue_code(next(shown))

    def settle(self) -> None:
        """Fire what is due and send until nothing is left; whoever has had enough for a minute is given the time."""
        while self.scheduler.fire_due() + self.sender.drain() or self._rests():
            pass

    def _rests(self) -> bool:
        """Whether messages wait for their pace, or a digest for its second; the clock goes on to the first of them."""
        waiting = sa.select(sa.func.min(queue.outbox.c.not_before)).where(queue.outbox.c.state == "waiting")
        gathered = sa.select(sa.func.min(nudge.table.c.at)).where(nudge.table.c.told_at.is_(None))
        with self.core.store.read() as conn:
            times = [at for asked in (waiting, gathered) if (at := conn.execute(asked).scalar()) is not None]
        first = min(times, default=None)
        if first is None or first - self.now() > timedelta(minutes=2):
            return False
        self.clock.at = max(self.now(), first)
        return True

    def phone(self, userid: str) -> Hand:
        """A member's phone."""
        return Hand(self, userid)


def furnish(store: Store) -> None:
    """Bring the demo's directory, as the first thing of the morning."""
    core = app.core(store.engine.url.render_as_string(hide_password=False), SECRET, config.HERE / "rules", _morning)
    intake.directory(core, people.FOLDER)
    core.store.close()


def _morning() -> datetime:
    return MORNING


def _is_furnished(store: Store) -> bool:
    with store.read() as conn:
        return conn.execute(sa.select(staff.table.c.id).limit(1)).first() is not None


_KNOWN: dict[tuple[str, bool], tuple[sa.Dialect, dict[Any, Any]]] = {}


def _spare_compiling(store: Store) -> None:
    """Let every street of one engine use the same compiled statements: compiling is two fifths of a story's time."""
    for engine, reads in ((store.engine, False), (store.reader, True)):
        dialect, compiled = _KNOWN.setdefault((engine.dialect.name, reads), (engine.dialect, {}))
        engine.dialect = dialect
        engine.update_execution_options(compiled_cache=compiled)
