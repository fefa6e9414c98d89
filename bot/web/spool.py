"""The spool: callbacks kept on disk, still encrypted, for the minutes in which the database cannot be written.

WeCom repeats a callback for about twenty seconds and then never again; what we could not store must wait here. Each is
one file, written and fsynced before the 200; it is removed only after the database has taken it.
"""

import base64
import json
import os
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qsl

MOST_FILES = 16_384  # at 64 KB each: 1 GB


class Spool:
    """A folder of encrypted callbacks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, at: datetime, query: bytes, body: bytes) -> bool:
        """Keep one callback; False when the disk refuses too."""
        record = {"at": at.isoformat(), "query": query.decode("latin-1"), "body": base64.b64encode(body).decode()}
        path = self.folder / f"{int(at.timestamp() * 1000):013d}-{secrets.token_hex(6)}.json"
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
            record = json.loads(path.read_text(encoding="utf-8"))
            query = dict(parse_qsl(record["query"], keep_blank_values=True))
            replay(datetime.fromisoformat(record["at"]), query, base64.b64decode(record["body"]))
            path.unlink()
            taken += 1
        return taken
