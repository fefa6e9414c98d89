"""Logs: one JSON object a line, with fields from a fixed list only: never words people wrote, names or addresses."""

import json
import logging
import sys
import traceback
from datetime import UTC, datetime

FIELDS = ("event", "kind", "error", "reason", "letter", "ticker", "seconds", "errcode", "meaning", "cure", "trace")
QUIET = (
    "urllib3",
    "sqlalchemy",
    "werkzeug",
    "apscheduler",
    "transitions",
    "wechatpy",
    "alembic",
)  # what libraries tell at INFO may quote values


class JsonLines(logging.Formatter):
    """`{"ts", "lvl", "log", "msg", …}` with those of `FIELDS` that the record has; a traceback without its values."""

    def format(self, record: logging.LogRecord) -> str:
        """One line for one record."""
        line: dict[str, object] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "lvl": record.levelname,
            "log": record.name,
            "msg": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in FIELDS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])[-6:]
            line["at"] = [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False, default=str)


def start() -> None:
    """Send everything from INFO on to standard error in this form; libraries from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that takes longer than a second is no news
