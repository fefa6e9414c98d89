"""What the bench says of one thing: repeated measurements, the baseline's beside them, and the goal."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Goal:
    """What the median must not exceed (`most`) or fall below (`least`); `ratio`: the same for ours ÷ baseline."""

    most: float | None = None
    least: float | None = None
    ratio_most: float | None = None
    ratio_least: float | None = None

    def met(self, median: float, ratio: float | None) -> bool:
        """Whether every bound that is set holds; a bound on a ratio without a baseline does not."""
        if (self.most is not None and median > self.most) or (self.least is not None and median < self.least):
            return False
        if self.ratio_most is not None and (ratio is None or ratio > self.ratio_most):
            return False
        return self.ratio_least is None or (ratio is not None and ratio >= self.ratio_least)

    def __str__(self) -> str:
        plain = (("≤", self.most, ""), ("≥", self.least, ""))
        beside = (("≤", self.ratio_most, " ×"), ("≥", self.ratio_least, " ×"))
        return ", ".join(f"{sign} {shown(value)}{unit}" for sign, value, unit in plain + beside if value is not None)


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the report: `ours` and `baseline` hold one value for each repetition, taken in turn in one run."""

    case: str
    what: str
    unit: str
    ours: tuple[float, ...]
    baseline: tuple[float, ...] = ()
    against: str = ""
    goal: Goal = field(default_factory=Goal)

    @property
    def median(self) -> float:
        """The middle one of our repetitions."""
        return statistics.median(self.ours)

    @property
    def beside(self) -> float | None:
        """The middle one of the baseline's repetitions."""
        return statistics.median(self.baseline) if self.baseline else None

    @property
    def ratio(self) -> float | None:
        """Ours ÷ baseline, both medians of the same run: what may be quoted."""
        return self.median / self.beside if self.beside else None

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None when there is none."""
        return self.goal.met(self.median, self.ratio) if str(self.goal) else None

    def as_json(self) -> dict[str, Any]:
        """Everything above as plain values."""
        return {
            "case": self.case, "what": self.what, "unit": self.unit, "ours": list(self.ours), "median": self.median,
            "baseline": list(self.baseline), "baseline_median": self.beside, "against": self.against,
            "ratio": self.ratio, "goal": str(self.goal), "met": self.met,
        }  # fmt: skip


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that `share` (0–1) of all values do not exceed; no interpolation flatters the tail."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("values: there is no percentile of nothing")
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def milliseconds(seconds: Sequence[float], share: float = 0.5) -> float:
    """A percentile (0.5: the median) of durations in seconds, as ms."""
    return 1000 * percentile(seconds, share)


def shown(value: float) -> str:
    """Three figures that count, thousands separated: 0.0123, 4.56, 789, 12,300."""
    if value == 0:
        return "0"
    digits = 2 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):,.{max(0, digits)}f}"
