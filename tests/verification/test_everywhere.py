"""On the way (DOMAIN §2.9): 为什么, 返回, 取消, drafts that wait, old cards that are answered kindly and never act."""

import pytest

from cards import verification as drawn
from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street


def test_why_tells_state_holder_deadline_calls_and_what_is_missing(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    assert "王*明 待核实，还没有人接手，剩" in li.says("为什么")
    li.calls("未接", "接通")
    li.fills_in(6)
    said = li.says("为什么")
    assert "王*明 核实中，由李芳办理，剩" in said
    assert "已打电话 2 次" in said
    assert "还缺：核实备注" in said
    assert "结果6" in li.says("拒绝说明住址"), "the question was left open"
    assert "还缺：点「确认反馈」" in li.says("为什么")


def test_back_leads_to_the_form_from_every_question_and_keeps_what_was_said(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    li.fills_in(1, door="是")
    assert "核实反馈：王*明" in li.says("返回")
    li.fills_in(1, door="是")
    li.says("本人在家")
    assert "核实反馈：王*明" in li.says("返回")
    said = li.fills_in(1, door="是")
    assert "是否愿意配合转运" in said, "the remark stands"


def test_cancel_puts_it_down_and_the_draft_waits(street: Street, li: Hand, wang: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    li.fills_in(6)
    assert "先放下了，已填内容保留，没有反馈" in li.says("取消")
    assert "没有保存" in li.says("拒绝说明住址"), "words after it belong to nothing"
    assert books.tasks(street) == [("前埔南社区", "taken", "li.fang")], "it stays with its holder"
    li.says("待核实")
    assert "选了「已联系，不配合提供地址」" in li.says("1")
    assert "结果6" in li.says("拒绝说明住址")


def test_a_draft_resumes_after_another_task_was_finished(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(*lists.people(2)))
    li.calls("接通", card="王*明")
    li.fills_in(6)
    li.feeds_back(5, card="林*英")
    li.says("待核实")
    assert "选了「已联系，不配合提供地址」" in li.says("1")
    assert "备注：拒绝说明住址" in li.says("拒绝说明住址")


@pytest.mark.parametrize("word", ["返回", "取消", "为什么"])
def test_without_anything_open_the_words_say_so(li: Hand, word: str) -> None:
    assert "现在没有做到一半的事" in li.says(word)


def test_unknown_words_are_told_what_is_expected_at_every_question(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    assert drawn.EXPECTS["waiting"] in li.says("你好")
    li.calls("接通")
    assert drawn.EXPECTS["form"] in li.says("你好")
    li.fills_in(1, door="是")
    li.says("本人在家")
    assert drawn.EXPECTS["willing"] in li.says("你好")
    li.taps("愿意")
    assert drawn.EXPECTS["needs"] in li.says("你好")
    li.submits()
    assert drawn.EXPECTS["review"] in li.says("你好")


def test_an_old_card_says_who_did_what_since_and_brings_the_live_one(street: Street, li: Hand, wang: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    li.fills_in(6)
    before = books.deeds(street)
    said = li.presses_old("提交", answers={"result": ("5",), "info": ("same",), "door": ("na",)})
    assert "这张卡片已过时，没有改动" in said
    assert "核实备注" in said, "and the open question comes again"
    li.says("拒绝说明住址")
    assert books.deeds(street) == before
    li.taps("确认反馈")
    before = books.deeds(street)
    for hand in (li, wang):
        said = hand.presses_old("核实反馈")
        assert "已由李芳于 09:0" in said
        assert "这次没有改动" in said
    assert "这次没有改动" in li.presses_old("确认反馈")
    assert books.deeds(street) == before


def test_one_press_delivered_twice_is_one_press(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.reviews()
    li.taps("确认反馈")
    assert len(books.reports(street)) == 1
    li.presses_old("确认反馈")
    assert len(books.reports(street)) == 1


def test_words_of_a_flow_that_has_ended_belong_to_nothing(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.feeds_back()
    assert "没有保存" in li.says("再补充一句")
    assert books.state(street) == "awaiting_offline"
