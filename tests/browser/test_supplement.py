"""A household of five in a browser: a baby and a grandmother are supplemented, judged at once, one is accompanied."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.demo import people
from tests import databases, invariants
from tests.browser.conftest import Shoot
from tests.browser.test_seven import LONG, Phone
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Sandbox and bot behind real HTTP, with the demo's list: three of the five are on it."""
    for url in databases.fresh("sqlite", tmp_path):
        with World(url, tmp_path) as made:
            made.list_arrives(people.LIST.read_text(encoding="utf-8"))
            yield made


def test_a_baby_and_a_grandmother_are_missing_on_the_list(world: World, page: Page, shoot: Shoot) -> None:
    page.set_viewport_size({"width": 900, "height": 1000})
    page.goto(f"{world.sandbox.url}/?who=li.fang,zheng.yi")
    li, zheng = Phone(page, "li.fang"), Phone(page, "zheng.yi")
    li.sees("前埔南社区：新到 8 人待核实")
    li.sees("王*明")
    li.taps("显示电话", "王*明")
    expect(li.buttons("接通")).to_have_count(1, timeout=LONG)
    li.taps("接通")
    li.fills_in(6)
    li.sees("请回复核实备注")
    li.says("接通后拒绝说明去向")
    li.confirms("结果6")
    li.sees("已保存并反馈疾控：王*明")

    li.taps("补充同住人员")
    li.sees("名单上已有 3 人")
    li.says("5")
    li.sees("还差 2 人不在名单上")
    shoot(page, "supplement-1-household")
    li.says("王小宝")
    li.sees("请回复证件号码")
    li.says("35029920260901001")
    li.sees("应为18位，现在是17位")
    li.says("350299202609010013")
    li.sees("请回复监护人的电话")
    li.taps("与关联人相同")
    li.sees("王*宝：关系")
    li.taps("子女")
    li.sees("判定后再核实")
    li.taps("提交")
    li.sees("王*宝：是否陪护")
    shoot(page, "supplement-2-fields")
    li.taps("否")
    li.sees("请核对：王*宝")
    shoot(page, "supplement-3-review")
    li.taps("保存")
    li.sees("这一户还差 1 人没有补充")
    zheng.sees("补充待判定：王*宝")
    world.waits(minutes=1)  # a thumb as quick as this one would meet the pace

    li.taps("继续补充")
    li.sees("请回复姓名")
    li.says(people.GRANDMOTHER.replace("电话：14400001014 ", ""))
    li.sees("还缺：联系电话")
    li.says("14400001014")
    li.sees("请核对：陈*英")
    li.taps("保存")
    li.sees("已保存并报疾控判定：陈*英")
    zheng.sees("补充待判定：陈*英")
    shoot(page, "supplement-4-waiting")

    zheng.picks("判定范围", "同户 2 人一起判", "补充待判定：陈*英")
    zheng.taps("判为密接", "补充待判定：陈*英")
    zheng.sees("已判定：陈*英、王*宝 判为密接")
    li.sees("王*宝 已由疾控郑医生判定：判为密接")
    expect(li.sees("陈*英 已由疾控郑医生判定")).to_contain_text("不用重填", timeout=LONG)
    expect(zheng.buttons("判为密接")).to_have_count(0, timeout=LONG)
    shoot(page, "supplement-5-decided")
    world.waits(minutes=1)

    li.taps("陪护申请", "王*明")
    li.sees("被陪护人")
    li.picks("被陪护人", "王*宝 密接")
    li.picks("陪护原因", "14岁及以下儿童")
    li.picks("陪护人", "陈*华 密接")
    li.taps("提交")
    li.sees("已提交陪护：陈*华")
    zheng.sees("陪护申请：陈*华")
    shoot(page, "supplement-6-companion")
    zheng.taps("同意陪护")
    li.sees("疾控郑医生已同意 陈*华 陪护 王*宝")
    li.says("补充人员")
    li.sees("补充人员 2 人")
    shoot(page, "supplement-7-list")
    expect(page.locator("body")).not_to_contain_text("系统出错")
    assert world.sandbox.world.book.dropped == {}
    assert invariants.violations(world.core.store) == {}
