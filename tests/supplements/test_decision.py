"""判定 (DOMAIN §2.4): the six decisions, a whole household at once, and how the decided person joins the road."""

import pytest
import sqlalchemy as sa

from bot.state import area, staff, waiting
from tests.people.test_relay import without
from tests.scenarios import lists
from tests.supplements import family
from tests.supplements.conftest import WANG
from tests.supplements.family import BABY, GRANNY
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street

CENTRAL = {"核实反馈结果": "1", "门磁": "是", "备注": "本人在家愿意转运", "转运意愿": "愿意", "特殊需求": "轮椅"}


def waits(street: Street) -> int:
    """How many steps wait for the CDC's decision."""
    step = waiting.table.c.step == "supplement_decision"
    wanted = sa.select(sa.func.count()).select_from(waiting.table).where(step, waiting.table.c.ended_at.is_(None))
    return int(books.rows(street, wanted)[0][0])


@pytest.mark.parametrize(
    ("decision", "category"), [("判为密接", "密接"), ("判为次密接", "次密接"), ("一般接触", "一般接触者")]
)
def test_whoever_is_decided_without_feedback_is_verified_as_anybody_else(
    listed: Street, li: Hand, zheng: Hand, decision: str, category: str
) -> None:
    family.submits(li)
    assert waits(listed) == 1
    assert f"已判定：王*宝 {decision}" in zheng.taps(decision)
    said = li.hears()
    assert f"王*宝 已由疾控郑医生判定：{decision}" in said
    assert f"王*宝 {category}" in said, "pushed as a card"
    baby = books.people(listed)["王小宝"]
    assert (baby.state, baby.category) == ("pending", category)
    assert waits(listed) == 0
    li.feeds_back(6, "家长拒绝说明住址", card="王*宝")
    assert books.state(listed, "王小宝") == "awaiting_offline"


@pytest.mark.parametrize(
    ("given", "state", "duties"),
    [
        (CENTRAL, "awaiting_transport", []),
        ({"核实反馈结果": "2", "门磁": "否", "居家原因": "婴幼儿或需监护儿童"}, "at_home", []),
        ({"核实反馈结果": "3", "实际街道社区": "莲前街道前埔北社区"}, "forwarded", []),
        ({"核实反馈结果": "4", "实际街道社区": "侨英街道孙厝社区"}, "awaiting_offline", ["open"]),
        ({"核实反馈结果": "5", "备注": "已随外婆回泉州"}, "awaiting_offline", ["open"]),
    ],
)
def test_feedback_given_before_counts_after_and_nobody_is_asked_twice(
    listed: Street, li: Hand, chen: Hand, zheng: Hand, given: dict[str, str], state: str, duties: list[str]
) -> None:
    assert "已保存" in family.submits(li, family.paste(**given))
    zheng.taps("判为密接")
    assert "不用重填" in li.hears()
    assert books.state(listed, "王小宝") == state
    ((report),) = books.reports(listed, "王小宝")
    assert (report.result, report.reported_by) == (given["核实反馈结果"], "li.fang")
    assert books.duties(listed, "王小宝") == duties
    assert not [one for one in li.live("核实反馈") if "王*宝" in one.text()]
    assert f"结果{report.result}" in zheng.hears() or zheng.find(f"结果{report.result}", "接收")


def test_a_general_contact_is_not_sent_to_a_hotel_by_feedback_given_before(
    listed: Street, li: Hand, zheng: Hand
) -> None:
    family.submits(li, family.paste(**CENTRAL))
    zheng.taps("一般接触")
    assert "一般接触者不集中隔离，请重新核实反馈" in li.hears()
    assert books.state(listed, "王小宝") == "pending"


def test_whoever_is_left_out_may_be_brought_again(listed: Street, li: Hand, zheng: Hand) -> None:
    family.submits(li)
    zheng.taps("不纳入")
    assert "如情况有变可重新补充" in li.hears()
    assert books.state(listed, "王小宝") == "excluded"
    assert books.tasks(listed, "王小宝") == []
    assert "已保存" in family.submits(li)
    zheng.taps("判为密接")
    assert books.state(listed, "王小宝") == "pending"
    assert [row[:2] for row in family.rows(listed)] == [("decided", "excluded"), ("decided", "close")]


def test_return_needs_a_reason_and_comes_back_mended(listed: Street, li: Hand, zheng: Hand) -> None:
    family.submits(li)
    assert "尚未保存" in zheng.taps("退回补充")
    assert "没有写明要补充什么" in zheng.says("无")
    assert "已退回补充：王*宝" in zheng.says("请补监护人电话")
    assert waits(listed) == 0
    assert "疾控郑医生退回了 王*宝 的补充：请补监护人电话" in li.hears()
    li.says("补充人员")
    assert "退回原因：请补监护人电话" in li.says("1")
    li.taps("更正")
    li.says("电话：14400001009")
    li.taps("保存")
    assert family.rows(listed)[0][0] == "undecided"
    assert waits(listed) == 1
    assert "补充待判定：王*宝" in zheng.hears()
    zheng.taps("判为密接")
    assert family.rows(listed)[0][:2] == ("decided", "close")


def test_what_was_sent_back_to_somebody_who_has_left_is_a_colleagues_to_mend(
    listed: Street, li: Hand, wang: Hand, zheng: Hand
) -> None:
    family.submits(li)
    wang.says("补充人员")
    wang.says("1")
    assert wang.live("更正") == [], "as long as she is here it is hers"
    without(listed, "li.fang")
    zheng.taps("退回补充")
    zheng.says("请补监护人电话")
    assert "疾控郑医生退回了 王*宝 的补充：请补监护人电话" in wang.hears()
    wang.says("补充人员")
    wang.says("1")
    wang.taps("更正")
    wang.says("电话：14400001009")
    wang.taps("保存")
    assert (family.rows(listed)[0][0], waits(listed)) == ("undecided", 1)


@pytest.mark.parametrize("word", ["返回", "取消"])
def test_it_need_not_be_returned_after_all(listed: Street, li: Hand, zheng: Hand, word: str) -> None:
    family.submits(li)
    zheng.taps("退回补充")
    assert "判为密接" in zheng.says(word)
    assert "没看懂" in zheng.says("请补监护人电话")
    assert family.rows(listed)[0][0] == "undecided"


def test_whoever_is_still_writing_why_keeps_nobody_from_deciding(
    listed: Street, li: Hand, zheng: Hand, xu: Hand
) -> None:
    family.submits(li)
    zheng.taps("退回补充")
    xu.says("补充人员")
    xu.says("1")
    assert "已判定：王*宝 判为密接" in xu.taps("判为密接")
    said = zheng.says("请补监护人电话")
    assert "王*宝 已由许医生" in said
    assert "判为密接，这次没有改动" in said
    family.submits(li, family.granny())
    zheng.taps("退回补充")
    li.taps("撤回")
    assert "陈*英 已撤回，这次没有改动" in zheng.says("请补监护人电话")
    assert [row[:2] for row in family.rows(listed)] == [("decided", "close"), ("withdrawn", "")]


# ── the household ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_household_is_decided_at_once(listed: Street, li: Hand, wang: Hand, zheng: Hand, xu: Hand) -> None:
    family.submits(li)
    family.submits(wang, family.granny(**CENTRAL))
    zheng.picks(判定范围="同户 2 人一起判")
    said = zheng.taps("判为密接")
    assert "已判定：陈*英、王*宝 判为密接" in said
    assert [row[:2] for row in family.rows(listed)] == [("decided", "close")] * 2
    assert "王*宝 已由疾控郑医生判定" in li.hears()
    assert "陈*英 已由疾控郑医生判定" in wang.hears()
    assert (books.state(listed, "王小宝"), books.state(listed, "陈阿英")) == ("pending", "awaiting_transport")
    assert zheng.live("判为密接") == []
    assert xu.live("判为密接") == [], "the cards of colleagues are grey as well"


def test_without_the_choice_only_the_one_is_decided(listed: Street, li: Hand, zheng: Hand) -> None:
    family.submits(li)
    family.submits(li, family.granny())
    zheng.taps("不纳入", "王*宝")
    assert [row[:2] for row in family.rows(listed)] == [("decided", "excluded"), ("undecided", "")]


# ── who, when, how often ──────────────────────────────────────────────────────────────────────────────────────────────


def test_decided_twice_says_who_was_first(listed: Street, li: Hand, zheng: Hand, xu: Hand) -> None:
    family.submits(li)
    zheng.taps("判为密接")
    before = books.deeds(listed)
    assert "王*宝 已由郑医生" in xu.presses_old("不纳入")
    assert "判定：判为密接，这次没有改动" in zheng.presses_old("判为密接")
    assert books.deeds(listed) == before


def test_nobody_but_the_cdc_of_the_place_decides(listed: Street, li: Hand, zheng: Hand) -> None:
    family.submits(li)
    card, key = zheng.dealt("判为密接")
    for stranger in ("li.fang", "wang.qiang", "lin.shuji", "hong.yi", "guan.li", "su.husong"):
        assert listed.forges(stranger, card, key).outcome == "refused", stranger
    assert family.rows(listed)[0][0] == "undecided"


def test_nobody_decides_what_they_submitted_themselves(listed: Street, li: Hand, zheng: Hand) -> None:
    """A member with two roles."""

    def write(conn: sa.Connection) -> None:
        path = conn.execute(sa.select(area.table.c.path).where(area.table.c.code == "350203010034")).scalar_one()
        conn.execute(
            staff.grants.insert(),
            {"staff_id": "zheng.yi", "role": "community", "area_code": "350203010034", "path": path},
        )

    listed.core.store.write(write)
    family.submits(zheng)
    assert "须由另一位疾控人员判定" in zheng.taps("判为密接")
    assert family.rows(listed)[0][0] == "undecided"


def test_many_wait_in_a_queue_and_not_all_on_the_phone(street: Street, li: Hand, zheng: Hand) -> None:
    street.list_arrives(lists.csv(WANG))
    for n, name in enumerate(lists.NAMES[1:8]):
        text = family.paste(姓名=name, 证件类型="护照", 证件号=f"E123456{n}", 电话=f"144000012{n:02}")
        assert "已保存" in family.submits(li, text)
    assert len(zheng.live("判为密接")) == 5
    assert "还有 7 人待判定" in zheng.find("待判定", "继续判定").text()
    zheng.taps("不纳入")
    assert len(zheng.live("判为密接")) == 5, "the next is laid down as one is decided"


def test_the_cdcs_own_list_is_a_decision(listed: Street, li: Hand, zheng: Hand) -> None:
    family.submits(li)
    row = lists.person("王小宝", "14400001001", 证件号码=BABY, 人员类别="次密接")
    listed.list_arrives(lists.csv(row))
    assert family.rows(listed) == [("decided", "listed", "li.fang", "")]
    baby = books.people(listed)["王小宝"]
    assert (baby.state, baby.category) == ("pending", "次密接")
    assert "已列入疾控新名单" in li.hears()
    assert zheng.live("判为密接") == []
    assert waits(listed) == 0


def test_when_the_list_was_quicker_the_feedback_given_before_still_counts(
    listed: Street, li: Hand, zheng: Hand
) -> None:
    family.submits(li, family.granny(**CENTRAL))
    listed.list_arrives(lists.csv(lists.person("陈阿英", "14400001009", 证件号码=GRANNY)))
    assert "不用重填" in li.hears()
    assert books.state(listed, "陈阿英") == "awaiting_transport"


def test_somebody_left_out_whom_the_list_names_later_is_verified(listed: Street, li: Hand, zheng: Hand) -> None:
    family.submits(li)
    zheng.taps("不纳入")
    listed.list_arrives(lists.csv(lists.person("王小宝", "14400001001", 证件号码=BABY)))
    assert books.state(listed, "王小宝") == "pending"
    assert books.tasks(listed, "王小宝") == [("前埔南社区", "open", "")]


def test_where_the_submitter_has_left_the_community_is_asked_once_more(listed: Street, li: Hand, zheng: Hand) -> None:
    family.submits(li, family.granny(**CENTRAL))
    left = staff.table.update().where(staff.table.c.id == "li.fang").values(active=False)
    listed.core.store.write(lambda conn: conn.execute(left))
    zheng.taps("判为密接")
    assert books.state(listed, "陈阿英") == "pending"
    assert listed.phone("wang.qiang").find("陈*英", "核实反馈")
    assert GRANNY not in str([one.card for one in listed.counter.dealt])
