"""Results over HTTP: the cursor misses nothing and meets nothing twice, and nobody is named who need not be."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.state import reports, results, verification
from bot.state.unit import Tx
from tests import databases
from tests.faults import office as desk
from tests.faults.office import Office
from tests.web import door
from tests.web.door import Cdc


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """A bot driven by hand, on either database."""
    office = Office(database_url)
    office.opens()
    yield office
    office.close()


@pytest.fixture
def cdc(office: Office) -> Iterator[Cdc]:
    """The CDC's system at the door."""
    with door.opened(office.runner) as caller:
        yield caller


def task(office: Office, folder: Path, count: int = 1) -> verification.Verification:
    """A list of so many people has come; one of the custodies."""
    office.list_arrives(folder, desk.a_list(count))
    office.hand_over()
    with office.store.read() as conn:
        tx = Tx(conn, office.keys, office.clock(), "looking")
        return verification.noun.where(tx, sa.true())[0]


def feeds_back(office: Office, task: verification.Verification, remark: str = "在外地") -> str:
    """A report is written, as of now; its id."""

    def write(conn: sa.Connection) -> str:
        return reports.add(_tx(office, conn), task, "5", remark, {"info": "same"}).id

    return office.store.write(write)


def _tx(office: Office, conn: sa.Connection) -> Tx:
    return Tx(conn, office.keys, office.clock(), "test", "li.fang")


def ids(found: list[dict[str, Any]]) -> list[str]:
    """The reports' ids, in order."""
    return [one["report_id"] for one in found]


# ── what is told ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_feedback_is_told_with_its_answers_and_without_naming_the_person(
    office: Office, cdc: Cdc, tmp_path: Path
) -> None:
    task(office, tmp_path)
    desk.to_review(office, "li.fang", "5")
    office.taps("li.fang", "确认反馈")
    at = office.clock()
    office.clock.moves(seconds=6)
    page = cdc.reads()
    [told] = page.json()["results"]
    assert (told["result"], told["result_label"], told["n"]) == (5, "不在本辖区，且不在本市", 1)
    assert (told["list_no"], told["name_masked"]) == ("L-001", "甲*号")
    assert told["community"] == {"code": "350203010034", "name": "前埔南社区"}
    assert (told["remark"], told["answers"]["info"]) == ("本人在外地，三天前已离开", "same")
    assert (told["reported_by"], told["reported_at"]) == ("li.fang", at.isoformat(timespec="milliseconds")[:-6] + "Z")
    assert (told["received_at"], told["undone_at"], told["offline_duty"]) == (None, None, "open")
    assert [secret for secret in ("甲1号", "0592", "前埔南小区1栋") if secret in page.text] == []


def test_a_feedback_that_was_taken_back_says_so_and_owes_nothing(office: Office, cdc: Cdc, tmp_path: Path) -> None:
    task(office, tmp_path)
    desk.to_review(office, "li.fang", "5")
    office.taps("li.fang", "确认反馈")
    office.clock.moves(seconds=30)
    office.taps("li.fang", "撤销")
    office.clock.moves(seconds=6)
    [told] = cdc.reads().json()["results"]
    assert told["undone_at"] is not None
    assert told["offline_duty"] == "void"


# ── the cursor ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_told_before_it_is_settled(office: Office, cdc: Cdc, tmp_path: Path) -> None:
    report = feeds_back(office, task(office, tmp_path))
    office.clock.moves(seconds=4)
    assert cdc.reads().json() == {"results": [], "next": "", "more": False}
    office.clock.moves(seconds=2)
    assert ids(cdc.reads().json()["results"]) == [report]


@pytest.mark.parametrize("limit", [1, 2, 3, 500])
def test_whoever_follows_the_cursor_meets_each_report_once_in_order(
    office: Office, cdc: Cdc, tmp_path: Path, limit: int
) -> None:
    one = task(office, tmp_path)
    written, met, at = [], [], ""
    for count in (3, 0, 1, 2):
        for _ in range(count):
            written.append(feeds_back(office, one))
            office.clock.moves(seconds=1)
        found, at = cdc.follows(at, limit)
        met += ids(found)
    office.clock.moves(seconds=6)
    found, at = cdc.follows(at, limit)
    assert met + ids(found) == written
    assert cdc.reads(after=at).json() == {"results": [], "next": at, "more": False}


def test_a_page_says_whether_there_is_more(office: Office, cdc: Cdc, tmp_path: Path) -> None:
    one = task(office, tmp_path)
    for _ in range(3):
        feeds_back(office, one)
    office.clock.moves(seconds=6)
    assert [cdc.reads(limit=limit).json()["more"] for limit in (2, 3)] == [True, False]


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cdc]:
    """The door of an office in which nothing has happened."""
    for url in databases.fresh("sqlite", tmp_path_factory.mktemp("idle")):
        office = Office(url)
        with door.opened(office.runner) as caller:
            yield caller
        office.close()


@pytest.mark.parametrize("after", ["x", "0", "令牌", "AAAA", "A" * 22 + "==", "A" * 21 + "B", "A" * 4000])
def test_a_cursor_that_is_not_ours_is_refused(idle: Cdc, after: str) -> None:
    answer = idle.reads(after=after)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, "after")


@pytest.mark.parametrize("limit", ["0", "-1", "501", "1.5", "ten", "", "１０", "1000000000000"])
def test_a_number_that_cannot_be_asked_for_is_refused(idle: Cdc, limit: str) -> None:
    answer = idle.reads(limit=limit)
    assert (answer.status_code, answer.json()["error"]["field"]) == (400, "limit")
    assert "500" in answer.json()["error"]["cure"]


# ── several turns at once (PostgreSQL alone lets them be) ─────────────────────────────────────────────────────────────


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Office]:
    """An office on PostgreSQL with one custody."""
    for url in databases.fresh("postgres", tmp_path):
        office = Office(url)
        office.opens()
        yield office
        office.close()


class Turns:
    """Turns that are begun and committed in any order by the wall's clock, and a reader who follows the cursor."""

    def __init__(self, office: Office, one: verification.Verification) -> None:
        self.office, self.task = office, one
        self.open: list[tuple[sa.Connection, str]] = []
        self.committed: list[str] = []
        self.met: list[str] = []
        self.at, self.n = "", 0

    def begins(self, stack: ExitStack) -> None:
        """A turn writes its report and does not commit yet."""
        conn = stack.enter_context(self.office.store.engine.connect())
        conn.execute(sa.select(1))  # the driver begins with the first statement, as a turn does before it is stamped
        self.n += 1
        tx = Tx(conn, self.office.keys, datetime.now(UTC), "test", "li.fang")
        report = tx.id()
        values = {
            "id": report, "verification_id": self.task.id, "n": self.n, "result": "5", "remark": b"", "answers": {},
            "reported_by": "li.fang", "reported_at": tx.now,
        }  # fmt: skip
        tx.run(reports.table.insert(), values)
        self.open.append((conn, report))

    def commits(self, which: int) -> None:
        """One of the open turns commits, not always the oldest."""
        if self.open:
            conn, report = self.open.pop(which % len(self.open))
            conn.commit()
            conn.close()
            self.committed.append(report)

    def read(self) -> None:
        """The reader takes two of what is there, without any allowance for clocks."""
        with self.office.store.read() as conn:
            tx = Tx(conn, self.office.keys, datetime.now(UTC), "feed")
            found, _ = results.feed(tx, self.at, 2, settled=timedelta())
        self.met += ids([dict(one) for one in found])
        self.at = self.met[-1] if found else self.at


def test_a_turn_that_is_still_open_holds_back_what_was_written_after_it(busy: Office, tmp_path: Path) -> None:
    turns = Turns(busy, task(busy, tmp_path))
    with ExitStack() as stack:
        turns.begins(stack)
        turns.begins(stack)
        turns.commits(1)
        turns.read()
        assert turns.met == []
        turns.commits(0)
    _wait_a_millisecond()
    turns.read()
    assert turns.met == sorted(turns.committed)
    assert len(turns.met) == 2


BEGIN = -1


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(plan=st.lists(st.sampled_from([BEGIN, BEGIN, BEGIN, 0, 1, 2]), min_size=4, max_size=20))
def test_whatever_commits_in_between_the_reader_misses_nothing_and_meets_nothing_twice(
    turns: Turns, plan: list[int]
) -> None:
    turns.committed.clear()
    turns.met.clear()
    with ExitStack() as stack:
        for step in [*plan, 2, 1, 0, 0]:
            if step != BEGIN:
                turns.commits(step)
            elif len(turns.open) < 4:
                turns.begins(stack)
            _wait_a_millisecond()
            turns.read()
    while len(turns.met) < len(turns.committed):
        before = len(turns.met)
        turns.read()
        assert len(turns.met) > before, "the feed stands still"
    assert turns.met == sorted(turns.committed)


@pytest.fixture
def turns(busy: Office, tmp_path: Path) -> Turns:
    """One reader and one custody for all plans."""
    return Turns(busy, task(busy, tmp_path))


def _wait_a_millisecond() -> None:
    """Ids count milliseconds; let the clock reach the next one."""
    since = datetime.now(UTC)
    while datetime.now(UTC) - since < timedelta(milliseconds=2):
        pass


def test_a_reader_that_takes_its_time_holds_nothing_back(busy: Office, tmp_path: Path) -> None:
    """A backup may read for an hour; only turns that write are waited for."""
    turns = Turns(busy, task(busy, tmp_path))
    with busy.store.engine.connect() as backup, ExitStack() as stack:
        backup.execute(sa.select(reports.table.c.id)).all()
        turns.begins(stack)
        turns.commits(0)
        _wait_a_millisecond()
        turns.read()
        assert len(turns.met) == 1
