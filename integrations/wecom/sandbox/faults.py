"""What goes wrong on purpose: an endpoint, a kind of trouble, how often, how many times."""

import fnmatch
import random
import threading
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Trouble(Enum):
    """errcode: refuse with a code · http: a gateway's status page · timeout: never answer · slow: answer late ·
    drop: close the line unread · lost_reply: do it, then close the line · twice: deliver a callback two times."""

    ERRCODE = "errcode"
    HTTP = "http"
    TIMEOUT = "timeout"
    DROP = "drop"
    SLOW = "slow"
    LOST_REPLY = "lost_reply"
    TWICE = "twice"


CALLBACK_TROUBLES = frozenset({Trouble.DROP, Trouble.SLOW, Trouble.TWICE})


@dataclass(slots=True)
class Fault:
    """A planned trouble. `endpoint`: a pattern (message/*, *) or `callback`; `value`: errcode, status or seconds."""

    endpoint: str
    trouble: Trouble
    value: float = 0.0
    probability: float = 1.0
    count: int | None = None
    hits: int = 0
    id: int = 0

    def shown(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "endpoint": self.endpoint,
            "kind": self.trouble.value,
            "value": self.value,
            "probability": self.probability,
            "count": self.count,
            "hits": self.hits,
        }


def read(plan: dict[str, Any]) -> Fault:
    """A fault from the control API's JSON: endpoint, kind, value, probability, count. ValueError tells the cure."""
    kinds = [trouble.value for trouble in Trouble]
    if plan.get("kind") not in kinds:
        raise ValueError(f"kind: one of {', '.join(kinds)}")
    trouble, endpoint = Trouble(plan["kind"]), str(plan.get("endpoint") or "*")
    if (endpoint == "callback") != (trouble in CALLBACK_TROUBLES) and (
        endpoint == "callback" or trouble is Trouble.TWICE
    ):
        raise ValueError("kind: a callback can be drop, slow or twice; twice is for callbacks only")
    usual = {Trouble.ERRCODE: -1, Trouble.HTTP: 502, Trouble.TIMEOUT: 30, Trouble.SLOW: 1}
    value, probability = float(plan.get("value", usual.get(trouble, 0))), float(plan.get("probability", 1))
    if not 0 <= probability <= 1:
        raise ValueError("probability: a number from 0 to 1")
    count = plan.get("count")
    return Fault(endpoint, trouble, value, probability, None if count is None else int(count))


class Plan:
    """The faults in force, asked once for each call."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._last = 0

    def add(self, fault: Fault) -> Fault:
        with self._lock:
            self._last += 1
            fault.id = self._last
            self._faults.append(fault)
            return fault

    def remove(self, number: int | None = None) -> None:
        """Lift one fault, or all."""
        with self._lock:
            self._faults = [fault for fault in self._faults if number is not None and fault.id != number]

    def all(self) -> list[Fault]:
        with self._lock:
            return list(self._faults)

    def draw(self, endpoint: str) -> Fault | None:
        """The trouble this call meets, if any; counts it."""
        with self._lock:
            for fault in self._faults:
                spent = fault.count is not None and fault.hits >= fault.count
                fits = (
                    fault.endpoint == endpoint if endpoint == "callback" else fnmatch.fnmatch(endpoint, fault.endpoint)
                )
                if fits and not spent and self._rng.random() < fault.probability:
                    fault.hits += 1
                    return fault
        return None
