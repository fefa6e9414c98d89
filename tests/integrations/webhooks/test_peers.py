"""Whom a webhook may connect to: public addresses alone, whatever the name says and however it is wrapped."""

import socket
from typing import Any

import pytest

from integrations.webhooks import peers
from integrations.webhooks.client import DeliveryFailed, Webhook
from integrations.webhooks.standin import Standin

KEY = "a-key-shared-with-a-hotel-in-tests"
NOW = 1_700_475_591.0


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_the_open_internet_is_public(address: str) -> None:
    assert peers.public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "::", "fe80::1%eth0", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::",
        "2001:0:0:0:0:0:f5ff:fffe", "ff02::1",
    ],
)  # fmt: skip
def test_what_lies_inside_is_not_however_it_is_wrapped(address: str) -> None:
    assert not peers.public(address)


def test_one_private_address_among_several_spoils_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def found(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, 1, 6, "", (ip, 443)) for ip in ("8.8.8.8", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    with pytest.raises(peers.NotPublic):
        peers.resolve("hotel.example", 443)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_server_inside_hears_nothing_and_it_is_for_good(host: str) -> None:
    with Standin(KEY, lambda: NOW) as inside:
        hook = Webhook(f"http://{host}:{inside.port}/told", KEY, lambda: NOW, only_public=True)
        with pytest.raises(DeliveryFailed, match="not public") as caught:
            hook.deliver("letter-1", {"a": 1})
        hook.close()
        assert caught.value.permanent
        assert inside.heard == []
