"""What a network and a dishonest client can do to callbacks: lose, repeat, shuffle and invent them."""

import threading
import time
from typing import Any

import requests

from integrations.wecom.sandbox import envelope, events
from tests.scenarios.member import PATIENCE, Member, settle, unsent
from tests.world import World


def callbacks(world: World) -> list[int]:
    """The wire log's numbers of every callback so far, oldest first."""
    log = requests.get(f"{world.sandbox.url}/control/wire", {"direction": "callback", "limit": "500"}, timeout=10)
    return [record["id"] for record in reversed(log.json())]


def repeat(world: World, ids: list[int], times: int = 1) -> list[Any]:
    """Deliver these callbacks again, in this order; the HTTP statuses."""
    answer = requests.post(
        f"{world.sandbox.url}/control/redeliver", json={"ids": ids, "times": times}, timeout=60
    ).json()
    settle(world)
    return list(answer["statuses"])


def lose_next(world: World) -> None:
    """The next callback never arrives."""
    trouble(world, endpoint="callback", kind="drop", count=1)


def press_and_lose(world: World, phone: Member, label: str, msgid: str = "") -> int:
    """A button is pressed and the network keeps the callback; its number in the wire log, to `repeat` it later."""
    lose_next(world)
    phone.taps(label, msgid)
    world.waits(seconds=2)  # two presses of one button within one second are one press to WeCom's callbacks
    return callbacks(world)[-1]


def trouble(world: World, **plan: Any) -> None:
    """Plan a fault at WeCom; see `faults.read`."""
    requests.post(f"{world.sandbox.url}/control/faults", json=plan, timeout=10).raise_for_status()


def all_clear(world: World) -> None:
    """Lift every fault."""
    requests.delete(f"{world.sandbox.url}/control/faults", timeout=10).raise_for_status()


def comes_back(world: World) -> None:
    """Every fault has been met or is lifted, and the sender, which waits longer each time, has caught up."""
    line = world.sandbox.world
    line.wait(lambda: all(fault.hits or fault.count is None for fault in world.sandbox.faults.all()), 5)
    all_clear(world)
    end = time.monotonic() + PATIENCE
    while unsent(world):
        assert time.monotonic() < end, "the outbox does not get empty"
        world.waits(seconds=1)
        threading.Event().wait(0.05)


def forge_tap(world: World, user: str, key: str, task_id: str, answers: dict[str, list[str]] | None = None) -> int:
    """Sign and deliver a tap that no phone offers; the HTTP status."""
    fields = events.tap(key, task_id, "button_interaction", world.sandbox.world.token_hex(43), answers)
    return deliver(world, events.event(world.sandbox.world, user, "template_card_event", fields).xml)


def deliver(world: World, xml: str) -> int:
    """Seal any XML as the platform would and post it; the HTTP status."""
    sealed = envelope.seal(world.sandbox.settings, xml, world.now().timestamp())
    answer = requests.post(f"{world.url}/wecom/callback", params=sealed.query, data=sealed.body.encode(), timeout=10)
    settle(world)
    return answer.status_code
