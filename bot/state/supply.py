"""How codes come into the house and leave it: printed, registered, printed again, retired by the batch.

Law: everything here is one transaction over a batch and its bands, told to the journal band by band.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta, timezone

import sqlalchemy as sa

from bot.state import band, batch, bulk, code
from bot.state.band import Band
from bot.state.base import new_id
from bot.state.batch import Batch
from bot.state.code import BadCode, Maker
from bot.state.unit import Tx

MOST = 50_000  # codes in one batch: what one transaction writes in a few seconds
LONGEST_CODE = 64
_MAKER = re.compile(r"[A-Z][A-Z0-9]{1,15}")
_RANGE = re.compile(r"(\D*(?:\d*\D+)?)(\d+)(?:\.\.|-|—|~)(?:\1)?(\d+)")
_SHANGHAI = timezone(timedelta(hours=8))


class NotSupplied(Exception):
    """The batch cannot be made, printed or retired; the message says what is wrong and what to do. Nothing is kept."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A batch and how many of its bands are in which state."""

    batch: Batch
    stock: int = 0
    bound: int = 0
    freed: int = 0
    retired: int = 0


def print_new(tx: Tx, count: int) -> tuple[Batch, list[str]]:
    """A new batch of ours and its short codes, none of them known before."""
    if not 1 <= count <= MOST:
        raise NotSupplied(f"一批 1 到 {MOST} 个码，这次是 {count} 个。请分批。")
    fresh: dict[str, None] = {}
    while len(fresh) < count:
        fresh[code.fresh()] = None
    if _taken(tx, list(fresh)):  # one chance in thousands even for the millionth code
        return print_new(tx, count)
    name = batch.next_name(tx, tx.now.astimezone(_SHANGHAI).strftime("%Y%m%d"))
    made = Batch(tx.id(), batch.State.OPEN, 1, name, "", "", code.key_id(tx.keys), count, 1, tx.now)
    batch.noun.insert(tx, made, "printed", count=count)
    _stock(tx, made, fresh)
    return made, list(fresh)


def register(tx: Tx, name: str, maker: str, form: str, codes: Sequence[str]) -> Batch:
    """Another maker's batch: every code matches `form`, a regular expression, whole; its first group counts."""
    if not _MAKER.fullmatch(maker):
        raise NotSupplied("厂家代号用 2–16 个大写字母和数字，字母开头，例如 RFID。")
    if not 1 <= len(name) <= 32 or batch.by_name(tx, name) is not None:
        raise NotSupplied(f"批次名「{name}」已有或太长（1–32 字）。请换一个。")
    if not 1 <= len(codes) <= MOST:
        raise NotSupplied(f"一批 1 到 {MOST} 个码，这次是 {len(codes)} 个。请分批。")
    values = _values(tx, Maker(maker, _sound(form)), codes)
    made = Batch(tx.id(), batch.State.OPEN, 1, name, maker, form, "", len(values), 0, tx.now)
    batch.noun.insert(tx, made, "registered", count=len(values), maker=maker)
    _stock(tx, made, values)
    return made


def reprint(tx: Tx, name: str, only: Iterable[str] = ()) -> list[str]:
    """The short codes to print again: those of the batch, or the named ones, that nobody was ever bound to."""
    made = _ours_open(tx, name)
    known = {each.code: each for each in _bands(tx, made)}
    wanted = [code.squeeze(each) for each in only] or [each.code for each in known.values() if _unbound(each)]
    if strange := [each for each in wanted if each not in known]:
        raise NotSupplied(f"批次 {name} 里没有：{_few(strange)}。没有重印。")
    if used := [each for each in wanted if not _unbound(known[each])]:
        raise NotSupplied(f"已绑定过或已停用，不能重印：{_few(used)}。请另印新码。")
    if not wanted:
        raise NotSupplied(f"批次 {name} 没有未绑定的码可以重印。请另印新码。")
    batch.noun.amend(tx, made, "reprinted", {"count": len(wanted)}, printed=made.printed + 1)
    return wanted


def retire(tx: Tx, name: str, reason: str) -> int:
    """Take a batch out of use; how many bands that nobody wears fell with it. What people wear stays good."""
    made = batch.by_name(tx, name)
    if made is None:
        raise NotSupplied(f"没有批次 {name}。用 bihuan batch list 查看。")
    if made.state != batch.State.OPEN:
        raise NotSupplied(f"批次 {name} 已停用（{made.reason}）。没有改动。")
    if not 1 <= len(reason.strip()) <= 64:
        raise NotSupplied("请写明停用原因（1–64 字）。没有改动。")
    batch.noun.fire(tx, made, "retired", {"reason": reason}, reason=reason)
    idle = [each for each in _bands(tx, made, lock=True) if each.state in (band.State.STOCK, band.State.FREED)]
    for each in idle:
        band.retire(tx, each, reason)
    return len(idle)


def stands(tx: Tx) -> list[Stand]:
    """Every batch with its figures, the oldest first."""
    columns = (band.table.c.batch_id, band.table.c.state, sa.func.count().label("found"))
    counts: dict[str, dict[str, int]] = {}
    for row in tx.all(sa.select(*columns).group_by(band.table.c.batch_id, band.table.c.state)):
        counts.setdefault(row.batch_id, {})[row.state] = row.found
    return [Stand(each, **counts.get(each.id, {})) for each in batch.every(tx)]


def spread(text: str) -> list[str]:
    """The codes of a range such as `RF00001..RF02000`, both ends taken, leading zeros kept."""
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        raise NotSupplied(f"看不懂编号范围「{text}」。请写成 RF00001..RF02000。")
    head, first, last = found.groups()
    if len(first) != len(last) or int(last) < int(first) or int(last) - int(first) >= MOST:
        raise NotSupplied(f"编号范围「{text}」两端位数要相同，从小到大，最多 {MOST} 个。")
    return [f"{head}{number:0{len(first)}d}" for number in range(int(first), int(last) + 1)]


def _stock(tx: Tx, made: Batch, values: Iterable[str]) -> None:
    bands = [Band(new_id(tx.now), band.State.STOCK, 1, value, made.id) for value in values]
    common = {"state": band.State.STOCK.value, "version": 1, "batch_id": made.id}
    bulk.insert(tx.conn, band.table, [common | {"id": one.id, "code": one.code} for one in bands])
    for one in bands:
        tx.note(f"band:{one.id}", 1, "made", "", one.state, {"batch": made.name})


def _values(tx: Tx, maker: Maker, codes: Sequence[str]) -> list[str]:
    """The codes as they will be known; refused, naming some, when one has another form, is ours, or is known."""
    values, other = [], []
    for each in codes:
        value = maker.match(each.strip()) if len(each) <= LONGEST_CODE else ""
        values.append(value)
        if not value or _reads_as_ours(tx, each):
            other.append(each)
    if other:
        raise NotSupplied(f"与登记的格式不符，或与本系统的码同形：{_few(other)}。没有登记。")
    if len({*values}) != len(values):
        raise NotSupplied("同一个码出现了两次。没有登记，请检查名单。")
    if taken := _taken(tx, values):
        raise NotSupplied(f"已登记过：{_few(taken)}。没有登记。")
    return values


def _reads_as_ours(tx: Tx, text: str) -> bool:
    try:
        return code.read(tx.keys, text) is not None
    except BadCode:
        return code.squeeze(text).startswith(code.SCHEME)


def _sound(form: str) -> str:
    try:
        sound = 1 <= len(form) <= 200 and re.compile(form).groups <= 1
    except re.error:
        sound = False
    if not sound:
        raise NotSupplied(f"格式「{form}」不是正则表达式，或有一个以上的括号组，或超过 200 字。")
    return form


def _taken(tx: Tx, values: Sequence[str]) -> list[str]:
    column, found = band.table.c.code, []
    for start in range(0, len(values), 500):
        found += [row.code for row in tx.all(sa.select(column).where(column.in_(values[start : start + 500])))]
    return found


def _bands(tx: Tx, made: Batch, *, lock: bool = False) -> list[Band]:
    chosen = band.noun.select.where(band.table.c.batch_id == made.id).order_by(band.table.c.id)
    return [band.noun.read(tx.keys, row) for row in tx.all(chosen.with_for_update() if lock else chosen)]


def _ours_open(tx: Tx, name: str) -> Batch:
    made = batch.by_name(tx, name)
    if made is None or made.maker:
        raise NotSupplied(f"没有本系统印的批次 {name}。用 bihuan batch list 查看。")
    if made.state != batch.State.OPEN:
        raise NotSupplied(f"批次 {name} 已停用（{made.reason}），不能重印。请另印新码。")
    return made


def _unbound(one: Band) -> bool:
    return one.state == band.State.STOCK


def _few(values: Sequence[str]) -> str:
    more = f" 等 {len(values)} 个" if len(values) > 3 else ""
    return "、".join(code.shown(each)[:40] for each in values[:3]) + more
