"""补充 (DOMAIN §2.4): from a card, by word, field by field or pasted; 暂存, 保存, 更正."""

import pytest
import sqlalchemy as sa

from bot.state import contact, journal, supplement
from tests.scenarios import lists
from tests.supplements import family
from tests.supplements.family import BABY, GRANNY, HOME
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street


def people_count(street: Street) -> int:
    return int(books.rows(street, sa.select(sa.func.count()).select_from(contact.table))[0][0])


# ── three ways in ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_from_a_persons_card_the_household_is_counted_and_everything_known_is_filled_in(
    listed: Street, li: Hand
) -> None:
    li.feeds_back(6, "接通后拒绝说明住址")
    assert "名单上已有 1 人：王*明" in li.taps("补充同住人员")
    assert "没有保存" in li.says("一大家子")
    assert "还差 2 人不在名单上" in li.says("3")
    li.says("王小宝")
    assert "请回复监护人的电话" in li.says(BABY)
    li.taps("与关联人相同")
    said = li.taps("子女")
    assert "现住址" not in said, "address and 关联人 are known"
    li.submits()
    assert "144****1001（监护人）" in li.taps("否")
    assert "这一户还差 1 人" in li.taps("保存")
    baby = books.people(listed)["王小宝"]
    assert (baby.state, baby.address, baby.phone, baby.sex) == ("undecided", HOME, "14400001001", "男")
    assert (baby.index_case, baby.last_exposure) == ("厦门-0117", None), "a date nobody has given is not invented"
    li.taps("继续补充")
    li.says(f"姓名：陈阿英 证件号：{GRANNY} 电话：14400001009 关系：祖辈 结果：判定后再核实 是否陪护：否")
    assert "发「补充人员」可查看进展" in li.taps("保存")
    assert family.rows(listed) == [("undecided", "", "li.fang", "")] * 2


def test_nobody_is_missing_where_all_are_on_the_list(street: Street, li: Hand) -> None:
    street.list_arrives(lists.csv(*lists.people(2)))
    li.feeds_back(6, "接通后拒绝说明住址", card="王*明")
    li.taps("补充同住人员")
    assert "这一户 2 人都在名单上，不用补充" in li.says("2")
    assert "没看懂" in li.says("3") or "没有保存" in li.says("3")
    assert family.rows(street) == []


def test_by_word_one_field_at_a_time(listed: Street, li: Hand) -> None:
    assert "请回复姓名" in li.says("补充")
    assert "姓名：不像姓名" in li.says("123")
    li.says("王小宝")
    assert "证件号码：应为18位，现在是17位" in li.says(BABY[:17])
    li.says(BABY)
    assert "联系电话：手机应为11位" in li.says("1440000100")
    li.says("14400001001")
    assert "现住址：没有写明地址" in li.says("无")
    li.says("前埔南小区：3栋:501")
    assert "关联人：本辖区名单上没有林*英" in li.says("林秀英")
    li.says("王建明")
    li.says("外甥")
    li.picks(核实反馈结果="确认居住本辖区，需集中医学观察", 门磁是否安装="是")
    li.submits()
    assert "没有说明情况" in li.says("无")
    li.says("随母亲居住，愿意去")
    li.taps("愿意")
    li.submits()
    li.taps("否")
    assert "已保存并报疾控判定：王*宝" in li.taps("保存")
    (one,) = books.rows(listed, sa.select(supplement.table.c.answers, supplement.table.c.relation))
    assert one.answers == {"result": "1", "door": "yes", "willing": "yes", "needs": "none"}
    assert books.people(listed)["王小宝"].address == "前埔南小区：3栋:501"
    assert one.relation == "外甥"


def test_in_the_middle_of_a_verification_its_person_is_the_one_related(listed: Street, li: Hand) -> None:
    li.taps("核实反馈")
    li.says("补充")
    li.says(f"姓名：王小宝 证件号：{BABY} 电话：14400001001 关系：子女 结果：判定后再核实 陪护：否")
    assert "已保存" in li.taps("保存")


WRONG: list[tuple[dict[str, str], str]] = [
    ({"证件号": BABY[:17]}, "证件号码：应为18位，现在是17位"),
    ({"证件号": "350299202200290056"}, "证件号码：出生日期20220029不存在"),
    ({"电话": "144000010"}, "联系电话：手机应为11位"),
    ({"关联人": "赵无名"}, "关联人：本辖区名单上没有赵*名"),
    ({"核实反馈结果": "8"}, "核实反馈结果：应为1–7、判定后再核实"),
    ({"是否陪护": "也许"}, "是否陪护：应为是、否"),
    ({"是否陪护": "是", "陪护谁": "林秀英"}, "陪护谁：同住人员里没有这个姓名"),
    ({"是否陪护": "是", "陪护谁": "王建明", "陪护原因": "想去"}, "陪护原因：应为14岁及以下儿童"),
    ({"核实反馈结果": "3", "实际街道社区": "前埔南社区"}, "实际街道社区：这就是本社区"),
    ({"核实反馈结果": "3", "实际街道社区": "侨英街道孙厝社区"}, "实际街道社区：在其他区，应选情景四"),
    ({"核实反馈结果": "3", "实际街道社区": "乌有村"}, "实际街道社区：没有找到"),
]


def test_a_pasted_message_names_each_wrong_field_and_keeps_the_others(listed: Street, li: Hand) -> None:
    for more, named in WRONG:
        li.says("补充")
        if li.live("另填一位"):
            li.taps("另填一位")
        said = li.says(family.paste(**more))
        assert f"有误：{named}" in said, more
        assert "尚未保存" in said
        li.says("返回")
        li.taps("不补充了")
    assert family.rows(listed) == []


def test_a_pasted_message_names_each_missing_field_exactly(listed: Street, li: Hand) -> None:
    li.says("补充")
    said = li.says(f"姓名：王小宝 证件号：{BABY}\n核实反馈结果：2")
    assert "已记下 3 项" in said
    assert "还缺：联系电话、现住址、关联人、关系、门磁是否安装、居家原因、是否陪护" in said
    assert "还缺：联系电话、现住址" in li.says("为什么")
    assert "还缺：联系电话、现住址" in li.says("保存")


def test_two_people_in_one_message_are_not_mixed(listed: Street, li: Hand) -> None:
    li.says("补充")
    said = li.says(f"{family.paste()}\n{family.granny()}")
    assert "像是两个人，没有保存" in said
    assert "请回复姓名" in li.says("返回") or "还缺：姓名" in li.says("为什么")


def test_a_message_that_wecom_has_cut_does_not_shorten_a_value(listed: Street, li: Hand) -> None:
    li.says("补充")
    whole = f"{family.paste(现住址='')} 现住址：{HOME}{'，近大榕树' * 200}"
    said = li.says(whole.encode()[:2048].decode("utf-8", "replace"))
    assert "消息太长被截断，「现住址」没有收，请单独再发" in said
    assert "还缺：现住址" in said
    li.says(f"现住址：{HOME}")
    assert "已保存" in li.taps("保存")
    assert books.people(listed)["王小宝"].address == HOME


def test_an_address_with_colons_is_one_address(listed: Street, li: Hand) -> None:
    family.submits(li, family.paste(现住址="前埔南小区：3栋:501"))
    assert books.people(listed)["王小宝"].address == "前埔南小区：3栋:501"


# ── children and people without a document ────────────────────────────────────────────────────────────────────────────


def test_a_newborn_without_a_document_needs_a_reason_and_a_guardian(listed: Street, li: Hand) -> None:
    li.says("补充")
    li.says("王小宝")
    li.taps("无证件")
    assert "无证件原因：没有写明" in li.says("无")
    li.says("新生儿未办")
    li.says(f"电话：14400001001 现住址：{HOME} 关联人：王建明 监护人：王建明 关系：子女 结果：判定后再核实 陪护：否")
    assert "已保存" in li.taps("保存")
    baby = books.people(listed)["王小宝"]
    assert (baby.id_type, baby.id_number, baby.note) == ("无证件", "", "新生儿未办")


def test_another_document_is_checked_by_its_own_rule(listed: Street, li: Hand) -> None:
    li.says("补充")
    li.says("王小宝")
    li.taps("出生医学证明")
    assert "不是出生医学证明的号码" in li.says("12345")
    assert "请回复监护人的电话" in li.says("T350299001")


# ── 暂存 ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sheet_waits_and_goes_on_where_it_stopped(listed: Street, li: Hand) -> None:
    li.says("补充")
    li.says("王小宝")
    assert "王*宝 已暂存，还没有报疾控" in li.says("暂存")
    assert "没有保存" in li.says(BABY), "words after it belong to nothing"
    assert "有 1 位没填完" in li.says("补充")
    li.taps("另填一位")
    li.says("陈阿英")
    assert "有 2 位没填完" in li.says("补充")
    li.picks(暂存的人员="王*宝 已填1项")
    assert "请回复证件号码" in li.taps("接着填")
    li.says(family.paste())
    assert "已保存" in li.taps("保存")
    assert "有 1 位没填完" in li.says("补充")


@pytest.mark.parametrize("word", ["返回", "取消"])
def test_every_question_has_a_way_out_and_nothing_is_lost(listed: Street, li: Hand, word: str) -> None:
    li.says("补充")
    li.says("王小宝")
    said = li.says(word)
    if word == "返回":
        assert "还没填完" in said
        said = li.taps("暂存")
    assert "已暂存" in said
    assert "有 1 位没填完" in li.says("补充")
    li.taps("接着填")
    li.says("返回")
    assert "草稿已删除" in li.taps("不补充了")
    assert "请回复姓名" in li.says("补充")


def test_one_answer_can_be_changed_before_it_is_saved(listed: Street, li: Hand) -> None:
    li.says("补充")
    li.says(family.paste())
    li.picks(要改的一项="关系")
    li.taps("修改")
    assert "王*明 其他" in li.says("其他")
    assert "144****1009" in li.says("电话：14400001009")
    li.taps("保存")
    assert books.people(listed)["王小宝"].phone == "14400001009"


def test_an_old_question_brings_the_open_one(listed: Street, li: Hand) -> None:
    li.says("补充")
    li.says("王小宝")
    li.says(BABY)
    assert "请回复" in li.presses_old("护照")
    li.says(family.paste())
    li.taps("保存")
    before = books.deeds(listed)
    assert "现在没有在填的人员" in li.presses_old("保存")
    assert books.deeds(listed) == before


# ── the submitter's own ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_submitter_corrects_and_both_versions_are_kept(listed: Street, li: Hand, zheng: Hand) -> None:
    family.submits(li)
    zheng.hears()
    li.taps("更正")
    assert "144****1009" in li.says("电话：14400001009")
    assert "已更正并告知疾控，仍待判定" in li.taps("保存")
    assert "144****1009" in zheng.hears()
    assert len(zheng.live("判为密接")) == 1, "the old card gives way"
    assert [line[:3] for line in books.history(listed)] == [("phone", "14400001001", "14400001009")]


def test_the_submitter_withdraws_and_may_bring_the_person_again(listed: Street, li: Hand, zheng: Hand) -> None:
    family.submits(li)
    assert "补充已撤回，疾控不再判定" in li.taps("撤回")
    assert zheng.live("判为密接") == []
    assert family.rows(listed) == [("withdrawn", "", "li.fang", "")]
    assert "已撤回，您这一步没有保存" in li.presses_old("撤回")
    family.submits(li)
    assert [row[0] for row in family.rows(listed)] == ["withdrawn", "undecided"]
    assert people_count(listed) == 2


def test_a_colleague_may_look_and_not_change(listed: Street, li: Hand, wang: Hand) -> None:
    family.submits(li)
    wang.says("补充人员")
    assert "王*宝 待判定" in wang.says("1")
    assert wang.live("撤回") == []
    card, key = li.dealt("撤回")
    assert listed.forges("wang.qiang", card, key).outcome == "refused"


@pytest.mark.parametrize("way", ["taps", "says"])
def test_the_cdc_decides_while_the_submitter_edits(listed: Street, li: Hand, zheng: Hand, way: str) -> None:
    family.submits(li)
    li.taps("更正")
    li.says("电话：14400001009")
    zheng.taps("判为密接")
    said = getattr(li, way)("保存")
    assert "王*宝 已由郑医生" in said
    assert "判定：判为密接，您这一步没有保存" in said
    assert books.people(listed)["王小宝"].phone == "14400001001"


def test_a_correction_can_be_given_up(listed: Street, li: Hand) -> None:
    family.submits(li)
    li.taps("更正")
    li.says("电话：14400001009")
    assert "仍按原来提交的等疾控判定" in li.says("取消")
    assert books.people(listed)["王小宝"].phone == "14400001001"


def test_nothing_personal_is_in_the_journal_and_chat_is_masked(listed: Street, li: Hand, zheng: Hand) -> None:
    family.submits(li, family.paste(备注="", 监护人="王建明"))
    facts = str([row.facts for row in books.rows(listed, sa.select(journal.table.c.facts))])
    shown = str([one.card for one in listed.counter.dealt])
    for secret in ("王小宝", BABY, "14400001001", "2单元501室"):
        assert secret not in facts
        assert secret not in shown
