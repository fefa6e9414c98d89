"""The file given back: the sender's own, with what was wrong where it was wrong, ready to be mended and sent again."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from integrations.cdc import formula, lists, workbook
from tests.integrations.cdc import files

WRONG = {3: [("证件号码", "校验位不对"), ("联系电话", "没有填写")]}
REASONS = "证件号码：校验位不对；联系电话：没有填写"


def test_a_workbook_comes_back_with_red_cells_and_reasons_behind_the_list() -> None:
    def look(sheet: Worksheet) -> None:
        sheet["A2"].font = Font(bold=True)

    back = files.opened(
        workbook.mark(files.book(files.HEADER, files.PERSON, files.PERSON, then=look), "名单.xlsx", WRONG)
    )
    assert [cell.value for cell in back["O"]] == ["错误原因", None, REASONS]
    assert _red(back) == {"E3", "F3"}
    assert back["A2"].font.bold
    assert [cell.value for cell in back[2]][:13] == list(files.PERSON[:13])


def test_a_long_workbook_comes_back_plain_but_marked_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    source = files.book(["流调结果名单"], files.HEADER, files.PERSON, files.person(联系电话=13800001234, 备注="=1"))
    monkeypatch.setattr(workbook, "MOST_FAITHFUL", 1)
    back = files.opened(workbook.mark(source, "名单.xlsx", {4: WRONG[3]}))
    assert [cell.value for cell in back["O"]] == [None, "错误原因", None, REASONS]
    assert _red(back) == {"E4", "F4"}
    assert back["F4"].value == 13800001234
    assert back["A1"].value == "流调结果名单"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_text_file_comes_back_in_an_encoding_that_excel_opens(encoding: str) -> None:
    source = files.text(files.HEADER, files.PERSON, files.PERSON, encoding=encoding)
    back = workbook.mark(source, "名单.csv", WRONG)
    lines = back.decode("utf-8-sig" if encoding == "utf-8" else encoding).splitlines()
    assert lines[0].endswith("备注,错误原因")
    assert lines[1].endswith("乐安里12号301室,,")
    assert lines[2].endswith(REASONS)


@pytest.mark.parametrize("make", [files.book, files.text])
def test_reasons_of_an_earlier_round_are_replaced(make: Any) -> None:
    source = make([*files.HEADER, "错误原因"], [*files.PERSON, "旧的"], [*files.PERSON, "旧的"])
    back = workbook.mark(source, "名单", WRONG)
    again = workbook.mark(back, "名单", {})
    assert REASONS in _text(back)
    assert "旧的" not in _text(back)
    assert REASONS not in _text(again)
    assert _text(again).count("错误原因") == 1


@pytest.mark.parametrize("make", [files.book, files.text])
def test_what_was_given_back_reads_as_what_was_sent(make: Any) -> None:
    source = make(["标题"], files.HEADER, files.PERSON, files.person(姓名="=cmd()", 备注="+86 144"))
    before = [(row.number, row.values) for row in lists.read(source, "名单")]
    after = [(row.number, row.values) for row in lists.read(workbook.mark(source, "名单", WRONG), "名单")]
    assert after[0] == before[0]
    assert after[1][1]["备注"] == "+86 144"


@pytest.mark.parametrize("start", formula.STARTS)
def test_text_that_begins_like_a_formula_is_quoted_on_the_way_out_and_plain_on_the_way_in(start: str) -> None:
    def put(sheet: Worksheet) -> None:
        sheet["N2"].value = f"{start}1+1"
        sheet["N2"].data_type = "s"

    sources = [files.text(files.HEADER, files.person(备注=f"{start}1+1"))]
    if start != "\r":  # in a workbook's XML it is a line feed, and harmless
        sources.append(files.book(files.HEADER, files.PERSON, then=put))
    for source in sources:
        back = workbook.mark(source, "名单", {2: [("备注", "看一看")]})
        assert f"'{start}1+1" in _text(back)
        (row,) = lists.read(back, "名单")
        assert row.values["备注"].strip() == f"{start}1+1".strip()


@given(st.text())
def test_quoting_can_be_undone(text: str) -> None:
    assert formula.unquoted(formula.quoted(text)) in (text, text.removeprefix("'"))
    assert not formula.quoted(text).startswith(formula.STARTS)


def test_a_formula_comes_back_as_the_value_the_sender_saw() -> None:
    def cached(_: str, content: bytes) -> bytes:
        return content.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>").replace(
            b"<f>1+1</f><v/>", b"<f>1+1</f><v>2</v>"
        )

    source = files.rezipped(files.book(files.HEADER, files.person(备注="=1+1")), cached)
    assert files.opened(workbook.mark(source, "名单", {}))["N2"].value == 2


def test_a_formula_without_a_value_never_comes_back_as_a_formula() -> None:
    source = files.book(files.HEADER, files.person(备注='=HYPERLINK("http://example.invalid","看")'))
    back = files.opened(workbook.mark(source, "名单", {}))
    assert back["N2"].data_type != "f"


def test_other_sheets_and_merged_titles_survive() -> None:
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "名单"
    sheet.append(["流调结果名单"])
    sheet.merge_cells("A1:P1")
    sheet.append(files.HEADER)
    sheet.append(files.PERSON)
    sheet.merge_cells("N2:P2")
    made.create_sheet("说明").append(["请勿改列名"])
    back = workbook.mark(files.saved(made), "名单", {3: [("整行", "重复")]})
    assert files.opened(back)["A1"].value == "流调结果名单"
    assert "整行：重复" in _text(back)
    assert len(list(lists.read(back, "名单"))) == 1


def test_a_row_with_too_many_cells_keeps_them_all() -> None:
    source = files.text(files.HEADER, [*files.PERSON, "多"])
    back = workbook.mark(source, "名单", {2: [("整行", "多1格")]}).decode("utf-8-sig").splitlines()
    assert back[1].endswith(",整行：多1格,多")


def test_what_is_no_list_is_refused_here_too() -> None:
    with pytest.raises(lists.ListRefused):
        workbook.mark(b"PK\x03\x04", "名单.xlsx", {})


def _red(sheet: Worksheet) -> set[str]:
    cells = [cell for row in sheet.iter_rows() for cell in row]
    return {cell.coordinate for cell in cells if cell.fill.start_color.rgb == "FFFFC7CE"}


def _text(data: bytes) -> str:
    """Everything a file says, cell by cell."""
    if not lists.is_workbook(data):
        return data.decode("utf-8-sig")
    return "\n".join(str(cell.value) for row in files.opened(data).iter_rows() for cell in row)
