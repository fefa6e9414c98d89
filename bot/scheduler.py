"""Time's door: APScheduler as a heartbeat only. Due timer rows become Events; the spool is drained, the journal sealed.

APScheduler keeps no business data: its jobs are ticks defined here, in memory. Any number of schedulers may run,
because timers are claimed atomically and end inside the event's own transaction. A silent ticker ends the process.
A host clock that is set back would leave APScheduler asleep till the old time comes again: the watchdog calls it.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from datetime import time as clock
from typing import Any

import sqlalchemy as sa
from apscheduler.schedulers.background import BackgroundScheduler
from prometheus_client import Gauge, Histogram

from bot import ladder
from bot.state import due, journal, nudge, queue, waiting
from bot.state.base import new_id
from bot.state.sealed import Keyring
from bot.state.store import Store
from bot.turn import Answer, Event, Kind
from cards.parts import SHANGHAI

log = logging.getLogger(__name__)
AGE = Gauge("scheduler_tick_age_seconds", "Since the ticker last ran", ["ticker"])
DWELL = Histogram("reminder_dwell_seconds", "From due to handled", buckets=(0.5, 1, 5, 15, 60, 300))
SILENT = 30.0  # seconds without a tick after which the process ends
BATCH = 500
MORNING, NOON = clock(8, 3), clock(12)  # in Shanghai; a house that was down at eight still sums up before noon


class Scheduler:
    """Ticks: timers each second, spool, journal, day and the database's log, a watchdog over them."""

    def __init__(
        self,
        store: Store,
        keys: Keyring,
        handle: Callable[[Event], Answer],
        drain_spool: Callable[[], int],
        now: Callable[[], datetime],
        silent: float = SILENT,
    ) -> None:
        self.store, self.keys, self.handle, self.drain_spool, self.now = store, keys, handle, drain_spool, now
        self.silent = silent
        self._beat = time.monotonic()
        self._stop = threading.Event()
        self._day: date | None = None  # the day whose summaries this process has begun
        self._ticker = BackgroundScheduler(  # UTC: a host may have no zone, or a wrong one
            timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )

    def fire_due(self) -> int:
        """Turn every due timer into an event, climb what waits, tell whose digest has come; how many were fired."""
        fired = 0
        self._beat = time.monotonic()
        if not self._asked(due.anything):
            return 0
        while claimed := self._claim():
            for one in claimed:
                self._beat = time.monotonic()  # at each try: a database that is away is no reason to leave
                self.handle(_event(one, self.now()))
                DWELL.observe(max(0.0, (self.now() - one.due_at).total_seconds()))
            fired += len(claimed)
        return fired + self._climb() + self._tell()

    def _climb(self) -> int:
        """Let what waits climb its ladder, a batch at a time; how many did."""
        climbed = 0
        while self._asked(waiting.any_due):
            answer = self._start("climb", ladder.HOUSE)
            if not (done := int(answer.data.get("climbed", 0))):
                break  # put aside with a number: the next tick tries again
            climbed += done
        return climbed

    def _tell(self) -> int:
        """Let each person whose digest has come due hear of what still stands; how many did."""
        people: list[str] = self._asked(nudge.due)
        for person in people:
            self._start("tell", person)
        return len(people)

    def _asked(self, question: Callable[[sa.Connection, datetime], Any]) -> Any:
        with self.store.read() as conn:
            return question(conn, self.now())

    def _start(self, name: str, ref: str, the_id: str = "", **data: Any) -> Answer:
        self._beat = time.monotonic()
        event = f"{name}:{the_id or new_id(self.now())}"
        return self.handle(Event(event, Kind.START, self.now(), flow=ladder.FLOW, ref=ref, name=name, data=data))

    def begin_day(self) -> None:
        """From a while after eight in the morning on, once a day in the whole house: everybody's summary."""
        local = self.now().astimezone(SHANGHAI)
        if MORNING <= local.time() < NOON and self._day != local.date():
            self._start("summaries", ladder.HOUSE, local.date().isoformat(), day=local.date().isoformat())
            self._day = local.date()

    def _claim(self) -> list[queue.Due]:
        with self.store.read() as conn:
            if not queue.timers_due(conn, self.now()):
                return []
        return self.store.write(lambda conn: queue.claim_timers(conn, self.now(), BATCH))

    def seal_journal(self) -> None:
        """Chain what has been written to the journal."""
        self.store.write(lambda conn: journal.seal(conn, self.keys.audit, self.now()))

    def start(self, *, watchdog: bool = True) -> None:
        """Begin to tick."""
        for name, seconds, job in (
            ("timers", 1, self.fire_due), ("spool", 2, self.drain_spool), ("journal", 30, self.seal_journal),
            ("day", 20, self.begin_day), ("tidy", 1, self.store.tidy),
        ):  # fmt: skip
            self._ticker.add_job(_tick(name, job), "interval", seconds=seconds, id=name)
        self._ticker.start()
        if watchdog:
            threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        """Stop ticking; a tick under way is finished."""
        self._stop.set()
        if self._ticker.running:
            self._ticker.shutdown(wait=True)

    def _watch(self) -> None:
        """APScheduler's thread can die without a word: then end the process, and let the supervisor start another."""
        while not self._stop.wait(1):
            age = time.monotonic() - self._beat
            AGE.labels("timers").set(age)
            if age > self.silent:
                log.critical("ticker silent, leaving", extra={"seconds": int(age)})
                os._exit(70)
            self._call(datetime.now(UTC))

    def _call(self, now: datetime) -> None:
        """Let those ticks come now that are further off than their interval: the host's clock has been set back."""
        for job in self._ticker.get_jobs():
            if job.next_run_time - now > job.trigger.interval:
                job.modify(next_run_time=now)


def _event(due: queue.Due, now: datetime) -> Event:
    return Event(
        f"due:{due.id}", Kind.DUE, now, flow=due.flow, ref=due.ref, name=due.name, turn=due.turn,
        data={"due_at": due.due_at.isoformat()},
    )  # fmt: skip


def _tick(name: str, job: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        try:
            job()
        except Exception:
            log.exception("tick failed", extra={"ticker": name})

    return run
