"""Words: a command is a command only when it is the whole message, and a number only when nothing else is said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import words


@pytest.mark.parametrize("word", words.COMMANDS)
@pytest.mark.parametrize("form", ["{}", "  {} ", "{}。", "{}！！", "{}?", "\u3000{}\u3000", "{}\n", "\u200b{}"])
def test_every_command_is_understood_however_it_is_dressed(word: str, form: str) -> None:
    assert words.command(form.format(word)) == word


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("幫助", "帮助"),
        ("待核實", "待核实"),
        ("補充", "补充"),
        ("補充人員", "补充人员"),
        ("待線下反饋", "待线下反馈"),
        ("發放物品", "发放物品"),
        ("通知轉運", "通知转运"),
        ("我的通知", "我的通知"),
        ("接人上車", "接人上车"),
        ("進度", "进度"),
        ("匯報", "汇报"),
        ("彙報", "汇报"),
        ("為什麼", "为什么"),
        ("爲什麽？", "为什么"),
        ("撤銷", "撤销"),
        ("待 核 实", "待核实"),
    ],
)
def test_traditional_characters_are_understood(typed: str, meant: str) -> None:
    assert words.command(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "谢谢",
        "好的",
        "我到了",
        "张三",
        "补充一下情况",
        "不取消",
        "取消吧",
        "集美区侨英街道孙厝社区",
        "返回家中了",
        "进度怎么样",
        "",
        "。",
        "帮" * 100_000,
    ],
)
def test_other_words_are_never_a_command(text: str) -> None:
    assert words.command(text) is None


@given(st.text(min_size=1), st.sampled_from(words.COMMANDS), st.text(min_size=1))
def test_a_command_inside_a_sentence_is_no_command(before: str, word: str, after: str) -> None:
    found = words.command(f"{before}说{word}说{after}")
    assert found is None


@pytest.mark.parametrize(
    "text",
    [
        "3",
        "３",
        "③",
        "三",
        "选3",
        "选 3",
        "選３",
        "第三",
        "第三个",
        "第3项",
        "情景三",
        "结果3",
        "結果三",
        "（3）",
        "(3)",
        "【3】",
        "3.",
        "3、",
        "３。",
        "⑶",
        "㈢",
        "3️⃣",
        "我选3",
        "选择三",
        "选情景三",
        "选项3",
        "答案：3",
        " 3 ",
        "\u200b3",
    ],
)
def test_three_can_be_said_in_many_ways(text: str) -> None:
    assert words.number(text, 7) == 3


@pytest.mark.parametrize(
    "text",
    [
        "-3",
        "3.5",
        "1/3",
        "三秀",
        "3号",
        "三个",
        "3人",
        "三三",
        "3 4",
        "0",
        "零",
        "张三",
        "",
        "第",
        "选",
        "NaN",
        "1e1",
        "٣",
        "3" * 50_000,
    ],
)
def test_what_is_not_plainly_a_number_is_none(text: str) -> None:
    assert words.number(text, 7) is None


@given(st.integers(1, 99))
def test_numbers_are_understood_up_to_the_last_choice_and_no_further(value: int) -> None:
    digits = "〇一二三四五六七八九"
    tens, units = divmod(value, 10)
    hanzi = (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[units] if units else "")
    for text in (str(value), f"选{value}", hanzi, f"第{hanzi}"):
        assert words.number(text, 99) == value
        assert words.number(text, value - 1) is None


@given(st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    assert words.command(text) in (None, *words.COMMANDS)
    assert words.number(text, 7) in (None, 1, 2, 3, 4, 5, 6, 7)


def test_the_seven_results_are_the_manuals_words() -> None:
    assert list(words.RESULTS) == [1, 2, 3, 4, 5, 6, 7]
    assert words.RESULTS[1] == "确认居住本辖区，需集中医学观察"
    assert words.RESULTS[7] == "联系不上"
