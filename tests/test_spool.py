"""The minutes without a database: a callback is kept on disk as it came, and taken in order when that is over."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.state import queue
from bot.web import spool as law
from bot.web.spool import Spool
from tests import databases, invariants
from tests.world import World

AT = datetime(2022, 3, 15, 8, 0, tzinfo=UTC)
KIND_WORDS = "您的操作已收下，尚未处理"


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """A spool on an empty folder."""
    return Spool(tmp_path / "spool")


# ── the folder ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_put_in_comes_out_in_order_and_once(spool: Spool) -> None:
    for n in range(12):
        assert spool.put(AT, b"nonce=%d&echostr=" % n, b"<xml>%d</xml>" % n)
    taken = list[tuple[datetime, dict[str, str], bytes]]()
    assert spool.drain(lambda *one: taken.append(one)) == 12
    assert taken == [(AT, {"nonce": str(n), "echostr": ""}, b"<xml>%d</xml>" % n) for n in range(12)]
    assert spool.drain(lambda *one: taken.append(one)) == 0


def test_what_could_not_be_taken_stays_with_everything_behind_it(spool: Spool) -> None:
    for n in range(3):
        spool.put(AT, b"", b"%d" % n)
    taken = list[bytes]()

    def replay(_at: datetime, _query: dict[str, str], body: bytes) -> None:
        if body == b"1" and len(taken) == 1:
            raise ConnectionError
        taken.append(body)

    with pytest.raises(ConnectionError):
        spool.drain(replay)
    taken.append(b"-")
    assert spool.drain(replay) == 2
    assert taken == [b"0", b"-", b"1", b"2"]


def test_a_file_that_cannot_be_read_is_put_aside_and_stops_nobody(spool: Spool) -> None:
    spool.put(AT, b"", b"0")
    spool.put(AT, b"", b"1")
    first, _ = sorted(spool.folder.glob("*.json"))
    first.write_text("{")
    taken = list[bytes]()
    assert spool.drain(lambda _at, _query, body: taken.append(body)) == 1
    assert taken == [b"1"]
    assert first.with_suffix(".bad").exists()


def test_a_file_another_process_has_taken_is_passed_over(spool: Spool) -> None:
    for n in range(3):
        spool.put(AT, b"", b"%d" % n)
    taken = list[bytes]()

    def replay(_at: datetime, _query: dict[str, str], body: bytes) -> None:
        taken.append(body)
        for path in sorted(spool.folder.glob("*.json"))[:2]:
            path.unlink()

    assert spool.drain(replay) <= 3
    assert taken == [b"0", b"2"]


def test_a_spool_that_is_full_or_cannot_be_written_says_no(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    assert not Spool(tmp_path / "file" / "spool").put(AT, b"", b"")
    monkeypatch.setattr(law, "MOST_FILES", 2)
    assert [spool.put(AT, b"", b"") for _ in range(3)] == [True, True, False]


def test_nobody_else_may_look_into_it(spool: Spool) -> None:
    spool.put(AT, b"", b"")
    assert spool.folder.stat().st_mode & 0o077 == 0


# ── the whole way ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A world on SQLite, whose writers wait 20 ms for a lock instead of three seconds."""
    for url in databases.fresh("sqlite", tmp_path):
        with World(url, tmp_path) as made:
            made.core.store.let_go()
            sa.event.listen(made.core.store.engine, "connect", lambda db, _: db.execute("PRAGMA busy_timeout=20"))
            yield made
            invariants.check(made.core.store)


@contextmanager
def locked(world: World) -> Iterator[None]:
    """Somebody else holds SQLite's one write lock."""
    path = str(world.core.store.url.database)
    with closing(sqlite3.connect(path, isolation_level=None)) as foreign:
        foreign.execute("BEGIN IMMEDIATE")
        yield
        foreign.execute("ROLLBACK")


def arrived(world: World) -> list[str]:
    with world.core.store.read() as conn:
        texts = sa.select(queue.inbox.c.id).where(queue.inbox.c.kind == "text").order_by(queue.inbox.c.received_at)
        return [row.id for row in conn.execute(texts)]


def test_a_callback_that_cannot_be_stored_is_kept_encrypted_and_taken_once_when_the_database_is_back(
    world: World,
) -> None:
    phone, said = world.phone("li.fang"), ["帮助", "待核实", "门牌三〇二"]
    with locked(world):
        outcomes = [phone.says(text) for text in said]
    assert [(outcome["statuses"], KIND_WORDS in outcome["reply"]) for outcome in outcomes] == [([200], True)] * 3
    files = sorted((world.folder / "spool").glob("*.json"))
    assert len(files) == 3
    assert not any(word in path.read_text() for path in files for word in (*said, "li.fang"))
    assert arrived(world) == []

    assert world.app.scheduler.drain_spool() == 3
    assert len(arrived(world)) == 3
    phone.sees("待核实")
    assert world.app.scheduler.drain_spool() == 0
    assert list((world.folder / "spool").iterdir()) == []


def test_a_delivery_that_comes_again_after_the_database_is_back_is_done_once(world: World) -> None:
    phone = world.phone("li.fang")
    with locked(world):
        phone.says("帮助")
    [kept] = (world.folder / "spool").glob("*.json")
    again = kept.read_bytes()
    world.app.scheduler.drain_spool()
    kept.write_bytes(again)
    world.app.scheduler.drain_spool()
    assert len(arrived(world)) == 1


def test_when_the_disk_refuses_too_wecom_is_asked_to_come_again(world: World) -> None:
    (world.folder / "spool").write_text("a file where the folder should be")
    with locked(world):
        outcome = world.phone("li.fang").says("帮助")
    assert set(outcome["statuses"]) == {503}
    assert outcome["reply"] == ""
    assert arrived(world) == []
