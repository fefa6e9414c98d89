"""Offices for fault tests: on either database, with a sandbox behind them, and checked by the oracles afterwards."""

from collections.abc import Iterator

import pytest

from integrations.wecom.sandbox.server import Sandbox
from tests import invariants
from tests.faults.office import Office, sandbox


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    """An office without a WeCom, directory imported; every promise holds when the test is over."""
    made = Office(database_url)
    made.opens()
    yield made
    invariants.check(made.store)
    made.close()


@pytest.fixture
def wecom(office: Office) -> Iterator[Sandbox]:
    """A sandbox on the office's clock, with the office's sender at its address."""
    with sandbox(office) as made:
        yield made
