"""Lists over HTTP: every row is answered for, a repeat changes nothing, and a refusal names the field and the cure."""

import http.client
import io
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pytest
import requests
import sqlalchemy as sa
from pydantic import SecretStr

from bot import app, listing
from bot.state import contact, fields, queue
from bot.state.store import Unavailable
from bot.turn import Answer, Event
from bot.web import api
from tests import databases, invariants
from tests.faults.office import HEADER, Office, a_list
from tests.web import described, door
from tests.web.door import LISTS, TOKEN, Cdc
from tests.world import World

HOME = {"区": "思明区", "街道": "莲前街道", "社区": "前埔南社区"}


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """A bot driven by hand, on either database."""
    office = Office(database_url)
    office.opens()
    yield office
    office.close()


@pytest.fixture
def cdc(office: Office) -> Iterator[Cdc]:
    """The CDC's system at the door."""
    with door.opened(office.runner) as caller:
        yield caller


def person(n: int, **given: Any) -> dict[str, Any]:
    """One row: somebody known by name and a landline."""
    row = {"名单编号": f"L-{n:03}", "姓名": f"甲{n}号", "联系电话": f"0592-2000{n:03}", "人员类别": "密接"}
    return row | HOME | given


def people(count: int) -> dict[str, Any]:
    """A body with so many rows."""
    return {"rows": [person(n) for n in range(1, count + 1)]}


def rows_of(office: Office, table: sa.Table) -> int:
    """How many rows a table has."""
    with office.store.read() as conn:
        return int(conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


# ── what becomes of a list ────────────────────────────────────────────────────────────────────────────────────────────


def test_every_row_is_answered_for_and_a_bad_one_blocks_nobody(office: Office, cdc: Cdc) -> None:
    rows = [person(1), person(2, 姓名=""), person(3, 社区="没有的社区"), person(4, 联系电话=5922000004), person(5)]
    answer = cdc.posts({"rows": rows})
    said = answer.json()
    assert answer.status_code == 200
    assert said["counts"] == {"taken": 3, "merged": 0, "unchanged": 0, "refused": 2, "unplaced": 1}
    assert [row["row"] for row in said["rows"]] == [1, 2, 3, 4, 5]
    assert [row["status"] for row in said["rows"]][1:4] == ["refused", "unplaced", "refused"]
    assert [len(row["problems"]) for row in said["rows"]] == [0, 1, 1, 1, 0]
    assert said["rows"][1]["problems"][0]["column"] == "姓名"
    assert "联系电话" in said["rows"][3]["problems"][0]["what"]
    assert rows_of(office, contact.table) == 3


def test_the_communities_are_told_once_the_list_is_in(office: Office, cdc: Cdc) -> None:
    cdc.posts(people(2))
    office.hand_over()
    assert office.has("li.fang", "核实反馈")


def test_somebody_who_is_here_already_is_not_taken_twice(office: Office, cdc: Cdc) -> None:
    cdc.posts(people(2), key="first")
    said = cdc.posts({"rows": [person(1), person(2, 性别="女"), person(3)]}, key="second").json()
    assert said["counts"] == {"taken": 1, "merged": 1, "unchanged": 1, "refused": 0, "unplaced": 0}
    assert rows_of(office, contact.table) == 3


def test_a_letter_that_no_database_keeps_is_refused_with_its_column(office: Office, cdc: Cdc) -> None:
    body = json.dumps({"rows": [person(1, 名单编号="L\0"), person(2, 备注="半个字\ud800"), person(3)]}).encode()
    said = cdc.posts(body, **{"Content-Type": "application/json"}).json()
    assert [row["status"] == "refused" for row in said["rows"]] == [True, True, False]
    assert "名单编号" in said["rows"][0]["problems"][0]["what"]
    assert rows_of(office, contact.table) == 1


def test_the_door_is_part_of_the_bot_and_what_comes_in_reaches_the_phones(world: World) -> None:
    cdc = Cdc(world.url)
    assert cdc.posts(people(1)).json()["counts"]["taken"] == 1
    world.phone("li.fang").sees("甲*号")
    assert cdc.reads().json()["results"] == []


def test_a_webhook_in_the_settings_is_part_of_the_bot(world: World) -> None:
    assert (world.core.runner.tells_cdc, world.app.sender.effects.cdc) == (False, None)
    given = {"bihuan_cdc_webhook_url": "http://127.0.0.1:9/", "bihuan_cdc_webhook_key": SecretStr("k" * 32)}
    made = app.build(world.settings.model_copy(update=given), world.now)
    assert made.core.runner.tells_cdc
    assert made.sender.effects.cdc is not None
    made.core.store.close()


def workbook(text: str) -> bytes:
    """The same list as an .xlsx file."""
    book, made = openpyxl.Workbook(), io.BytesIO()
    for line in text.splitlines():
        book.active.append(line.split(","))  # type: ignore[union-attr]
    book.save(made)
    return made.getvalue()


@pytest.mark.parametrize(
    ("kind", "encoded"),
    [
        ("text/csv; charset=utf-8", lambda text: text.encode()),
        ("text/csv", lambda text: text.encode("gb18030")),
        (api.XLSX, workbook),
    ],
)
def test_a_file_is_taken_as_well(quick: Office, kind: str, encoded: Any) -> None:
    with door.opened(quick.runner) as cdc:
        said = cdc.posts(encoded(a_list(3)), **{"Content-Type": kind}).json()
    assert said["counts"]["taken"] == 3
    assert [row["row"] for row in said["rows"]] == [2, 3, 4]  # as a spreadsheet counts


# ── the same list again ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_key_twice_gives_the_same_answer_and_changes_nothing(office: Office, cdc: Cdc) -> None:
    body = {"rows": [person(1), person(2, 姓名="")]}
    first = cdc.posts(body)
    before = [rows_of(office, table) for table in (contact.table, queue.outbox, queue.inbox)]
    office.clock.moves(hours=30)
    again = cdc.posts(body)
    assert (again.status_code, again.json()) == (200, first.json())
    assert (first.headers["Idempotency-Replayed"], again.headers["Idempotency-Replayed"]) == ("false", "true")
    assert [rows_of(office, table) for table in (contact.table, queue.outbox, queue.inbox)] == before


def test_another_body_under_a_known_key_is_refused_and_nothing_of_it_is_kept(
    office: Office, cdc: Cdc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "BATCH", 2)
    cdc.posts(people(3))
    other = people(4)  # the first batch is the same to the letter
    answer = cdc.posts(other)
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "idempotency_key_reused")
    assert rows_of(office, contact.table) == 3
    assert cdc.posts(other, key="list-2").json()["counts"]["taken"] == 1


def test_two_callers_at_once_with_one_key_get_one_answer_for_one_list(
    office: Office, cdc: Cdc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "BATCH", 5)
    ready, answers = threading.Barrier(2), []

    def call() -> None:
        ready.wait()
        answers.append(cdc.posts(people(30)))

    callers = [threading.Thread(target=call) for _ in range(2)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["counts"]["taken"] == rows_of(office, contact.table) == 30
    office.hand_over()
    invariants.check(office.store)


def test_a_list_that_broke_off_goes_on_where_it_stopped(
    office: Office, cdc: Cdc, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "BATCH", 2)
    with monkeypatch.context() as patch:
        patch.setattr(office.runner, "handle", dies_at(office, 3))
        broken = cdc.posts(people(7))
    assert (broken.status_code, broken.headers["Retry-After"]) == (503, "5")
    assert rows_of(office, contact.table) == 4
    office.clock.moves(seconds=40)  # the importer is taken for dead: what came in is pushed
    office.scheduler.fire_due()
    office.hand_over()
    again = cdc.posts(people(7))
    assert again.json()["counts"]["taken"] == rows_of(office, contact.table) == 7
    assert again.headers["Idempotency-Replayed"] == "false"
    assert cdc.posts(people(7)).json() == again.json()
    assert told_of(office) == [4, 3]
    invariants.check(office.store)


def dies_at(office: Office, nth: int) -> Any:
    """The desk, until the database goes away at the n-th event."""
    handle, seen = office.runner.handle, []

    def dying(event: Event) -> Answer:
        seen.append(event)
        if len(seen) >= nth:
            raise Unavailable("test")
        return handle(event)

    return dying


def told_of(office: Office) -> list[int]:
    """How many new people each hand-over to the community announced, in order."""
    table, found = queue.outbox, []
    with office.store.read() as conn:
        for row in conn.execute(sa.select(table).where(table.c.kind == "start").order_by(table.c.seq)):
            said = json.loads(office.keys.open(row.payload, "outbox", "payload", row.id))
            if (said["flow"], said["name"]) == ("push", "arrived"):
                found.append(said["data"]["count"])
    return found


def test_a_list_that_was_refused_may_be_mended_under_its_key(quick: Office) -> None:
    with door.opened(quick.runner) as cdc:
        assert cdc.posts({"rows": [person(1, 手机="1")]}).status_code == 422
        assert cdc.posts({"rows": [person(1)]}).json()["counts"]["taken"] == 1


def test_a_defect_of_ours_is_answered_with_a_number_and_kept_as_it_was(
    quick: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with door.opened(quick.runner) as cdc:
        with monkeypatch.context() as patch:
            patch.setattr(contact, "known", lambda *_: 1 / 0)
            first = cdc.posts(people(1))
        again = cdc.posts(people(1))
    assert (first.status_code, first.json()["error"]["code"]) == (500, "not_taken")
    assert "Q-" in first.json()["error"]["what"]
    assert (again.status_code, again.json()) == (500, first.json())
    assert "ZeroDivision" not in first.text
    assert "Traceback" not in first.text


def test_a_defect_in_reading_is_answered_with_a_number_and_the_list_may_come_again(
    quick: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def chokes(text: str) -> None:
        raise RuntimeError(text)

    with door.opened(quick.runner) as cdc:
        with monkeypatch.context() as patch:
            patch.setattr(fields, "name", chokes)
            first = cdc.posts(people(1))
        again = cdc.posts(people(1))
    assert (first.status_code, first.json()["error"]["code"]) == (500, "not_taken")
    number = re.search("Q-[0-9A-F]{6}", first.json()["error"]["what"])
    assert number is not None
    assert number[0] in [getattr(one, "number", "") for one in caplog.records]
    assert "甲1号" not in caplog.text + first.text
    assert (again.status_code, again.json()["counts"]["taken"]) == (200, 1)


# ── what the door refuses ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Office]:
    """An office on SQLite alone: for what never reaches the database, or does not depend on which."""
    for url in databases.fresh("sqlite", tmp_path):
        office = Office(url)
        office.opens()
        yield office
        office.close()


@pytest.fixture(scope="module")
def shut(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cdc]:
    """A caller whose every request is to be refused before anything is written."""
    for url in databases.fresh("sqlite", tmp_path_factory.mktemp("shut")):
        office = Office(url)
        with door.opened(office.runner) as cdc:
            yield cdc
        assert rows_of(office, queue.inbox) == 0
        office.close()


def refused(answer: requests.Response) -> tuple[int, str, str]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["field"]


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        (b"", "body", "JSON"),
        (b"{", "body", "JSON"),
        (b"[]", "body", "JSON"),
        (b"\xff\xfe{", "body", "UTF-8"),
        (b"[" * 100_000, "body", "层次"),
        (b'{"rows": [{"\xe5\xa7\x93\xe5\x90\x8d": ' + b"9" * 5000 + b"}]}", "body", "数字"),
        (b'{"rows": [{"\xe5\xa7\x93\xe5\x90\x8d": NaN}]}', "body", "数字"),
        (b'{"rows": [], "rows": []}', "rows", "两次"),
        ({}, "rows", "rows"),
        ({"rows": {}}, "rows", "数组"),
        ({"rows": []}, "rows", "没有人员"),
        ({"rows": [person(1)], "more": 1}, "more", "没有这个字段"),
        ({"rows": [person(1), 7]}, "rows[1]", "对象"),
        ({"rows": [person(1), person(2, 手机号="1")]}, "rows[1].手机号", "没有这一列"),
        ({"rows": [person(1) | {"姓名 ": "乙"}]}, "rows[0].姓名 ", "两次"),
        ({"rows": [{"姓名": "甲", "联系电话": "0592-2000001"}]}, "body", "人员类别"),
        ({"rows": [{"姓名": "甲", "人员类别": "密接"}]}, "body", "证件号码或联系电话"),
        ({"rows": [{}] * 10_001}, "rows", "10000"),
    ],
)
def test_a_body_that_is_no_list_is_refused_naming_the_place(shut: Cdc, body: Any, field: str, says: str) -> None:
    answer = shut.posts(body, **({"Content-Type": "application/json"} if isinstance(body, bytes) else {}))
    assert refused(answer) == (422, "bad_list", field)
    assert says in answer.json()["error"]["what"]


@pytest.mark.parametrize(
    ("kind", "body", "says"),
    [
        ("text/csv", "姓名,性别\n甲,男".encode(), "缺少列"),
        ("text/csv", HEADER.encode(), "只有表头"),
        ("text/csv", b"\x00\x01\x02", "不是表格"),
        (api.XLSX, b"PK\x03\x04 torn", "损坏"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_readers_words(
    shut: Cdc, kind: str, body: bytes, says: str
) -> None:
    answer = shut.posts(body, **{"Content-Type": kind})
    assert refused(answer) == (422, "bad_list", "body")
    assert says in answer.json()["error"]["what"]


@pytest.mark.parametrize("key", [None, "", "a b", "钥".encode().decode("latin-1"), "k" * 256])
def test_a_list_needs_a_key_of_visible_ascii(shut: Cdc, key: str | None) -> None:
    assert refused(shut.posts(people(1), key=key)) == (400, "bad_idempotency_key", "Idempotency-Key")


def test_another_kind_of_body_is_not_guessed_at(shut: Cdc) -> None:
    answer = shut.posts(b"<list/>", **{"Content-Type": "application/xml"})
    assert refused(answer) == (415, "unsupported_media_type", "Content-Type")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Transfer-Encoding": "chunked"}, (411, "length_required", "Content-Length")),
        ({}, (411, "length_required", "Content-Length")),
        ({"Content-Length": str(api.MOST_BYTES + 1)}, (413, "too_large", "body")),
    ],
)
def test_a_body_of_no_or_too_great_length_is_not_read(
    shut: Cdc, headers: dict[str, str], expected: tuple[int, str, str]
) -> None:
    connection = http.client.HTTPConnection(urlsplit(shut.url).netloc, timeout=10)
    connection.putrequest("POST", LISTS)
    for name, value in (shut.headers | {"Idempotency-Key": "k", "Content-Type": "text/csv"} | headers).items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    said = json.loads(answer.read())
    connection.close()
    assert (answer.status, said["error"]["code"], said["error"]["field"]) == expected
    described.must_fit(said, described.body(described.answer(LISTS, "post", answer.status)))


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer ", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer 令牌".encode().decode("latin-1")]
)
def test_nobody_comes_in_without_the_token(shut: Cdc, shown: str) -> None:
    caller = Cdc(shut.url)
    caller.headers = {"Authorization": shown}
    for answer in (caller.posts(people(1)), caller.reads()):
        assert refused(answer) == (401, "unauthorized", "Authorization")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_without_a_token_in_the_settings_the_door_is_closed_and_says_which_variable(quick: Office) -> None:
    with door.opened(quick.runner, token="") as cdc:
        cdc.headers = {"Authorization": "Bearer "}
        for answer in (cdc.posts(people(1)), cdc.reads()):
            assert refused(answer) == (503, "closed", "Authorization")
            assert "BIHUAN_API_TOKEN" in answer.json()["error"]["cure"]


def test_the_description_is_there_for_everybody(shut: Cdc) -> None:
    answer = requests.get(f"{shut.url}/api/v1/openapi.json", timeout=10)
    assert answer.json() == described.OPENAPI
    assert answer.json()["openapi"].startswith("3.1")


def test_every_code_and_every_column_is_described() -> None:
    schemas = described.OPENAPI["components"]["schemas"]
    assert schemas["Refusal"]["properties"]["error"]["properties"]["code"]["enum"] == [code.value for code in api.Code]
    assert set(schemas["Row"]["properties"]) == {*HEADER.split(","), "社区代码"}
    assert schemas["List"]["properties"]["rows"]["maxItems"] == api.MOST_ROWS
