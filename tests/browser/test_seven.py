"""All seven results in a browser, a phone for each side: worker, colleague, neighbour, CDC and lead (issue 3)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.demo import people
from tests import databases, invariants
from tests.browser.conftest import Shoot
from tests.world import World

pytestmark = pytest.mark.browser
LONG = 75_000  # a quick thumb meets the pace of 25 messages a minute: what is over waits for the next
RESULTS = {
    1: "确认居住本辖区，需集中医学观察",
    2: "居住本辖区，有居家隔离需求",
    3: "不在本辖区，在镇街其他社区",
    4: "不在本辖区，在本市其他区",
    5: "不在本辖区，且不在本市",
    6: "已联系，不配合提供地址",
    7: "联系不上",
}


class Phone:
    """A thumb on one phone of the page; it presses and chooses only what is drawn."""

    def __init__(self, page: Page, userid: str) -> None:
        self.page, self.phone = page, page.locator(f"[data-phone='{userid}']")

    def sees(self, words: str) -> Locator:
        """Wait for the newest message with these words."""
        found = self.phone.locator("article", has_text=words).last
        expect(found).to_be_visible(timeout=LONG)
        return found

    def buttons(self, label: str, on: str = "") -> Locator:
        """The live buttons of that label, of all cards or of those with these words."""
        place = self.phone.locator("article", has_text=on) if on else self.phone.locator("article")
        return place.get_by_role("button", name=label, exact=True, disabled=False)

    def taps(self, label: str, on: str = "") -> None:
        """Press the newest such button."""
        self.buttons(label, on).last.click()

    def picks(self, question: str, option: str, on: str = "") -> None:
        """Choose in the newest open drop-down of that name, of all cards or of those with these words."""
        place = self.phone.locator("article", has_text=on) if on else self.phone
        place.locator(f"select[aria-label='{question}']:enabled").last.select_option(label=option)

    def offers(self, question: str, option: str) -> None:
        """Wait until the only open drop-down of that name has this option: the card of before has gone by then."""
        asked = self.phone.locator(f"select[aria-label='{question}']:enabled")
        expect(asked.locator("option", has_text=option)).to_have_count(1, timeout=LONG)
        expect(asked).to_have_count(1, timeout=LONG)

    def says(self, words: str) -> None:
        """Type and send."""
        box = self.phone.get_by_role("textbox", name="发消息")
        box.fill(words)
        box.press("Enter")

    def begins(self, outcome: str = "接通") -> str:
        """Show the number of somebody whom nobody has begun, and say how the call went; who it is."""
        card = self.phone.locator("article", has_text="请先电话联系本人").filter(
            has=self.page.get_by_role("button", name="核实反馈", exact=True, disabled=False)
        )
        expect(card.first).to_be_visible(timeout=LONG)
        found = re.search(r"([\u4e00-\u9fff]\*[\u4e00-\u9fff]?) (密接|次密接)", card.first.inner_text())
        assert found is not None
        card.first.get_by_role("button", name="显示电话", exact=True, disabled=False).click()
        expect(self.buttons(outcome)).to_have_count(1, timeout=LONG)
        self.taps(outcome)
        return found[1]

    def fills_in(self, result: int, door: str = "") -> None:
        """Choose in the open form, and submit it."""
        self.sees("个人信息是否正确")
        self.picks("核实反馈结果", RESULTS[result])
        if door:
            self.picks("门磁是否安装", door)
        self.taps("提交")

    def receives(self, result: int, remark: str = "") -> None:
        """See the card of a feedback, and press 接收 on it."""
        card = self.sees(f"结果{result} {RESULTS[result]}")
        expect(card).to_contain_text(remark)
        card.get_by_role("button", name="接收", exact=True, disabled=False).click()
        expect(card).to_contain_text("郑医生已接收")

    def confirms(self, words: str) -> None:
        """Read the review, and press 确认反馈."""
        self.sees("请确认")
        self.sees(words)
        self.taps("确认反馈")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Sandbox and bot behind real HTTP, with a clock that can be moved, and the demo's list."""
    for url in databases.fresh("sqlite", tmp_path):
        with World(url, tmp_path) as made:
            made.list_arrives(people.LIST.read_text(encoding="utf-8"))
            yield made


def test_all_seven_results_with_a_phone_for_each_side(world: World, page: Page, shoot: Shoot) -> None:
    who = ("li.fang", "wang.qiang", "chen.jing", "zheng.yi", "lin.shuji")
    page.set_viewport_size({"width": 1960, "height": 1000})
    page.goto(f"{world.sandbox.url}/?who={','.join(who)}")
    li, wang, chen, zheng, lin = (Phone(page, userid) for userid in who)
    li.sees("前埔南社区：新到 8 人待核实")

    name = li.begins()
    li.fills_in(1, door="是")
    li.sees("请回复核实备注")
    li.says("已上门核实，本人在家，暂不愿意转运")
    li.sees("是否愿意配合转运")
    li.taps("拒绝")
    li.sees("特殊需求")
    li.taps("提交")
    li.confirms("结果1")
    li.sees("愿意配合后才能列入转运单")
    lin.sees("拒绝集中转运")
    zheng.receives(1)
    shoot(page, "seven-1")
    world.waits(minutes=1)  # a thumb as quick as this one would meet the pace

    wang.begins()
    wang.fills_in(2, door="否")
    wang.sees("居家隔离原因")
    wang.picks("居家原因", "行动不便")
    wang.taps("提交")
    wang.confirms("居家原因")
    wang.sees("居家隔离第")
    wang.sees("门磁待安装")
    wang.taps("门磁已安装")
    wang.sees("门磁已安装，已保存")
    zheng.receives(2)
    shoot(page, "seven-2")
    world.waits(minutes=1)  # a thumb as quick as this one would meet the pace

    name = li.begins()
    li.fills_in(3)
    li.sees("本区内的街道和社区")
    li.says("集美侨英孙厝")
    li.sees("实际住在")
    li.taps("提交")
    li.sees("应选情景四，尚未保存")
    li.says("莲前街道前埔北社区")
    expect(li.sees("实际住在")).to_contain_text("前埔北社区", timeout=LONG)
    li.taps("提交")
    li.confirms("结果3")
    li.sees("等待前埔北社区接收")
    expect(chen.sees("转入：")).not_to_contain_text(name)
    shoot(page, "seven-3-offered")
    chen.taps("接收", "转入：")
    chen.sees(f"已接收 {name}")
    li.sees("您这边已办结")
    shoot(page, "seven-3-accepted")
    world.waits(minutes=1)  # a thumb as quick as this one would meet the pace

    wang.begins()
    wang.fills_in(4)
    wang.sees("所在区、街道和社区")
    wang.says("集美侨英孙厝")
    wang.sees("孙厝社区")
    wang.taps("提交")
    wang.confirms("结果4")
    zheng.receives(4)
    wang.sees("待线下反馈：")
    shoot(page, "seven-4")
    world.waits(minutes=1)  # a thumb as quick as this one would meet the pace

    for result, remark in ((5, "本人已回泉州晋江老家"), (6, "接通后拒绝说明住址")):
        li.begins()
        li.sees("个人信息是否正确")
        li.says(str(result))
        li.sees(f"选了「{RESULTS[result]}」")
        li.says("无")
        li.sees("这条备注没有内容，尚未保存")
        li.says(remark)
        li.confirms(f"结果{result}")
        zheng.receives(result, remark)
        shoot(page, f"seven-{result}")
        world.waits(minutes=1)

    name = wang.begins("未接")
    wang.sees("共 1 次未接通")
    for outcome, made in (("关机", 2), ("占线", 3)):
        world.waits(minutes=31)
        wang.taps("显示电话", name)
        expect(wang.buttons(outcome)).to_have_count(1, timeout=LONG)
        wang.taps(outcome)
        wang.sees(f"共 {made} 次未接通")
    wang.taps("核实反馈", name)
    wang.sees("个人信息是否正确")
    wang.says("7")
    wang.sees("备注草稿")
    wang.taps("采用草稿")
    wang.confirms("结果7")
    zheng.receives(7, "均未联系上")
    wang.sees(f"待线下反馈：{name}")
    shoot(page, "seven-7")

    wang.taps("已线下反馈", name)
    wang.picks("反馈方式", "短信")
    wang.taps("提交")
    wang.sees("谁、什么时间")
    wang.says("区疾控郑医生")
    wang.sees("已记录线下反馈")
    zheng.sees("线下反馈：")
    zheng.taps("已收到")
    wang.sees("疾控郑医生已收到")
    shoot(page, "seven-8-told")
    expect(page.locator("body")).not_to_contain_text("系统出错")
    assert world.sandbox.world.book.dropped == {}
    assert invariants.violations(world.core.store) == {}
