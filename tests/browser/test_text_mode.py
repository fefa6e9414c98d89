"""文字模式 and 进度 in a browser: a form answered by numbers, and the figures of a street on the lead's phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Shoot
from tests.browser.running import Demo
from tests.browser.test_first_road import LONG, Hand

pytestmark = pytest.mark.browser


def test_numbers_fill_in_a_form_and_the_lead_reads_the_figures(demo: Demo, page: Page, shoot: Shoot) -> None:
    page.goto(f"{demo.phones}/?who=li.fang,lin.shuji")
    fang, lin = (Hand(page, userid) for userid in ("li.fang", "lin.shuji"))
    expect(fang.buttons("核实反馈")).to_have_count(5, timeout=LONG)
    fang.says("文字模式")
    fang.sees("已改为文字模式，已保存")
    fang.says("待核实")
    fang.sees("8. 郑*强")
    fang.says("1")
    fang.sees("1. 核实反馈")
    fang.says("1")
    fang.sees("（1/3）个人信息是否正确")
    fang.says("1")
    fang.sees("（2/3）核实反馈结果")
    fang.says("5")
    fang.sees("（3/3）门磁是否安装")
    shoot(page, "text-mode")
    fang.says("3")
    fang.sees("1. 接通")
    lin.says("进度")
    expect(lin.sees("1 莲前街道：共")).to_contain_text(re.compile(r"前埔南社区：共 \d+ 人，待核实 \d+ 人"))
    lin.says("1")
    lin.sees("莲前街道（截至")
    lin.says("汇报")
    lin.sees("莲前街道共接收涉疫人员")
    shoot(page, "progress")
