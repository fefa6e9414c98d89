"""The spool: callbacks kept on disk, still encrypted, for the minutes in which the database cannot be written.

WeCom repeats a callback for about twenty seconds and then never again; what we could not store must wait here. Each is
one file, written and fsynced before the 200; it is removed only after the database has taken it.
"""

import base64
import itertools
import json
import logging
import os
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl

log = logging.getLogger(__name__)
MOST_FILES = 16_384  # at 64 KB each: 1 GB


class Spool:
    """A folder of encrypted callbacks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._count = itertools.count()

    def put(self, at: datetime, query: bytes, body: bytes) -> bool:
        """Keep one callback; False when the disk refuses too."""
        record = {"at": at.isoformat(), "query": query.decode("latin-1"), "body": base64.b64encode(body).decode()}
        order = f"{int(at.timestamp() * 1000):013d}-{next(self._count):08d}"  # two of one millisecond keep theirs too
        path = self.folder / f"{order}-{secrets.token_hex(6)}.json"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if sum(1 for _ in self.folder.iterdir()) >= MOST_FILES:
                return False
            with path.with_suffix(".part").open("x", encoding="utf-8") as file:
                json.dump(record, file)
                file.flush()
                os.fsync(file.fileno())
            path.with_suffix(".part").rename(path)
        except OSError:
            return False
        return True

    def drain(self, replay: Callable[[datetime, dict[str, str], bytes], None]) -> int:
        """Hand every kept callback over, in order of arrival; stops at the first that raises. The number taken."""
        taken = 0
        for path in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []:
            if (kept := _read(path)) is not None:
                replay(*kept)
                path.unlink(missing_ok=True)
                taken += 1
        return taken


def _read(path: Path) -> tuple[datetime, dict[str, str], bytes] | None:
    """A kept callback; None when another process has taken it, or it is spoilt (then it is put aside as `.bad`)."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        query = dict(parse_qsl(record["query"], keep_blank_values=True))
        return datetime.fromisoformat(record["at"]), query, base64.b64decode(record["body"])
    except FileNotFoundError:
        return None
    except (ValueError, LookupError, TypeError):
        log.exception("spooled callback spoilt", extra={"file": path.name})
        path.rename(path.with_suffix(".bad"))
        return None
