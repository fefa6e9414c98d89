"""The seven results (DOMAIN §2.2.6): exact labels, what each still asks, what each brings, and who hears of it."""

import pytest

from cards import words
from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street

LABELS = {
    1: "确认居住本辖区，需集中医学观察",
    2: "居住本辖区，有居家隔离需求",
    3: "不在本辖区，在镇街其他社区",
    4: "不在本辖区，在本市其他区",
    5: "不在本辖区，且不在本市",
    6: "已联系，不配合提供地址",
    7: "联系不上",
}


def test_the_form_offers_the_seven_labels_exactly(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.taps("核实反馈")
    form, _ = li.dealt("提交")
    info, result, door = form.card["select_list"]
    assert [one["title"] for one in (info, result, door)] == ["个人信息是否正确", "核实反馈结果", "门磁是否安装"]
    assert [one["text"] for one in info["option_list"]] == ["信息一致", "信息不一致，需要修改"]
    assert [one["text"] for one in result["option_list"]] == ["请选择", *LABELS.values()]
    assert [one["text"] for one in door["option_list"]] == ["请选择", "是", "否", "不适用"]
    assert dict(words.RESULTS) == LABELS


def test_1_asks_remark_door_willingness_and_needs_and_leads_to_transport(street: Street, li: Hand, zheng: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    assert "门磁是否安装" in li.fills_in(1), "the form left the door open, so it is asked alone"
    assert "请回复核实备注" in li.taps("否")
    assert "是否愿意配合转运" in li.says("已上门核实，本人在家")
    assert "特殊需求" in li.taps("愿意")
    li.ticks("轮椅", "120", question="needs")
    review = li.submits()
    for line in (f"结果1 {LABELS[1]}", "备注：已上门核实，本人在家", "门磁 否", "转运意愿 愿意", "特殊需求 轮椅、120"):
        assert line in review
    assert "已列为待转运。" in li.taps("确认反馈")
    assert "结果1" in zheng.hears()
    assert books.state(street) == "awaiting_transport"
    assert books.duties(street) == []


def test_1_without_needs_says_none(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.reviews(1, door="是")
    li.taps("劝导中")
    assert "特殊需求 无" in li.submits()
    assert "愿意配合后才能列入转运单" in li.taps("确认反馈")


def test_1_with_refusal_goes_up_to_the_streets_lead(street: Street, li: Hand, lin: Hand, chen: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.reviews(1, door="是")
    li.taps("拒绝")
    li.submits()
    assert lin.hears() == "", "nobody is told before 确认反馈"
    receipt = li.taps("确认反馈")
    assert "愿意配合后才能列入转运单" in receipt
    assert "前埔南社区 王*明 拒绝集中转运（李芳已反馈）" in lin.hears()
    assert chen.hears() == ""
    assert books.reports(street)[-1].answers["willing"] == "refused"


def test_2_asks_the_packs_reason_and_counts_the_days_from_the_last_exposure(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person(末次暴露日期="2026-11-20")))
    li.calls("接通")
    assert "居家隔离原因" in li.fills_in(2, door="是")
    options = li.dealt("提交", "居家隔离原因")[0].card["select_list"][0]["option_list"]
    pack = street.desk.rules.on(street.now().date())
    assert [one["text"] for one in options] == list(pack.tables["home"]["reasons"])
    li.picks(居家原因="行动不便")
    assert "居家原因 行动不便" in li.submits()
    receipt = li.taps("确认反馈")
    assert "居家隔离第 3 天，共 8 天，至 11月28日" in receipt, "20 November and 5+3 days (二十条)"
    assert books.state(street) == "at_home"
    assert "门磁待安装" not in li.hears()


def test_2_without_an_exposure_invents_no_day(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person(末次暴露日期="")))
    li.calls("接通")
    li.fills_in(2, door="不适用")
    li.submits()
    said = li.taps("确认反馈")
    assert "名单没有末次暴露日期" in said
    assert "第 " not in said


def test_2_without_a_door_sensor_owes_one_in_four_hours_or_the_lead_hears(street: Street, li: Hand, lin: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    li.fills_in(2, door="否")
    li.submits()
    assert "请在4小时内安装" in li.taps("确认反馈")
    street.waits(hours=3, minutes=55)
    assert "门磁" not in lin.hears()
    street.waits(minutes=10)
    assert "门磁安装 1 项，最急超时" in li.hears()
    assert "已超时" in li.taps("打开最急一项")
    street.waits(minutes=30)
    assert "门磁安装 1 项，最急超时" in lin.hears()
    assert "门磁已安装，已保存" in li.taps("门磁已安装")
    assert "这次没有改动" in li.presses_old("门磁已安装")
    street.waits(hours=5)
    assert "门磁" not in lin.hears()


def test_a_door_task_goes_with_the_feedback_that_brought_it(street: Street, li: Hand, lin: Hand, zheng: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    li.fills_in(2, door="否")
    li.submits()
    li.taps("确认反馈")
    assert len(li.live("门磁已安装")) == 1
    zheng.taps("退回")
    zheng.says("请核实是否独居")
    assert li.live("门磁已安装") == []
    street.waits(hours=5)
    assert "门磁" not in lin.hears()


def test_4_brings_an_offline_duty_and_names_the_place(street: Street, li: Hand, zheng: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    assert "所在区、街道和社区" in li.fills_in(4)
    assert "孙厝" in li.says("集美侨英街道孙厝社区")
    assert "实际住址" in li.submits()
    assert "待线下反馈：王*明" in li.taps("确认反馈")
    assert "孙厝社区" in zheng.hears()
    assert books.state(street) == "awaiting_offline"
    assert books.duties(street) == ["open"]


@pytest.mark.parametrize("result", [5, 6])
def test_5_and_6_need_a_remark_and_bring_an_offline_duty(street: Street, li: Hand, result: int) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    assert f"选了「{LABELS[result]}」，尚未保存" in li.fills_in(result)
    assert f"结果{result} {LABELS[result]}" in li.says("本人称在外地，不愿说详细地址")
    assert "待线下反馈：王*明" in li.taps("确认反馈")
    assert (books.state(street), books.duties(street)) == ("awaiting_offline", ["open"])


def test_a_remark_that_says_nothing_is_asked_for_again(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    li.fills_in(6)
    for blank in ("无", "111", "。", "没有", "？？"):
        assert "没有内容，尚未保存" in li.says(blank), blank
    assert "备注：他说不方便讲" in li.says("他说不方便讲")


def test_a_typed_number_is_the_same_as_the_drop_down_in_any_of_its_forms(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    for said in ("5", "５", "⑤", "五", "选5", "选 5", "第五", "情景五", "结果5", "（5）", "5。"):
        assert f"选了「{LABELS[5]}」" in li.says(said), said
        li.says("返回")


def test_every_number_chooses_its_result(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    asked = {1: "门磁是否安装", 2: "门磁是否安装", 3: "本区内的街道和社区", 4: "所在区、街道和社区", 7: "还差"}
    for number in LABELS:
        assert asked.get(number, f"选了「{LABELS[number]}」") in li.says(str(number)), number
        li.says("返回")


def test_other_words_choose_nothing_and_are_told_what_is_expected(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.calls("接通")
    for said in ("8", "0", "55", "不知道", "5月去了泉州"):
        answer = li.says(said)
        assert "没有保存" in answer, said
        assert "1–7" in answer, said


def test_a_number_typed_while_the_pending_card_lies_open_takes_the_task(street: Street, li: Hand, wang: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    assert "需要有一次「接通」" in li.says("6")
    assert books.tasks(street) == [("前埔南社区", "taken", "li.fang")]
    assert wang.live("核实反馈") == []


def test_a_number_with_several_cards_open_asks_whom_it_means(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(*lists.people(2)))
    assert "不知道是哪一位，没有保存" in li.says("5")
    assert {task[1] for name in ("王建明", "林秀英") for task in books.tasks(street, name)} == {"open"}


def test_a_form_without_a_result_is_not_taken(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.taps("核实反馈")
    assert "还没有选「核实反馈结果」" in li.submits()
    assert len(li.live("提交")) == 1


def test_an_option_that_was_never_offered_is_refused(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.taps("核实反馈")
    for answers in ({"result": ["8"]}, {"info": ["maybe"]}, {"door": ["open"]}):
        assert "这个选项不在卡片上，没有保存" in li.presses_old("提交", answers=answers)
    li.calls("接通")
    assert books.state(street) == "pending"


def test_change_goes_back_to_the_form_and_asks_what_follows_anew(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.reviews(5)
    assert "核实反馈" in li.taps("修改")
    assert "请回复核实备注" in li.fills_in(6)
    review = li.says("接通后挂断，拒绝说明住址")
    assert "结果6" in review
    assert "泉州" not in review
    assert books.state(street) == "pending", "nothing is fed back before 确认反馈"
