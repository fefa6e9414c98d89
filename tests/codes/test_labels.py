"""Labels: what is printed is kept first, every code on a sheet is read, and other makers' batches come by command."""

import csv
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from bot.state import code
from bot.state.code import Origin
from bot.state.sealed import Keyring
from integrations.qr import decode, encode
from tests import databases
from tests.browser.conftest import browser as browser  # the same Chromium
from tests.invariants import SECRET
from tests.test_cli import Bihuan, _run

KEYS = Keyring([SECRET])


@pytest.fixture
def bihuan(tmp_path: Path) -> Iterator[Bihuan]:
    """`bihuan("labels", …)` on a migrated SQLite."""
    for url in databases.fresh("sqlite", tmp_path):
        yield partial(_run, {"BIHUAN_DATABASE_URL": url, "BIHUAN_SECRET_KEY": SECRET})


def payloads(file: Path) -> dict[str, str]:
    """Code by payload of a CSV."""
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["payload"]: row["code"] for row in csv.DictReader(lines)}


def test_the_list_has_every_code_with_its_payload_and_each_is_ours(bihuan: Bihuan, tmp_path: Path) -> None:
    done = bihuan("labels", "--count", 30, "--format", "csv", "--out", tmp_path / "codes.csv")
    assert (done.exit_code, "共 30 个码" in done.stdout) == (0, True)
    found = payloads(tmp_path / "codes.csv")
    assert len(found) == 30
    for signed, shown in found.items():
        assert code.read(KEYS, signed) == code.Code(shown.replace("-", ""), Origin.SIGNED)


def test_a_reprint_bears_the_same_codes(bihuan: Bihuan, tmp_path: Path) -> None:
    first, again = tmp_path / "first.csv", tmp_path / "again.csv"
    bihuan("labels", "--count", 3, "--format", "csv", "--out", first)
    name = next(word for word in bihuan("batch", "list").stdout.split() if word.startswith("B2"))
    assert "重印" in bihuan("labels", "--reprint", name, "--format", "csv", "--out", again).stdout
    assert payloads(again) == payloads(first)


@pytest.mark.browser
@pytest.mark.parametrize(("sheet", "count", "pages"), [("a4", 30, 2), ("band", 3, 3)])
def test_every_code_of_a_printed_sheet_is_read_from_its_raster(
    bihuan: Bihuan, tmp_path: Path, browser: Browser, sheet: str, count: int, pages: int
) -> None:
    sheet_file, list_file = tmp_path / "sheet.html", tmp_path / "codes.csv"
    done = bihuan("labels", "--count", count, "--sheet", sheet, "--out", sheet_file, "--list", list_file)
    assert done.exit_code == 0
    page = browser.new_page(viewport={"width": 1000, "height": 1200}, device_scale_factor=2)
    page.emulate_media(media="print")
    page.goto(sheet_file.as_uri())
    drawn = [one.screenshot() for one in page.locator(".page").all()]
    texts = page.locator(".code").all_inner_texts()
    page.close()
    assert len(drawn) == pages
    assert sorted(text for picture in drawn for text in decode.read(picture)) == sorted(payloads(list_file))
    assert sorted(texts) == sorted(payloads(list_file).values())


def test_a_sheet_measures_what_its_paper_measures_and_loads_nothing(bihuan: Bihuan, tmp_path: Path) -> None:
    for sheet, size in (("a4", "size: 210mm 297mm"), ("band", "size: 250mm 25mm")):
        file = tmp_path / f"{sheet}.html"
        bihuan("labels", "--count", 1, "--sheet", sheet, "--out", file)
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert size in text
        assert not any(word in text for word in ("http", "src=", "url(", "<script", "<link"))


def test_a_symbol_is_small_sharp_and_quiet_around() -> None:
    signed = code.payload(KEYS, code.fresh())
    assert len(encode.modules(signed)) == 29
    drawn = encode.svg(signed, 30, "<7K3M>")
    assert 'viewBox="0 0 37 37"' in drawn
    assert 'width="30mm"' in drawn
    assert 'aria-label="&lt;7K3M&gt;"' in drawn
    assert 'd="M4 4h7v1h-7z' in drawn, "the first corner begins after four quiet modules"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("labels", "--out", "x.html"), "二者选一"),
        (("labels", "--count", "3", "--reprint", "B1", "--out", "x.html"), "二者选一"),
        (("labels", "--count", "0", "--out", "x.html"), "分批"),
        (("labels", "--reprint", "B1", "--out", "x.html"), "没有本系统印的批次"),
        (("labels", "--count", "1", "--out", "no/such/folder/x.html"), "--reprint B2"),
        (("batch", "retire", "B1", "--reason", "旧"), "没有批次 B1"),
        (("batch", "register", "一批", "--maker", "RFID", "--form", "x"), "--codes"),
        (("batch", "register", "一批", "--maker", "RFID", "--form", "x", "--range", "RF9..RF1"), "RF9..RF1"),
    ],
)
def test_what_cannot_be_done_is_said_with_its_cure(
    bihuan: Bihuan, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    done = bihuan(*words)
    assert (done.exit_code, said in done.stderr) == (2, True)
    assert not (tmp_path / "x.html").exists()


def test_a_makers_batch_is_registered_listed_and_retired(bihuan: Bihuan, tmp_path: Path) -> None:
    assert "还没有批次" in bihuan("batch", "list").stdout
    codes = tmp_path / "codes.csv"
    codes.write_text("\ufeffRF000001,第一箱\nRF000002\n\n", encoding="utf-8")
    done = bihuan("batch", "register", "一厂", "--maker", "RFID", "--form", r"RF\d{6}", "--codes", codes)
    assert "共 2 个码" in done.stdout
    again = bihuan(
        "batch", "register", "二厂", "--maker", "RFID", "--form", r"RF\d{6}", "--range", "RF000002..RF000009"
    )
    assert (again.exit_code, "RF000002" in again.stderr) == (2, True)
    assert "2 个未佩戴的码作废" in bihuan("batch", "retire", "一厂", "--reason", "漏码").stdout
    assert "已停用" in bihuan("batch", "list").stdout
