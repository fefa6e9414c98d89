"""A reminder in a browser: nobody touches a list, and it climbs from the staff to the lead's and the CDC's phones."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import databases, invariants
from tests.browser.conftest import Shoot
from tests.browser.test_seven import LONG, Phone
from tests.scenarios import lists
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Sandbox and bot behind real HTTP; three people of one household have just been listed."""
    for url in databases.fresh("sqlite", tmp_path):
        with World(url, tmp_path) as made:
            made.list_arrives(lists.csv(*lists.people(3)))
            yield made


def test_a_reminder_climbs_to_the_leads_and_the_cdcs_phone(world: World, page: Page, shoot: Shoot) -> None:
    who = ("li.fang", "lin.shuji", "zheng.yi")
    page.set_viewport_size({"width": 1560, "height": 1000})
    page.goto(f"{world.sandbox.url}/?who={','.join(who)}")
    li, lin, zheng = (Phone(page, userid) for userid in who)
    expect(li.buttons("核实反馈")).to_have_count(3, timeout=LONG)

    world.waits(minutes=16)
    li.sees("催办：3 项")
    li.sees("3 项，最急剩")
    shoot(page, "reminder-1-holder")
    world.waits(minutes=16)
    li.sees("3 项，最急超时")
    world.waits(minutes=30)
    lin.sees("下级超时：3 项")
    shoot(page, "reminder-2-lead")
    lin.taps("下级未完成")
    lin.sees("下级未完成 6 项，超时 3 项")
    world.waits(minutes=90)
    zheng.sees("下级超时：")
    zheng.sees("3 项，最急超时")
    shoot(page, "reminder-3-cdc")

    li.taps("打开最急一项")
    li.sees("王*明")
    expect(page.locator("body")).not_to_contain_text("系统出错")
    assert world.sandbox.world.book.dropped == {}
    assert invariants.violations(world.core.store) == {}
