"""What members do, as WeCom tells it, and what we make of it."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.wecom import callback, crypto, xmlflat
from integrations.wecom.callback import Kind

COMMON = {"ToUserName": "ww0123", "FromUserName": "Li.Lei", "CreateTime": "1760000000", "AgentID": "1000002"}


def xml(extra: str = "", **fields: str) -> bytes:
    """Write a callback with the common fields, changed or left out (`None`-like empty text) by name."""
    leaves = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in {**COMMON, **fields}.items() if value)
    return f"<xml>{leaves}{extra}</xml>".encode()


def event(name: str, extra: str = "", **fields: str) -> callback.Callback:
    return callback.parse(xml(extra, MsgType="event", Event=name, **fields))


def message(kind: str, **fields: str) -> callback.Callback:
    return callback.parse(xml(MsgType=kind, MsgId="7300000000000000001", **fields))


def selected(*answers: tuple[str, str | None]) -> str:
    """Write `SelectedItems`; every pair is a question and its options, separated by spaces."""
    items = "".join(
        f"<SelectedItem><QuestionKey>{question}</QuestionKey>"
        + ("" if options is None else f"<OptionIds>{''.join(f'<OptionId>{o}</OptionId>' for o in options.split())}")
        + ("" if options is None else "</OptionIds>")
        + "</SelectedItem>"
        for question, options in answers
    )
    return f"<SelectedItems>{items}</SelectedItems>"


def tap(answers: str = "", **fields: str) -> callback.Callback:
    usual = {"EventKey": "submit", "TaskId": "job-42", "CardType": "vote_interaction", "ResponseCode": "rc-1"}
    return event("template_card_event", answers, **{**usual, **fields})


def test_a_text_is_who_when_and_what() -> None:
    text = message("text", Content="库存 <A-102> & 更多")

    assert (text.kind, text.user, text.text) == (Kind.TEXT, "li.lei", "库存 <A-102> & 更多")
    assert text.at == datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)
    assert (text.id, text.msg_id) == ("msg:7300000000000000001", "7300000000000000001")
    assert (text.corp, text.agent_id, text.event, text.key, dict(text.answers)) == ("ww0123", 1000002, "", "", {})


@given(said=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1), at=st.integers(1, 200))
def test_a_text_cut_in_the_middle_of_a_character_still_arrives(said: str, at: int) -> None:
    """WeCom cuts at 2,048 bytes; nobody should be told nothing because of half a character."""
    whole = said.replace("]", "").replace("\ufffe", "").replace("\uffff", "").encode()[:at] or b"a"
    sent = xml(MsgType="text", MsgId="7300000000000000001", Content="@").replace(b"@", whole)
    text = callback.parse(sent).text
    assert text.removesuffix("\ufffd").encode() == whole[: len(text.removesuffix("\ufffd").encode())]
    assert len(text.removesuffix("\ufffd").encode()) > len(whole) - 4


def test_bytes_that_are_no_characters_elsewhere_are_refused() -> None:
    for broken in (b"\xe7\x8e inside", b"\xff", b"\x80"):
        sent = xml(MsgType="text", MsgId="7300000000000000001", Content="@").replace(b"@", broken)
        with pytest.raises(crypto.Bad):
            callback.parse(sent)


def test_other_messages_bring_what_they_have() -> None:
    assert message("image", PicUrl="http://p", MediaId="media-1").media_id == "media-1"
    assert message("voice", MediaId="media-2", Format="amr").kind is Kind.VOICE
    assert message("video", MediaId="media-3", ThumbMediaId="t").kind is Kind.VIDEO
    place = message("location", Location_X="30.1", Location_Y="120.2", Label="人民路 1 号")
    assert (place.kind, place.text) == (Kind.LOCATION, "人民路 1 号")
    assert message("link", Title="公告", Url="http://u").text == "公告"


def test_a_tap_brings_key_card_code_and_answers() -> None:
    tapped = tap(selected(("q_dept", "o3"), ("q_when", "morning evening")))

    assert (tapped.kind, tapped.key, tapped.task_id) == (Kind.TAP, "submit", "job-42")
    assert (tapped.card_type, tapped.response_code) == ("vote_interaction", "rc-1")
    assert dict(tapped.answers) == {"q_dept": ("o3",), "q_when": ("morning", "evening")}


@pytest.mark.parametrize(
    ("items", "answers"),
    [
        ("", {}),
        ("<SelectedItems/>", {}),
        ("<SelectedItems>odd</SelectedItems>", {}),
        ("<SelectedItems><SelectedItem/></SelectedItems>", {}),
        ("<SelectedItems><SelectedItem>odd</SelectedItem></SelectedItems>", {}),
        (selected(("", "a")), {}),
        (selected(("q", None)), {"q": ()}),
        (selected(("q", "")), {"q": ()}),
        (selected(("q", "a")), {"q": ("a",)}),
        (selected(("q", "a b")), {"q": ("a", "b")}),
        (selected(("q", "a"), ("q", "b")), {"q": ("a", "b")}),
        (selected(("q", ""), ("p", "x")), {"q": (), "p": ("x",)}),
    ],
)
def test_answers_have_one_shape_however_many_there_are(items: str, answers: Mapping[str, tuple[str, ...]]) -> None:
    assert dict(tap(items).answers) == answers


def test_answers_cannot_be_changed_afterwards() -> None:
    with pytest.raises(TypeError):
        tap(selected(("q", "a"))).answers["q"] = ()  # type: ignore[index]


def test_menu_entries_and_visits_are_told_apart() -> None:
    assert (event("click", EventKey="TODO").kind, event("click", EventKey="TODO").key) == (Kind.CLICK, "TODO")
    assert event("enter_agent").kind is Kind.ENTER
    assert event("subscribe").kind is Kind.SUBSCRIBE
    assert event("unsubscribe").kind is Kind.UNSUBSCRIBE
    menu = event("template_card_menu_event", EventKey="undo", TaskId="t", ResponseCode="rc")
    assert (menu.kind, menu.key, menu.response_code) == (Kind.MENU_TAP, "undo", "rc")


@pytest.mark.parametrize("name", ["view", "LOCATION", "pic_sysphoto", "change_contact", "something_new", ""])
def test_an_event_we_do_not_use_is_other_and_keeps_its_name(name: str) -> None:
    other = event(name)
    assert (other.kind, other.event) == (Kind.OTHER, name.lower())


def test_a_message_we_do_not_know_is_other() -> None:
    assert message("file", MediaId="m").kind is Kind.OTHER


def scan(result: str, name: str = "scancode_waitmsg") -> callback.Callback:
    info = f"<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult><![CDATA[{result}]]></ScanResult></ScanCodeInfo>"
    return event(name, info, EventKey="SCAN")


@pytest.mark.parametrize("name", ["scancode_waitmsg", "scancode_push"])
def test_a_scan_brings_the_code(name: str) -> None:
    scanned = scan("BH1:7K2M", name)
    assert (scanned.kind, scanned.event, scanned.key) == (Kind.SCAN, name, "SCAN")
    assert (scanned.scan_type, scanned.scan, scanned.raw_scan) == ("qrcode", "BH1:7K2M", "BH1:7K2M")


@pytest.mark.parametrize(
    ("raw", "scanned"),
    [
        ("CODE_128,SN-0001", "SN-0001"),
        ("CODE_39,BX,2015", "BX,2015"),
        ("EAN_13,6901234567892", "6901234567892"),
        ("code_128,a", "a"),
        ("CODE_128,CODE_39,a", "CODE_39,a"),
        ("CODE_128", "CODE_128"),
        ("张三,310101", "张三,310101"),
        ("XCODE_128,a", "XCODE_128,a"),
        ("a,CODE_128,b", "a,CODE_128,b"),
        ("", ""),
    ],
)
def test_the_symbology_before_a_barcode_is_taken_off_and_no_other_comma_is(raw: str, scanned: str) -> None:
    assert (scan(raw).scan, scan(raw).raw_scan) == (scanned, raw)


# The idempotency key


def test_two_deliveries_of_one_deed_have_one_key_in_whatever_order_the_fields_come() -> None:
    fields = [
        "<FromUserName>li.lei</FromUserName>",
        "<MsgType>event</MsgType>",
        "<Event>template_card_event</Event>",
        "<EventKey>submit</EventKey>",
        selected(("p", "a b"), ("q", "c")),
    ]
    ids = {callback.parse(f"<xml>{''.join(order)}</xml>".encode()).id for order in itertools.permutations(fields)}
    assert len(ids) == 1


def test_a_new_response_code_or_an_empty_field_is_no_new_deed() -> None:
    first = tap()
    assert first.id.startswith("evt:")
    assert len(first.id) == 4 + 64
    assert first.id == tap(ResponseCode="rc-2").id == tap(ResponseCode="").id == tap("<Extra/>").id


def test_whatever_else_differs_within_one_second_is_another_deed() -> None:
    deeds = [
        tap(),
        tap(EventKey="cancel"),
        tap(TaskId="job-43"),
        tap(FromUserName="han.meimei"),
        tap(CreateTime="1760000001"),
        tap(AgentID="1000003"),
        tap(CardType="button_interaction"),
        tap(selected(("p", "a"), ("q", "b"))),
        tap(selected(("p", "b"), ("q", "a"))),
        tap(selected(("p", "a b"))),
        tap(selected(("p", "a"), ("q", ""))),
        scan("A"),
        scan("B"),
        scan("A", "scancode_push"),
    ]
    assert len({deed.id for deed in deeds}) == len(deeds)


def test_words_that_imitate_other_fields_are_not_taken_for_them() -> None:
    honest = "<ScanCodeInfo><ScanResult>a</ScanResult><ScanType>b</ScanType></ScanCodeInfo>"
    forged = "<ScanCodeInfo><ScanResult>a,ScanType=b</ScanResult></ScanCodeInfo>"

    assert event("scancode_waitmsg", honest).id != event("scancode_waitmsg", forged).id


@pytest.mark.parametrize("msg_id", ["", "0", "abc", "-1", "9" * 21])
def test_a_message_without_a_proper_id_is_known_by_its_content(msg_id: str) -> None:
    def text(content: str) -> str:
        return callback.parse(xml(MsgType="text", MsgId=msg_id, Content=content)).id

    assert text("一").startswith("evt:")
    assert text("一") == text("一")
    assert text("一") != text("二")


# Signed nonsense


@pytest.mark.parametrize("missing", ["FromUserName", "MsgType"])
def test_without_sender_or_type_it_is_bad(missing: str) -> None:
    with pytest.raises(crypto.Bad) as bad:
        callback.parse(xml(**{"MsgType": "text", missing: ""}))
    assert bad.value.reason is crypto.Reason.CONTENT


@pytest.mark.parametrize("time", ["", "soon", "-1", "1760000000000", "１７６０００００００", "1e9"])
def test_an_absurd_time_is_unknown_and_nothing_worse(time: str) -> None:
    assert callback.parse(xml(MsgType="text", CreateTime=time)).at == callback.UNKNOWN_TIME


@pytest.mark.parametrize(("agent", "number"), [("", None), ("x", None), ("0", 0), ("9" * 30, None)])
def test_an_absurd_agent_is_none(agent: str, number: int | None) -> None:
    assert callback.parse(xml(MsgType="text", AgentID=agent)).agent_id == number


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_garbage_is_bad_content_and_nothing_else(garbage: bytes) -> None:
    with pytest.raises(crypto.Bad) as bad:
        callback.parse(garbage)
    assert bad.value.reason is crypto.Reason.CONTENT


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20).map(lambda text: text.replace("]]>", ""))
NAMES = ["MsgType", "Event", "EventKey", "MsgId", "Content", "TaskId", "CreateTime", "AgentID", "MediaId"]


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), WORDS))
def test_any_signed_words_can_be_represented(fields: dict[str, str]) -> None:
    given = xml(**{"MsgType": "event", **{name: value for name, value in fields.items() if value}})
    try:
        parsed = callback.parse(given)
    except crypto.Bad:
        assert "\ufffe" in str(fields) or "\uffff" in str(fields)  # the two characters XML does not know
    else:
        assert isinstance(parsed.kind, Kind)


def test_the_representation_shows_nothing_a_member_wrote_chose_or_scanned() -> None:
    shown = (
        repr(message("text", Content="证件 310101")) + repr(tap(selected(("q", "secret-option")))) + repr(scan("BH1"))
    )
    assert not [word for word in ("310101", "secret-option", "rc-1", "BH1") if word in shown]


# Answers


@pytest.mark.parametrize(
    ("called", "replyable"),
    [
        (message("text", Content="好"), True),
        (message("image"), True),
        (message("file"), False),
        (event("click"), True),
        (event("enter_agent"), True),
        (event("subscribe"), True),
        (event("unsubscribe"), False),
        (event("LOCATION"), True),
        (event("view"), True),
        (event("template_card_menu_event"), True),
        (event("template_card_event"), False),
        (scan("A", "scancode_waitmsg"), True),
        (scan("A", "scancode_push"), False),
        (event("pic_weixin"), False),
        (event(""), False),
    ],
    ids=lambda value: getattr(value, "event", None),
)
def test_only_what_page_90241_lists_can_be_answered_in_the_response(called: callback.Callback, replyable: bool) -> None:
    assert called.replyable is replyable


def test_a_text_answer_goes_back_where_it_came_from() -> None:
    reply = xmlflat.flat(callback.text_reply(message("text", Content="好"), "已保存", now=1760000001.9).encode())

    assert reply == {
        "ToUserName": "li.lei",
        "FromUserName": "ww0123",
        "CreateTime": "1760000001",
        "MsgType": "text",
        "Content": "已保存",
    }


@pytest.mark.parametrize("text", ["]]>", "a]]><MsgType>news</MsgType>", "]]]]>>", "{name} %s {0}", "<&>", "控制\x00符"])
def test_no_text_can_break_out_of_the_answer(text: str) -> None:
    reply = xmlflat.flat(callback.text_reply(message("text"), text, now=1.0).encode())

    assert reply["Content"] == text.replace("\0", "")
    assert reply["MsgType"] == "text"


@settings(deadline=None)
@given(st.text(min_size=1).map(lambda text: text + "。"))
def test_any_answer_is_well_formed(text: str) -> None:
    reply = xmlflat.flat(callback.text_reply(message("text"), text, now=1.0).encode())

    assert set(reply) == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Content"}


def test_a_long_answer_ends_in_an_ellipsis_within_2048_bytes() -> None:
    reply = xmlflat.flat(callback.text_reply(message("text"), "待办事项" * 300, now=1.0).encode())

    assert len(reply["Content"].encode()) <= 2048
    assert reply["Content"].endswith("…")


@pytest.mark.parametrize("text", ["", " \n", "\0"])
def test_an_empty_answer_is_the_programmers_mistake(text: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        callback.text_reply(message("text"), text, now=1.0)
