"""`bihuan demo` at a terminal: it starts, keeps what was done, starts anew when asked, and leaves nothing running."""

import socket
from pathlib import Path

import requests

from bot.bench.bed import free_port
from integrations.wecom.sandbox.phone import Phone
from tests.browser.running import Demo, is_free


def test_the_demo_starts_ends_with_ctrl_c_keeps_what_was_done_and_forgets_it_when_asked(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with Demo(folder) as first:
        for words in (
            f"{first.phones}/?who=li.fang",
            f"{first.phones}/wire",
            f"{first.bot}/readyz",
            "新增 13 人",
            f"{first.phones}/sheet",
        ):
            assert words in first.words
        assert [line[2] for line in first.lines if line[2:5] in {f"{n}  " for n in range(1, 7)}] == list("123456")
        assert requests.get(f"{first.bot}/readyz", timeout=10).status_code == 200
        tray = requests.get(f"{first.phones}/control/printed", timeout=10).json()
        sheet = requests.get(f"{first.phones}/sheet", timeout=10).text
        assert len(tray) == 24
        assert all(one["label"] in sheet for one in tray)
        phone = Phone(first.phones, "li.fang")
        phone.sees("144****1005", 30)
        phone.scans(tray[0]["code"], entry="扫码绑定")
        phone.sees(f"{tray[0]['label']} 还没有绑定给任何人", 30)
        chat, key = phone.messages(), (folder / "secret-key").read_text(encoding="ascii")
        _ends_clean(first)

    with Demo(folder, ports=first.ports) as second:
        assert "新增" not in second.words, "the list is not brought again"
        assert (folder / "secret-key").read_text(encoding="ascii") == key
        assert (_waiting(second, "li.fang"), _waiting(second, "huang.min")) == (8, 2)
        phone = Phone(second.phones, "li.fang")
        assert phone.messages()[: len(chat)] == chat
        phone.taps("显示电话", phone.sees("144****1001", 30)["msgid"])
        assert "14400001001" in phone.sees("通话结果", 30)["text"], "a card of the first demo still acts"
        _ends_clean(second)

    with Demo(folder, "--reset", ports=first.ports) as third:
        assert "新增 13 人" in third.words
        assert (folder / "secret-key").read_text(encoding="ascii") != key
        assert "14400001001" not in str(Phone(third.phones, "li.fang").messages())
        _ends_clean(third)


def test_a_port_that_is_taken_is_named_with_the_cure(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        demo = Demo(tmp_path, ports=(taken.getsockname()[1], free_port()))
        assert demo.ends() != 0
        demo.__exit__(None, None, None)
    assert f"端口 {demo.ports[0]} 被占用" in demo.words
    assert "--port" in demo.words
    assert "Traceback" not in demo.words


def test_one_port_for_both_is_refused_before_anything_starts(tmp_path: Path) -> None:
    port = free_port()
    demo = Demo(tmp_path / "demo", ports=(port, port))
    assert demo.ends() != 0
    demo.__exit__(None, None, None)
    assert f"不能用同一个端口 {port}" in demo.words
    assert not (tmp_path / "demo").exists()


def _ends_clean(demo: Demo) -> None:
    assert demo.interrupt() == 0
    assert "正在停止" in demo.words
    assert "Traceback" not in demo.words
    assert all(is_free(port) for port in demo.ports)


def _waiting(demo: Demo, user: str) -> int:
    """How many people wait for a member, as their own phone tells."""
    phone = Phone(demo.phones, user)
    phone.says("待核实")
    return int(phone.sees("回复数字打开", 30)["text"].partition("待核实 ")[2].partition(" 人")[0])
