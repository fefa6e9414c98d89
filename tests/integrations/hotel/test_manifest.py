"""The manifest: exactly the fields of the contract, understood by a strict hotel; what is malformed it refuses."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from integrations.hotel import manifest
from integrations.hotel.manifest import Guest
from integrations.hotel.standin import Hotel, Mood
from integrations.webhooks.client import DeliveryFailed, Webhook

KEY = "a-key-shared-with-a-hotel-in-tests"
NOW = 1_700_475_591.0
GUEST = Guest(
    name="王建明",
    sex="男",
    birth="1988-05-12",
    id_type="居民身份证",
    id_number="350299198805120018",
    phone="14400001001",
    category="密接",
    band="BH7K2M",
    companion_of="",
    needs=("wheelchair",),
)


def made(*people: Guest, at: datetime | None = None) -> dict[str, Any]:
    """A manifest of these people."""
    when = at or datetime(2026, 11, 23, 2, 40, tzinfo=UTC)
    return manifest.document("m1", 1, "n1", "闽D·演001", "close", when, people)


@pytest.fixture
def hotel() -> Iterator[Hotel]:
    with Hotel(KEY, lambda: NOW) as hotel:
        yield hotel


@pytest.fixture
def hook(hotel: Hotel) -> Iterator[Webhook]:
    hook = Webhook(hotel.url, KEY, lambda: NOW, timeout=(0.5, 0.3))
    yield hook
    hook.close()


def test_the_document_has_the_fields_of_the_contract_and_no_other() -> None:
    assert json.loads(json.dumps(made(GUEST), ensure_ascii=False)) == {
        "manifest_id": "m1",
        "version": 1,
        "notice_id": "n1",
        "vehicle": {"plate": "闽D·演001", "class": "close"},
        "departed_at": "2026-11-23T02:40:00Z",
        "people": [
            {
                "name": "王建明", "sex": "男", "birth": "1988-05-12", "id_type": "居民身份证",
                "id_number": "350299198805120018", "phone": "14400001001", "category": "密接", "band": "BH7K2M",
                "companion_of": "", "needs": ["wheelchair"],
            }
        ],
    }  # fmt: skip


def test_the_time_is_utc_whatever_clock_it_came_from() -> None:
    local = datetime(2026, 11, 23, 10, 40, tzinfo=timezone(timedelta(hours=8)))
    assert made(GUEST, at=local)["departed_at"] == "2026-11-23T02:40:00Z"


def test_a_manifest_is_applied_once_however_often_it_comes(hotel: Hotel, hook: Webhook) -> None:
    hotel.will(Mood.LOSES)
    with pytest.raises(DeliveryFailed, match="500"):
        hook.deliver("manifest:m1:v1", made(GUEST))
    hook.deliver("manifest:m1:v1", made(GUEST))
    assert hotel.guests() == ["王建明"]
    assert [heard.status for heard in hotel.heard] == [500, 200]


def test_another_manifest_under_the_same_key_is_refused(hotel: Hotel, hook: Webhook) -> None:
    hook.deliver("manifest:m1:v1", made(GUEST))
    with pytest.raises(DeliveryFailed, match="409"):
        hook.deliver("manifest:m1:v1", made(GUEST, GUEST))
    assert hotel.guests() == ["王建明"]


@pytest.mark.parametrize(
    "spoilt",
    [
        made(),
        made(GUEST) | {"remark": "x"},
        {k: v for k, v in made(GUEST).items() if k != "version"},
        made(GUEST) | {"vehicle": {"plate": "闽D·演001", "class": "密接"}},
        made(GUEST) | {"people": [{"name": "王建明"}]},
    ],
)
def test_a_strict_hotel_refuses_what_is_malformed(hotel: Hotel, hook: Webhook, spoilt: dict[str, Any]) -> None:
    with pytest.raises(DeliveryFailed, match="422") as caught:
        hook.deliver("manifest:m1:v1", spoilt)
    assert caught.value.permanent
    assert hotel.applied == {}
