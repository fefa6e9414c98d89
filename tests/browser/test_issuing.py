"""A household of five gets kits in a browser in three ways: the menu's camera, the keyboard, a photograph (issue 5)."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.state import code, supply
from cards import menu, words
from tests import databases, invariants
from tests.browser.conftest import Shoot
from tests.browser.test_seven import LONG, Phone
from tests.issuing.counter import does, household, report_all
from tests.scenarios import lists
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Sandbox and bot behind real HTTP; a household of five has been fed back as 集中 and is willing."""
    for url in databases.fresh("sqlite", tmp_path):
        with World(url, tmp_path) as made:
            made.list_arrives(lists.csv(*household(5)))
            does(made.core, lambda tx: report_all(tx, made.core.runner.rules))
            made.waits(minutes=3)
            yield made


def lays_out(world: World) -> list[str]:
    """Publish the menu and lay six printed codes into the tray; the short codes."""
    short = does(world.core, lambda tx: supply.print_new(tx, 6)[1], "guan.li")
    tray = [{"code": code.payload(world.core.keys, one), "label": code.shown(one), "symbology": ""} for one in short]
    with world.sandbox.world.lock:
        world.sandbox.world.book.menu = menu.draw(lambda word: world.core.runner.scenarios.word(word) is not None)
        world.sandbox.world.book.printed = tray
    return short


def scans(phone: Phone, shown: str) -> None:
    """Open the menu's camera and take a printed code from the tray."""
    phone.phone.get_by_role("button", name=words.PREPARE).click()
    phone.phone.get_by_role("menuitem", name=words.SCAN_AND_BIND).click()
    phone.page.get_by_role("dialog").get_by_role("button", name=shown).click()


def photographs(phone: Phone, payload: str) -> None:
    """Send a photograph of a code."""
    import qrcode

    picture = io.BytesIO()
    qrcode.make(payload).save(picture, "PNG")
    file = {"name": "band.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    phone.phone.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]


def test_a_household_of_five_is_issued_in_three_ways(world: World, page: Page, shoot: Shoot) -> None:
    codes = lays_out(world)
    page.set_viewport_size({"width": 900, "height": 1000})
    page.goto(f"{world.sandbox.url}/?who=li.fang,lin.shuji")
    li = Phone(page, "li.fang")
    li.says(words.ISSUE)
    expect(li.buttons("密接转运")).to_have_count(1, timeout=LONG)
    shoot(page, "issuing-1-kind")
    li.taps("密接转运")
    li.sees("应发5 已发0")
    expect(li.buttons(words.DETAILS)).to_have_count(1, timeout=LONG)
    shoot(page, "issuing-2-list")
    li.says("三栋501")
    expect(li.buttons(words.ISSUE_AND_BIND)).to_have_count(1, timeout=LONG)
    shoot(page, "issuing-3-household")
    li.taps(words.ISSUE_AND_BIND)
    li.sees("发给 王*明 尾号0018")

    scans(li, code.shown(codes[0]))
    li.sees("已发放并绑定：王*明 尾号0018")
    li.says(code.shown(codes[1]).lower())
    li.sees("已发放并绑定：林*英 尾号0040")
    photographs(li, code.payload(world.core.keys, codes[2]))
    li.sees("已发放并绑定：陈*华 尾号0025")
    world.waits(seconds=2)  # the same code scanned again in the same second is the same event delivered twice
    scans(li, code.shown(codes[0]))
    li.sees("已绑定给 王*明 尾号0018（李芳")
    shoot(page, "issuing-4-three-ways")
    li.says(codes[3])
    li.sees("已发放并绑定：张* 尾号0033")
    scans(li, code.shown(codes[4]))
    li.sees("本户应发5 已发5")
    li.offers("选择人员", "5 刘*媛 0046 已发")
    shoot(page, "issuing-5-done")

    world.waits(minutes=1)
    li.says(words.UNDO)
    li.sees("已撤销：刘*媛 尾号0046")
    li.offers("选择人员", "5 刘*媛 0046 待发")  # the answer may be there before the card of before is grey
    li.picks("选择人员", "1 王*明 0018 已发")
    li.taps(words.REPLACE)
    li.sees("更换：王*明 0018")
    shoot(page, "issuing-6-replace")
    li.taps("损坏")
    li.sees("（损坏）：请扫新的")
    scans(li, code.shown(codes[5]))
    li.sees("✓ 已更换并绑定：王*明 尾号0018")
    li.says(words.ROLL_CALL)
    li.sees("共 5 人：到 0")
    li.says("1 2 3")
    li.sees("已到 3/5")
    shoot(page, "issuing-7-roll")
    expect(page.locator("body")).not_to_contain_text("系统出错")
    assert world.sandbox.world.book.dropped == {}
    assert invariants.violations(world.core.store) == {}
