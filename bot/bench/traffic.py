"""Members who tap: callbacks sealed as the platform seals them, posted over kept connections, timed one by one."""

import http.client
import itertools
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.bench.bed import City
from bot.state import call, conversation, verification
from bot.state.unit import Tx
from bot.turn import Event, Kind
from integrations.wecom.sandbox import envelope, events
from integrations.wecom.sandbox.settings import Settings

PLATFORM = Settings()
PATH = "/wecom/callback"
T = TypeVar("T")
FLOW = "verification"
PATIENCE = 10.0  # seconds for a card to be drawn, and for the last feedback to be written
ROAD = ("phone", "called", "submit", "remark", "confirm")  # a member with one contact: tap, tap, form, words, tap
OTHER_CITY = "5"
REMARK = "本人在泉州，已电话告知当地社区"
_COUNT = itertools.count(int(time.time() * 1000))
_talk = sa.select(conversation.table.c.id).where(
    conversation.table.c.flow == sa.bindparam("flow", FLOW), conversation.table.c.ref == sa.bindparam("the_ref")
)

_step = _talk.with_only_columns(conversation.table.c.step)
_state = sa.select(verification.table.c.state).where(verification.table.c.id == sa.bindparam("the_ref"))


@dataclass(frozen=True, slots=True)
class Timed:
    """One answered request: which step, when it was due and when answered (`time.perf_counter` seconds)."""

    step: str
    due: float
    answered: float

    @property
    def took(self) -> float:
        """Seconds from the moment it was due: a late start counts, so a stalled server cannot hide its queue."""
        return self.answered - self.due


class NotAnswered(RuntimeError):
    """The server under measurement refused: the figures would mean nothing."""


class Phone:
    """One member's line to a bot, kept open as the platform keeps its own."""

    def __init__(self, port: int, userid: str) -> None:
        self.userid = userid
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def __enter__(self) -> "Phone":
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()

    def says(self, words: str, due: float | None = None) -> Timed:
        """Write a text message."""
        return self.does("says", said(self.userid, words), due)

    def does(self, step: str, xml: str, due: float | None = None) -> Timed:
        """Deliver a callback, sealed before its moment; `NotAnswered` unless the bot takes it."""
        sealed = envelope.seal(PLATFORM, xml, time.time())
        path = f"{PATH}?" + "&".join(f"{name}={value}" for name, value in sealed.query.items())
        body = sealed.body.encode()
        _until(due)
        started = time.perf_counter()
        self._line.request("POST", path, body, {"Content-Type": "text/xml"})
        answer = self._line.getresponse()
        read = answer.read()
        answered = time.perf_counter()
        if answer.status != 200:
            raise NotAnswered(f"{step}: HTTP {answer.status} {read[:200]!r}")
        return Timed(step, started if due is None else due, answered)


def said(userid: str, words: str) -> str:
    """The inner XML of a text message."""
    content: events.Fields = [("Content", words), ("MsgId", next(_COUNT)), ("AgentID", PLATFORM.agent_id)]
    return events.render([("xml", [*head(userid, "text"), *content])])


def tapped(userid: str, key: str, task_id: str, answers: dict[str, list[str]] | None = None) -> str:
    """The inner XML of a pressed button, or of a form submitted with answers."""
    kind = "multiple_interaction" if answers else "button_interaction"
    fields = events.tap(key, task_id, kind, secrets.token_hex(16), answers)
    event = [*head(userid, "event"), ("Event", "template_card_event")]
    return events.render([("xml", [*event, *fields, ("AgentID", PLATFORM.agent_id)])])


def head(userid: str, kind: str) -> list[tuple[str, events.Value]]:
    """What every message and event begins with."""
    return [
        ("ToUserName", PLATFORM.corp_id),
        ("FromUserName", userid),
        ("CreateTime", int(time.time())),
        ("MsgType", kind),
    ]


def deeds(city: City, userid: str, ref: str) -> Iterator[tuple[str, str]]:
    """One contact from its pending card to the receipt: the steps of `ROAD` with their inner XML.

    A card is looked up when its button is about to be pressed, so each deed must be done before the next is asked for.
    """

    def button(verb: str, arg: str = "") -> tuple[str, str]:
        return drawn(city, userid, ref, verb, arg)

    form = {"info": ["same"], "result": [OTHER_CITY], "door": ["na"]}
    yield "phone", tapped(userid, *button("phone"))
    yield "called", tapped(userid, *button("called", call.Outcome.ANSWERED.value))
    yield "submit", tapped(userid, *button("submit"), form)
    _must_ask(city, ref, "remark")
    yield "remark", said(userid, REMARK)
    yield "confirm", tapped(userid, *button("confirm"))


def drawn(city: City, userid: str, ref: str, verb: str, arg: str = "", flow: str = FLOW) -> tuple[str, str]:
    """Key and task_id of a button as it is drawn on the member's newest live card that has it."""
    wanted = re.compile(rf'"(\d+/{flow}/{verb}/{ref}/\d+/{arg})"')
    return _patiently(
        lambda: _look(city, userid, flow, ref, wanted), f"{verb}: no live card of {userid} has this button"
    )


def _patiently(look: Callable[[], T | None], problem: str) -> T:
    """What is found at last. A bot that is overloaded spools a deed: the wait counts, in an open loop, for the next."""
    end = time.monotonic() + PATIENCE
    while (found := look()) is None:
        if time.monotonic() > end:
            raise NotAnswered(problem)
        time.sleep(0.01)
    return found


def _look(city: City, userid: str, flow: str, ref: str, wanted: re.Pattern[str]) -> tuple[str, str] | None:
    core = city.core
    with core.store.read() as conn:
        talk = conn.execute(_talk, {"flow": flow, "the_ref": ref}).scalar_one()
        for card in reversed(conversation.live_cards(Tx(conn, core.keys, core.runner.now(), "bench"), talk)):
            if card.recipient == userid and (found := wanted.search(card.body)):
                return found[1], card.id
    return None


def work(
    port: int,
    city: City,
    userid: str,
    refs: Sequence[str],
    due: Callable[[], Iterator[float | None]] = lambda: itertools.repeat(None),
) -> list[Timed]:
    """A member feeds back one contact after another, each deed at its moment."""
    timed, times = [], due()
    with Phone(port, userid) as phone:
        for ref in refs:
            timed += [phone.does(*deed, next(times)) for deed in deeds(city, userid, ref)]
            _must_be_reported(city, userid, ref)
    return timed


def _must_ask(city: City, ref: str, step: str) -> None:
    """Words have no button that could be looked up: the question they answer must have been asked."""
    _patiently(lambda: _is(city, _step, ref, step), f"{step}: it was not asked")


def _must_be_reported(city: City, userid: str, ref: str) -> None:
    """A bot that refuses kindly is quick: the contact must really have been fed back before the next is begun."""
    problem = f"{userid}: the last contact was not fed back: a kind refusal was measured"
    _patiently(lambda: _is(city, _state, ref, verification.State.REPORTED.value), problem)


def _is(city: City, asked: sa.Select[Any], ref: str, wanted: str) -> bool | None:
    with city.core.store.read() as conn:
        return conn.execute(asked, {"the_ref": ref}).scalar() == wanted or None


def _until(due: float | None) -> None:
    if due is not None and (wait := due - time.perf_counter()) > 0:
        time.sleep(wait)


def hand_out(city: City, members: Sequence[str], each: int) -> dict[str, list[str]]:
    """Lay `each` waiting cases on the phones of every member and a colleague: userid → verification ids."""
    return {userid: _lay(city, userid, each) for userid in members}


def _lay(city: City, userid: str, count: int) -> list[str]:
    code, colleague = userid[1:-1], f"{userid[:-1]}b"
    waiting = sa.text(
        "SELECT v.id FROM verification v WHERE v.area_code = :code AND v.state = 'open' AND NOT EXISTS"
        " (SELECT 1 FROM conversation c WHERE c.flow = 'verification' AND c.ref = v.id) ORDER BY v.id LIMIT :count"
    )
    with city.core.store.read() as conn:
        refs = [row.id for row in conn.execute(waiting, {"code": code, "count": count})]
    if len(refs) < count:
        raise RuntimeError(f"{userid}: {len(refs)} cases wait, {count} are needed: import more contacts")
    for ref in refs:
        data = {"to": [userid, colleague], "room": 10**6}
        at = city.core.runner.now()
        city.core.runner.handle(Event(f"bench:{ref}", Kind.START, at, flow=FLOW, ref=ref, name="push", data=data))
    return refs


def at_once(jobs: Sequence[Callable[[], list[Timed]]]) -> tuple[list[Timed], float]:
    """Run the jobs together, each in a thread, from one start; what was timed, and the seconds from start to end."""
    ready = threading.Barrier(len(jobs) + 1)

    def run(job: Callable[[], list[Timed]]) -> list[Timed]:
        ready.wait()
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        running = [pool.submit(run, job) for job in jobs]
        ready.wait()
        started = time.perf_counter()
        timed = [one for job in running for one in job.result()]
    return timed, time.perf_counter() - started


def steady(per_second: float, clients: int, which: int) -> Iterator[float | None]:
    """When client `which` of `clients` is to knock from now on, so that all of them together knock evenly."""
    start = time.perf_counter() + 0.05
    return (start + (turn * clients + which) / per_second for turn in itertools.count())
