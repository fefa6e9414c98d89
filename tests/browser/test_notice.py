"""A notice in a browser: the community writes it, the 转运组 sends a car, the escort hears; then it is cancelled."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests import databases, invariants
from tests.browser.conftest import Shoot
from tests.browser.test_seven import Phone
from tests.notice.road import Road
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Sandbox and bot behind real HTTP; three of one household and one more are ready."""
    for url in databases.fresh("sqlite", tmp_path):
        with World(url, tmp_path) as made:
            road = Road(made)
            road.family(3, needs="wheelchair")
            road.family(1, first=3, 人员类别="次密接", 详细地址="前埔南小区7栋101室")
            yield made


def test_from_the_list_to_the_car_and_back(world: World, page: Page, shoot: Shoot) -> None:
    who = ("li.fang", "he.diaodu", "su.husong")
    page.set_viewport_size({"width": 1560, "height": 1000})
    page.goto(f"{world.sandbox.url}/?who={','.join(who)}")
    li, he, su = (Phone(page, userid) for userid in who)

    li.says("通知转运")
    li.sees("可转运 4 人")
    li.taps("新增")
    li.sees("选择转运的住户")
    shoot(page, "notice-people")
    li.taps("下一步")
    li.sees("请回复接车地址")
    li.says("前埔南小区北门")
    li.sees("接车时间")
    li.taps("1小时后")
    li.sees("非密接车辆转运人数：1")
    shoot(page, "notice-review")
    li.taps("确认通知")
    li.sees("已通知转运组：第1单，4 人")

    he.sees("转运通知：前埔南社区 第1单")
    he.taps("接单")
    he.sees("密接 轮椅车 7座：3 人（王*明等3人）")
    he.taps("派车")
    he.says("闽D演001 密接 轮椅 19座 张师傅 14400000111 30分钟后")
    he.sees("核定 19 座，按规定可坐 9 人")
    shoot(page, "notice-car")
    he.taps("确认派车")
    he.sees("还缺：非密接1座")
    he.taps("车已到")
    su.sees("车已到：闽D演001 密接 轮椅车")
    li.taps("查看详情")
    li.sees("王*明 密接（轮椅） 未到 闽D演001")
    shoot(page, "notice-under-way")

    li.taps("取消转运通知")
    li.says("人员改由家属送达")
    li.sees("已取消 前埔南社区 第1单，4 人回到待转运")
    he.sees("请通知 闽D演001 返回")
    su.sees("已由李芳取消")
    shoot(page, "notice-cancelled")
    invariants.check(world.core.store)


def one_sits_in_a_car(world: World) -> None:
    """The same as far as the car, by two phones without a screen; then 王建明 steps in."""
    li, he = world.phone("li.fang"), world.phone("he.diaodu")
    li.says("通知转运")
    li.taps("新增")
    li.sees("选择转运的住户")
    li.submits()
    for asked, answer in (("请回复接车地址", "前埔南小区北门"), ("接车时间", "30分钟后")):
        li.sees(asked)
        li.says(answer)
    li.taps("确认通知")
    for label, answer in (("接单", ""), ("派车", "闽D演001 密接 轮椅 19座 张师傅 14400000111 30分钟后")):
        he.taps(label)
        if answer:
            he.sees("尚未保存")
            he.says(answer)
    he.taps("确认派车")
    he.sees("已派车：闽D演001")
    Road(world).boards("王建明")


def test_a_broken_down_car_is_ended_early(world: World, page: Page, shoot: Shoot) -> None:
    one_sits_in_a_car(world)
    page.set_viewport_size({"width": 1160, "height": 1000})
    page.goto(f"{world.sandbox.url}/?who=li.fang,he.diaodu")
    li, he = (Phone(page, userid) for userid in ("li.fang", "he.diaodu"))
    li.taps("查看详情")
    li.sees("前埔南社区 第1单：上车中，4 人")
    li.taps("中止")
    li.sees("请回复原因")
    li.says("车辆故障")
    li.sees("车上 1 人下车，未上车 3 人")
    li.says("2 改120")
    li.sees("→ 改120")
    shoot(page, "notice-ending-early")
    li.taps("确认中止")
    li.sees("4 人可重新列入通知")
    he.sees("已由李芳中止：车辆故障")
    shoot(page, "notice-ended-early")
    invariants.check(world.core.store)
