"""Telling the CDC's own system: signed, once in effect, patient with a server that is down, and never led elsewhere."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import SecretStr, ValidationError

from bot import config
from bot.state import queue
from integrations.webhooks import client as webhook
from integrations.webhooks.client import DeliveryFailed, Webhook
from integrations.webhooks.standin import Mood, Standin
from tests import invariants
from tests.faults import office as desk
from tests.faults.office import Office
from tests.web import described, door

KEY = "a-key-shared-with-the-cdc-in-tests"
NOW = 1_700_475_591.0
TOLD = {"event": "feedback", "report_id": "0" * 32, "remark": "人在外地"}


@pytest.fixture
def cdc() -> Iterator[Standin]:
    """The CDC's system, which checks what it is told."""
    with Standin(KEY, lambda: NOW) as cdc:
        yield cdc


@pytest.fixture
def hook(cdc: Standin) -> Iterator[Webhook]:
    """Our side, with little patience."""
    hook = Webhook(cdc.url, KEY, lambda: NOW, timeout=(0.5, 0.2))
    yield hook
    hook.close()


# ── one delivery ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_document_arrives_as_it_was_said_under_its_key(cdc: Standin, hook: Webhook) -> None:
    hook.deliver("letter-1", TOLD)
    assert cdc.applied == {"letter-1": TOLD}


@pytest.mark.parametrize(
    ("mood", "permanent", "says", "applied"),
    [
        (Mood.FAILS, False, "HTTP 500", False),
        (Mood.LOSES, False, "HTTP 500", True),
        (Mood.LIES, False, "HTTP 200 with an error", False),
        (Mood.REFUSES, True, "HTTP 422", False),
        (Mood.CROWDED, False, "HTTP 429", False),
        (Mood.MOVED, False, "HTTP 307", False),
        (Mood.HANGS, False, "no answer: ReadTimeout", True),
        (Mood.BREAKS, False, "no answer: ", True),
    ],
)
def test_a_failure_says_whether_it_is_for_good(
    cdc: Standin, hook: Webhook, mood: Mood, permanent: bool, says: str, applied: bool
) -> None:
    cdc.will(mood)
    with pytest.raises(DeliveryFailed) as caught:
        hook.deliver("letter-1", TOLD)
    assert caught.value.permanent is permanent
    assert str(caught.value).startswith(says)
    assert (len(cdc.heard), bool(cdc.applied)) == (1, applied)  # heard once: a redirect was not followed


def test_a_server_that_is_not_there_may_come_back(cdc: Standin, hook: Webhook) -> None:
    cdc.stop()
    with pytest.raises(DeliveryFailed, match="no answer") as caught:
        hook.deliver("letter-1", TOLD)
    assert not caught.value.permanent
    assert (caught.value.__context__, caught.value.__cause__) == (None, None)  # those would show the address
    cdc.start()
    hook.deliver("letter-1", TOLD)
    assert list(cdc.applied) == ["letter-1"]


def test_the_same_document_twice_is_applied_once_and_another_one_under_its_key_never(
    cdc: Standin, hook: Webhook
) -> None:
    hook.deliver("letter-1", TOLD)
    hook.deliver("letter-1", TOLD)
    with pytest.raises(DeliveryFailed, match="409") as caught:
        hook.deliver("letter-1", TOLD | {"remark": "别的"})
    assert caught.value.permanent
    assert cdc.applied == {"letter-1": TOLD}


def test_the_wrong_key_is_refused_by_the_other_side(cdc: Standin) -> None:
    hook = Webhook(cdc.url, "another-key", lambda: NOW)
    with pytest.raises(DeliveryFailed, match="401"):
        hook.deliver("letter-1", TOLD)
    hook.close()


# ── the signature ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_signature_is_the_one_that_openssl_makes() -> None:
    """`printf '1700475591.{"a":1}' | openssl dgst -sha256 -hmac secret`."""
    signed = webhook.sign("secret", 1_700_475_591, b'{"a":1}')
    assert signed == "t=1700475591,v1=0a49340120df5f33df37e0a7bff507acc10b11bef600a6a107cdcb937b1bfb9c"


@pytest.mark.parametrize("age", [-300, 0, 300])
def test_a_signature_holds_within_five_minutes_on_either_side(age: int) -> None:
    assert webhook.genuine(KEY, webhook.sign(KEY, int(NOW) + age, b"x"), b"x", NOW)


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (webhook.sign(KEY, int(NOW) - 301, b"x"), b"x"),
        (webhook.sign(KEY, int(NOW) + 301, b"x"), b"x"),
        (webhook.sign(KEY, int(NOW), b"x"), b"y"),
        (webhook.sign("other", int(NOW), b"x"), b"x"),
        (webhook.sign(KEY, int(NOW), b"x").replace("t=17", "t=16"), b"x"),
        (webhook.sign(KEY, int(NOW), b"x").upper(), b"x"),
        (webhook.sign(KEY, int(NOW), b"x") + "0", b"x"),
        (f"t={int(NOW)}", b"x"),
        ("", b"x"),
    ],
)
def test_what_is_old_early_altered_or_malformed_is_not_genuine(header: str, body: bytes) -> None:
    assert not webhook.genuine(KEY, header, body, NOW)


def test_one_of_two_signatures_is_enough_while_keys_change() -> None:
    both = webhook.sign("old", int(NOW), b"x") + "," + webhook.sign(KEY, int(NOW), b"x").partition(",")[2]
    assert webhook.genuine(KEY, both, b"x", NOW)
    assert not webhook.genuine("third", both, b"x", NOW)


# ── through the whole bot ─────────────────────────────────────────────────────────────────────────────────────────────


class Story:
    """An office whose sender tells a stand-in, while what members would get is taken as sent."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.office = Office(database_url)
        self.cdc = Standin(KEY, self.office.unix)
        self.cdc.start()
        self.hook = Webhook(self.cdc.url, KEY, self.office.unix, timeout=(0.5, 0.5))
        self.office.sender.effects.cdc = self.hook
        self.office.runner.tells_cdc = True
        self.office.opens()
        self.office.list_arrives(folder, desk.a_list(2))
        self.goes_on()

    def ends(self) -> None:
        """Close everything."""
        self.hook.close()
        self.cdc.stop()
        self.office.close()

    def feeds_back(self) -> None:
        """A worker feeds one person back."""
        desk.to_review(self.office, "li.fang", "5")
        self.office.taps("li.fang", "确认反馈")
        self.goes_on()

    def goes_on(self) -> None:
        """Hand over, and tell the CDC what is due."""
        office = self.office
        while letters := office.sender.claim(500):
            for letter in letters:
                if letter.kind in ("start", "tell_cdc"):
                    office.sender.handle(letter)
                else:
                    _passes(office, letter)

    def letters(self) -> list[tuple[str, int]]:
        """How each letter to the CDC stands, and how often it was tried."""
        out = queue.outbox
        with self.office.store.read() as conn:
            rows = conn.execute(
                sa.select(out.c.state, out.c.attempts).where(out.c.kind == "tell_cdc").order_by(out.c.seq)
            )
            return [(row.state, row.attempts) for row in rows]

    def told(self) -> list[dict[str, Any]]:
        """What the CDC's system has applied, in order."""
        return list(self.cdc.applied.values())


def _passes(office: Office, letter: queue.Letter) -> None:
    office.store.write(lambda conn: queue.end_letter(conn, letter, queue.Post.SENT, office.clock()))


@pytest.fixture
def story(database_url: str, tmp_path: Path) -> Iterator[Story]:
    """On either database."""
    story = Story(database_url, tmp_path)
    yield story
    invariants.check(story.office.store)
    story.ends()


def test_a_feedback_is_told_once_and_as_the_feed_tells_it(story: Story) -> None:
    story.feeds_back()
    [told] = story.told()
    described.must_fit(told, described.OPENAPI["components"]["schemas"]["Told"])
    story.office.clock.moves(seconds=6)
    with door.opened(story.office.runner) as caller:
        [fed] = caller.reads().json()["results"]
    assert told == fed | {"event": "feedback"}
    assert story.letters() == [("sent", 1)]


def test_a_feedback_that_is_taken_back_is_told_too(story: Story) -> None:
    story.feeds_back()
    story.office.taps("li.fang", "撤销")
    story.goes_on()
    assert [told["event"] for told in story.told()] == ["feedback", "undone"]
    first, second = story.told()
    assert first["report_id"] == second["report_id"]
    assert (first["undone_at"], second["offline_duty"]) == (None, "void")
    assert second["undone_at"] is not None


def test_a_system_that_was_down_hears_of_it_when_it_is_back(story: Story) -> None:
    story.cdc.stop()
    story.feeds_back()
    story.feeds_back()
    assert [state for state, _ in story.letters()] == ["waiting", "waiting"]
    story.cdc.start()
    story.office.clock.moves(hours=1)
    story.goes_on()
    assert [state for state, _ in story.letters()] == ["sent", "sent"]
    assert len({told["contact_id"] for told in story.told()}) == 2


def test_an_answer_that_was_lost_is_asked_for_again_and_applied_once(story: Story) -> None:
    story.cdc.will(Mood.LOSES)
    story.feeds_back()
    assert story.letters() == [("waiting", 1)]
    story.office.clock.moves(hours=1)
    story.goes_on()
    assert story.letters() == [("sent", 2)]
    assert [heard.status for heard in story.cdc.heard] == [500, 200]
    assert len({heard.key for heard in story.cdc.heard}) == 1
    assert len(story.told()) == 1


def test_a_liar_is_told_again(story: Story) -> None:
    story.cdc.will(Mood.LIES, Mood.CROWDED, Mood.MOVED)
    story.feeds_back()
    for _ in range(3):
        assert story.told() == []
        story.office.clock.moves(hours=1)
        story.goes_on()
    assert story.letters() == [("sent", 4)]
    assert len(story.told()) == 1
    assert {heard.path for heard in story.cdc.heard} == {"/told"}


def test_what_is_refused_for_good_is_given_up_at_once(story: Story) -> None:
    story.cdc.will(Mood.REFUSES)
    story.feeds_back()
    story.office.clock.moves(hours=1)
    story.goes_on()
    assert story.letters() == [("failed", 1)]
    assert len(story.cdc.heard) == 1


def test_after_three_days_it_is_too_late(story: Story) -> None:
    story.cdc.will(Mood.FAILS)
    story.feeds_back()
    story.office.clock.moves(hours=73)
    story.goes_on()
    assert [state for state, _ in story.letters()] == ["expired"]
    assert len(story.cdc.heard) == 1


def test_a_slow_system_keeps_one_worker_busy_and_no_more(story: Story) -> None:
    """Its letters are one lane: while one is under way nobody claims another, so members' messages find workers."""
    story.cdc.will(Mood.FAILS, Mood.FAILS)
    story.feeds_back()
    story.feeds_back()
    story.office.clock.moves(hours=1)
    sender = story.office.sender
    [under_way] = sender.claim(1)
    assert (under_way.kind, sender.claim(10)) == ("tell_cdc", [])
    sender.handle(under_way)
    story.goes_on()
    assert len(story.told()) == 2


def test_without_an_address_no_letter_is_written(database_url: str, tmp_path: Path) -> None:
    office = Office(database_url)
    office.opens()
    office.list_arrives(tmp_path, desk.a_list(1))
    office.hand_over()
    desk.to_review(office, "li.fang", "5")
    office.taps("li.fang", "确认反馈")
    office.hand_over()
    with office.store.read() as conn:
        assert conn.execute(sa.select(sa.func.count()).where(queue.outbox.c.kind == "tell_cdc")).scalar() == 0
    office.close()


def test_letters_left_over_when_the_address_is_taken_out_are_dropped(story: Story) -> None:
    story.cdc.will(Mood.FAILS)
    story.feeds_back()
    story.office.sender.effects.cdc = None
    story.office.clock.moves(hours=1)
    story.goes_on()
    assert [state for state, _ in story.letters()] == ["superseded"]


def test_nothing_about_the_person_lies_open_in_the_outbox(story: Story) -> None:
    story.cdc.stop()
    story.feeds_back()
    with story.office.store.read() as conn:
        [payload] = conn.execute(sa.select(queue.outbox.c.payload).where(queue.outbox.c.kind == "tell_cdc")).scalars()
    assert json.dumps("三天前").encode()[1:-1] not in bytes(payload)
    assert "三天前".encode() not in bytes(payload)


# ── settings ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def settled(url: str, key: str) -> config.Settings:
    """Settings with this webhook."""
    return config.Settings(
        wecom_corp_id="ww5a4d60c0ffee5a4d",
        wecom_agent_id=1,
        wecom_secret=SecretStr("the-secret-of-the-app"),
        wecom_token=SecretStr("thetokenofcallbacks"),
        wecom_encoding_aes_key=SecretStr("SandboxSandboxSandboxSandboxSandboxSandboxA"),
        bihuan_secret_key=SecretStr("0123456789abcdef" * 2),
        bihuan_cdc_webhook_url=url,
        bihuan_cdc_webhook_key=SecretStr(key),
    )


def complaint(url: str, key: str) -> str:
    """What is said of such settings."""
    with pytest.raises(ValidationError) as caught:
        settled(url, key)
    return str(config.explain(caught.value))


@pytest.mark.parametrize(
    "url", ["", "https://cdc.example/told?tenant=1", "http://127.0.0.1:9/told", "http://[::1]/told"]
)
def test_a_webhook_may_be_left_out_or_be_https_or_on_this_machine(url: str) -> None:
    assert settled(url, KEY if url else "").bihuan_cdc_webhook_url == url


@pytest.mark.parametrize(
    "url",
    ["cdc.example/told", "ftp://cdc.example", "http://cdc.example/told", "https:///told", "https://me:pw@cdc.example/"],
)
def test_another_address_is_refused_by_name_and_not_repeated(url: str) -> None:
    said = complaint(url, KEY)
    assert said.startswith("BIHUAN_CDC_WEBHOOK_URL: https://")
    assert url not in said


@pytest.mark.parametrize("key", ["", "short"])
def test_an_address_needs_a_key(key: str) -> None:
    assert complaint("https://cdc.example/told", key).startswith("BIHUAN_CDC_WEBHOOK_KEY: at least 32 characters")


def test_neither_address_nor_key_is_shown() -> None:
    shown = repr(settled("https://cdc.example/told?pass=word", KEY))
    assert "cdc.example" not in shown
    assert KEY not in shown
