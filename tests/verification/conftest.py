"""Who is in the stories of the verification: workers of four communities, the CDC, a lead, on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.verification import books
from tests.verification.hand import someone
from tests.verification.street import Street, furnish

ONE_ENGINE = ("test_refusals", "test_statements")  # neither rights nor counts depend on the engine


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every story on both engines, the table of rights and the counting on one."""
    if "street" in metafunc.fixturenames:
        kinds = databases.KINDS[:1] if metafunc.module.__name__.endswith(ONE_ENGINE) else databases.KINDS
        metafunc.parametrize("database_url", kinds, indirect=True)


database_url = databases.chosen(furnish)


@pytest.fixture
def street(database_url: str, tmp_path: Path) -> Iterator[Street]:
    """The demo's members at their phones; whatever the story did, the books must be sound after it."""
    with books.sound(Street(database_url, tmp_path)) as made:
        yield made


li = someone("li.fang")  # 李芳, community worker of 前埔南社区
wang = someone("wang.qiang")  # 王强, her colleague
chen = someone("chen.jing")  # 陈静 of 前埔北社区, the same street
lin = someone("lin.shuji")  # 林书记, lead of 莲前街道
zheng = someone("zheng.yi")  # 郑医生 of 思明区's CDC
xu = someone("xu.yi")  # 许医生, a colleague at the same CDC
