"""The limits of a menu: what WeCom would refuse is refused here, and the entry is named."""

from typing import Any

import pytest

from integrations.wecom import menu

CLICK = {"type": "click", "name": "我的待办", "key": "TODO"}


def group(*entries: dict[str, Any], name: str = "核实") -> dict[str, Any]:
    return {"button": [{"name": name, "sub_button": list(entries)}]}


def clicks(count: int) -> list[dict[str, Any]]:
    return [{**CLICK, "key": f"K{number}"} for number in range(count)]


@pytest.mark.parametrize(
    "good",
    [
        {"button": [CLICK]},
        {"button": clicks(3)},
        group(*clicks(5)),
        group({"type": "scancode_waitmsg", "name": "扫码", "key": "SCAN", "sub_button": []}),
        group({"type": "view", "name": "台账", "url": "https://example.invalid/ledger"}),
        group({"type": "view_miniprogram", "name": "小程序", "appid": "wx1", "pagepath": "pages/index"}),
        {"button": [{**CLICK, "name": "五个汉字了" + "a"}]},
        group({**CLICK, "name": "十三个汉字的名字还可以再长" + "a"}),
        {"button": [{**CLICK, "key": "k" * 128}]},
    ],
)
def test_a_menu_within_the_limits_passes(good: dict[str, Any]) -> None:
    menu.check(good)


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        ({}, "menu: button"),
        ({"button": {}}, "menu: button"),
        ({"button": ["click"]}, "menu: button"),
        ({"button": []}, "first level has 0 entries"),
        ({"button": clicks(4)}, "first level has 4 entries; 1 to 3"),
        (group(*clicks(6)), "核实.*second level has 6 entries; 1 to 5"),
        (group({"name": "深", "sub_button": clicks(1)}), "深.*third level"),
        (group(CLICK, name=""), "menu entry 1: name is missing"),
        (group(CLICK, name="六个汉字太长"), "name has 18 bytes; 16"),
        (group({**CLICK, "name": "一二三四五六七八九十一二三四"}), "核实.*name has 42 bytes; 40"),
        ({"button": [{"name": "无"}]}, "无.*type None"),
        ({"button": [{**CLICK, "type": "media_id"}]}, "我的待办.*media_id"),
        ({"button": [{"type": "click", "name": "无"}]}, "无.*key is missing"),
        ({"button": [{**CLICK, "key": "键" * 43}]}, "key has 129 bytes; 128"),
        ({"button": [{"type": "view", "name": "网", "url": ""}]}, "网.*url is missing"),
        ({"button": [{"type": "view", "name": "网", "url": "example.invalid"}]}, "网.*http"),
        ({"button": [{"type": "view", "name": "网", "url": "http://" + "x" * 1018}]}, "url has 1025 bytes"),
        ({"button": [{"type": "view_miniprogram", "name": "小", "appid": "wx1"}]}, "小.*pagepath is missing"),
        (group(CLICK, {**CLICK, "name": "另一个"}), "另一个.*TODO.*another entry"),
    ],
)
def test_a_menu_beyond_a_limit_is_refused_by_name(bad: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        menu.check(bad)
