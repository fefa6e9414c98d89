"""A long list is read by a second process: what comes is what would have been read here, in order and once."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot import reading
from bot.state import area, contact, rules
from bot.state.listed import Reading
from bot.state.sealed import Keyring
from integrations.cdc import lists as files
from integrations.cdc.lists import ListRefused
from tests import invariants
from tests.scenarios import ledger, lists
from tests.world import World

KEYS = Keyring(["a-key-for-tests-and-for-nothing-else"])
TREE = "\x1e".join(
    "\x1f".join(one)
    for one in (
        ("350203", "思明区", "district", ""),
        ("350203010", "莲前街道", "street", "350203"),
        ("350203010034", "前埔南社区", "community", "350203010"),
    )
)
ODD = [lists.person("周小舟", "1"), lists.person("", "14400001003"), lists.person("林秀英", 社区="无名社区")]


@pytest.fixture(autouse=True)
def _everything_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LONG", 0)


def by() -> reading.By:
    """A clock that stands, the rules as shipped, and three areas."""
    packs = rules.load(Path(rules.__file__).parents[1] / "rules")
    return reading.By(KEYS, TREE, packs, lambda: datetime(2022, 3, 16, tzinfo=UTC))


def read(file: Path, size: int) -> Iterator[list[Reading]]:
    """What comes from the second process."""
    with reading.opened(file) as source:
        yield from source(size, by())


def plain(one: Reading) -> tuple[Any, ...]:
    """What a reading says but for what chance has in it."""
    marks = {name: value for name, value in one.cells.items() if name != "id" and name not in contact.SEALED}
    return one.number, one.place, one.texts, one.faults, marks


def test_what_comes_from_over_there_is_what_would_have_been_read_here(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(lists.csv(*lists.people(10), *ODD), encoding="utf-8")
    there = list(read(file, 4))
    here = list(reading.portions(files.read(file), 4, by()))
    assert [len(portion) for portion in there] == [4, 4, 4, 1]
    assert [[plain(one) for one in portion] for portion in there] == [[plain(one) for one in each] for each in here]
    first = there[0][0]
    assert KEYS.open(first.cells["name"], "contact", "name", first.cells["id"]) == first.person.name == "王建明"
    ids = [one.cells["id"] for portion in there for one in portion if not one.faults]
    assert len(set(ids)) == len(ids) == 11


def test_the_first_portion_is_short_so_that_two_work_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "_SOON", 3)
    file = tmp_path / "list.csv"
    file.write_text(lists.csv(*lists.people(10)), encoding="utf-8")
    assert [[one.number for one in portion] for portion in read(file, 5)] == [[2, 3, 4], [5, 6, 7, 8, 9], [10, 11]]


def test_a_file_refused_over_there_is_refused_here_with_the_cure(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text("姓名,电话\n", encoding="utf-8")
    with pytest.raises(ListRefused) as there:
        next(read(file, 4))
    with pytest.raises(ListRefused) as here:
        next(files.read(file))
    assert (there.value.what, there.value.cure) == (here.value.what, here.value.cure)


def test_a_second_process_that_dies_ends_the_list_with_a_number(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(lists.csv(*lists.people(10)), encoding="utf-8")
    portions = read(file, 2)
    assert len(next(portions)) == 2
    (child,) = _children()
    os.kill(child, signal.SIGKILL)
    with pytest.raises(reading.Torn, match=r"Q-[0-9A-F]{6}"):
        list(portions)
    assert _children() == []


def test_nobody_is_left_over_there_when_the_list_is_dropped(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(lists.csv(*lists.people(10)), encoding="utf-8")
    portions = read(file, 2)
    next(portions)
    portions.close()  # type: ignore[attr-defined]
    assert _children() == []


def _children() -> list[int]:
    found = Path(f"/proc/self/task/{os.getpid()}/children")
    if not found.exists():
        pytest.skip("this system does not tell of children")
    return [int(one) for one in found.read_text(encoding="ascii").split()]


@pytest.fixture
def world(tmp_path: Path, database_url: str) -> Iterator[World]:
    """Sandbox and bot behind real HTTP."""
    with World(database_url, tmp_path) as made:
        yield made


def test_a_long_list_becomes_people_and_coming_again_changes_nothing(world: World) -> None:
    text = lists.csv(*lists.people(10), lists.person("周小舟", "1"))
    result = world.list_arrives(text)
    assert (result.counts["taken"], [one.row for one in result.problems]) == (10, [12])
    assert ledger.states(world) == ["pending"] * 10
    assert world.list_arrives(text).counts["unchanged"] == 10
    assert invariants.violations(world.core.store) == {}


def test_where_people_belong_is_asked_when_they_are_written(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tree changes between reading and writing: by then the place that the row names is known."""
    told = area.tree

    def of_before(conn: sa.Connection) -> str:
        return told(conn).replace("前埔南社区", "从前社区")

    monkeypatch.setattr(area, "tree", of_before)
    monkeypatch.setattr(area, "resolver", lambda conn: area.grown(told(conn)))
    counts = world.list_arrives(lists.csv(*lists.people(3))).counts
    assert (counts["taken"], counts["unplaced"]) == (3, 0)
    assert ledger.states(world) == ["pending"] * 3
    assert invariants.violations(world.core.store) == {}


def test_a_reading_knows_its_person(tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(lists.csv(lists.person(备注="独居")), encoding="utf-8")
    ((one,),) = reading.portions(files.read(file), 4, by())
    assert (one.person.name, one.person.note, one.person.area_code) == ("王建明", "独居", "350203010034")
    moved = one.become(KEYS, contact.at(one.person, ""))
    assert (moved.cells["state"], moved.cells["area_code"]) == ("unplaced", "")
    assert moved.person.address == one.person.address
    assert moved.cells["home_hash"] != one.cells["home_hash"]
