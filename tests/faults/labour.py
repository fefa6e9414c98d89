"""Schedulers and senders as processes of their own, on the wall's clock, and somebody who kills them at random.

Run as `python -m tests.faults.labour DATABASE WECOM RULES ROLE`; a labourer works until its stdin ends or it is killed.
"""

import random
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from tests.faults.office import Office

ROOT = Path(__file__).parents[2]
ROLES = ("scheduler",) * 2 + ("sender",) * 4
KILLS = (1.0, 4.0)  # seconds between two kills: shorter and longer than a labourer needs to begin


def main(database: str, wecom: str, rules: str, role: str) -> None:
    """Work."""
    office = Office(database, wecom, wall=True, rules=Path(rules))
    if role == "scheduler":
        office.scheduler.start(watchdog=False)
    else:
        office.sender.start()
    sys.stdin.read()


@dataclass
class Labour:
    """`with Labour(database, wecom, rules):` two schedulers and four senders work, and one after another is killed."""

    database: str
    wecom: str
    rules: Path
    killed: int = 0
    _labourers: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Labour":
        self._labourers = [self._begins(role) for role in ROLES]
        self._killer = threading.Thread(target=self._kills, daemon=True)
        self._killer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._killer.join()
        for one in self._labourers:
            self._ends(one)

    def _begins(self, role: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "tests.faults.labour", self.database, self.wecom, str(self.rules), role]
        return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE)

    def _kills(self) -> None:
        chance = random.Random(time.time_ns())
        while not self._over.wait(chance.uniform(*KILLS)):
            which = chance.randrange(len(ROLES))
            assert self._labourers[which].poll() is None, "a labourer has left by itself"
            self._ends(self._labourers[which])
            self._labourers[which] = self._begins(ROLES[which])
            self.killed += 1

    def _ends(self, one: "subprocess.Popen[bytes]") -> None:
        one.kill()
        one.wait()
        if one.stdin is not None:
            one.stdin.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
