"""A nursery of processes that are killed: it loads the bot once, and forks a child for each piece of work and point.

Run as `python -m tests.faults.killed DATABASE WECOM`. It reads a job a line (JSON: `work`, `at`, `now`, `event`), lets
a child do it with its own connections, and answers with the child's exit status: 0 done, -9 killed at the point.
"""

import base64
import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.turn import Event
from tests.faults.crash import Points
from tests.faults.office import Office

ROOT = Path(__file__).parents[2]


def _kill_me() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _work(database: str, wecom: str, job: dict[str, Any]) -> None:
    office = Office(database, wecom, datetime.fromisoformat(job["now"]))
    works = {"send": office.sender.drain, "timers": office.scheduler.fire_due}
    event: Any = pickle.loads(base64.b64decode(job["event"])) if job["event"] else None
    with Points(job["at"], _kill_me).planted(office):
        works.get(job["work"], lambda: office.runner.handle(event))()


def main(database: str, wecom: str) -> None:
    """Do jobs until stdin ends."""
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _work(database, wecom, json.loads(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


class Nursery:
    """The parent's side."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def does(self, office: Office, work: str, at: int, event: Event | None = None) -> bool:
        """Let a process do the work and be killed at the `at`-th point; whether it came to the end before."""
        given = base64.b64encode(pickle.dumps(event)).decode() if event else ""
        job = {"work": work, "at": at, "now": office.clock().isoformat(), "event": given}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(job), file=self._process.stdin, flush=True)
        status = int(self._process.stdout.readline())
        assert status in (0, -signal.SIGKILL), f"the child ended with {status}"
        return status == 0


@contextmanager
def nursery(database: str, wecom: str) -> Iterator[Nursery]:
    """A nursery for one database and one WeCom; it ends with its block."""
    command = [sys.executable, "-m", "tests.faults.killed", database, wecom]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Nursery(process)


if __name__ == "__main__":
    main(*sys.argv[1:])
