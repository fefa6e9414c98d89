"""The whole road in a browser, over six phones: from an imported list to 已入住, by taps, words and scans (issue 6)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.state import code, contact, notice, supply
from cards import menu, words
from integrations.hotel.standin import Hotel
from integrations.webhooks.client import Webhook
from tests import databases, invariants
from tests.browser.conftest import Shoot
from tests.browser.test_seven import LONG, Phone
from tests.issuing.counter import does, household
from tests.scenarios import lists
from tests.world import World

pytestmark = pytest.mark.browser
KEY = "a-key-shared-with-a-hotel-in-tests"
WHO = ("li.fang", "zheng.yi", "he.diaodu", "su.husong", "zhou.husong", "jiudian.qian")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Sandbox and bot behind real HTTP; a list of two people of one household has just arrived."""
    for url in databases.fresh("sqlite", tmp_path):
        with World(url, tmp_path) as made:
            made.list_arrives(lists.csv(*household(2)))
            yield made


@pytest.fixture
def hotel(world: World) -> Iterator[Hotel]:
    """鹭岛隔离酒店一号 has a system of its own."""

    def unix() -> float:
        return world.now().timestamp()

    with Hotel(KEY, unix) as system:
        sealed = world.core.keys.seal(KEY, "hotel", "push_key", "LD01")
        change = "UPDATE hotel SET push_url = :url, push_key = :box WHERE code = 'LD01'"
        with world.core.store.engine.begin() as conn:
            conn.exec_driver_sql(change, {"url": system.url, "box": sealed})
        world.app.sender.effects.hotel = lambda url, key: Webhook(url, key, unix)
        yield system


def lays_out(world: World) -> list[str]:
    """Publish the menu and lay three printed codes into the tray; the short codes."""
    short = does(world.core, lambda tx: supply.print_new(tx, 3)[1], "guan.li")
    tray = [{"code": code.payload(world.core.keys, one), "label": code.shown(one), "symbology": ""} for one in short]
    with world.sandbox.world.lock:
        world.sandbox.world.book.menu = menu.draw(lambda word: world.core.runner.scenarios.word(word) is not None)
        world.sandbox.world.book.printed = tray
    return short


def scans(phone: Phone, group: str, entry: str, short: str) -> None:
    """Open the menu's camera and take a printed code from the tray."""
    phone.phone.get_by_role("button", name=group, exact=True).last.click()
    phone.phone.get_by_role("menuitem", name=entry).click()
    phone.page.get_by_role("dialog").get_by_role("button", name=code.shown(short)).click()


def verifies(li: Phone) -> None:
    """Result 1, willing, without special needs."""
    li.begins()
    li.fills_in(1, door="是")
    li.sees("请回复核实备注")
    li.says("已电话核实，本人在家")
    li.sees("是否愿意配合转运")
    li.taps("愿意")
    li.sees("特殊需求")
    li.taps("提交")
    li.confirms("结果1")
    li.sees("已保存并反馈疾控")


def test_two_people_go_from_the_list_to_their_rooms(world: World, hotel: Hotel, page: Page, shoot: Shoot) -> None:
    codes = lays_out(world)
    page.set_viewport_size({"width": 2350, "height": 1000})
    page.goto(f"{world.sandbox.url}/?who={','.join(WHO)}")
    li, zheng, he, su, zhou, qian = (Phone(page, userid) for userid in WHO)

    # ── 核实反馈 ──
    li.sees("前埔南社区：新到 2 人待核实")
    for _ in range(2):
        verifies(li)
        world.waits(minutes=1)
    zheng.sees("结果1")
    shoot(page, "road-1-verified")

    # ── 发放物品 ──
    world.waits(minutes=2)
    li.says(words.ISSUE)
    li.sees("转运类型")
    li.taps("密接转运")
    li.sees("应发2 已发0")
    li.says("三栋501")
    expect(li.buttons(words.ISSUE_AND_BIND)).to_have_count(1, timeout=LONG)
    li.taps(words.ISSUE_AND_BIND)
    li.sees("发给 王*明")
    scans(li, words.PREPARE, words.SCAN_AND_BIND, codes[0])
    li.sees("已发放并绑定：王*明")
    li.says(code.shown(codes[1]))
    li.sees("已发放并绑定：林*英")

    # ── 通知转运 ──
    world.waits(minutes=3)
    li.says(words.NOTICE)
    li.sees("可转运 2 人")
    li.taps(words.NEW)
    li.sees("选择转运的住户")
    li.taps("下一步")
    li.sees("请回复接车地址")
    li.says("前埔南小区北门")
    li.sees("接车时间")
    li.taps("1小时后")
    li.sees("接车地址：前埔南小区北门")
    li.taps(words.CONFIRM_NOTICE)
    li.sees("已通知转运组")

    # ── 派车 ──
    he.sees("转运通知：前埔南社区 第1单")
    he.taps(words.TAKE_ORDER)
    expect(he.buttons(words.ASSIGN_VEHICLE)).to_have_count(1, timeout=LONG)
    he.taps(words.ASSIGN_VEHICLE)
    he.sees("车牌")
    he.says("闽D演001 密接 45座 张师傅 14400000111 25分钟后")
    he.sees("按规定可坐 22 人")
    he.taps("确认派车")
    he.sees("已派车：闽D演001")
    su.sees("闽D演001")
    shoot(page, "road-2-dispatched")

    # ── 接人上车 ──
    world.waits(minutes=2)
    for escort in (su, zhou):
        escort.says(words.BOARDING)
        escort.sees("1 辆车待接人")
        escort.taps(words.SCAN_ABOARD)
        expect(escort.buttons(words.DETAILS)).to_have_count(1, timeout=LONG)
        escort.taps(words.DETAILS)
        escort.sees("应到2 · 已上0 · 未到2")
    scans(su, "接人上车", "扫码上车", codes[0])
    su.sees("✓ 王*明 第1位 / 应到2")
    scans(zhou, "接人上车", "扫码上车", codes[0])
    zhou.sees("由苏护送扫过(第1位)")
    scans(su, "接人上车", "扫码上车", codes[2])
    su.sees("这个码没有绑定人员")
    su.taps(words.FINISH_PICKUP)
    su.sees("林*英 未到也没有说明")
    scans(zhou, "接人上车", "扫码上车", codes[1])
    zhou.sees("✓ 林*英 第2位 / 应到2")
    world.waits(seconds=10)
    su.sees("应到2 · 已上2 · 未到0")
    shoot(page, "road-3-boarding")

    # ── 完成接人 ──
    su.taps(words.FINISH_PICKUP)
    su.sees("请清点 闽D演001 车上人数")
    su.says("3")
    su.sees("清点 3 人，系统已上 2 人")
    su.taps("重新清点")
    su.sees("请清点 闽D演001 车上人数")
    su.says("2")
    su.sees("共 2 人，请确认发车")
    shoot(page, "road-4-counted")
    su.taps("确认发车")
    su.sees("已完成接人")
    for phone in (li, zheng, he):
        phone.sees("接走 2 人，送往鹭岛隔离酒店一号")

    # ── 隔离酒店 ──
    qian.sees("在途 2 人，已入住 0 人")
    qian.says(words.ARRIVALS)
    qian.sees("待接收 1 张名单，在途 2 人")
    qian.taps("打开")
    qian.sees("已更新，请看新卡片")
    qian.taps("逐人确认")
    qian.sees("1 王*明 密接 在途")
    qian.says("1 302")
    qian.sees("✓ 王*明 已入住 1/2，302房")
    scans(qian, "接人上车", "扫码上车", codes[1])
    qian.sees("全部 2 人")
    for phone in (su, zheng, he):
        phone.sees("双方核对一致")
    shoot(page, "road-5-arrived")

    assert hotel.guests() == ["王建明", "林秀英"]
    with world.core.store.read() as conn:
        states = [row.state for row in conn.execute(contact.table.select())]
        closed = [row.state for row in conn.execute(notice.table.select())]
    assert (states, closed) == (["arrived", "arrived"], ["closed"])
    expect(page.locator("body")).not_to_contain_text("系统出错")
    assert world.sandbox.world.book.dropped == {}
    assert invariants.violations(world.core.store) == {}
