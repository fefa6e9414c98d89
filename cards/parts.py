"""Bits that several cards share: a masked person, clocks and spans as people read them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from cards import mask

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")  # no summer time since 1991


@dataclass(frozen=True, slots=True)
class Person:
    """One person as chat may show them: every field is masked already."""

    name: str
    category: str
    phone: str
    id_number: str
    address: str
    index_case: str


def person(
    name: str, category: str, phone: str = "", id_number: str = "", address: str = "", index_case: str = ""
) -> Person:
    """Mask a person at the edge (DOMAIN §2.9)."""
    return Person(
        mask.name(name),
        category,
        mask.phone(phone) if phone else "未提供",
        mask.id_number(id_number) if id_number else "未提供",
        mask.address(address) if address else "未提供",
        index_case or "未提供",
    )


def notice(place: str, number: int) -> str:
    """What a transport notice is called: `前埔南社区 第3单`."""
    return f"{place} 第{number}单"


def clock(at: datetime, now: datetime | None = None) -> str:
    """`10:32` in Shanghai, with month and day before it when it is not today."""
    local = at.astimezone(SHANGHAI)
    today = (now or datetime.now(UTC)).astimezone(SHANGHAI).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local.month}月{local.day}日 {local:%H:%M}"


def span(length: timedelta) -> str:
    """A length of time in at most two units: `45分`, `1小时20分`, `2天3小时`."""
    minutes = max(0, int(length.total_seconds() // 60))
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    return (f"{hours}小时" if hours else "") + (f"{rest}分" if rest or not hours else "")


def left(due: datetime, now: datetime) -> str:
    """`剩45分` before a deadline, `超时12分` after it."""
    return f"剩{span(due - now + timedelta(seconds=59))}" if due >= now else f"超时{span(now - due)}"
