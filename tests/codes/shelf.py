"""A shelf of bands for tests: a database with people, a batch of ours and the units of work to bind them in."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import TypeVar

import sqlalchemy as sa

from bot.state import contact, supply, waiting
from bot.state.base import new_id
from bot.state.contact import Contact
from bot.state.sealed import Keyring
from bot.state.store import Store
from bot.state.unit import Tx
from tests.boarding.stop import road_ahead

T = TypeVar("T")
NOW = datetime(2022, 11, 22, 2, 30, tzinfo=UTC)
_causes = count()


class Shelf:
    """`does(lambda tx: …)` runs a unit of work, `person()` is one to be taken away, `prints(5)` are short codes."""

    def __init__(self, store: Store, keys: Keyring) -> None:
        self.store, self.keys = store, keys

    def does(self, work: Callable[[Tx], T], actor: str = "li.fang") -> T:
        """Run one unit of work, journal and all."""

        def unit(conn: sa.Connection) -> T:
            tx = Tx(conn, self.keys, NOW, f"test:{next(_causes)}", actor)
            done = work(tx)
            tx.flush()
            return done

        return self.store.write(unit)

    def person(self, *, decided: bool = True) -> str:
        """Somebody new who is to be taken away (or, not `decided`, waits for the CDC); their id."""
        the_id = new_id(NOW)
        blank = dict.fromkeys(("sex", "id_type", "id_number", "index_case", "place", "address", "note", "list_no"), "")
        state = contact.State.PENDING if decided else contact.State.UNDECIDED
        one = Contact(
            the_id, state, 1, "a", name="王小明", phone=the_id, category="密接",
            last_exposure=None, created_at=NOW, **blank,
        )  # fmt: skip
        born = self.does(lambda tx: contact.noun.insert(tx, one))
        if decided:
            self.does(lambda tx: contact.noun.fire(tx, born, "report_central"))
            self.does(lambda tx: waiting.begin(tx, [road_ahead(tx, the_id, "li.fang")]))
        return the_id

    def prints(self, many: int = 1) -> list[str]:
        """Short codes of a new batch of ours."""
        return self.does(lambda tx: supply.print_new(tx, many)[1])
