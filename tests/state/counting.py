"""A process that counts: reads a number, thinks, writes it back one higher; run as `python -m tests.state.counting`.

It counts twice: in the library's default transactions, and in the store's. Says `ready`, begins when its stdin closes.
"""

import sys
import time

import sqlalchemy as sa

from bot.state.store import Store

TALLY = sa.table("tally", sa.column("name"), sa.column("n"))
ROUNDS, THOUGHT = 15, 0.002


def count(conn: sa.Connection, name: str) -> None:
    """One read-then-write, with a moment between for the others to read too."""
    mine = TALLY.c.name == name
    n = conn.execute(sa.select(TALLY.c.n).where(mine).with_for_update() if name == "ours" else _read(name)).scalar_one()
    time.sleep(THOUGHT)
    conn.execute(TALLY.update().where(mine).values(n=n + 1))


def _read(name: str) -> sa.Select[tuple[int]]:
    return sa.select(TALLY.c.n).where(TALLY.c.name == name)


def read(store: Store, name: str = "ours") -> int:
    """How far a counter has come."""
    with store.read() as conn:
        return int(conn.execute(sa.select(TALLY.c.n).where(TALLY.c.name == name)).scalar_one())


def add(conn: sa.Connection, name: str = "ours") -> None:
    """Count one."""
    conn.execute(TALLY.update().where(TALLY.c.name == name).values(n=TALLY.c.n + 1))


def main(url: str) -> None:
    """Count in both ways."""
    plain, store = sa.create_engine(url), Store(url)
    print("ready", flush=True)
    sys.stdin.read()
    for _ in range(ROUNDS):
        with plain.begin() as conn:
            count(conn, "default")
    for _ in range(ROUNDS):
        store.write(lambda conn: count(conn, "ours"))
    plain.dispose()
    store.close()


if __name__ == "__main__":
    main(sys.argv[1])
