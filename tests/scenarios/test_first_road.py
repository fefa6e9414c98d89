"""The first road: a list arrives, cards lie on the right phones, taps and words feed back, the CDC sees it."""

from bot.demo import people
from tests.scenarios import ledger, lists, wire
from tests.scenarios.conftest import Someone
from tests.scenarios.member import Member
from tests.world import World


def test_a_list_lays_a_digest_and_five_cards_on_the_phones_of_its_community_and_on_no_others(
    world: World, someone: Someone
) -> None:
    world.list_arrives(people.LIST.read_text(encoding="utf-8"))
    for worker in (someone("li.fang"), someone("wang.qiang")):
        said = worker.hears()
        assert "前埔南社区：新到 8 人待核实" in said
        assert len(worker.live("核实反馈")) == 5
        assert "李*伟" not in said, "a person of the neighbouring community"
    assert len(someone("chen.jing").live("核实反馈")) == 2
    assert "孙厝社区：新到 2 人待核实" in someone("huang.min").hears()
    for other in ("zhao.lei", "wu.tao", "lin.shuji", "he.diaodu", "su.husong", "jiudian.qian", "guan.li"):
        assert someone(other).hears() == "", other
    assert "密接" not in someone("zheng.yi").hears()


def test_nobody_is_shown_with_a_full_name_number_or_door(world: World, fang: Member) -> None:
    world.list_arrives(people.LIST.read_text(encoding="utf-8"))
    said = fang.hears()
    for secret in ("王建明", "350299198805120018", "14400001001", "501室", "2单元"):
        assert secret not in said
    assert "王*明" in said
    assert "144****1001" in said
    assert "前埔南小区**" in said


def test_result_1_is_fed_back_by_taps_and_a_remark(world: World, fang: Member, zheng: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.calls("接通")
    fang.fills_in("确认居住本辖区，需集中医学观察", door="是")
    assert "请回复核实备注" in fang.hears()
    fang.says("已电话核实，本人在家，愿意去隔离点")
    assert "是否愿意配合转运" in fang.hears()
    fang.taps("愿意")
    fang.chooses("轮椅")
    fang.submits()
    review = fang.hears()
    for words in ("结果1 确认居住本辖区", "已电话核实，本人在家", "门磁 是", "转运意愿 愿意", "特殊需求 轮椅"):
        assert words in review
    assert zheng.hears() == "", "nothing is fed back before 确认反馈"
    fang.taps("确认反馈")
    receipt = fang.hears()
    assert "已保存并反馈疾控：王*明" in receipt
    assert "已列为待转运" in receipt
    assert "待线下反馈" not in receipt, "result 1 owes nobody a call"
    card = zheng.hears()
    for words in ("王*明 密接", "结果1", "备注：已电话核实", "社区 前埔南社区", "反馈人 李芳", "门磁 是"):
        assert words in card
    assert ledger.states(world) == ["awaiting_transport"]


def test_result_5_owes_the_cdc_a_call_and_only_its_record_ends_that(world: World, fang: Member, zheng: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.feeds_back("不在本辖区，且不在本市", "本人 11 月 20 日已回泉州晋江老家")
    said = fang.hears()
    assert "还需电话或短信告知疾控" in said
    assert "可照念：前埔南社区报告：密接王*明，不在本辖区，且不在本市。本人 11 月 20 日已回泉州晋江老家" in said
    assert "结果5" in zheng.hears()

    fang.taps("已线下反馈")
    assert "反馈方式" in fang.hears()
    fang.picks("反馈方式", "短信")
    fang.submits()
    assert "谁、什么时间" in fang.hears()
    fang.says("。")
    assert "没有写告知了谁，尚未保存" in fang.hears()
    assert ledger.states(world) == ["awaiting_offline"]
    fang.says("区疾控郑医生 00:01")
    done = fang.hears()
    assert "已记录线下反馈：王*明" in done
    assert "短信告知区疾控郑医生" in done
    assert "00:01" in done
    assert fang.live("已线下反馈") == []
    assert ledger.states(world) == ["offline_done"]


def test_result_7_is_earned_by_three_calls_over_an_hour_and_fed_back_with_words(
    world: World, fang: Member, zheng: Member
) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.hears()
    fang.says("7")
    assert "还差 3 次" in fang.hears()
    fang.taps("关机")
    fang.taps("未接")
    assert "还差 1 次" in fang.hears()
    fang.taps("占线")
    assert "其中一次不早于" in fang.hears()
    world.waits(minutes=61)
    fang.taps("空号")
    assert "选了「联系不上」，尚未保存" in fang.hears()
    fang.says("四次都没有接通，已请物业上门")
    assert "结果7 联系不上" in fang.hears()
    fang.taps("确认反馈")
    assert "待线下反馈：王*明" in fang.hears()
    assert "备注：四次都没有接通，已请物业上门" in zheng.hears()
    assert ledger.states(world) == ["awaiting_offline"]


def test_a_result_that_needs_somebody_to_answer_is_not_fed_back_without(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.taps("核实反馈")
    fang.fills_in("已联系，不配合提供地址")
    assert "结果6需要有一次「接通」，尚未保存" in fang.hears()
    fang.taps("拒接")
    assert "结果6需要有一次「接通」" in fang.hears()
    fang.taps("接通")
    assert "请回复核实备注" in fang.hears()


def test_a_result_is_chosen_by_its_number_however_it_is_typed(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.calls("接通")
    typed = {"5": 5, "６": 6, "⑤": 5, "选六": 6, "情景五。": 5, "结果6": 6}
    labels = {5: "不在本辖区，且不在本市", 6: "已联系，不配合提供地址"}
    for number, result in typed.items():
        fang.hears()
        fang.says(number)
        assert f"选了「{labels[result]}」" in fang.hears(), number
        fang.says("返回")
        assert len(fang.live("提交")) == 1


def test_a_number_with_several_cards_on_the_phone_is_never_guessed(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(*lists.people(3)))
    fang.says("7")
    assert "不知道是哪一位，没有保存" in fang.hears()
    assert len(fang.live("核实反馈")) == 3


def test_a_remark_that_says_nothing_is_asked_again(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.calls("接通")
    fang.fills_in("不在本辖区，且不在本市")
    fang.hears()
    for blank in ("无", "111", "。", "没有", "  ...  ", "/", "0"):
        fang.says(blank)
        assert "这条备注没有内容，尚未保存" in fang.hears(), blank
        assert fang.live("确认反馈") == []
    fang.says("已回泉州老家")
    assert len(fang.live("确认反馈")) == 1


def test_what_the_form_left_open_is_asked_one_by_one(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.calls("接通")
    fang.fills_in("请选择")
    assert "还没有选「核实反馈结果」，没有保存" in fang.hears()
    fang.fills_in("居住本辖区，有居家隔离需求")
    assert "门磁是否安装" in fang.hears()
    fang.taps("否")
    assert "居家隔离原因" in fang.hears()
    fang.picks("居家原因", "孕产妇")
    fang.submits()
    review = fang.hears()
    assert "居家原因 孕产妇" in review
    assert "门磁 否" in review


def test_change_goes_back_to_the_form_and_keeps_what_was_chosen(world: World, fang: Member, zheng: Member) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.calls("接通")
    fang.fills_in("已联系，不配合提供地址")
    fang.says("接通后挂断")
    fang.taps("修改")
    assert fang.live("提交")[-1]["picks"]["result"] == ["6"]
    fang.fills_in("不在本辖区，且不在本市")
    fang.says("回电说人在泉州")
    fang.taps("确认反馈")
    card = zheng.hears()
    assert "结果5" in card
    assert "回电说人在泉州" in card
    assert "接通后挂断" not in card


def test_the_full_number_is_shown_to_the_one_who_takes_the_case_and_that_is_logged(
    world: World, fang: Member, qiang: Member
) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.taps("显示电话")
    assert "14400001001" in fang.hears()
    assert "14400001001" not in qiang.hears()
    assert ledger.facts(world, "phone_shown") == [{"to": "li.fang"}]


def test_the_next_card_comes_as_one_is_finished(world: World, fang: Member) -> None:
    world.list_arrives(lists.csv(*lists.people(7)))
    assert len(fang.live("核实反馈")) == 5
    seen = {card["task_id"] for card in fang.live("核实反馈")}
    for number in (1, 2):
        fang.feeds_back(msgid=fang.live("核实反馈")[0]["msgid"])
        now = fang.live("核实反馈")
        seen |= {card["task_id"] for card in now}
        assert (len(now), len(seen)) == (5, 5 + number)
    fang.feeds_back()
    assert len(fang.live("核实反馈")) == 4, "there were only seven"


def test_the_cdc_receives_once_and_the_colleague_is_told_who_did(
    world: World, fang: Member, zheng: Member, xu: Member, someone: Someone
) -> None:
    world.list_arrives(lists.csv(lists.person()))
    fang.feeds_back()
    assert "结果5" in zheng.hears()
    assert someone("hong.yi").hears() == "", "another district's CDC is not told"
    lost = wire.press_and_lose(world, xu, "接收")
    zheng.taps("接收")
    assert "已接收：王*明" in zheng.hears()
    assert zheng.live("接收") == []
    assert xu.live("接收") == []
    xu.hears()
    wire.repeat(world, [lost])
    assert "王*明 的反馈已由郑医生于" in xu.hears()
    assert ledger.deeds(world, "received") == [("report", "received", "received", "zheng.yi")]
