"""转发 (DOMAIN §2.2.7): 接收, 退回, 撤回; the minimum before acceptance; one clock; one open forward; circles."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.state import forward, staff
from tests.scenarios import lists
from tests.verification import books
from tests.verification.hand import Hand
from tests.verification.street import Street

HERE, THERE = "前埔南社区", "前埔北社区"


def offered(street: Street, li: Hand) -> str:
    """王建明 is forwarded from 前埔南 to 前埔北; what the sender hears."""
    street.list_arrives(lists.csv(lists.person(证件号码="350299198805120018")))
    return li.forwards("前埔北社区")


def test_accept_passes_custody_on_with_its_clock_and_tells_the_sender(
    street: Street, li: Hand, wang: Hand, chen: Hand
) -> None:
    assert "等待前埔北社区接收" in offered(street, li)
    assert books.state(street) == "forwarded"
    street.waits(minutes=20)
    said = chen.taps("接收")
    assert "已接收 王*明" in said
    assert "王*明 密接" in said, "now everything is on the card"
    assert "144****1001" in said
    assert "已由前埔北社区陈静接收，您这边已办结" in li.hears()
    assert books.state(street) == "pending"
    assert books.tasks(street) == [(HERE, "left", "li.fang"), (THERE, "open", "")]
    assert len(set(books.due(street))) == 1, "the clock is inherited, not begun anew"
    assert books.forwards(street) == ["accepted"]
    assert li.live("撤回") == []
    chen.feeds_back()
    assert books.state(street) == "awaiting_offline"


def test_before_acceptance_the_receiver_sees_category_surname_and_street_alone(
    street: Street, li: Hand, chen: Hand
) -> None:
    offered(street, li)
    street.waits(minutes=15)
    card = chen.live("接收")[0].text()  # the words: "144" may stand by chance in a random id of the card
    assert "转入：王** 密接" in card
    assert "莲前街道" in card
    assert "王建明" not in str(chen.dealt("接收")[0].card), "nor in any part that is not shown"
    for secret in ("建明", "王*明", "1001", "144", "350299", "3***", "小区", "栋", "泉州"):
        assert secret not in card, secret
    assert "接收后显示全部信息" in card
    assert "已用" in card, "the time the sender has used"


def test_a_reminded_receiver_sees_the_time_used_so_far(street: Street, li: Hand, chen: Hand, lin: Hand) -> None:
    offered(street, li)
    chen.hears()
    street.waits(minutes=31)
    assert "催办：1 项" in chen.hears()
    said = chen.taps("打开最急一项")
    assert "已用31分" in said or "已用32分" in said
    street.waits(minutes=30)
    heard = lin.hears()
    assert "下级超时：1 项" in heard
    assert "接收转发 1 项" in heard
    assert "前埔北社区" in heard
    assert len(chen.live("接收")) == 1, "the reminder replaces the card"


def test_return_needs_a_reason_and_gives_the_task_back_to_the_same_holder(
    street: Street, li: Hand, wang: Hand, chen: Hand
) -> None:
    offered(street, li)
    due = books.due(street)
    assert "退回 王**，尚未保存" in chen.taps("退回")
    for blank in ("无", "111", "。"):
        assert "没有写明原因，尚未保存" in chen.says(blank)
    assert books.forwards(street) == ["offered"]
    assert "已退回 王**" in chen.says("查无此人，物业确认不住这里")
    said = li.hears()
    assert "前埔北社区退回了 王*明：查无此人，物业确认不住这里" in said
    assert "核实反馈" in said
    assert books.tasks(street) == [(HERE, "taken", "li.fang")]
    assert books.due(street) == due
    assert books.forwards(street) == ["returned"]
    assert wang.hears().count("王*明") <= 2
    assert "请回复核实备注" in li.fills_in(5), "the call made before still counts"
    li.says("本人电话称已到泉州")
    li.taps("确认反馈")
    assert books.state(street) == "awaiting_offline"


@pytest.mark.parametrize("word", ["返回", "取消"])
def test_a_receiver_may_think_better_of_returning(street: Street, li: Hand, chen: Hand, word: str) -> None:
    offered(street, li)
    chen.taps("退回")
    assert "转入：王**" in chen.says(word)
    assert "已接收" in chen.taps("接收")


def test_withdraw_brings_the_task_back_as_long_as_nobody_has_answered(street: Street, li: Hand, chen: Hand) -> None:
    offered(street, li)
    assert "已撤回 王*明 的转发" in li.taps("撤回")
    assert books.tasks(street) == [(HERE, "taken", "li.fang")]
    assert chen.live("接收") == []
    said = chen.presses_old("接收")
    assert "已撤回" in said
    assert "没有改动" in said
    assert books.forwards(street) == ["withdrawn"]
    assert len(li.live("提交")) == 1, "the form is open again"


def test_after_accept_the_sender_can_withdraw_no_more(street: Street, li: Hand, chen: Hand) -> None:
    offered(street, li)
    chen.taps("接收")
    said = li.presses_old("撤回")
    assert "陈静" in said
    assert "已接收，这次没有改动" in said
    assert books.forwards(street) == ["accepted"]


def test_two_receivers_at_once_accept_once(street: Street, li: Hand, chen: Hand) -> None:
    add(street, "su.husong", "350203010023")
    offered(street, li)
    chen.taps("接收")
    said = street.phone("su.husong").presses_old("接收")
    assert "陈静" in said
    assert "没有改动" in said
    assert [task[1] for task in books.tasks(street)] == ["left", "open"]


def test_there_is_one_open_forward_of_a_person_whatever_the_code_does(street: Street, li: Hand) -> None:
    """I: the database itself refuses a second one."""
    offered(street, li)
    table = forward.table

    def second(conn: sa.Connection) -> None:
        row = conn.execute(sa.select(table)).one()
        conn.execute(table.insert(), dict(row._mapping) | {"id": "0" * 32, "to_area": "350203010026"})

    with pytest.raises(sa.exc.IntegrityError):
        street.core.store.write(second)
    assert books.forwards(street) == ["offered"]


def test_while_a_forward_is_open_the_sender_can_do_nothing_else_with_the_task(
    street: Street, li: Hand, wang: Hand
) -> None:
    offered(street, li)
    before = books.deeds(street)
    for label in ("确认反馈", "核实反馈", "显示电话", "转交同事"):
        said = li.presses_old(label)
        assert "没有改动" in said, label
        assert "14400001001" not in said
    said = wang.presses_old("核实反馈")
    assert "没有改动" in said
    assert "撤回" in li.says("撤销")
    assert books.deeds(street) == before


def test_nobody_on_duty_at_the_target_is_told_to_its_lead_at_once(street: Street, li: Hand, lin: Hand) -> None:
    street.list_arrives(lists.csv(lists.person()))
    li.forwards("瑞景社区")
    assert "有一人转发到瑞景社区，但该社区没有在岗人员" in lin.hears()
    assert "王" not in lin.hears()
    li.taps("撤回")
    assert books.state(street) == "pending"


def test_a_to_b_to_a_stops_and_the_streets_lead_rules_with_both_remarks(
    street: Street, li: Hand, chen: Hand, lin: Hand
) -> None:
    offered(street, li)
    chen.taps("接收")
    said = chen.forwards("前埔南社区")
    assert "待负责人裁定" in said or "等待" in said
    card = lin.hears()
    assert "转发有争议：王*明" in card
    assert HERE in card
    assert THERE in card
    assert li.live("接收") == [], "it stops with the lead"
    assert books.forwards(street) == ["accepted", "disputed"]
    assert "由前埔南社区办理" in lin.taps("前埔南社区")
    assert "由前埔南社区办理" in chen.hears()
    assert books.forwards(street) == ["accepted", "ruled"]
    assert books.tasks(street)[-1] == (HERE, "open", "")
    assert len(li.live("核实反馈")) == 1
    assert len(set(books.due(street))) == 1
    assert "已裁定，这次没有改动" in lin.presses_old("前埔北社区")


def test_the_lead_may_leave_it_where_it_is(street: Street, li: Hand, chen: Hand, lin: Hand) -> None:
    offered(street, li)
    chen.taps("接收")
    chen.forwards("前埔南社区")
    lin.taps("前埔北社区")
    assert books.tasks(street)[-1] == (THERE, "taken", "chen.jing")
    assert len(chen.live("提交")) == 1
    assert books.state(street) == "pending"


def test_the_sender_may_withdraw_from_a_dispute(street: Street, li: Hand, chen: Hand, lin: Hand) -> None:
    offered(street, li)
    chen.taps("接收")
    chen.forwards("前埔南社区")
    chen.taps("撤回")
    assert books.forwards(street)[-1] == "withdrawn"
    assert "已撤回，这次没有改动" in lin.presses_old("前埔南社区")
    assert books.tasks(street)[-1][1] == "taken"


def test_a_forward_that_comes_back_when_its_sender_has_gone_is_laid_before_the_colleagues(
    street: Street, li: Hand, wang: Hand, chen: Hand
) -> None:
    offered(street, li)
    remove(street, "li.fang")
    chen.taps("退回")
    chen.says("查无此人，物业确认不住这里")
    said = wang.hears()
    assert "李芳" in said
    assert "接手" in said
    wang.taps("接手")
    assert books.tasks(street) == [(HERE, "taken", "wang.qiang")]
    assert len(wang.live("提交")) == 1


def test_more_of_the_household_go_along(street: Street, li: Hand, chen: Hand) -> None:
    street.list_arrives(lists.csv(*lists.people(3)))
    li.calls("接通", card="王*明")
    li.fills_in(3)
    li.says("前埔北社区")
    li.submits()
    li.taps("全家同一结果")
    li.submits()
    li.taps("确认反馈")
    assert books.forwards(street) == ["offered"] * 3
    assert len(chen.live("接收")) == 3


def add(street: Street, userid: str, area_code: str) -> None:
    """Somebody of the demo serves a community besides."""

    def write(conn: sa.Connection) -> None:
        path = conn.execute(sa.text("SELECT path FROM area WHERE code = :c"), {"c": area_code}).scalar_one()
        values = {"staff_id": userid, "role": "community", "area_code": area_code, "path": path}
        conn.execute(staff.grants.insert(), values)

    street.core.store.write(write)


def remove(street: Street, userid: str) -> None:
    """Somebody is no longer in the directory."""
    gone = staff.table.update().where(staff.table.c.id == userid).values(active=False)
    street.core.store.write(lambda conn: conn.execute(gone))


def test_the_time_limit_stays_that_of_the_list(street: Street, li: Hand, chen: Hand) -> None:
    begun = street.now()
    offered(street, li)
    street.waits(minutes=100)
    chen.taps("接收")
    assert books.due(street) == [begun + timedelta(hours=2)] * 2
    street.waits(minutes=30)
    chen.says("待核实")
    assert "超时" in chen.says("超时")
