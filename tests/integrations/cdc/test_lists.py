"""Reading the CDC's list: every person in it comes out, or the sender hears why the file was not taken."""

import datetime
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from integrations.cdc import guard, lists
from tests.integrations.cdc import files

LIMIT = 50


def rows(data: bytes, **limits: int) -> list[lists.RawRow]:
    return list(lists.read(data, "名单.xlsx", **limits))


def refusal(data: bytes, **limits: int) -> lists.ListRefused:
    """Why `data` is not taken; the refusal must come before the first row."""
    with pytest.raises(lists.ListRefused) as caught:
        lists.read(data, "名单", **limits)
    assert caught.value.what
    assert caught.value.cure
    return caught.value


FORMATS: dict[str, Callable[..., bytes]] = {
    "xlsx": files.book,
    "utf-8": files.text,
    "utf-8 with BOM": lambda *rows: files.text(*rows, encoding="utf-8-sig"),
    "gb18030": lambda *rows: files.text(*rows, encoding="gb18030"),
    "utf-16 with tabs": lambda *rows: files.text(*rows, encoding="utf-16", delimiter="\t"),
    "semicolons": lambda *rows: files.text(*rows, delimiter=";"),
}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_gives_the_same_rows(form: str) -> None:
    second = files.person(姓名="𠮷田", 备注="一,二\n三")
    first, other = rows(FORMATS[form](files.HEADER, files.PERSON, second))
    assert first.number == 2
    assert first.values == dict(zip(files.HEADER, files.PERSON, strict=True)) | {"社区代码": ""}
    assert (first.raw[1], first.extra, first.notes, first.problem) == ("张三", {}, (), "")
    assert other.number == 3
    assert (other.values["姓名"], other.values["备注"]) == ("𠮷田", "一,二\n三")


def test_a_file_is_read_from_disk_too(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(files.text(files.HEADER, files.PERSON))
    assert [row.values["姓名"] for row in lists.read(path, path.name)] == ["张三"]
    with pytest.raises(lists.ListRefused, match="最大0MB"):
        lists.read(path, path.name, most_bytes=10)


@given(st.permutations(files.HEADER))
def test_columns_may_stand_in_any_order(order: list[str]) -> None:
    by_name = dict(zip(files.HEADER, files.PERSON, strict=True))
    (row,) = rows(files.text(order, [by_name[name] for name in order]))
    assert row.values == by_name | {"社区代码": ""}


@pytest.mark.parametrize("form", ["xlsx", "utf-8"])
def test_the_header_is_found_under_titles_and_numbers_are_those_of_the_sheet(form: str) -> None:
    data = FORMATS[form](["流调结果名单"], [""], ["填表人：李"], files.HEADER, files.PERSON, [""] * 14, files.PERSON)
    assert [row.number for row in rows(data)] == [5, 7]


def test_a_list_that_begins_in_the_middle_of_a_sheet_is_found() -> None:
    def place(sheet: Worksheet) -> None:
        for offset, (name, value) in enumerate(zip(files.HEADER, files.PERSON, strict=True)):
            sheet.cell(3, 4 + offset, name)
            sheet.cell(4, 4 + offset, value)

    (row,) = rows(files.book(then=place))
    assert (row.number, row.values["姓名"]) == (4, "张三")


def test_column_names_are_forgiven_their_ornaments() -> None:
    header = ["姓 名*", "人员类别（必填）", "联系电话：", " 社区\n", "区域代码", "体温", "错误原因"]
    (row,) = rows(files.book(header, ["张三", "密接", "14400000001", "孙厝", "350211002001", "36.5", "旧的原因"]))
    assert row.values["联系电话"] == "14400000001"
    assert row.values["社区代码"] == "350211002001"
    assert row.extra == {"体温": "36.5"}
    assert "错误原因" not in row.values


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (350299198805120018, "3.50299198805120E+17"),
        (13800001234, "13800001234"),
        (13800001234.0, "13800001234"),
        (350211002001, "350211002001"),
        (1.5, "1.5"),
        (True, "TRUE"),
        (datetime.date(2022, 3, 15), "2022-03-15"),
        (datetime.datetime.fromisoformat("2022-03-15 08:30"), "2022-03-15 08:30:00"),
        (44635, "44635"),
        (None, ""),
        ("  空格 ", "空格"),
        ("'=1+1", "=1+1"),
        ("'张", "'张"),
    ],
)
def test_cells_become_text_and_lost_digits_stay_visible(value: Any, text: str) -> None:
    (row,) = rows(files.book(files.HEADER, files.person(备注=value)))
    assert row.values["备注"] == text


def test_cells_merged_downwards_speak_for_every_row_where_people_share_them() -> None:
    def merge(sheet: Worksheet) -> None:
        for column in ("B", "L"):
            sheet.merge_cells(f"{column}2:{column}4")

    first, second, third = rows(files.book(files.HEADER, *[files.PERSON] * 3, then=merge))
    assert first.values["社区"] == second.values["社区"] == third.values["社区"] == "孙厝社区"
    assert second.notes == ("合并单元格：社区取自上方",)
    assert (first.values["姓名"], second.values["姓名"]) == ("张三", "")


def test_a_formula_gives_the_value_the_sender_saw_or_nothing() -> None:
    def cached(part: str, content: bytes) -> bytes:
        return content.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>").replace(
            b"<f>1+1</f><v/>", b"<f>1+1</f><v>2</v>"
        )

    unsaved = files.book(files.HEADER, files.person(备注="=1+1"))
    assert rows(unsaved)[0].values["备注"] == ""
    assert rows(files.rezipped(unsaved, cached))[0].values["备注"] == "2"


def test_lines_of_another_encoding_are_read_and_pointed_at() -> None:
    data = files.text(files.HEADER, *[files.PERSON] * 2, encoding="gb18030") + files.text(files.person(姓名="李四"))
    read = rows(data)
    assert [row.values["姓名"] for row in read] == ["张三", "张三", "李四"]
    assert [bool(row.notes) for row in read] == [False, False, True]


def test_a_line_in_no_encoding_is_a_problem_of_that_row_only() -> None:
    data = files.text(files.HEADER, files.PERSON, encoding="gb18030") + b"L2,\xff\xff,\r\n"
    good, bad = rows(data)
    assert good.problem == ""
    assert "无法识别" in bad.problem


def test_an_unquoted_comma_is_a_problem_of_that_row_only() -> None:
    data = files.text(files.HEADER, files.PERSON) + ",".join([*files.PERSON, "多出来的"]).encode()
    good, bad = rows(data)
    assert good.problem == ""
    assert "多1格" in bad.problem


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20), min_size=14, max_size=14))
def test_whatever_is_written_comes_back_as_written(cells: list[str]) -> None:
    cells[1] = "名" + cells[1]
    (row,) = rows(files.text(files.HEADER, cells))
    for written, read in zip(cells, (row.values[name] for name in files.HEADER), strict=True):
        assert read in (written.strip(), written.strip()[1:])


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    for content in (data, files.text(files.HEADER) + data, b"PK\x03\x04" + data):
        try:
            list(lists.read(content, "名单"))
        except lists.ListRefused as refused:
            assert refused.cure


@given(st.integers(0, 10_000), st.integers(0, 255))
def test_no_flipped_byte_breaks_the_reader(at: int, byte: int) -> None:
    data = bytearray(GOOD)
    data[at % len(data)] = byte
    try:
        list(lists.read(bytes(data), "名单"))
    except lists.ListRefused as refused:
        assert refused.cure


GOOD = files.book(files.HEADER, files.PERSON)


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (["姓名", "联系电话", "社区"], "人员类别"),
        (["人员类别", "联系电话", "社区"], "姓名"),
        (["姓名", "人员类别", "社区"], "证件号码或联系电话"),
        (["姓名", "人员类别", "联系电话", "联系电话"], "列名重复：联系电话"),
        (["甲", "乙", "丙"], "没有找到表头"),
    ],
)
@pytest.mark.parametrize("form", ["xlsx", "utf-8"])
def test_a_list_without_its_columns_is_refused_by_their_names(form: str, header: list[str], named: str) -> None:
    assert named in refusal(FORMATS[form](header, ["x"] * len(header))).what


@pytest.mark.parametrize("form", ["xlsx", "utf-8"])
def test_a_list_without_people_is_refused(form: str) -> None:
    assert "没有人员" in refusal(FORMATS[form](files.HEADER, [""] * 14)).what


@pytest.mark.parametrize("form", ["xlsx", "utf-8"])
def test_a_list_that_is_too_long_is_refused_as_a_whole(form: str) -> None:
    data = FORMATS[form](files.HEADER, *[files.PERSON] * LIMIT)
    assert len(rows(data, most_rows=LIMIT)) == LIMIT
    assert str(LIMIT - 11) in refusal(data, most_rows=LIMIT - 11).what


def test_two_sheets_with_lists_are_refused_because_one_would_be_lost() -> None:
    made = Workbook()
    for sheet in (made.active, made.create_sheet("第二批")):
        assert isinstance(sheet, Worksheet)
        sheet.append(files.HEADER)
        sheet.append(files.PERSON)
    assert "第二批" in refusal(files.saved(made)).what


def test_other_sheets_do_not_disturb() -> None:
    made = Workbook()
    made.create_sheet("说明", 0).append(["填表说明"])
    sheet = made["Sheet"]
    sheet.append(files.HEADER)
    sheet.append(files.PERSON)
    hidden = made.create_sheet("旧名单")
    hidden.append(files.HEADER)
    hidden.sheet_state = "hidden"
    assert len(rows(files.saved(made))) == 1


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "空"),
        (b" \r\n ", "空"),
        (b"%PDF-1.7 x", "不是表格"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "不是表格"),
        (b"<html><table><tr><td>a</td></tr></table></html>", "不是表格"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 512, "旧格式"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "密码"),
        (b"PK\x03\x04 torn", "损坏"),
        (GOOD[:-30], "损坏"),
        (b"\xff\xfe\x00", "编码"),
        (files.text(files.HEADER) + b'L1,"\xe5\xbc\xa0', "读不出来"),
        (files.text(files.HEADER) + ("L1," + "x" * 200_000).encode(), "读不出来"),
        (files.rezipped(GOOD, lambda part, data: None if part == "xl/workbook.xml" else data), "没有 Excel 表格"),
        (files.rezipped(GOOD, lambda part, data: data[:200] if "sheet1" in part else data), "读不出来"),
        (files.rezipped(GOOD, lambda part, data: b"<!DOCTYPE x>" + data if "sheet1" in part else data), "DOCTYPE"),
    ],
)  # fmt: skip
def test_what_is_no_list_is_refused_with_the_cure(data: bytes, what: str) -> None:
    assert what in refusal(data).what


def test_a_file_over_the_size_limit_is_refused_unread() -> None:
    assert "最大1MB" in refusal(b"x" * (2**20 + 1), most_bytes=2**20).what


def test_a_single_cell_in_the_far_corner_is_refused_before_the_reader_asks_for_half_a_terabyte() -> None:
    def far(address: str) -> bytes:
        return files.book(files.HEADER, files.PERSON, then=lambda sheet: sheet.__setitem__(address, "x"))

    assert "1048576" in refusal(far("A1048576")).what
    assert "1048576" in refusal(far("XFD1048576")).what
    assert "16384" in refusal(far("XFD5000")).what
    assert len(rows(far("AZ40"))) == 2


def test_a_zip_bomb_is_refused_whatever_its_directory_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_INFLATED", 5 * 2**20)
    honest = files.rezipped(GOOD, lambda part, data: data + b" " * 6 * 2**20 if "styles" in part else data)
    assert "解压后过大" in refusal(honest).what
    lying = bytearray(honest)
    for part in zipfile.ZipFile(io.BytesIO(honest)).infolist():
        if "styles" in part.filename:
            _understate(lying, part.filename.encode())
    assert sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(bytes(lying))).infolist()) < guard.MOST_INFLATED
    assert "解压后过大" in refusal(bytes(lying)).what


def _understate(data: bytearray, name: bytes) -> None:
    """Make the archive's directory claim that this part is 1,000 bytes long."""
    at = data.rindex(name) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, at + 24, 1000)


def test_a_part_that_stands_twice_in_the_archive_is_refused() -> None:
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")
    assert refusal(out.getvalue()).cure


def test_merged_cells_heaped_on_each_other_are_refused() -> None:
    heap = b'<mergeCells count="400">' + b'<mergeCell ref="L2:L40"/>' * 400 + b"</mergeCells></worksheet>"
    data = files.rezipped(
        files.book(files.HEADER, *[files.PERSON] * 40),
        lambda part, content: content.replace(b"</worksheet>", heap) if "sheet1" in part else content,
    )
    assert "重叠" in refusal(data).what
