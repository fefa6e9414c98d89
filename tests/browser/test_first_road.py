"""The first road in a browser: cards on the right phones, results 1, 5 and 7 by clicks and words, the CDC sees them."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Shoot
from tests.browser.running import Demo

pytestmark = pytest.mark.browser
LONG = 75_000  # a quick thumb meets the pace of 25 messages a minute: what is over waits for the next


class Hand:
    """A thumb on one phone of the page. It can press and choose only what is drawn, and type."""

    def __init__(self, page: Page, userid: str) -> None:
        self.phone = page.locator(f"[data-phone='{userid}']")

    def sees(self, words: str) -> Locator:
        """Wait for the newest message with these words."""
        found = self.phone.locator("article", has_text=words).last
        expect(found).to_be_visible(timeout=LONG)
        return found

    def buttons(self, label: str) -> Locator:
        """Every button of that label that can be pressed now."""
        return self.phone.locator("article").get_by_role("button", name=label, exact=True, disabled=False)

    def taps(self, label: str, on: str = "") -> None:
        """Press the newest such button, or that of the card with these words."""
        place = self.phone.locator("article", has_text=on) if on else self.phone.locator("article")
        place.get_by_role("button", name=label, exact=True, disabled=False).last.click()

    def picks(self, question: str, option: str) -> None:
        """Choose in the newest open drop-down of that name."""
        self.phone.locator(f"select[aria-label='{question}']:enabled").last.select_option(label=option)

    def says(self, words: str) -> None:
        """Type and send."""
        box = self.phone.get_by_role("textbox", name="发消息")
        box.fill(words)
        box.press("Enter")

    def calls(self, outcome: str, on: str) -> None:
        """Press 显示电话 on somebody's card, and say how the call went."""
        self.taps("显示电话", on)
        expect(self.buttons(outcome)).to_have_count(1, timeout=LONG)
        self.taps(outcome)


def test_three_results_go_from_the_phones_of_the_community_to_the_phone_of_the_cdc(
    demo: Demo, page: Page, shoot: Shoot
) -> None:
    page.goto(f"{demo.phones}/?who=li.fang,wang.qiang,zheng.yi")
    fang, qiang, zheng = (Hand(page, userid) for userid in ("li.fang", "wang.qiang", "zheng.yi"))
    for worker in (fang, qiang):
        worker.sees("前埔南社区：新到 8 人待核实")
        expect(worker.buttons("核实反馈")).to_have_count(5, timeout=LONG)
    expect(zheng.phone).not_to_contain_text("密接")
    shoot(page, "wide-1-cards")

    first, second, third = _names(fang, 3)
    fang.calls("接通", first)
    expect(qiang.sees(first)).to_contain_text("李芳已接手", timeout=LONG)
    fang.sees("个人信息是否正确")
    fang.picks("核实反馈结果", "确认居住本辖区，需集中医学观察")
    fang.picks("门磁是否安装", "是")
    shoot(page, "wide-2-form")
    fang.taps("提交")
    fang.sees("请回复核实备注")
    fang.says("已电话核实，本人在家，愿意去隔离点")
    fang.sees("是否愿意配合转运")
    fang.taps("愿意")
    fang.sees("特殊需求")
    fang.taps("提交")
    fang.sees("请确认")
    shoot(page, "wide-3-review")
    fang.taps("确认反馈")
    fang.sees("已保存并反馈疾控")
    expect(zheng.sees("结果1")).to_contain_text("已电话核实，本人在家，愿意去隔离点")

    fang.calls("接通", second)
    fang.sees("个人信息是否正确")
    fang.says("5")
    fang.sees("选了「不在本辖区，且不在本市」")
    fang.says("无")
    fang.sees("这条备注没有内容，尚未保存")
    fang.says("本人已回泉州晋江老家")
    fang.sees("结果5")
    fang.taps("确认反馈")
    fang.sees("待线下反馈")
    expect(zheng.sees("结果5")).to_contain_text("本人已回泉州晋江老家")

    for attempt in range(3):
        qiang.calls("未接", third)
        qiang.sees(f"共 {attempt + 1} 次未接通")
        page.wait_for_timeout(1_100)  # WeCom counts in seconds: the same button twice in one is one press
    qiang.taps("核实反馈", third)
    qiang.sees("个人信息是否正确")
    qiang.says("7")
    qiang.sees("备注草稿")
    qiang.taps("采用草稿")
    qiang.sees("结果7")
    qiang.taps("确认反馈")
    expect(zheng.sees("结果7")).to_contain_text("反馈人王强")
    shoot(page, "wide-4-cdc")

    zheng.taps("接收")
    zheng.sees("已接收")
    expect(zheng.buttons("接收")).to_have_count(2, timeout=LONG)
    shoot(page, "wide-5-received")


def test_a_worker_with_a_narrow_window_can_do_the_whole_road(demo: Demo, narrow: Page, shoot: Shoot) -> None:
    narrow.goto(f"{demo.phones}/?who=chen.jing")
    jing = Hand(narrow, "chen.jing")
    jing.sees("前埔北社区：新到 2 人待核实")
    assert narrow.evaluate("document.documentElement.scrollWidth") <= 390, "nothing sticks out to the side"
    (name,) = _names(jing, 1)
    shoot(narrow, "narrow-1-cards")
    jing.says("待核实")
    jing.sees("待核实 2 人")
    jing.calls("接通", name)
    jing.sees("个人信息是否正确")
    shoot(narrow, "narrow-2-form")
    jing.picks("核实反馈结果", "已联系，不配合提供地址")
    jing.taps("提交")
    jing.sees("请回复核实备注")
    jing.says("接通后拒绝说明住址")
    jing.sees("结果6")
    shoot(narrow, "narrow-3-review")
    jing.taps("确认反馈")
    jing.sees("待线下反馈")
    shoot(narrow, "narrow-4-duty")
    narrow.goto(f"{demo.phones}/phone/xu.yi")
    expect(Hand(narrow, "xu.yi").sees("结果6")).to_contain_text("接通后拒绝说明住址")
    shoot(narrow, "narrow-5-cdc")


def _names(hand: Hand, count: int) -> list[str]:
    """The first `count` names that stand alone among the cards of a phone: 王*明 密接."""
    titles = hand.phone.locator("article:has(button) .card-title").all_inner_texts()
    people = [title for title in titles if re.fullmatch(r"\S\*+\S? \S+", title)]
    return [name for name in people if people.count(name) == 1][:count]
