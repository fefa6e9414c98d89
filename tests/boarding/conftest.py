"""A street with a bus stop, on either database; whatever the story did, the books must be sound after it."""

import pytest

from tests import databases
from tests.boarding.stop import Stop
from tests.verification.conftest import database_url, street
from tests.verification.hand import someone
from tests.verification.street import Street

__all__ = ["database_url", "street"]

ONE_ENGINE = ("test_statements",)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every story on both engines, the counting on one."""
    if "stop" in metafunc.fixturenames:
        kinds = databases.KINDS[:1] if metafunc.module.__name__.endswith(ONE_ENGINE) else databases.KINDS
        metafunc.parametrize("database_url", kinds, indirect=True)


@pytest.fixture
def stop(street: Street) -> Stop:
    """The bus stop."""
    return Stop(street)


su = someone("su.husong")  # 苏护送, escort of 思明区
zhou = someone("zhou.husong")  # 周护送, another one
qian = someone("jiudian.qian")  # 鹭岛前台, at the hotel's desk
