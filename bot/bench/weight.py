"""P10: what a bot weighs while nobody speaks to it, and how soon `bihuan --help` answers."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.bench.bed import Bench, Server, bihuan, stand_in
from bot.bench.figures import Figure, Goal
from bot.bench.taps import ECHO, THREADS

SETTLED = 2.0  # seconds: two ticks of every ticker but the journal's


def weight(bench: Bench) -> Iterator[Figure]:
    """Memory of the serving process (the one that answers, not gunicorn's keeper of it)."""
    for engine in bench.engines:
        ours, echo = [], []
        for _ in range(bench.size(bench.times, 1)):
            with bench.city(engine) as city, stand_in("bot.bench.wecom", "0") as wecom:
                with bihuan(city.url, wecom=wecom.url, web_only=False) as server:
                    ours.append(_memory(server, "/readyz"))
                with stand_in("bot.bench.echo", THREADS) as server:
                    echo.append(_memory(server, "/"))
        yield Figure(f"P10 {engine}", "`bihuan serve` at rest", "MB", tuple(ours), tuple(echo), ECHO, Goal(most=150))


def help_(bench: Bench) -> Iterator[Figure]:
    """From the shell and back, byte code compiled, beside an interpreter that does nothing."""
    words = [sys.executable, "-m", "bot", "--help"]
    _seconds(words)
    ours = [(_seconds(words), _seconds([sys.executable, "-c", "pass"])) for _ in range(bench.times)]
    times, bare = zip(*ours, strict=True)
    yield Figure("P10", "`bihuan --help`", "s", times, bare, "python -c pass", Goal(most=0.4))


def _seconds(words: Sequence[str]) -> float:
    started = time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 -- our own command
    return time.perf_counter() - started


def _memory(server: Server, path: str) -> float:
    """Resident MB of the heaviest process below, after a first request has loaded what the first request loads."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    line.request("GET", path)
    line.getresponse().read()
    line.close()
    time.sleep(SETTLED)
    return max(kilobytes(pid, "VmRSS") / 1024 for pid in (server.process.pid, *children(server.process.pid)))


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still live."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:  # it has just ended
        return []


def own(pid: int) -> int:
    """What a process adds to the memory in use now: a page that several share counts for each a part of it (Pss)."""
    return kilobytes(pid, "Pss", "smaps_rollup")


def kilobytes(pid: int, field: str, file: str = "status") -> int:
    """A figure of a file of /proc/PID (VmRSS now); 0 when the process is gone."""
    try:
        for line in Path(f"/proc/{pid}/{file}").read_text(encoding="ascii").splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1])
    except OSError:
        pass
    return 0
