"""The operator's way to the manifests that a hotel's own system could not be told of: see them, send them again."""

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.state import handover, hotel
from bot.state.handover import Handover
from bot.state.unit import Tx
from bot.turn import Event, Kind

if TYPE_CHECKING:
    from bot.app import Core


def lost(core: "Core") -> tuple[list[str], int]:
    """A line for each, and how many there are."""
    with core.store.read() as conn:
        tx = Tx(conn, core.keys, core.runner.now(), "manifests")
        rows = [(one, hotel.find(tx, one.hotel_code)) for one in handover.lost(tx)]
    if not rows:
        return ["没有推送失败的名单。"], 0
    lines = [_line(one, to.name if to else one.hotel_code) for one, to in rows]
    return [*lines, f"推送失败的名单：{len(rows)}。重新推送：bihuan manifests 编号"], len(rows)


def again(core: "Core", ids: Iterable[str]) -> tuple[list[str], int]:
    """Tell the hotel's system again, under the same key; a line for each, and how many were not waiting for it.

    The running bot sends them. What is not known to be lost is left alone: it is under way, or has arrived.
    """
    with core.store.read() as conn:
        known = {one.id for one in handover.lost(Tx(conn, core.keys, core.runner.now(), "manifests"))}
    lines, left = [], 0
    for the_id in ids:
        if the_id in known:
            cause = f"manifests:{secrets.token_hex(12)}"
            core.runner.handle(Event(cause, Kind.START, core.runner.now(), flow="hotel", ref=the_id, name="resend"))
            lines.append(f"{the_id}：已重新放入发件箱。")
        else:
            left += 1
            lines.append(f"{the_id}：不在推送失败的名单里，没有重新推送。")
    return lines, left


def _line(one: Handover, to: str) -> str:
    return f"{one.id} {to} {one.departed_at:%Y-%m-%d %H:%M} UTC {one.people} 人"
