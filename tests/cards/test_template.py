"""Cards: whatever is put into a builder, WeCom would take what comes out, or the builder says which field and why."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards import key, limits, template, words
from tests.cards import wecom_rules

URL = "https://example.invalid/w"

long = st.sampled_from(["长" * 200, "a字 " * 80, "👨\u200d👩\u200d👧" * 50, "一\n二" * 90])
texts = st.text(st.characters(), max_size=30) | long
some = st.text(st.characters(categories=["L", "N", "P", "So"]), min_size=1, max_size=30) | long
keys = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
urls = keys.map(lambda path: f"https://example.invalid/{path}")
maybe_url = st.just("") | urls


def several(item: st.SearchStrategy[Any], low: int, high: int, by: str = "key") -> st.SearchStrategy[list[Any]]:
    return st.lists(item, min_size=low, max_size=high, unique_by=lambda part: getattr(part, by))


rows = st.lists(
    st.builds(template.Row, some, texts)
    | st.builds(template.Row, some, texts, url=urls)
    | st.builds(template.Row, some, texts, userid=keys)
    | st.builds(template.Row, some, texts, media_id=keys),
    max_size=6,
)
options = several(st.builds(template.Option, keys, some), 1, 10, by="id")
selects = st.builds(template.Select, keys, texts, options)
menus = several(st.builds(template.Menu, some, keys), 0, 3)
quotes = st.none() | st.builds(template.Quote, texts, texts, maybe_url)
jumps = st.lists(st.builds(template.Jump, some, urls), max_size=3)
buttons = several(st.builds(template.Button, some, keys, st.integers(1, 4), maybe_url), 1, 6)
submits = st.builds(template.Menu, some, keys)
colours = st.integers(0, 3)
emphases = st.none() | st.builds(template.Emphasis, some, texts)
pictures = st.builds(template.Picture, urls, st.floats(1.3, 2.25))
paragraphs = st.lists(st.builds(template.Paragraph, some, texts), max_size=4)
links = st.none() | st.builds(template.Link, texts, texts, urls, maybe_url)
vote_options = several(st.builds(template.Option, keys, some, st.booleans()), 1, 20, by="id")

cards = st.one_of(
    st.builds(
        template.button,
        some,
        buttons,
        desc=texts,
        text=texts,
        rows=rows,
        quote=quotes,
        select=st.none() | selects,
        menu=menus,
        url=maybe_url,
        source=texts,
        colour=colours,
    ),
    st.builds(
        template.notice,
        some,
        url=urls,
        desc=texts,
        text=texts,
        rows=rows,
        emphasis=emphases,
        quote=quotes,
        jumps=jumps,
        menu=menus,
        source=texts,
        colour=colours,
    ),
    st.builds(
        template.news,
        some,
        url=urls,
        picture=pictures,
        link=links,
        desc=texts,
        paragraphs=paragraphs,
        rows=rows,
        quote=quotes,
        jumps=jumps,
        menu=menus,
        source=texts,
        colour=colours,
    ),
    st.builds(template.vote, some, keys, vote_options, submits, desc=texts, many=st.just(True), source=texts),
    st.builds(template.form, some, several(selects, 1, 3), submits, desc=texts, source=texts),
)


@given(cards)
def test_whatever_is_built_passes_wecoms_rules(card: template.Card) -> None:
    assert wecom_rules.complaints(card) == []
    json.dumps(card, ensure_ascii=False).encode()


@given(cards, some)
def test_a_locked_card_passes_the_rules_of_an_update_and_answers_to_nothing(card: template.Card, done: str) -> None:
    before = copy.deepcopy(card)
    spent = template.locked(card | {"task_id": "t-1"}, done)
    assert wecom_rules.complaints(spent, update=True) == []
    assert template.choices(spent) == []
    assert "task_id" not in spent
    assert card == before
    for button in spent.get("button_list", []):
        with pytest.raises(key.BadKey):
            key.unpack(button["key"])


@given(cards)
def test_the_plain_text_tells_the_title_and_numbers_every_choice(card: template.Card) -> None:
    text = template.text_of(card)
    assert card["main_title"]["title"] in text
    for number, (label, _) in enumerate(template.choices(card), 1):
        assert f"{number}. {label}" in text


@given(texts, st.integers(1, 40))
def test_a_cut_text_fits_and_never_ends_in_a_torn_character(text: str, limit: int) -> None:
    short = limits.cut(text, limit)
    assert len(short) <= limit
    assert short == limits.clean(text) or short.endswith("…")
    assert not short.removesuffix("…").endswith("\u200d")


def test_what_hides_or_turns_text_does_not_reach_a_card() -> None:
    card = template.notice("张\u202e三\u200b\x00", url=URL, text="一\r\n二\t三\ud800")
    assert card["main_title"]["title"] == "张三"
    assert card["sub_title_text"] == "一\n二 三"


def test_a_family_emoji_is_not_torn_apart() -> None:
    assert limits.cut("一👨\u200d👩\u200d👧二三四", 5) == "一…"


def test_the_seven_results_stay_whole_in_a_drop_down() -> None:
    results = [template.Option(str(number), label) for number, label in words.RESULTS.items()]
    card = template.form("核实反馈", [template.Select("result", "核实反馈结果", results)], template.Menu("提交", "k"))
    assert [option["text"] for option in card["select_list"][0]["option_list"]] == list(words.RESULTS.values())


OPTION = template.Option("1", "是")
PRESS = template.Button("好", "k")
SUBMIT = template.Menu("提交", "k")


@pytest.mark.parametrize(
    ("field", "build"),
    [
        ("main_title.title", lambda: template.button(" \u200b", [PRESS])),
        ("button_list", lambda: template.button("题", [])),
        ("button_list", lambda: template.button("题", [template.Button("好", str(n)) for n in range(7)])),
        ("button_list.key", lambda: template.button("题", [PRESS, PRESS])),
        ("button_list.key", lambda: template.button("题", [template.Button("好", "")])),
        ("button_list.key", lambda: template.button("题", [template.Button("好", "长" * 342)])),
        ("button_list.key", lambda: template.button("题", [template.Button("好", "a\ud800")])),
        ("button_list.style", lambda: template.button("题", [template.Button("好", "k", style=5)])),
        ("button_list.url", lambda: template.button("题", [template.Button("好", url="javascript:1")])),
        ("horizontal_content_list", lambda: template.button("题", [PRESS], rows=[template.Row("名", "值")] * 7)),
        ("horizontal_content_list.keyname", lambda: template.button("题", [PRESS], rows=[template.Row("", "值")])),
        (
            "horizontal_content_list.type",
            lambda: template.button("题", [PRESS], rows=[template.Row("名", "值", url=URL, userid="u")]),
        ),
        (
            "button_selection.option_list",
            lambda: template.button("题", [PRESS], select=template.Select("q", "问", [])),
        ),
        (
            "button_selection.selected_id",
            lambda: template.button("题", [PRESS], select=template.Select("q", "问", [OPTION], "2")),
        ),
        ("action_menu.action_list", lambda: template.notice("题", url=URL, menu=[template.Menu("", "k")] * 4)),
        ("action_menu.action_list.key", lambda: template.notice("题", url=URL, menu=[SUBMIT] * 2)),
        ("card_action.url", lambda: template.notice("题", url="")),
        ("card_action.url", lambda: template.notice("题", url=URL + "x" * 2048)),
        ("source.desc_color", lambda: template.notice("题", url=URL, colour=4)),
        ("jump_list", lambda: template.notice("题", url=URL, jumps=[template.Jump("看", URL)] * 4)),
        ("card_image", lambda: template.news("题", url=URL)),
        ("card_image.aspect_ratio", lambda: template.news("题", url=URL, picture=template.Picture(URL, 3))),
        (
            "vertical_content_list",
            lambda: template.news(
                "题", url=URL, picture=template.Picture(URL), paragraphs=[template.Paragraph("题", "文")] * 5
            ),
        ),
        ("checkbox.option_list", lambda: template.vote("题", "q", [OPTION] * 21, SUBMIT)),
        ("checkbox.option_list.id", lambda: template.vote("题", "q", [OPTION] * 2, SUBMIT)),
        (
            "checkbox.option_list.is_checked",
            lambda: template.vote("题", "q", [template.Option(i, i, checked=True) for i in "ab"], SUBMIT),
        ),
        ("checkbox.question_key", lambda: template.vote("题", "", [OPTION], SUBMIT)),
        ("select_list", lambda: template.form("题", [], SUBMIT)),
        ("select_list.option_list.id", lambda: template.form("题", [template.Select("q", "问", [OPTION] * 2)], SUBMIT)),
        (
            "select_list.question_key",
            lambda: template.form("题", [template.Select("q", "问", [OPTION])] * 2, SUBMIT),
        ),
        (
            "submit_button.text",
            lambda: template.form("题", [template.Select("q", "问", [OPTION])], template.Menu("", "k")),
        ),
    ],
)
def test_a_broken_hard_limit_names_its_field(field: str, build: Any) -> None:
    with pytest.raises(template.CardError) as caught:
        build()
    assert caught.value.field == field
    assert field in str(caught.value)
    assert str(caught.value.limit) in str(caught.value)


def test_a_submitted_form_shows_what_was_chosen_and_cannot_be_sent_again() -> None:
    ask = template.Select("door", "门磁是否安装", [OPTION, template.Option("2", "否")])
    card = template.form("核实反馈", [ask], SUBMIT)
    spent = template.locked(card, "已提交", {"door": ["2"]})
    assert spent["select_list"][0] | {"option_list": None} == {
        "question_key": "door",
        "title": "门磁是否安装",
        "selected_id": "2",
        "disable": True,
        "option_list": None,
    }
    assert "submit_button" not in spent
    assert template.text_of(spent) == "【闭环】核实反馈\n门磁是否安装：否\n[已提交]"


def test_an_answer_that_was_never_offered_is_not_shown_as_chosen() -> None:
    card = template.form("核实反馈", [template.Select("door", "门磁", [OPTION])], SUBMIT)
    assert "selected_id" not in template.locked(card, "已提交", {"door": ["9"]})["select_list"][0]


def test_a_locked_vote_ticks_what_was_taken() -> None:
    card = template.vote("物资", "kit", [OPTION, template.Option("2", "否", checked=True)], SUBMIT, many=True)
    ticks = template.locked(card, "已提交", {"kit": ("1",)})["checkbox"]
    assert [option["is_checked"] for option in ticks["option_list"]] == [True, False]
    assert ticks["disable"] is True


def test_a_locked_notice_loses_its_menu_and_says_what_happened() -> None:
    spent = template.locked(template.notice("提醒", url=URL, menu=[template.Menu("稍后", "k")]), "已由李*处理")
    assert "action_menu" not in spent
    assert spent["main_title"]["desc"] == "已由李*处理"


def test_a_button_card_reads_like_this_without_cards() -> None:
    card = template.button(
        "核实任务",
        [template.Button("核实反馈", "a"), template.Button("地图", url=URL)],
        desc="剩余 1 小时 20 分",
        text="请先电话联系",
        rows=[template.Row("姓名", "张*三"), template.Row("类别", "密接")],
        select=template.Select("why", "原因", [template.Option("1", "太远"), template.Option("2", "休息")]),
        menu=[template.Menu("转交同事", "b")],
    )
    assert template.text_of(card).splitlines() == [
        "【闭环】核实任务",
        "剩余 1 小时 20 分",
        "请先电话联系",
        "姓名：张*三",
        "类别：密接",
        "原因：1.太远 2.休息",
        "1. 核实反馈",
        "2. 转交同事",
        f"地图：{URL}",
    ]
    assert template.choices(card) == [("核实反馈", "a"), ("转交同事", "b")]


def test_a_button_card_has_exactly_the_shape_of_page_90236() -> None:
    card = template.button("领料审批", [template.Button("同意", "ok:77"), template.Button("驳回", "no:77", style=2)])
    assert card == {
        "card_type": "button_interaction",
        "source": {"desc": "闭环", "desc_color": 0},
        "main_title": {"title": "领料审批"},
        "button_list": [
            {"text": "同意", "style": 1, "key": "ok:77"},
            {"text": "驳回", "style": 2, "key": "no:77"},
        ],
    }
