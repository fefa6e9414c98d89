"""What has come due, asked once a second: one question over the partial indexes of timers, rungs and digests.

Law: where nothing is due this is all that time's door asks, in one way to the database and back. Each part is ordered
and no EXISTS: PostgreSQL, which knows no `now` when it plans, would else expect a hit at once and read the whole table.
"""

from datetime import datetime

import sqlalchemy as sa

from bot.state import nudge, queue, waiting

_first = (queue.TIMER_DUE, waiting.RUNG_DUE, nudge.DIGEST_DUE)
_anything = sa.select(sa.or_(*[one.scalar_subquery().is_not(None) for one in _first]))


def anything(conn: sa.Connection, now: datetime) -> bool:
    """Whether a timer, a rung of what waits, or somebody's digest has come due."""
    return bool(conn.execute(_anything, {"now": now}).scalar_one())
