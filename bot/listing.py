"""A list on its way to the desk: rows go in batches, each an event of its own; what came of them is gathered."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from bot.runner import Runner, short
from bot.turn import Event, Kind
from integrations.cdc.lists import RawRow

BATCH = 2000  # rows a transaction: most pages of the look-up hashes are written each time; taps wait for one
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL keeps no NUL, and half a character has no bytes


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to say about one row: where, what, the cure. `str()` shows no value, so it may be printed."""

    row: int
    column: str
    value: str
    what: str
    kind: str

    def __str__(self) -> str:
        return f"第{self.row}行「{self.column}」：{self.what}"


@dataclass(slots=True)
class Result:
    """The report of an import."""

    counts: dict[str, int] = field(default_factory=dict)
    report: list[Problem] = field(default_factory=list)

    @property
    def problems(self) -> list[Problem]:
        """What was refused."""
        return [one for one in self.report if one.kind == "refused"]

    @property
    def summary(self) -> str:
        """One line of figures."""
        count = self.counts.get
        return (
            f"新增 {count('taken', 0)} 人（待分派 {count('unplaced', 0)}），合并 {count('merged', 0)}，"
            f"无变化 {count('unchanged', 0)}，拒收 {count('refused', 0)} 行。"
        )

    def add(self, data: dict[str, Any]) -> None:
        """Add one batch's report."""
        for name, count in data["counts"].items():
            self.counts[name] = self.counts.get(name, 0) + count
        self.report += [Problem(**one) for one in data["report"]]


class NotTaken(RuntimeError):
    """The desk did not take a batch; `number` is what people can name on the phone. Batches before it are kept."""

    def __init__(self, n: int, outcome: str, event_id: str) -> None:
        self.number = short(event_id)
        super().__init__(f"batch {n} was not taken: {outcome}, {self.number}")


class Clash(Exception):
    """Another list came under this key before; nothing of this one was taken."""


class Run:
    """One attempt to hand a list over. `key` names the list for ever, `talk` this attempt's own conversation.

    The same list under the same key gets the answers it had: batches that are already in are recalled, the others are
    taken now. `digest` is what tells another list from it; without one nothing is kept for a repeat.
    """

    def __init__(self, runner: Runner, key: str, talk: str, digest: str = "") -> None:
        self.runner, self.key, self.talk, self.digest = runner, key, talk, digest
        self.n, self.fresh = 0, False

    def rows(self, batch: Sequence[RawRow]) -> dict[str, Any]:
        """Hand over the next batch; its report. `Clash`, or `NotTaken` when something broke in it."""
        self.n += 1
        rows = [{"number": row.number, "values": row.values, "problem": _problem(row)} for row in batch]
        data = {"rows": rows} | ({"digest": self.digest} if self.digest else {})
        event = self._event("rows", f"list:{self.key}:{self.n}", data, recall=bool(self.digest))
        answer = self.runner.handle(event)
        if answer.clash:
            raise Clash
        if "counts" not in answer.data:
            raise NotTaken(self.n, answer.outcome, event.id)
        self.fresh = self.fresh or not answer.duplicate
        return dict(answer.data)

    def close(self) -> None:
        """Nothing more comes; an attempt that has brought nothing new has nothing to close."""
        if self.fresh:
            self.runner.handle(self._event("close", f"list:{self.talk}:close", {}))

    def _event(self, name: str, the_id: str, data: dict[str, Any], *, recall: bool = False) -> Event:
        return Event(
            the_id, Kind.START, self.runner.now(), flow="intake", ref=self.talk, name=name, data=data,
            keep=False, recall=recall,
        )  # fmt: skip


def batches(rows: Iterable[RawRow]) -> Iterator[list[RawRow]]:
    """The rows in the portions in which they are committed."""
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        yield batch


def _problem(row: RawRow) -> str:
    """Why the row cannot be taken as it stands: the reader's reason, or letters that cannot be kept."""
    if row.problem or not _UNKEEPABLE.search("".join(row.values.values())):
        return row.problem
    columns = [name for name, text in row.values.items() if _UNKEEPABLE.search(text)]
    return f"「{'、'.join(columns)}」里有无法保存的字符，请重新填写"
