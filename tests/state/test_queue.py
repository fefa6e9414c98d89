"""Inbox, outbox and timers: each row is claimed by one, done once, in order, and never faster than WeCom delivers."""

import itertools
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.state import queue
from bot.state.pace import RESERVED
from bot.state.queue import LEASE, PER_HOUR, PER_MINUTE, Letter, Post, Priority
from bot.state.store import Store

AT = datetime(2022, 3, 15, 8, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
_NUMBERS = itertools.count(1)


class Box:
    """An outbox with a clock in hand."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, AT

    def post(self, recipient: str, kind: str = "text", priority: int = Priority.TASK, count: int = 1) -> list[str]:
        """Put letters in; their ids."""
        rows = [self._row(recipient, kind, priority) for _ in range(count)]
        self.store.write(lambda conn: conn.execute(queue.outbox.insert(), rows))
        return [row["id"] for row in rows]

    def _row(self, recipient: str, kind: str, priority: int) -> dict[str, Any]:
        the_id = f"{next(_NUMBERS):032}"
        row = {"id": the_id, "dedup": the_id, "cause": "c", "kind": kind, "recipient": recipient}
        times = {"not_before": self.now, "expires_at": self.now + timedelta(days=1)}
        return row | times | {"priority": int(priority), "payload": b""}

    def claim(self, limit: int = 100, lease: str = "mine") -> list[Letter]:
        """Claim what is due."""
        return self.store.write(lambda conn: queue.claim_letters(conn, self.now, lease, limit))

    def end(self, letter: Letter, state: Post = Post.SENT) -> bool:
        """Mark a letter."""
        return self.store.write(lambda conn: queue.end_letter(conn, letter, state, self.now))

    def claim_and_end(self, busy: Callable[[Letter], bool] = lambda _: False) -> list[Letter]:
        """Claim and end what is due in one go; for some WeCom is `busy`, and they are given back."""

        def work(conn: sa.Connection) -> list[Letter]:
            letters = queue.claim_letters(conn, self.now, "mine", 100)
            for letter in letters:
                if busy(letter):
                    queue.give_back(conn, letter, self.now + SECOND, "errcode -1", counted=False)
                else:
                    queue.end_letter(conn, letter, Post.SENT, self.now)
            return letters

        return self.store.write(work)

    def give_back(self, letter: Letter, after: timedelta, *, counted: bool = True) -> bool:
        """Let a letter wait."""
        return self.store.write(lambda conn: queue.give_back(conn, letter, self.now + after, "", counted=counted))

    def row(self, the_id: str) -> Any:
        """A letter as it is written."""
        with self.store.read() as conn:
            return conn.execute(sa.select(queue.outbox).where(queue.outbox.c.id == the_id)).one()

    def sent_at(self) -> dict[str, list[datetime]]:
        """When each person was sent something."""
        found = defaultdict(list)
        with self.store.read() as conn:
            for row in conn.execute(sa.select(queue.deliveries).order_by(queue.deliveries.c.id)):
                found[row.recipient].append(row.at)
        return found


@pytest.fixture
def box(store: Store) -> Box:
    """An empty outbox."""
    return Box(store)


def ids(letters: Sequence[Letter]) -> list[str]:
    return [letter.id for letter in letters]


# ── claiming ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_many_senders_never_claim_a_letter_twice(box: Box) -> None:
    wanted = [the_id for n in range(40) for the_id in box.post(f"member{n}")]
    claimed, start = list[str](), threading.Barrier(6)

    def sender(name: str) -> None:
        start.wait()
        while letters := box.claim(3, name):
            claimed.extend(ids(letters))

    crowd = [threading.Thread(target=sender, args=(f"sender{n}",)) for n in range(6)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert sorted(claimed) == sorted(wanted)


def test_a_claimed_letter_is_nobody_elses_until_its_lease_runs_out(box: Box) -> None:
    [the_id] = box.post("li.fang")
    [first] = box.claim(lease="first")
    box.now += LEASE
    assert box.claim(lease="second") == []
    box.now += SECOND
    [second] = box.claim(lease="second")
    assert (second.id, second.lease, second.attempts) == (the_id, "second", first.attempts + 1)


def test_a_zombie_whose_lease_ran_out_can_neither_end_nor_return_the_letter(box: Box) -> None:
    [the_id] = box.post("li.fang")
    [zombie] = box.claim(lease="zombie")
    box.now += LEASE + SECOND
    [living] = box.claim(lease="living")
    assert not box.end(zombie, Post.FAILED)
    assert not box.give_back(zombie, SECOND)
    assert box.row(the_id).state == "leased"
    assert box.end(living)
    assert not box.end(living), "an end is an end"
    assert not box.give_back(living, SECOND)
    assert (box.row(the_id).state, box.row(the_id).lease_until) == ("sent", None)


def test_a_letter_given_back_waits_its_time_and_remembers_its_attempts(box: Box) -> None:
    box.post("li.fang")
    [letter] = box.claim()
    assert box.give_back(letter, 5 * SECOND)
    box.now += 4 * SECOND
    assert box.claim() == []
    box.now += SECOND
    [again] = box.claim()
    assert again.attempts == 2
    box.give_back(again, SECOND, counted=False)
    box.now += SECOND
    assert box.claim()[0].attempts == 2, "WeCom's own trouble is not held against the letter"


# ── order ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_goes_before_a_task_and_a_task_before_a_digest(box: Box) -> None:
    digest, task, answer = (
        box.post(f"member{p}", priority=p)[0] for p in (Priority.DIGEST, Priority.TASK, Priority.ANSWER)
    )
    assert ids(box.claim(2)) == [answer, task]
    assert ids(box.claim()) == [digest]


def test_one_persons_letters_keep_their_order_and_are_in_one_hand(box: Box) -> None:
    first, second, third = box.post("li.fang", count=3)
    assert ids(box.claim(2, "one")) == [first, second]
    assert box.claim(2, "other") == [], "the third waits until the first two are done"
    [other] = box.post("wang.qiang")
    assert ids(box.claim(2, "other")) == [other]
    box.now += LEASE + SECOND
    assert ids(box.claim(9, "one")) == [first, second, third, other]


def test_hand_overs_between_conversations_do_not_wait_for_each_other(box: Box) -> None:
    one, two = box.post("", kind="start", count=2)
    assert ids(box.claim(1, "one")) == [one]
    assert ids(box.claim(1, "two")) == [two]


# ── pace ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def fastest(times: Sequence[datetime], span: timedelta) -> int:
    """The most that fell into any window of this length."""
    return max((sum(1 for at in times[n:] if at - first < span) for n, first in enumerate(times)), default=0)


def test_the_surplus_of_a_burst_waits_and_updates_of_cards_do_not_count(box: Box) -> None:
    box.post("li.fang", priority=Priority.ANSWER, count=PER_MINUTE + 10)
    updates = box.post("li.fang", kind="update", count=5)
    other = box.post("wang.qiang")
    first = box.claim()
    assert Counter(letter.kind for letter in first) == {"text": PER_MINUTE + 1, "update": 5}
    assert {*updates, *other} <= {*ids(first)}
    for letter in first:
        box.end(letter)
    box.now += 59 * SECOND
    assert box.claim() == []
    box.now += SECOND
    assert len(box.claim()) == 10


def test_answers_find_a_place_when_a_crowd_of_new_cards_has_filled_the_rest(box: Box) -> None:
    box.post("li.fang", count=PER_MINUTE)
    assert len(box.claim_and_end()) == PER_MINUTE - RESERVED
    answers = box.post("li.fang", priority=Priority.ANSWER, count=RESERVED + 1)
    assert ids(box.claim_and_end()) == answers[:RESERVED]
    assert box.claim_and_end() == [], "and not one more than the pace"
    box.now += timedelta(minutes=1)
    assert ids(box.claim_and_end())[0] == answers[-1]


def test_no_hour_has_more_than_its_share(box: Box) -> None:
    """Nearly an hour's worth has gone out, evenly; the rest goes as its beginning falls out of the hour."""
    gone = [AT + n * timedelta(seconds=3.9) for n in range(PER_HOUR - 10)]
    rows = [{"outbox_id": "x", "recipient": "li.fang", "at": at} for at in gone]
    box.store.write(lambda conn: conn.execute(queue.deliveries.insert(), rows))
    box.now = AT + timedelta(minutes=59)
    box.post("li.fang", priority=Priority.ANSWER, count=40)
    claimed = []
    for _ in range(5):
        claimed.append(len(box.claim_and_end()))
        box.now += timedelta(minutes=1)
    assert claimed[0] == 10
    assert sum(claimed) == 40, "what had to wait has gone"
    assert fastest(box.sent_at()["li.fang"], timedelta(hours=1)) == PER_HOUR


STEPS = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(["a", "b"]), st.integers(0, 12)), min_size=3, max_size=10
)


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(STEPS, st.booleans())
def test_in_no_window_does_a_member_get_more_than_the_pace_allows(box: Box, steps: Any, busy: bool) -> None:
    """Whatever arrives when, and however often WeCom asks to try again."""
    box.now += timedelta(hours=2)
    for seconds, person, count in steps:
        box.now += seconds * SECOND
        if count:
            box.post(person, count=count * 5)
        box.claim_and_end(lambda letter: busy and letter.seq % 3 == 0)
    for times in box.sent_at().values():
        assert fastest(times, timedelta(minutes=1)) <= PER_MINUTE


def test_two_senders_share_one_pace(box: Box) -> None:
    box.post("li.fang", priority=Priority.ANSWER, count=PER_MINUTE + 20)
    start = threading.Barrier(4)

    def sender(name: str) -> None:
        start.wait()
        for _ in range(12):
            for letter in box.claim(4, name):
                box.end(letter)

    crowd = [threading.Thread(target=sender, args=(f"sender{n}",)) for n in range(4)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert len(box.sent_at()["li.fang"]) <= PER_MINUTE
    while box.claim_and_end():
        pass
    assert len(box.sent_at()["li.fang"]) <= PER_MINUTE
    while box.claim_and_end():
        pass
    assert len(box.sent_at()["li.fang"]) == PER_MINUTE


# ── timers ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def promise(store: Store, due_at: datetime, count: int = 1) -> list[str]:
    rows = [
        {"id": f"{next(_NUMBERS):032}", "flow": "f", "ref": "r", "name": "n", "turn": 1, "due_at": due_at, "cause": "c"}
        for _ in range(count)
    ]
    store.write(lambda conn: conn.execute(queue.timers.insert(), rows))
    return [str(row["id"]) for row in rows]


def test_two_schedulers_claim_a_timer_once_between_them(store: Store) -> None:
    wanted, claimed, start = promise(store, AT, 40), list[str](), threading.Barrier(4)

    def scheduler() -> None:
        start.wait()
        while due := store.write(lambda conn: queue.claim_timers(conn, AT, 3)):
            claimed.extend(one.id for one in due)

    crowd = [threading.Thread(target=scheduler) for _ in range(4)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    assert sorted(claimed) == wanted


def test_a_timer_is_claimed_when_due_again_when_its_claimer_died_and_never_after_its_end(store: Store) -> None:
    [the_id] = promise(store, AT)

    def claim(at: datetime) -> list[str]:
        return [one.id for one in store.write(lambda conn: queue.claim_timers(conn, at, 9))]

    assert claim(AT - SECOND) == []
    assert claim(AT) == [the_id]
    assert claim(AT + LEASE) == []
    assert claim(AT + LEASE + SECOND) == [the_id]
    assert store.write(lambda conn: queue.end_timer(conn, the_id, AT))
    assert not store.write(lambda conn: queue.end_timer(conn, the_id, AT))
    assert claim(AT + timedelta(days=1)) == []


def test_the_figures_count_what_waits(box: Box) -> None:
    box.post("li.fang", count=3)
    promise(box.store, AT)
    for letter in box.claim(1):
        box.end(letter)
    with box.store.read() as conn:
        assert queue.pending(conn) == {"outbox_pending": 2, "outbox_oldest": AT, "timers_open": 1}
