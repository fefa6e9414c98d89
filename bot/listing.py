"""A list on its way to the desk: rows go in batches, each an event of its own; what came of them is gathered."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot import reading
from bot.runner import Runner, short
from bot.state import area
from bot.state.listed import Reading
from bot.turn import Event, Kind
from integrations.cdc.lists import RawRow

BATCH = 3000  # rows a transaction: most pages of the look-up hashes are written each time; taps wait for one


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

    def rows(self, batch: Sequence[Reading]) -> dict[str, Any]:
        """Hand over the next batch; its report. `Clash`, or `NotTaken` when something broke in it."""
        self.n += 1
        data = {"first": batch[0].number, "count": len(batch), "digest": self.digest}
        event = self._event("rows", f"list:{self.key}:{self.n}", data, batch, recall=bool(self.digest))
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

    def _event(
        self, name: str, the_id: str, data: dict[str, Any], cargo: Sequence[Reading] = (), *, recall: bool = False
    ) -> Event:
        return Event(
            the_id, Kind.START, self.runner.now(), flow="intake", ref=self.talk, name=name, data=data, cargo=cargo,
            keep=False, recall=recall,
        )  # fmt: skip


def batches(runner: Runner, rows: Iterable[RawRow]) -> Iterator[list[Reading]]:
    """The rows in the portions in which they are committed, read before the transaction: taps wait for what it does."""
    return reading.portions(rows, BATCH, _by(runner))


def batches_of(runner: Runner, source: reading.Portions) -> Iterator[list[Reading]]:
    """The rows of an opened file, likewise. `ListRefused` when it cannot be read at all."""
    return source(BATCH, _by(runner))


def _by(runner: Runner) -> reading.By:
    with runner.store.read() as conn:
        return reading.By(runner.keys, area.tree(conn), runner.rules, runner.now)
