"""Who is in the stories of transport notices: the street of the verification, a second dispatcher, an escort."""

import pytest

from bot import intake
from bot.demo import people
from tests import databases
from tests.notice.road import Road
from tests.verification.conftest import chen, database_url, li, lin, street, wang, xu, zheng
from tests.verification.hand import Hand, someone
from tests.verification.street import Street

__all__ = ["chen", "database_url", "li", "lin", "street", "wang", "xu", "zheng"]


ONE_ENGINE = ("test_rights", "test_statements")  # neither rights nor counts depend on the engine
IN_FULL = ("test_dispatch",)  # told on PostgreSQL by the long form; the others are told there every time


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every story on both engines, the table of rights and the counting on one."""
    if "street" in metafunc.fixturenames:
        sqlite, postgres = databases.KINDS
        module = metafunc.module.__name__
        second = pytest.param(postgres, marks=pytest.mark.slow) if module.endswith(IN_FULL) else postgres
        kinds = [sqlite] if module.endswith(ONE_ENGINE) else [sqlite, second]
        metafunc.parametrize("database_url", kinds, indirect=True)


he = someone("he.diaodu")  # 何调度 of the 转运组
su = someone("su.husong")  # 苏护送, escort of 思明区


@pytest.fixture
def ye(street: Street) -> Hand:
    """叶医生 works at the 转运组 as well: a colleague for 何调度, with the directory as it comes from the operator."""
    folder = street.folder / "directory"
    folder.mkdir()
    for file in ("areas.csv", "hotels.csv", "staff.csv"):
        text = (people.FOLDER / file).read_text(encoding="utf-8")
        (folder / file).write_text(text.replace("叶医生,cdc", "叶医生,cdc|dispatcher"), encoding="utf-8")
    intake.directory(street.core, folder)
    return street.phone("ye.yi")


@pytest.fixture
def road(street: Street) -> Road:
    """How far a day has got, by real gestures."""
    return Road(street)
