"""The phones in a real browser: all five card types drawn, every kind of control pressed, no written markup run."""

import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from integrations.wecom.sandbox import phone, server
from tests.integrations.wecom.sandbox import bot as bots
from tests.integrations.wecom.sandbox.asking import CARDS, Api
from tests.integrations.wecom.sandbox.bot import Bot

pytestmark = pytest.mark.browser

Hand = Callable[[str], phone.Phone]
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE: ViewportSize = {"width": 1240, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
PNG = b"\x89PNG\r\n\x1a\n" + bytes.fromhex(
    "0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8db00000000049454e44ae426082"
)
MENU = {
    "button": [
        {"name": "核实", "sub_button": [{"type": "click", "name": f"项{i}", "key": f"K{i}"} for i in range(1, 6)]},
        {"name": "转运", "sub_button": [{"type": "scancode_waitmsg", "name": "扫码", "key": "SCAN"}]},
        {"type": "click", "name": "帮助", "key": "HELP"},
    ]
}
in_both_windows = pytest.mark.parametrize("page", [WIDE, NARROW], ids=["wide", "narrow"], indirect=True)
BRING = """(place, [kind, bytes]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "b.png", { type: "image/png" }));
    const event = kind === "paste"
        ? new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true })
        : new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
    place.dispatchEvent(event);
}"""
SPITE = '<img src=x onerror="document.title=\'hit\'"><script>document.title="hit"</script>'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, once for this file."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield made
        made.close()


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page in a wide window, or in both where `in_both_windows` says so; an error in a script fails the test."""
    errors: list[str] = []
    made = browser.new_page(viewport=getattr(request, "param", WIDE))
    made.set_default_timeout(5000)
    made.on("pageerror", lambda error: errors.append(str(error)))
    yield made
    made.close()
    assert errors == []


@pytest.fixture
def open_phones(page: Page, sandbox: server.Sandbox, api: Api) -> Callable[..., Locator]:
    """Open the page with these members' phones; gives the first phone."""

    def opened(*who: str) -> Locator:
        page.goto(f"{sandbox.url}/?who={','.join(who)}")
        first = page.locator(f"[data-phone='{who[0]}']")
        expect(first.get_by_role("textbox", name="发消息")).to_be_visible()
        return first

    return opened


def message(place: Locator, sent: dict[str, Any]) -> Locator:
    return place.locator(f"[data-msg='{sent['msgid']}']")


@in_both_windows
def test_all_five_card_types_are_drawn(api: Api, page: Page, open_phones: Callable[..., Locator]) -> None:
    sent = {kind: api.send_card("li.lei", kind) for kind in CARDS}
    place = open_phones("li.lei")
    for kind, answer in sent.items():
        card = message(place, answer)
        expect(card.locator(f"[data-card='{kind}']")).to_be_visible()
        expect(card.get_by_role("heading", name=CARDS[kind]["main_title"]["title"])).to_be_visible()
        box = card.locator(".card").bounding_box()
        assert box is not None
        assert box["width"] <= 290
    expect(place.get_by_text("37 / 52")).to_be_visible()
    expect(place.get_by_role("link", name="查看超时名单")).to_have_attribute("href", "http://127.0.0.1/late")
    expect(page.get_by_role("banner").first).to_contain_text("沙盒")


@in_both_windows
def test_a_form_is_filled_in_and_goes_grey(api: Api, bot: Bot, open_phones: Callable[..., Locator]) -> None:
    card = message(place := open_phones("li.lei"), sent := api.send_card("li.lei", "multiple_interaction"))
    card.get_by_role("combobox", name="个人信息").select_option("一致")
    card.get_by_role("button", name="提交反馈").click()
    expect(card.get_by_role("button", name="提交反馈")).to_be_enabled()
    assert [item["OptionIds"]["OptionId"] for item in bot.events[0]["SelectedItems"]["SelectedItem"]] == ["1", "b"]
    api.grey(["li.lei"], sent["response_code"], "已提交")
    expect(card.get_by_role("button", name="已提交")).to_be_disabled()
    expect(card.get_by_role("combobox", name="个人信息")).to_be_disabled()
    expect(place.get_by_role("button", name="提交反馈")).to_have_count(0)


def test_a_button_spins_until_the_bot_has_answered(api: Api, bot: Bot, open_phones: Callable[..., Locator]) -> None:
    answer = threading.Event()
    bot.answers = lambda _event: 200 if answer.wait(10) else 500
    card = message(open_phones("li.lei"), api.send_card("li.lei", "button_interaction"))
    yes = card.get_by_role("button", name="同意")
    yes.focus()
    yes.press("Enter")
    expect(yes).to_have_attribute("aria-busy", "true")
    expect(yes).to_be_disabled()
    answer.set()
    expect(yes).to_be_enabled()


def test_votes_and_drop_downs_keep_what_was_chosen_while_other_messages_come(
    api: Api, bot: Bot, open_phones: Callable[..., Locator]
) -> None:
    place = open_phones("li.lei")
    card = message(place, api.send_card("li.lei", "vote_interaction"))
    card.get_by_role("checkbox", name="李二").check()
    card.get_by_role("checkbox", name="张一").uncheck()
    api.send_text("li.lei", "插一句")
    expect(place.get_by_text("插一句")).to_be_visible()
    card.get_by_role("button", name="提交").press("Enter")
    expect(card.get_by_role("button", name="提交")).to_be_enabled()
    assert bot.events[0]["SelectedItems"]["SelectedItem"]["OptionIds"] == {"OptionId": "2"}


@in_both_windows
def test_the_corner_menu_opens_by_keyboard_and_closes_by_escape(
    api: Api, bot: Bot, open_phones: Callable[..., Locator]
) -> None:
    card = message(open_phones("li.lei"), api.send_card("li.lei", "text_notice"))
    more = card.get_by_role("button", name="更多操作")
    more.press("Enter")
    item = card.get_by_role("menuitem", name="今天不再提醒")
    expect(item).to_be_focused()
    item.press("Escape")
    expect(item).to_be_hidden()
    expect(more).to_be_focused()
    more.press("Enter")
    with card.page.expect_response("**/tap"):
        item.press("Enter")
    assert bot.events[0]["Event"] == "template_card_menu_event"


def test_words_are_sent_by_enter_and_broken_by_shift_enter(bot: Bot, open_phones: Callable[..., Locator]) -> None:
    bot.answers = lambda event: bots.text(event, "收到")
    place = open_phones("li.lei")
    box = place.get_by_role("textbox", name="发消息")
    box.press_sequentially("第一行")
    box.press("Shift+Enter")
    box.press_sequentially("第二行")
    box.dispatch_event("keydown", {"key": "Enter", "isComposing": True, "bubbles": True})
    expect(place.get_by_role("article")).to_have_count(0)
    box.press("Enter")
    expect(place.get_by_role("article")).to_have_count(2)
    assert bot.events[0]["Content"] == "第一行\n第二行"
    expect(place.get_by_role("article").last).to_contain_text("收到")


@in_both_windows
def test_the_app_menu_pops_up_and_scans(api: Api, bot: Bot, open_phones: Callable[..., Locator]) -> None:
    place = open_phones("li.lei")
    api.call("menu/create", MENU, agentid=1000002)
    api.control("printed", [{"code": "BH1-7K2M", "label": "防疫卡 01"}])
    page = place.page
    place.get_by_role("button", name="核实").click()
    with page.expect_response("**/menu"):
        place.get_by_role("menuitem", name="项5").click()
    open_scanner(place)
    with page.expect_response("**/menu"):
        page.get_by_role("button", name="防疫卡 01").click()
    open_scanner(place)
    page.get_by_role("textbox", name="二维码内容").fill("BH1-9QRT")
    with page.expect_response("**/menu"):
        page.get_by_role("textbox", name="二维码内容").press("Enter")
    assert [event["EventKey"] for event in bot.events] == ["K5", "SCAN", "SCAN"]
    assert [event["ScanCodeInfo"]["ScanResult"] for event in bot.events[1:]] == ["BH1-7K2M", "BH1-9QRT"]
    expect(place.get_by_text("已扫码：BH1-9QRT")).to_be_visible()


def open_scanner(place: Locator) -> None:
    place.get_by_role("button", name="转运").click()
    place.get_by_role("menuitem", name="扫码").click()


@in_both_windows
def test_a_picture_is_picked_pasted_or_dropped(bot: Bot, page: Page, open_phones: Callable[..., Locator]) -> None:
    place = open_phones("li.lei")
    with page.expect_response("**/photo"):
        place.get_by_label("选择图片").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PNG})
    with page.expect_response("**/photo"):
        place.get_by_role("textbox", name="发消息").evaluate(BRING, ["paste", list(PNG)])
    with page.expect_response("**/photo"):
        place.get_by_role("log").evaluate(BRING, ["drop", list(PNG)])
    expect(place.get_by_role("img", name="照片")).to_have_count(3)
    expect(page.get_by_role("alert")).to_be_empty()
    assert [event["MsgType"] for event in bot.events] == ["image"] * 3


def test_what_is_written_is_shown_and_never_run(
    api: Api, bot: Bot, page: Page, open_phones: Callable[..., Locator]
) -> None:
    place = open_phones("li.lei")
    bot.answers = lambda event: bots.text(event, SPITE)
    title = page.title()
    card = api.send_card("li.lei", "button_interaction", main_title={"title": "<b>粗</b>", "desc": SPITE[:40]})
    api.send_card("li.lei", "text_notice", card_action={"type": 1, "url": "javascript:alert(1)"})
    api.send("li.lei", "markdown", {"content": f"# {SPITE}\n[点](javascript:alert(1))"})
    api.send_text("li.lei", 'a <a href="javascript:alert(1)">坏</a> <a href="http://127.0.0.1/ok">好</a>')
    place.get_by_role("textbox", name="发消息").fill(SPITE)
    place.get_by_role("textbox", name="发消息").press("Enter")
    expect(place.get_by_text(SPITE, exact=True)).to_have_count(3)
    expect(message(place, card).get_by_role("heading")).to_have_text("<b>粗</b>")
    assert place.locator("script, img[onerror], a[href^='javascript']").count() == 0
    expect(place.get_by_role("link", name="好", exact=True)).to_have_attribute("rel", "noopener noreferrer")
    assert page.title() == title


def test_a_silent_bot_is_told_on_the_page(api: Api, bot: Bot, page: Page, open_phones: Callable[..., Locator]) -> None:
    bot.answers = lambda _event: 500
    place = open_phones("li.lei")
    place.get_by_role("textbox", name="发消息").fill("在吗")
    place.get_by_role("button", name="发送", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("机器人没有回应，投递了 3 次（HTTP 500）。")


@in_both_windows
def test_new_messages_wait_for_a_reader_who_scrolled_back(api: Api, open_phones: Callable[..., Locator]) -> None:
    for kind in CARDS:
        api.send_card("li.lei", kind)
    place = open_phones("li.lei")
    chat = place.get_by_role("log")
    chat.evaluate("chat => { chat.scrollTop = 0; chat.dispatchEvent(new Event('scroll')); }")
    api.send_text("li.lei", "最新的一条")
    place.get_by_role("button", name="1 条新消息").click()
    expect(place.get_by_text("最新的一条")).to_be_in_viewport()
    expect(place.get_by_role("button", name="1 条新消息")).to_be_hidden()


def test_phones_are_added_swapped_removed_and_kept_in_the_address(
    page: Page, open_phones: Callable[..., Locator]
) -> None:
    open_phones("li.lei", "chen.jing")
    page.get_by_role("button", name="添加手机").click()
    expect(page.locator("[data-phone]")).to_have_count(3)
    expect(page).to_have_url(re.compile(r"/\?who=li.lei,chen.jing,han.mei$"))
    page.get_by_role("button", name="移走李雷的手机").click()
    expect(page).to_have_url(re.compile(r"/\?who=chen.jing,han.mei$"))
    page.get_by_role("combobox", name="这部手机是谁的").first.select_option("han.mei")
    expect(page).to_have_url(re.compile(r"/\?who=han.mei,chen.jing$"))
    page.go_back()
    expect(page.locator("[data-phone]").first).to_have_attribute("data-phone", "chen.jing")


def test_a_phone_alone_has_the_page_to_itself(api: Api, page: Page, sandbox: server.Sandbox) -> None:
    api.send_text("li.lei", "你好")
    page.goto(f"{sandbox.url}/phone/LI.LEI")
    expect(page.get_by_role("region", name="李雷的手机").get_by_text("你好")).to_be_visible()
    expect(page.get_by_role("button", name="添加手机")).to_be_hidden()


def test_the_wire_page_delivers_again_in_the_order_ticked(
    api: Api, bot: Bot, page: Page, sandbox: server.Sandbox, hand: Hand
) -> None:
    for words in ("一", "二"):
        hand("li.lei").says(words)
    page.goto(f"{sandbox.url}/wire")
    rows = page.locator("tr[data-record]")
    expect(rows).to_have_count(2)
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="按勾选顺序再投递").click()
    expect(page.locator("#outcome")).to_have_text("再投递：200、200")
    assert [event["Content"] for event in bot.events] == ["一", "二", "二", "一"]
    expect(rows).to_have_count(4)
    api.send_text("nobody", "你好")
    expect(rows.first).to_contain_text("errcode 81013")
    rows.last.locator("summary").click()
    for words in ("明文", "密文", "<Content><![CDATA[一]]></Content>", "<Encrypt>"):
        expect(rows.last.locator("details")).to_contain_text(words)
