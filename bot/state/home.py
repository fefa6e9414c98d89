"""居家隔离 by the calendar: which day it is and which is the last, counted from 末次暴露. Law: no date is invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.state import area, contact
from bot.state.contact import Contact, State
from bot.state.rules import Rules, day
from bot.state.unit import Tx


@dataclass(frozen=True, slots=True)
class Stay:
    """One person at home: the `n`-th of `days` days, `release` the last of them (None: nobody knows the exposure)."""

    contact_id: str
    name: str
    n: int
    days: int
    release: date | None
    today: date

    @property
    def last_day(self) -> bool:
        """Whether it ends today, or should have ended."""
        return self.release is not None and self.release <= self.today


def stay(rules: Rules, person: Contact, today: date) -> Stay:
    """A person's stay, by the pack of the day on which they were put on the list."""
    days = rules.at(person.created_at).home_days(person.category)
    since = person.last_exposure
    if since is None:
        return Stay(person.id, person.name, 0, days, None, today)
    return Stay(person.id, person.name, (today - since).days, days, since + timedelta(days=days), today)


def under(tx: Tx, rules: Rules, paths: Sequence[str]) -> list[Stay]:
    """Everybody at home under some area paths, who leaves first first; those without a date last."""
    here = (contact.table.c.state == State.AT_HOME.value, contact.table.c.area_code.in_(area.codes(paths)))
    today = day(tx.now)
    stays = [stay(rules, person, today) for person in contact.noun.where(tx, *here, order=contact.table.c.id)]
    return sorted(stays, key=lambda one: one.release or date.max)
