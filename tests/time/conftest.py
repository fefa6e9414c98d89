"""The same street as in the stories of the verification, on either database."""

import pytest

from tests import databases
from tests.verification.conftest import chen, database_url, li, lin, street, wang, zheng

__all__ = ["chen", "database_url", "li", "lin", "street", "wang", "zheng"]


ONE_ENGINE = "test_over_a_years_end_each_rung_is_told_once_and_each_day_begins_once"  # a leap night is on both


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every story on both engines, but the clock's longest."""
    if "database_url" in metafunc.fixturenames and not metafunc.module.__name__.endswith("test_storm"):
        kinds = databases.KINDS[:1] if metafunc.function.__name__ == ONE_ENGINE else databases.KINDS
        metafunc.parametrize("database_url", kinds, indirect=True)
