"""A time of day as people type it, read as an instant: `15:30`, `明天9点`, `11月24日 9:00`, `30分钟后`, `现在`.

Nothing is guessed: a bare time is today's, and one that has passed is refused instead of becoming tomorrow's.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

from bot.state.checked import FieldError, Ok, plain

FURTHEST = timedelta(days=3)
FORGIVEN = timedelta(minutes=2)  # somebody may type slowly
_SHANGHAI = timezone(timedelta(hours=8))
_NOW = frozenset({"现在", "马上", "立即", "立刻", "尽快"})
_AFTER = re.compile(r"([0-9]{1,3})(分钟?|个?小时)(?:后|内|以后|之后)?")
_HALF_HOUR = re.compile(r"半个?小时(?:后|内|以后|之后)?")
_CLOCK = re.compile(
    r"(?:(?P<near>今天|今日|明天|明日|后天)|(?:(?P<year>[0-9]{4})[-/年])?(?P<month>[0-9]{1,2})[-/月](?P<day>[0-9]{1,2})[日号]?)?"
    r"(?P<part>凌晨|早上|上午|中午|下午|晚上)?"
    r"(?P<hour>[0-9]{1,2})(?:[:点时](?P<half>半)?(?P<minute>[0-9]{1,2})?分?)(?::[0-9]{2})?(?:左右|前后)?"
)
_CURE = "请写时刻，例如 15:30、明天9:00 或 30分钟后"


def moment(text: str, now: datetime, field: str = "时间") -> Ok[datetime]:
    """The instant (UTC) that `text` names, from `now` to three days on; `FieldError` with the cure otherwise."""
    given = "".join(plain(text).split())
    if not given:
        raise FieldError(field, text, "没有填写", _CURE)
    found = now + span if (span := _span(given)) is not None else _clock(given, now, field, text)
    if found < now - FORGIVEN:
        raise FieldError(field, text, "已经过去", "请核对时间，若是明天请写 明天9:00")
    if found > now + FURTHEST:
        raise FieldError(field, text, "在三天之后", "请核对日期")
    return Ok(max(found, now).astimezone(UTC))


def _span(given: str) -> timedelta | None:
    if given in _NOW:
        return timedelta()
    if _HALF_HOUR.fullmatch(given):
        return timedelta(minutes=30)
    after = _AFTER.fullmatch(given)
    if after is None:
        return None
    return timedelta(minutes=int(after[1])) if after[2].startswith("分") else timedelta(hours=int(after[1]))


def _clock(given: str, now: datetime, field: str, text: str) -> datetime:
    shape = _CLOCK.fullmatch(given)
    if shape is None:
        raise FieldError(field, text, "不是时刻", _CURE)
    today = now.astimezone(_SHANGHAI).replace(second=0, microsecond=0)
    hour, minute = int(shape["hour"]), 30 if shape["half"] else int(shape["minute"] or 0)
    if shape["part"] in ("下午", "晚上") and 0 < hour < 12:
        hour += 12
    try:
        at = today.replace(hour=hour, minute=minute)
        if shape["month"]:
            at = at.replace(year=int(shape["year"] or today.year), month=int(shape["month"]), day=int(shape["day"]))
    except ValueError:
        raise FieldError(field, text, "没有这个时刻", _CURE) from None
    if shape["month"] and not shape["year"] and at < today - timedelta(days=180):
        at = at.replace(year=today.year + 1)  # on New Year's Eve, 1月1日 is tomorrow
    return at + timedelta(days={"明": 1, "后": 2}.get((shape["near"] or " ")[0], 0))
