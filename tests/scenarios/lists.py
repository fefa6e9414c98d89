"""Lists as the CDC sends them, in CSV, of invented people."""

from integrations.cdc.columns import COLUMNS

NAMES = tuple("王建明 林秀英 陈丽华 张伟 刘芷媛 黄小燕 郑国强 欧阳雪 李大伟 吴双 何一帆 周小舟".split())  # noqa: SIM905
HOME = {"区": "思明区", "街道": "莲前街道", "社区": "前埔南社区", "详细地址": "前埔南小区3栋2单元501室"}


def person(name: str = "王建明", phone: str = "14400001001", **more: str) -> dict[str, str]:
    """One row; who is not given another place lives in 前埔南社区."""
    return {"姓名": name, "联系电话": phone, "人员类别": "密接", "末次暴露日期": "2022-03-15"} | HOME | more


def people(count: int, **more: str) -> list[dict[str, str]]:
    """The first `count` people, each with a phone number of their own."""
    return [person(name, f"1440000{number:04}", **more) for number, name in enumerate(NAMES[:count], 1001)]


def csv(*rows: dict[str, str]) -> str:
    """These rows under the full header."""
    lines = [",".join(row.get(column, "") for column in COLUMNS) for row in rows]
    return "\n".join([",".join(COLUMNS), *lines]) + "\n"
