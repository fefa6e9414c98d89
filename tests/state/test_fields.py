"""Fields: what people write is mended where it is only a manner of writing, and refused by name where it is wrong."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.state import fields

TODAY = date(2022, 4, 1)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def check_of(front: str) -> str:
    """The check character by the book: weights, modulo 11, the map."""
    return "10X98765432"[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, front, strict=True)) % 11]


days = st.dates(date(1900, 1, 1), TODAY)
fronts = st.builds(
    lambda region, day, serial: f"{region:06d}{day:%Y%m%d}{serial:03d}",
    st.integers(110000, 999999),
    days,
    st.integers(0, 999),
)


def refused(check: Callable[..., Any], *values: Any) -> fields.FieldError:
    with pytest.raises(fields.FieldError) as caught:
        check(*values)
    return caught.value


@pytest.mark.parametrize(
    "number",
    ["11010519491231002X", "350299198805120018", "350299201506010024", "350299195009180032", "350299199602290046"],
)
def test_the_numbers_of_the_specification_hold(number: str) -> None:
    assert fields.resident(number, TODAY) == fields.Ok(number)


@given(fronts)
def test_a_number_with_its_right_check_holds_and_tells_birth_and_sex(front: str) -> None:
    number = fields.resident(front + check_of(front), TODAY).value
    assert number == front + check_of(front)
    assert fields.birth(number).strftime("%Y%m%d") == front[6:14].lstrip("0").zfill(8)
    assert fields.sex(number) == ("男" if int(front[16]) % 2 else "女")
    assert 0 <= fields.age(number, TODAY) <= 122


@given(fronts, st.sampled_from("0123456789X"))
def test_a_number_with_any_other_check_is_refused(front: str, check: str) -> None:
    if check != check_of(front):
        assert refused(fields.resident, front + check, TODAY).field == "证件号码"


@given(fronts, st.integers(0, 16), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_always_found(front: str, at: int, digit: str) -> None:
    wrong = front[:at] + digit + front[at + 1 :] + check_of(front)
    if digit != front[at]:
        refused(fields.resident, wrong, TODAY)


@given(fronts)
def test_manners_of_writing_are_mended(front: str) -> None:
    number = front + check_of(front)
    wide = number.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    spaced = f" {number[:6]} {number[6:14]}-{number[14:]}\u200b"
    for written in (number.lower(), wide, spaced):
        assert fields.resident(written, TODAY).value == number


@pytest.mark.parametrize(
    ("number", "what"),
    [
        ("", "没有填写"),
        ("350299200202290050", "20020229不存在"),
        ("35029918991231" + "001" + check_of("35029918991231001"), "不存在"),
        ("35029920220402" + "001" + check_of("35029920220402001"), "在今天之后"),
        ("110105491231002", "15位"),
        ("1101051949123100", "现在是16位"),
        ("11010519491231002Y", "最后一位"),
        ("1101051949123I002X", "前17位"),
        ("110105194912310021", "校验位不对"),
        ("3.50299198805120E+17", "科学计数"),
        ("3.50299198805120e17", "科学计数"),
        ("3.50E17", "科学计数"),
        ("350299198805120000", "末三位是000"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "前17位"),
    ],
)
def test_a_wrong_number_is_refused_with_the_reason(number: str, what: str) -> None:
    error = refused(fields.resident, number, TODAY)
    assert what in error.what
    assert error.cure


def test_the_cure_for_lost_digits_is_to_make_the_column_text() -> None:
    assert "文本" in refused(fields.resident, "3.50299198805120E+17", TODAY).cure


def test_an_error_shows_the_value_to_its_giver_but_not_to_the_log() -> None:
    error = refused(fields.resident, "110105194912310021", TODAY)
    assert error.value_shown == "110105194912310021"
    assert "1949" not in str(error)


@pytest.mark.parametrize(
    ("region", "noted"), [("350299", 0), ("810000", 0), ("830000", 0), ("910000", 0), ("990000", 0), ("160000", 1)]
)
def test_an_unknown_region_is_noted_and_never_refused(region: str, noted: int) -> None:
    front = f"{region}19880512001"
    assert len(fields.resident(front + check_of(front), TODAY).notes) == noted


@pytest.mark.parametrize(
    ("kind", "number", "kept"),
    [
        ("护照", "e 1234-5678", "E12345678"),
        ("港澳通行证", "H0123456789", "H0123456789"),
        ("港澳通行证", "c12345678", "C12345678"),
        ("台胞证", "01234567", "01234567"),
        ("台胞证", "0123456789(B)", "0123456789B"),
        ("出生医学证明", "P350123456", "P350123456"),
        ("居民身份证", "11010519491231002x", "11010519491231002X"),
    ],
)
def test_other_documents_have_their_own_shapes(kind: str, number: str, kept: str) -> None:
    assert fields.document(kind, number, TODAY).value == kept


@pytest.mark.parametrize(
    ("kind", "number", "what"),
    [
        ("护照", "E1", "不是护照"),
        ("护照", "", "不是护照"),
        ("护照", "1.23456789012345E+16", "科学计数"),
        ("台胞证", "H123", "不是台胞证"),
        ("无证件", "E12345678", "却填了号码"),
        ("居民身份证", "E12345678", "应为18位"),
    ],
)
def test_a_number_of_another_document_is_refused(kind: str, number: str, what: str) -> None:
    assert what in refused(fields.document, kind, number, TODAY).what


def test_nobody_is_without_a_document_for_no_reason() -> None:
    assert refused(fields.document, "无证件", "", TODAY, "无").field == "备注"
    assert fields.document("无证件", "", TODAY, "新生儿未办").value == ""


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("", "居民身份证"),
        ("身份证", "居民身份证"),
        (" 护 照 ", "护照"),
        ("台湾居民来往大陆通行证", "台胞证"),
        ("永居证", "居民身份证"),
        ("无", "无证件"),
    ],
)
def test_kinds_of_document_go_by_several_names(written: str, kind: str) -> None:
    assert fields.kind(written).value == kind


def test_an_unknown_kind_of_document_is_answered_with_the_known_ones() -> None:
    assert "护照" in refused(fields.kind, "学生证").cure


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mobile_number_is_taken_however_it_is_spaced(number: str) -> None:
    wide = number.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)})
    for written in (
        number,
        f"+86 {number[:3]} {number[3:7]}-{number[7:]}",
        f"0086{number}",
        f"86{number}",
        wide,
        f"{number}.0",
    ):
        assert fields.phone(written).value == number


def test_the_numbers_of_the_demo_world_are_taken_with_a_note() -> None:
    assert fields.phone("14400000001") == fields.Ok("14400000001", ("1440开头的号码一般无人接听，请核对",))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0592-5123456", "0592-5123456"),
        ("(010) 6234 5678", "010-62345678"),
        ("0592 5123456转801", "0592-5123456转801"),
        ("+86 592 5123456", "0592-5123456"),
        ("+852 9123 4567", "+85291234567"),
        ("0085291234567", "+85291234567"),
    ],
)
def test_landlines_and_foreign_numbers_are_taken(written: str, kept: str) -> None:
    assert fields.phone(written).value == kept


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("", "没有填写"),
        ("无", "不是电话"),
        ("1380000123", "现在是10位"),
        ("138000012345", "现在是12位"),
        ("5123456", "没有区号"),
        ("13800001234/13900001234", "不止一个"),
        ("1.38E+10", "科学计数"),
        ("12345678901", "不是电话"),
        ("+852 1", "境外"),
        ("+", "境外"),
        ("010-5123456", "不是电话"),
        ("²³", "不是电话"),
    ],
)
def test_what_nobody_can_be_called_by_is_refused(written: str, what: str) -> None:
    assert what in refused(fields.phone, written).what


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("闽D12345", "闽D12345"),
        ("闽d·1234挂", "闽D1234挂"),
        ("闽D D12345", "闽DD12345"),
        ("闽D12345F", "闽D12345F"),
        ("粤Z1234港", "粤Z1234港"),
        ("京A0001警", "京A0001警"),
        ("闽Ｄ１２３４５", "闽D12345"),
        ("WJ闽1234X", "WJ闽1234X"),
    ],
)
def test_number_plates_of_the_mainland_are_taken(written: str, kept: str) -> None:
    assert fields.plate(written).value == kept


@pytest.mark.parametrize(
    "written", ["", "闽D1234", "闽D123456", "闽DO2345", "闽I12345", "12345", "台D12345", "闽D演001"]
)
def test_other_plates_are_refused(written: str) -> None:
    assert refused(fields.plate, written).field == "车牌"


def test_an_invented_plate_is_taken_where_the_rule_is_relaxed() -> None:
    assert fields.plate("闽D·演001", relaxed=True).value == "闽D演001"


@given(days)
def test_a_day_is_understood_in_every_usual_form(day: date) -> None:
    forms = [
        "{:%Y-%m-%d}",
        "{0.year}/{0.month}/{0.day}",
        "{0.year}.{0.month}.{0.day}",
        "{0.year}年{0.month}月{0.day}日",
        "{:%Y%m%d}",
    ]
    forms += ["{:%Y-%m-%d} 08:30", "{:%Y-%m-%d}T08:30:15", "{0.year}年{0.month}月{0.day}日8时30分"]
    for form in forms:
        assert fields.day(form.format(day), TODAY).value == day


@given(st.integers(20000, 44651))
def test_a_spreadsheets_serial_is_understood_with_a_note(serial: int) -> None:
    for written in (str(serial), f"{serial}.5"):
        answer = fields.day(written, TODAY)
        assert answer.value == date(1899, 12, 30) + timedelta(days=serial)
        assert answer.notes


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("", "没有填写"),
        ("昨天", "不是日期"),
        ("2022-02-29", "没有这一天"),
        ("2022-13-01", "没有这一天"),
        ("3月15日", "年份"),
        ("03/15/2022", "年份"),
        ("22-3-15", "年份"),
        ("2022-04-02", "在今天之后"),
        ("1899-12-31", "太早"),
        ("2022-03", "不是日期"),
        ("2022-3-158:30", "不是日期"),
        ("44653", "在今天之后"),
    ],
)
def test_a_day_that_is_not_written_is_not_invented(written: str, what: str) -> None:
    assert what in refused(fields.day, written, TODAY).what


def test_a_category_is_one_of_the_rule_pack() -> None:
    allowed = ("密接", "次密接")
    assert fields.category("密接", allowed).value == "密接"
    assert fields.category(" 次 密接", allowed).value == "次密接"
    assert refused(fields.category, "密切接触者", allowed).cure == "请填：密接、次密接"
    assert refused(fields.category, "", allowed).what == "没有填写"


def test_a_sex_that_contradicts_the_number_is_noted() -> None:
    assert fields.choose_sex("男") == fields.Ok("男")
    assert fields.choose_sex("", "350299198805120018") == fields.Ok("男")
    assert fields.choose_sex("女", "350299198805120018") == fields.Ok("女", ("性别与证件号码不符",))
    assert refused(fields.choose_sex, "x").field == "性别"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("张三", "张三"),
        (" 张\u202e三\u200b ", "张三"),
        ("𠮷田", "𠮷田"),
        ("\U00030edd\U00031350", "\U00030edd\U00031350"),
        ("葛\U000e0100飾", "葛\U000e0100飾"),
        ("\ue863", "\ue863"),
        ("e\u0301mile", "émile"),
        ("买买提·吐尔逊", "买买提·吐尔逊"),
        ("王\x00五", "王五"),
        ("陈\ud800", "陈"),
    ],
)
def test_names_keep_every_character_that_can_be_seen(written: str, kept: str) -> None:
    assert fields.name(written) == fields.Ok(kept)


@pytest.mark.parametrize("written", ["", " \u200b", "123", "13800001234", "。", "😀😀", "张" * 51, "\u202e"])
def test_what_is_no_name_is_refused(written: str) -> None:
    assert refused(fields.name, written).field == "姓名"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "无",
        "无。",
        "111",
        "１１１",
        "。",
        "……",
        "哈哈哈哈",
        "aaa",
        "1",
        "12",
        "不详",
        "没有",
        "\u200b\u202e",
        "😀😀",
        "None",
        "暂无！",
        "是",
        "11111111111",
    ],
)
def test_a_remark_that_says_nothing_is_told(text: str) -> None:
    assert not fields.meaningful(text)
    assert refused(fields.remark, text).cure


@pytest.mark.parametrize("text", ["本人在泉州", "拒接，已发短信", "去了上海", "13800001234", "漳州", "call later"])
def test_a_remark_that_says_something_is_kept(text: str) -> None:
    assert fields.meaningful(text)
    assert fields.remark(f" {text}\u200b").value == text


def test_long_texts_are_refused_with_their_limit() -> None:
    assert "500" in refused(fields.remark, "情况" * 300).what
    assert "200" in refused(fields.address, "乐安里" * 100).what


def test_an_address_says_where() -> None:
    assert fields.address("乐安里12号\u202e301室").value == "乐安里12号301室"
    assert refused(fields.address, "无").field == "详细地址"


@pytest.mark.parametrize(("written", "value"), [("3", 3), ("３", 3), (" 3 人", 3), ("0", 0), ("40", 40)])
def test_a_count_is_a_whole_number(written: str, value: int) -> None:
    assert fields.count(written, 40).value == value


@pytest.mark.parametrize("written", ["-1", "1.5", "三", "", "NaN", "41", "1000000000", "1e1", "³", "٣"])
def test_other_counts_are_refused(written: str) -> None:
    assert refused(fields.count, written, 40, "密接车辆转运人数").field == "密接车辆转运人数"


CHECKS: list[Callable[[str], Any]] = [
    fields.name, fields.phone, fields.plate, fields.remark, fields.address, fields.kind, fields.choose_sex,
    lambda text: fields.resident(text, TODAY), lambda text: fields.day(text, TODAY), lambda text: fields.count(text, 9),
    lambda text: fields.category(text, ("密接",)), lambda text: fields.document("护照", text, TODAY),
]  # fmt: skip


@given(st.sampled_from(CHECKS), st.text(st.characters()) | st.text("0123456789+-.Ee年月日 :/闽D转", max_size=25))
def test_no_text_breaks_a_checker(check: Callable[[str], Any], text: str) -> None:
    try:
        answer = check(text)
    except fields.FieldError as error:
        assert error.what
        assert error.cure
        assert len(error.value_shown) <= 40
    else:
        assert isinstance(answer, fields.Ok)


@pytest.mark.parametrize("check", CHECKS)
def test_a_flood_of_characters_is_answered(check: Callable[[str], Any]) -> None:
    for flood in ("1" * 100_000, "张" * 100_000, "\u0301" * 100_000, " 1" * 50_000):
        with pytest.raises(fields.FieldError):
            check(flood)
