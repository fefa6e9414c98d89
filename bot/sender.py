"""The sender drains the outbox: claim under a lease, do, mark. It paces per member, backs off by class, gives up aloud.

Nobody knows whether WeCom took a message whose answer was lost: it is sent again under the same task_id, and 42014 then
means that it had arrived (WECOM §13). No transaction is open while the network is spoken to.
"""

import logging
import random
import secrets
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import groupby

import sqlalchemy as sa
from prometheus_client import Counter, Histogram

from bot.effects import Done, Effects, Moot
from bot.state import queue
from bot.state.queue import Letter, Post
from bot.state.sealed import Keyring
from bot.state.store import Store, Unavailable
from bot.state.unit import Tx
from integrations.webhooks.client import DeliveryFailed
from integrations.wecom import errors

log = logging.getLogger(__name__)
ENDED = Counter("outbox_end_total", "Letters by how they ended", ["kind", "end"])
SENT = Histogram("send_seconds", "One effect", ["kind"])
ALREADY_TAKEN = {"card": 42014, "update": 60140}  # the code that, on a repeat, means the first attempt had arrived
LONGEST_WAIT = 300
GIVEN_UP = (Post.FAILED, Post.EXPIRED)
WORKERS = 16


class Sender:
    """Any number of senders may run on any number of hosts: claims are atomic and leases run out."""

    def __init__(
        self, store: Store, keys: Keyring, effects: Effects, now: Callable[[], datetime], workers: int = WORKERS
    ) -> None:
        self.store, self.keys, self.effects, self.now = store, keys, effects, now
        self.workers = workers
        self.wake = threading.Event()
        self._stop = threading.Event()
        self._pool: ThreadPoolExecutor | None = None
        self._free = threading.Semaphore(workers)
        self._closed_until: datetime | None = None
        self._thread: threading.Thread | None = None

    # ── one round, used by tests and by the loop ──────────────────────────────────────────────────────────────────

    def drain(self, most: int = 10_000) -> int:
        """Do what is due, here and now, until nothing is; the number of letters handled."""
        handled = 0
        while handled < most and (letters := self.claim(64)):
            for letter in letters:
                self.handle(letter)
            handled += len(letters)
        return handled

    def claim(self, limit: int) -> list[Letter]:
        """Lease due letters; none while the whole channel is closed by WeCom."""
        now = self.now()
        if self._closed_until is not None and now < self._closed_until:
            return []
        with self.store.read() as conn:
            if not queue.letters_due(conn, now):
                return []
        lease = secrets.token_hex(16)
        return self.store.write(lambda conn: queue.claim_letters(conn, now, lease, limit))

    def handle(self, letter: Letter) -> None:
        """Do one letter and mark it, whatever happens."""
        if self.now() >= letter.expires_at:
            self._end(letter, Post.EXPIRED, "too_late")
            return
        try:
            with SENT.labels(letter.kind).time():
                done = self.effects.do(letter)
        except Moot as moot:
            self._end(letter, Post.SUPERSEDED, str(moot))
        except errors.Refused as no:
            taken = no.code == ALREADY_TAKEN.get(letter.kind) and letter.attempts > 1
            self._end(letter, Post.SENT if taken else Post.FAILED, f"errcode {no.code}")
        except errors.Busy as busy:
            self._wait(letter, busy)
        except (errors.Ambiguous, errors.Down) as error:
            told = {"errcode": error.code, "meaning": error.meaning, "cure": error.cure, "trace": error.trace}
            log.warning("WeCom did not take a letter", extra={"kind": letter.kind} | told)
            self._again(letter, type(error).__name__)
        except DeliveryFailed as failed:
            if failed.permanent:
                self._end(letter, Post.FAILED, str(failed))
            else:
                self._again(letter, str(failed))
        except Unavailable:
            self._again(letter, "database")
        except Exception as error:
            log.exception("effect failed", extra={"letter": letter.id, "kind": letter.kind})
            self._again(letter, type(error).__name__)
        else:
            self._finish(letter, done)

    def _finish(self, letter: Letter, done: Done) -> None:
        if letter.recipient in done.missed:
            self._end(letter, Post.FAILED, "not_reached")
        else:
            self._end(letter, Post.SENT, "", done)

    def _end(self, letter: Letter, state: Post, reason: str, done: Done | None = None) -> None:
        def mark(conn: sa.Connection) -> None:
            tx = Tx(conn, self.keys, self.now(), letter.cause)
            ended = queue.end_letter(conn, letter, state, tx.now, reason)
            if ended and done is not None:
                done.write(tx)
            if ended and state in GIVEN_UP and (then := self.effects.given_up(letter, reason)) is not None:
                then(tx)
            tx.flush()

        self.store.write(mark)
        ENDED.labels(letter.kind, state.value).inc()
        if state in GIVEN_UP:
            log.error("letter given up", extra={"letter": letter.id, "kind": letter.kind, "reason": reason})

    def _again(self, letter: Letter, reason: str) -> None:
        """Nobody is to blame: try again later, doubling up to five minutes, with full jitter."""
        longest = min(LONGEST_WAIT, 2 ** min(letter.attempts, 9))
        wait = timedelta(seconds=random.uniform(0.2, longest))  # noqa: S311 -- jitter, not a secret
        self._give_back(letter, self.now() + wait, reason)

    def _wait(self, letter: Letter, busy: errors.Busy) -> None:
        """WeCom asked for patience: for this call, or for the whole channel; not the letter's fault."""
        until = self.now() + timedelta(seconds=busy.retry_after)
        if busy.channel:
            self._closed_until = until
        self._give_back(letter, until, f"errcode {busy.code}", counted=False)

    def _give_back(self, letter: Letter, until: datetime, reason: str, *, counted: bool = True) -> None:
        self.store.write(lambda conn: queue.give_back(conn, letter, until, reason, counted=counted))

    # ── the loop ──────────────────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> None:
        """Run the loop in a thread of its own."""
        self._pool = ThreadPoolExecutor(self.workers, "sender")
        self._thread = threading.Thread(target=self._loop, args=(self._pool,), name="sender", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what is under way and stop."""
        self._stop.set()
        self.wake.set()
        if self._thread is not None:
            self._thread.join(timeout=20)
        if self._pool is not None:
            self._pool.shutdown(wait=True)

    def _loop(self, pool: ThreadPoolExecutor) -> None:
        while not self._stop.is_set():
            self.wake.clear()
            try:
                busy = self._round(pool)
            except Exception:
                log.exception("sender round failed")
                busy = False
            if not busy:
                self.wake.wait(0.5)

    def _round(self, pool: ThreadPoolExecutor) -> bool:
        """Claim for the workers that are free; letters of one recipient go to one worker, in their order."""
        free = 0
        while free < self.workers and self._free.acquire(blocking=free == 0, timeout=0.5 if free == 0 else None):
            free += 1
        try:
            letters = self.claim(free) if free else []
        except BaseException:
            self._free.release(free)  # a worker that was not given work is still free, whatever the database says
            raise
        groups = [list(group) for _, group in groupby(sorted(letters, key=_lane), key=_lane)]
        for _ in range(free - len(groups)):
            self._free.release()
        for group in groups:
            pool.submit(self._work, group)
        return bool(letters)

    def _work(self, group: Iterable[Letter]) -> None:
        try:
            for letter in group:
                self.handle(letter)
        except Exception:
            log.exception("sender worker failed")
        finally:
            self._free.release()
            self.wake.set()


def _lane(letter: Letter) -> str:
    """Letters that must keep their order: those to one recipient, and the hand-overs of one turn."""
    return letter.recipient or letter.cause
