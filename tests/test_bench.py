"""The bench works: its people pass every check, its arithmetic is right, and its cases measure what they say."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.bench import figures, people, report, run, traffic
from bot.bench.bed import Bench
from bot.bench.figures import Figure, Goal
from bot.cli import main
from bot.state import area, fields, journal
from bot.state.sealed import Keyring
from bot.state.store import Store
from integrations.cdc import columns

TODAY = date(2026, 11, 23)


def bench(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["bench", "--quick", "--json", str(folder / "figures.json"), *words])


def test_invented_people_pass_the_checks_of_a_real_list() -> None:
    for one in people.rows(500, first=24_800):
        row = dict(zip(columns.COLUMNS, one, strict=True))
        assert fields.resident(row["证件号码"], TODAY).value.startswith("350299")
        assert fields.phone(row["联系电话"]).value.startswith("1440")
        assert fields.choose_sex(row["性别"], row["证件号码"]).notes == ()
        assert fields.address(row["详细地址"]).value == row["详细地址"]


def test_the_same_number_is_always_the_same_person_and_no_two_share_a_document() -> None:
    assert list(people.rows(50)) == list(people.rows(50))
    assert [row[4] for row in people.rows(10, first=40)] == [row[4] for row in people.rows(50)][40:]
    assert len({people.id_number(n) for n in range(60_000)}) == 60_000


def test_there_are_not_more_people_than_telephone_numbers() -> None:
    with pytest.raises(ValueError, match="count"):
        next(people.rows(people.MOST, first=1))


def test_every_invented_community_has_its_own_place_in_the_tree() -> None:
    homes = people.communities()
    assert len({home.name for home in homes}) == len({home.code for home in homes}) == len(homes)
    nodes = {home.code: home.code[:9] for home in homes} | {home.code[:9]: home.code[:7] for home in homes}
    nodes |= {home.code[:7]: people.REGION for home in homes} | {people.REGION: ""}
    assert area.paths(nodes.items())[homes[0].code] == "/350299/3502991/350299101/350299101000/"


def test_a_percentile_is_a_value_that_was_measured() -> None:
    hundred = [float(n) for n in range(1, 101)]
    assert figures.percentile(hundred, 0.99) == 99
    assert figures.percentile(hundred, 0.5) == 50
    assert figures.percentile([7.0], 0.99) == 7
    with pytest.raises(ValueError, match="nothing"):
        figures.percentile([], 0.5)


def test_a_goal_is_held_against_the_median_or_the_ratio() -> None:
    one = Figure("P1", "tap", "ms", (2.0, 9.0, 4.0), (1.0, 2.0, 3.0), "echo bot", Goal(most=4))
    assert (one.median, one.beside, one.ratio, one.met) == (4.0, 2.0, 2.0, True)
    assert not Goal(most=3.9).met(one.median, one.ratio)
    assert not Goal(least=4.1).met(one.median, one.ratio)
    assert Goal(ratio_most=2).met(one.median, one.ratio)
    assert not Goal(ratio_least=2.1).met(one.median, one.ratio)
    assert not Goal(ratio_least=0.1).met(one.median, None)
    assert Figure("P1", "tap", "ms", (2.0,)).met is None


def test_numbers_are_shown_with_the_figures_that_count() -> None:
    assert [figures.shown(value) for value in (0, 0.01234, 4.561, 789.4, 12_345.6)] == [
        "0", "0.0123", "4.56", "789", "12,300",
    ]  # fmt: skip


def test_a_missed_goal_is_said_in_the_table_and_in_the_line() -> None:
    one = Figure("P7", "due sweep", "ms", (50.0,), (100.0,), "no index", Goal(most=40))
    assert report.line(one) == "P7: due sweep: 50.0 ms · no index 100 ms · 0.500 × · goal ≤ 40.0 MISSED"
    assert "missed" in str(next(iter(report.table([one]).columns[-1].cells)))


def test_the_road_is_counted_statement_by_statement_and_written_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.bench.bed.engines", lambda: ("sqlite",))
    done = bench(tmp_path, "--only", "statements", "--only", "callback")
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert [one["what"].removeprefix("statements: ") for one in found["figures"]] == [
        *traffic.ROAD,
        "callback opened and parsed",
    ]
    assert all(one["median"] > 0 for one in found["figures"])
    assert found["settings"] == {
        "cases": ["statements", "callback"],
        "quick": True,
        "engines": ["sqlite"],
        "broken_off": {},
    }
    assert "statements: confirm" in done.output


def test_a_tap_over_http_is_committed_beside_an_echo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.bench.bed.engines", lambda: ("sqlite",))
    done = bench(tmp_path, "--only", "tap")
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))["figures"]
    assert len(found) == 3 + len(traffic.ROAD)
    assert all(len(one["ours"]) == 2 for one in found)
    assert sum(len(one["baseline"]) == 2 for one in found) == len(found) - 1


@pytest.mark.slow
def test_a_photograph_is_answered_on_the_phone_beside_typed_codes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.bench.bed.engines", lambda: ("sqlite",))
    done = bench(tmp_path, "--only", "answering")
    assert done.exit_code == 0, done.output
    median, slowest = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))["figures"]
    assert len(median["ours"]) == len(median["baseline"]) == len(slowest["ours"]) == 2
    assert all(one <= most for one, most in zip(median["ours"], slowest["ours"], strict=True))


def test_an_unknown_case_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    done = bench(tmp_path, "--only", "speed")
    assert done.exit_code == 2
    assert "--only speed" in done.output
    assert "statements" in done.output
    assert not (tmp_path / "figures.json").exists()


def test_more_lives_go_on_in_one_turn_than_an_expression_may_have_branches(store: Store, keys: Keyring) -> None:
    """A list that filled in a column for a thousand known people could not be taken: SQLite counts the ORs."""
    at = datetime(2022, 11, 22, tzinfo=UTC)

    def live(n: int, before: str) -> None:
        lives = [f"contact:{who}" for who in range(1500)]
        lines = [journal.Line(one, n, "merged", before, "pending", "system", "list", at, {}) for one in lives]
        store.write(lambda conn: journal.append(conn, keys.audit, lines))

    live(1, "")
    live(2, "pending")
    with store.read() as conn:
        assert journal.verify(conn, keys.audit) == []


def test_a_case_that_breaks_off_does_not_take_the_others_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_: Bench) -> Iterator[Figure]:
        yield Figure("P0", "before", "ms", (1.0,))
        raise traffic.NotAnswered("submit: HTTP 503")

    monkeypatch.setitem(run.CASES, "help", breaks)
    done = bench(tmp_path, "--only", "help", "--only", "card")
    found = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert done.exit_code == 3
    assert [one["case"] for one in found["figures"]] == ["inside", "inside", "P0"]
    assert found["settings"]["broken_off"] == {"help": "submit: HTTP 503"}
