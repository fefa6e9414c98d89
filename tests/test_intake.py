"""The door for files: batches kept one by one, an importer that dies, directories as spreadsheets write them."""

from pathlib import Path

import pytest

from bot import intake, listing
from bot.demo import people
from bot.state import area, notice
from bot.state.directory import DirectoryRefused
from integrations.cdc import lists as cdc
from tests.scenarios import ledger, lists
from tests.scenarios.member import Member
from tests.world import World


def test_a_list_longer_than_a_batch_is_taken_whole_and_pushed_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "BATCH", 4)
    result = world.list_arrives(lists.csv(*lists.people(10)))
    assert result.counts["taken"] == 10
    said = Member(world, "li.fang").hears()
    assert said.count("新到 10 人待核实") == 1


def test_an_importer_that_dies_after_its_first_batch_leaves_nobody_untold(world: World) -> None:
    rows = cdc.read(lists.csv(*lists.people(3)).encode(), "list.csv")
    (batch,) = listing.batches(world.core.runner, rows)
    listing.Run(world.core.runner, "half", "half").rows(batch)
    worker = Member(world, "li.fang")
    assert worker.hears() == ""
    world.waits(seconds=31)
    assert "新到 3 人待核实" in worker.hears()


def test_rows_behind_a_bad_one_keep_their_numbers(world: World) -> None:
    good, bad = lists.person(), lists.person("周小舟", "1", 备注='"第一行\n第二行"')
    result = world.list_arrives(lists.csv(good, bad, lists.person("", "14400001003"), lists.person("林秀英")))
    assert [problem.row for problem in result.problems] == [3, 4]
    assert ledger.states(world) == ["pending", "pending"]


def test_a_directory_in_gb18030_is_read(world: World, tmp_path: Path) -> None:
    for name in ("areas.csv", "staff.csv", "hotels.csv"):
        text = (people.FOLDER / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("\n", "\r\n") + "\r\n\r\n", encoding="gb18030")
    assert intake.directory(world.core, tmp_path).deactivated == 0


def test_a_directory_with_torn_letters_is_refused_by_row(world: World, tmp_path: Path) -> None:
    for name in ("areas.csv", "staff.csv", "hotels.csv"):
        (tmp_path / name).write_bytes((people.FOLDER / name).read_bytes())
    with (tmp_path / "staff.csv").open("ab") as file:
        file.write(b"x.y,\xff\xff,cdc,3502,\n")
    lines = len((people.FOLDER / "staff.csv").read_text(encoding="utf-8").splitlines())
    with pytest.raises(DirectoryRefused, match=f"staff.csv 第{lines + 1}行「账号」：有无法识别的文字"):
        intake.directory(world.core, tmp_path)


def test_a_directory_comes_again_while_notices_name_its_areas(world: World) -> None:
    row = {"id": "n" * 32, "state": "sent", "version": 1, "area_code": "350203010034", "number": 1, "close_count": 1}
    row |= {"other_count": 0, "count_reason": b"", "address": b"", "pickup_at": world.now(), "created_by": "li.fang"}
    row |= {"created_at": world.now(), "reason": b""}
    world.core.store.write(lambda conn: conn.execute(notice.table.insert(), row))
    assert intake.directory(world.core, people.FOLDER).areas > 40
    with world.core.store.read() as conn:
        assert len(area.all_areas(conn)) == len((people.FOLDER / "areas.csv").read_text("utf-8").splitlines()) - 1
