"""A card as numbers: whatever a thumb could press can be typed, and every line does what it says."""

import pytest
from hypothesis import HealthCheck, given, settings

from cards import numbered, template, words
from tests.cards import by_numbers
from tests.cards.test_template import cards

calm = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@calm
@given(cards)
def test_whatever_a_thumb_can_press_can_be_typed(card: template.Card) -> None:
    assert by_numbers.complaints(card) == []


def decision() -> template.Card:
    """A choice beside buttons that do different things with it."""
    options = [template.Option("alone", "只判这一位"), template.Option("all", "同户 3 人一起判")]
    buttons = [template.Button(text, text) for text in ("判为密接", "判为次密接")]
    return template.button("补充待判定", buttons, select=template.Select("scope", "判定范围", options, "alone"))


def test_a_choice_beside_deeds_is_chosen_first_and_does_nothing_by_itself() -> None:
    drawn = numbered.draw(decision())
    assert "1. 只判这一位（已选）\n2. 同户 3 人一起判\n3. 判为密接\n4. 判为次密接" in drawn
    chosen = numbered.read(decision(), {}, "2")
    assert isinstance(chosen, numbered.Chosen)
    assert chosen.words == "已选：同户 3 人一起判（「返回」重选）\n1. 判为密接\n2. 判为次密接\n回复数字办理。"
    assert numbered.read(decision(), chosen.answers, "2") == numbered.Press("判为次密接", {"scope": ("all",)})
    assert numbered.read(decision(), {}, "4") == numbered.Press("判为次密接", {"scope": ("alone",)})
    assert numbered.back(decision(), chosen.answers) == numbered.Chosen({}, drawn.partition("\n")[2])


@pytest.mark.parametrize("label", sorted(words.CHOOSING))
def test_a_list_to_open_is_opened_by_one_number(label: str) -> None:
    options = [template.Option("a", "1 王*明"), template.Option("b", "2 林*英")]
    select = template.Select("who", "选择人员", options, "a")
    card = template.button(
        "待核实 2 人", [template.Button(label, "open"), template.Button("下一页", "more")], select=select
    )
    assert "1. 王*明\n2. 林*英\n3. 下一页" in numbered.draw(card)
    assert numbered.read(card, {}, "2") == numbered.Press("open", {"who": ("b",)})


def test_several_of_a_vote_are_several_numbers() -> None:
    options = [template.Option(one, one) for one in "甲乙丙"]
    card = template.vote("全家", "who", options, template.Menu("确定", "go"), many=True)
    assert numbered.read(card, {}, "1、3") == numbered.Press("go", {"who": ("甲", "丙")})
    assert numbered.read(card, {}, "0") == numbered.Press("go", {"who": ()})
    assert isinstance(numbered.read(card, {}, "4"), numbered.Misfit)
    assert numbered.read(card, {}, "谢谢") is None


def test_what_is_ticked_already_can_be_sent_as_it_is() -> None:
    options = [template.Option(one, one, one != "乙") for one in "甲乙丙"]
    card = template.vote("住户", "who", options, template.Menu("提交", "go"), many=True)
    assert "1. 甲 ✓\n2. 乙\n3. 丙 ✓\n4. 就按打勾的提交\n" in numbered.draw(card)
    assert numbered.read(card, {}, "4") == numbered.Press("go", {"who": ("甲", "丙")})
    assert numbered.read(card, {}, "2") == numbered.Press("go", {"who": ("乙",)})
    assert isinstance(numbered.read(card, {}, "1 4"), numbered.Misfit)
