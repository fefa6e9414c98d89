"""What lies on the demo's phones, kept from one start to the next beside the bot's own data."""

import pickle
from pathlib import Path

from integrations.wecom.sandbox.server import Sandbox

FILE = "phones.pickle"


def recall(phones: Sandbox, folder: Path) -> bool:
    """Lay the chats of the last demo on the phones again; False when there are none that this version can read."""
    try:
        book = pickle.loads((folder / FILE).read_bytes())  # noqa: S301 -- written by `keep` into a folder of our own
        with phones.world.lock:
            phones.world.book = book
    except (OSError, pickle.UnpicklingError, AttributeError, EOFError, ImportError):
        return False
    return True


def keep(phones: Sandbox, folder: Path) -> None:
    """Write the chats down; the file is replaced in one step, so that a second Ctrl-C cannot halve it."""
    part = folder / f"{FILE}.part"
    with phones.world.lock:
        part.write_bytes(pickle.dumps(phones.world.book))
    part.replace(folder / FILE)
