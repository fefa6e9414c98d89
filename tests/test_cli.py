"""The commands as an operator meets them: exit codes, plain sentences with the cure, and never a stack trace."""

import csv
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook

from bot import cli
from bot.demo import people
from integrations.cdc.columns import COLUMNS
from tests import databases
from tests.scenarios import lists

KEY = "a-key-for-tests-and-for-nothing-else"
WECOM = {
    "WECOM_CORP_ID": "ww5a4d60c0ffee5a4d",
    "WECOM_AGENT_ID": "1000002",
    "WECOM_SECRET": "sandbox-secret",
    "WECOM_TOKEN": "sandboxtoken",
    "WECOM_ENCODING_AES_KEY": "SandboxSandboxSandboxSandboxSandboxSandboxA",
}
Bihuan = Callable[..., Result]


@pytest.fixture
def bihuan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bihuan]:
    """`bihuan("import", "contacts", file)` on a migrated SQLite; whatever it raises is a failure of the test."""
    for name in os.environ:
        if name.startswith(("BIHUAN_", "WECOM_")):
            monkeypatch.delenv(name)
    for url in databases.fresh("sqlite", tmp_path):
        yield partial(_run, {"BIHUAN_DATABASE_URL": url, "BIHUAN_SECRET_KEY": KEY})


def _run(env: dict[str, str], *words: object, **changes: str | None) -> Result:
    return CliRunner(env=env | changes).invoke(cli.main, [str(word) for word in words], catch_exceptions=False)


@pytest.fixture
def settled(bihuan: Bihuan) -> Bihuan:
    """The same with the demo directory in it."""
    assert bihuan("import", "directory", people.FOLDER).exit_code == 0
    return bihuan


def listed(folder: Path, *rows: dict[str, str], name: str = "list.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(lists.csv(*rows).encode(encoding))
    return path


# ── lists ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_good_list_is_taken_with_exit_0(settled: Bihuan, tmp_path: Path) -> None:
    result = settled("import", "contacts", listed(tmp_path, *lists.people(3)))
    assert (result.exit_code, result.stdout) == (0, "新增 3 人（待分派 0），合并 0，无变化 0，拒收 0 行。\n")


def test_a_bad_row_is_told_with_row_column_and_cure_and_the_good_ones_are_in(settled: Bihuan, tmp_path: Path) -> None:
    wrong = lists.person("周小舟", "123", 证件类型="居民身份证", 证件号码="350299200202290050")
    result = settled("import", "contacts", listed(tmp_path, lists.person(), wrong))
    assert result.exit_code == 3
    assert "新增 1 人" in result.stdout
    assert "拒收 1 行" in result.stdout
    assert "拒收 第3行「联系电话」：" in result.stdout
    assert "拒收 第3行「证件号码」：" in result.stdout
    assert "350299200202290050" not in result.output
    assert "周小舟" not in result.output


def test_people_without_a_plain_community_and_contradictions_are_told_too(settled: Bihuan, tmp_path: Path) -> None:
    card = {"证件类型": "居民身份证", "证件号码": "350299198805120018"}
    settled("import", "contacts", listed(tmp_path, lists.person(**card)))
    again = lists.person("王健明", **card)
    lost = lists.person("何一帆", "14400001012", 区="", 街道="", 社区="何厝")
    result = settled("import", "contacts", listed(tmp_path, again, lost))
    assert result.exit_code == 0
    assert "有出入 第2行「姓名」" in result.stdout
    assert "待分派 第3行「社区」：同名社区不止一个" in result.stdout
    assert "思明区莲前街道何厝社区" in result.stdout


def test_the_marked_workbook_can_be_mended_and_imported_again(settled: Bihuan, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.create_sheet("名单", 0)
    sheet.append(list(COLUMNS))
    for row in (lists.person(), lists.person("周小舟", "14400001099", 人员类别="密切")):
        sheet.append([row.get(column, "") for column in COLUMNS])
    book.save(tmp_path / "list.xlsx")
    marked = tmp_path / "marked.xlsx"
    result = settled("import", "contacts", tmp_path / "list.xlsx", "--report", marked)
    assert result.exit_code == 3
    assert str(marked) in result.stdout

    book = load_workbook(marked)
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    reason = sheet.cell(3, header.index("错误原因") + 1)
    assert "人员类别" in str(reason.value)
    assert sheet.cell(2, header.index("错误原因") + 1).value in (None, "")
    sheet.cell(3, header.index("人员类别") + 1).value = "密接"
    book.save(marked)
    again = settled("import", "contacts", marked)
    assert (again.exit_code, again.stdout) == (0, "新增 1 人（待分派 0），合并 0，无变化 1，拒收 0 行。\n")


def test_a_marked_csv_can_be_mended_and_imported_again(settled: Bihuan, tmp_path: Path) -> None:
    path = listed(tmp_path, lists.person(), lists.person("周小舟", "14400001099", 人员类别="密切"), encoding="gb18030")
    marked = tmp_path / "marked.csv"
    assert settled("import", "contacts", path, "--report", marked).exit_code == 3
    rows = list(csv.DictReader(io.StringIO(marked.read_text(encoding="gb18030"))))
    assert rows[0]["错误原因"] == ""
    assert "人员类别" in rows[1]["错误原因"]
    marked.write_text(marked.read_text(encoding="gb18030").replace("密切", "密接"), encoding="utf-8")
    assert settled("import", "contacts", marked).exit_code == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_is_read_in_the_encodings_that_spreadsheets_write(
    settled: Bihuan, tmp_path: Path, encoding: str
) -> None:
    result = settled("import", "contacts", listed(tmp_path, *lists.people(2), encoding=encoding))
    assert (result.exit_code, "新增 2 人" in result.stdout) == (0, True)


def test_a_list_glued_together_from_two_encodings_is_read(settled: Bihuan, tmp_path: Path) -> None:
    first, second = lists.people(2)
    head, row, *_ = lists.csv(first).splitlines(keepends=True)
    other = lists.csv(second).splitlines(keepends=True)[1]
    path = tmp_path / "glued.csv"
    path.write_bytes(head.encode() + row.encode() + other.encode("gb18030"))
    result = settled("import", "contacts", path)
    assert "新增 2 人" in result.stdout


def test_a_workbook_with_merged_places_numbers_dates_and_formulas_is_read_or_told_by_row(
    settled: Bihuan, tmp_path: Path
) -> None:
    book = Workbook()
    sheet = book.create_sheet("名单", 0)
    sheet.append(["姓名", "联系电话", "人员类别", "证件类型", "证件号码", "区", "街道", "社区"])
    sheet.append(["王建明", 14400001001, "密接", "", "", "思明区", "莲前街道", "前埔南社区"])
    sheet.append(["林秀英", "=14400001002", "密接", "", "", "", "", ""])
    sheet.append(["陈丽华", "14400001003", "密接", "居民身份证", 350299198805120018, "", "", ""])
    for column in "FGH":
        sheet.merge_cells(f"{column}2:{column}4")
    book.save(tmp_path / "list.xlsx")
    result = settled("import", "contacts", tmp_path / "list.xlsx")
    assert result.exit_code == 3
    assert "新增 1 人" in result.stdout
    assert "拒收 第4行「证件号码」：" in result.stdout, "a spreadsheet has lost the last digits of a numeric 证件"
    assert "第3行" in result.stdout, "a formula that was never calculated has no value"


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("list.csv", b"", "文件是空的"),
        ("list.csv", "姓名,人员类别\n王建明,密接\n".encode(), "证件号码或联系电话"),
        ("list.csv", "姓名,联系电话\n王建明,14400001001\n".encode(), "人员类别"),
        ("list.csv", "天气,温度\n晴,20\n".encode(), "表头"),
        ("list.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "不是表格"),
        ("list.xlsx", b"PK\x03\x04 and then nothing", "表格"),
        ("list.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "xlsx"),
        ("list.csv", '姓名,联系电话,人员类别\n"王建明,14400001001,密接\n'.encode(), "引号"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_exit_2_and_the_cure(
    settled: Bihuan, tmp_path: Path, name: str, content: bytes, what: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    result = settled("import", "contacts", path)
    assert result.exit_code == 2
    assert result.stderr.startswith("名单没有导入：")
    assert what in result.stderr
    assert "请" in result.stderr


def test_a_list_of_fifty_megabytes_is_refused_at_once(settled: Bihuan, tmp_path: Path) -> None:
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.write(lists.csv(lists.person()).encode())
        file.truncate(50 * 2**20)
    result = settled("import", "contacts", path)
    assert (result.exit_code, result.stderr.startswith("名单没有导入：")) == (2, True)


def test_a_header_without_rows_is_refused_with_the_cure(settled: Bihuan, tmp_path: Path) -> None:
    result = settled("import", "contacts", listed(tmp_path))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("名单没有导入：")
    assert "请" in result.stderr


def test_a_report_that_cannot_be_written_is_said_plainly_and_the_list_is_in(settled: Bihuan, tmp_path: Path) -> None:
    path = listed(tmp_path, lists.person(), lists.person("周小舟", "14400001099", 人员类别="密切"))
    result = settled("import", "contacts", path, "--report", tmp_path / "no" / "such" / "folder.csv")
    assert result.exit_code == 2
    assert "新增 1 人" in result.stdout
    assert "文件读写失败" in result.stderr
    assert "无变化 1" in settled("import", "contacts", path).stdout


def test_a_file_that_is_not_there_is_refused(settled: Bihuan) -> None:
    assert settled("import", "contacts", "/no/such/file.csv").exit_code == 2


# ── directory ─────────────────────────────────────────────────────────────────────────────────────────────────────────

AREAS = "代码,名称,级别,上级代码\n3502,厦门市,市,\n350203,思明区,区,3502\n"
STAFF = "账号,姓名,角色,辖区代码,电话\nli.fang,李芳,community,350203,14400000101\n"
HOTELS = "编号,名称,地址,容量,辖区代码\nLD01,鹭岛一号,演练路1号,60,350203\n"


def directory(folder: Path, areas: str = AREAS, staff: str = STAFF, hotels: str = HOTELS) -> Path:
    for name, text in (("areas.csv", areas), ("staff.csv", staff), ("hotels.csv", hotels)):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_directory_says_what_it_took_and_again_changes_nothing(bihuan: Bihuan, tmp_path: Path) -> None:
    for _ in range(2):
        result = bihuan("import", "directory", directory(tmp_path))
        assert (result.exit_code, result.stdout) == (0, "已导入：区域 2，人员 1，酒店 1；停用人员 0。\n")


def test_a_member_who_is_no_longer_listed_becomes_inactive(bihuan: Bihuan, tmp_path: Path) -> None:
    bihuan("import", "directory", directory(tmp_path, staff=STAFF + "wang.qiang,王强,lead,350203,\n"))
    assert "停用人员 1" in bihuan("import", "directory", directory(tmp_path)).stdout


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"areas": AREAS + "350299,,区,3502\n"}, "areas.csv 第4行「名称」"),
        ({"areas": AREAS + "350203,思明区,区,3502\n"}, "areas.csv 第4行「代码」"),
        ({"areas": AREAS + "350299,某区,洲,3502\n"}, "areas.csv 第4行「级别」"),
        ({"areas": AREAS + "350299,某区,区,9999\n"}, "areas.csv 第4行「上级代码」"),
        ({"areas": "代码,名称\n3502,厦门市\n"}, "areas.csv 第1行「级别」"),
        ({"areas": AREAS.replace("思明区,区,3502", "思明区,区,350203")}, "areas.csv 第3行「上级代码」"),
        ({"areas": AREAS + "\n350299,某区,区,3502\n"}, "areas.csv 第4行「代码」：这一行是空的"),
        ({"staff": STAFF + "x,甲,doctor,350203,\n"}, "staff.csv 第3行「角色」"),
        ({"staff": STAFF + "x,甲,cdc,9999,\n"}, "staff.csv 第3行「辖区代码」"),
        ({"staff": STAFF + ",甲,cdc,350203,\n"}, "staff.csv 第3行「账号」"),
        ({"staff": ""}, "staff.csv 第1行「账号」"),
        ({"hotels": HOTELS + "LD02,二号,路,many,350203\n"}, "hotels.csv 第3行「容量」"),
        ({"hotels": HOTELS + "LD02,二号,演练路2号,东楼,40,350203\n"}, "hotels.csv 第3行"),
        ({"hotels": 'LD02,"二号\n'}, "hotels.csv 第1行「编号」"),
        ({"hotels": "\x00\x01\x02"}, "hotels.csv 第1行「编号」"),
    ],
)
def test_every_mistake_of_a_directory_is_told_by_file_row_and_column(
    bihuan: Bihuan, tmp_path: Path, files: dict[str, str], told: str
) -> None:
    result = bihuan("import", "directory", directory(tmp_path, **files))
    assert result.exit_code == 2
    assert result.stderr.startswith("名册没有导入，请改好后再试：")
    assert told in result.stderr


def test_all_mistakes_are_told_at_once_and_nothing_is_taken(bihuan: Bihuan, tmp_path: Path) -> None:
    areas, staff = AREAS + "350299,,洲,3502\n", STAFF + "x,甲,doctor,9999,\n"
    result = bihuan("import", "directory", directory(tmp_path, areas, staff))
    assert len(result.stderr.splitlines()) == 5
    listing = bihuan("import", "contacts", listed(tmp_path, lists.person()))
    assert "待分派 1" in listing.stdout, "there are still no areas"


def test_a_missing_file_is_named(bihuan: Bihuan, tmp_path: Path) -> None:
    directory(tmp_path)
    (tmp_path / "staff.csv").unlink()
    assert "staff.csv 第1行「账号」：文件不存在" in bihuan("import", "directory", tmp_path).stderr
    directory(tmp_path)
    (tmp_path / "hotels.csv").unlink()
    assert bihuan("import", "directory", tmp_path).exit_code == 0, "hotels are optional"


def test_an_area_that_people_belong_to_cannot_be_dropped(settled: Bihuan, tmp_path: Path) -> None:
    settled("import", "contacts", listed(tmp_path, lists.person()))
    result = settled("import", "directory", directory(tmp_path))
    assert (result.exit_code, "350203010034" in result.stderr) == (2, True)


# ── settings, schema, help ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "words",
    [(), ("migrate",), ("import",), ("import", "contacts"), ("import", "directory"), ("menu", "publish"), ("serve",),
     ("worker",), ("demo",), ("journal", "verify"), ("labels",), ("batch", "list"),
     ("batch", "register"), ("batch", "retire")],
)  # fmt: skip
def test_every_command_explains_itself(bihuan: Bihuan, words: tuple[str, ...]) -> None:
    result = bihuan(*words, "--help")
    assert (result.exit_code, "Usage:" in result.stdout) == (0, True)


def test_a_migrated_database_is_migrated_again_without_harm(bihuan: Bihuan, tmp_path: Path) -> None:
    fresh = f"sqlite:///{tmp_path}/new/folder/bihuan.sqlite3"
    for _ in range(2):
        assert bihuan("migrate", BIHUAN_DATABASE_URL=fresh).stdout == "数据库已是最新结构。\n"


@pytest.mark.parametrize(
    "words", [("serve",), ("worker",), ("import", "directory", "."), ("journal", "verify"), ("batch", "list")]
)
def test_a_database_that_is_behind_is_refused_with_the_command_to_run(
    bihuan: Bihuan, tmp_path: Path, words: tuple[str, ...]
) -> None:
    result = bihuan(*words, BIHUAN_DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3", **WECOM)
    assert (result.exit_code, "bihuan migrate" in result.stderr) == (2, True)


@pytest.mark.parametrize("words", [("serve",), ("worker",), ("menu", "publish")])
def test_missing_settings_are_each_named_with_their_cure(bihuan: Bihuan, words: tuple[str, ...]) -> None:
    result = bihuan(*words)
    assert result.exit_code == 2
    named = {line.partition(":")[0] for line in result.stderr.splitlines()}
    assert named == set(WECOM)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BIHUAN_SECRET_KEY", "short"),
        ("BIHUAN_SECRET_KEY", None),
        ("BIHUAN_PORT", "http"),
        ("WECOM_AGENT_ID", "the first one"),
        ("WECOM_ENCODING_AES_KEY", "tooshort"),
        ("WECOM_API_BASE_URL", "qyapi.weixin.qq.com"),
        ("BIHUAN_DATABASE_URL", "no-such-database://x"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_kept_quiet(bihuan: Bihuan, name: str, value: str | None) -> None:
    result = bihuan("serve", **(WECOM | {name: value}))
    assert result.exit_code == 2
    assert result.stderr.startswith(name)


def test_a_broken_rule_pack_is_named_with_file_and_key(bihuan: Bihuan, tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "2022-01-01.toml").write_text('name = "x"\nvalid_from = 2022-01-01\ncolour = "red"\n')
    result = bihuan("serve", BIHUAN_RULES=str(tmp_path / "rules"), **WECOM)
    assert (result.exit_code, "2022-01-01.toml" in result.stderr) == (2, True)


def test_a_database_that_cannot_be_reached_is_said_plainly(bihuan: Bihuan, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    result = bihuan("import", "directory", people.FOLDER, BIHUAN_DATABASE_URL=f"sqlite:///{tmp_path}/folder")
    assert (result.exit_code, "数据库不可写" in result.stderr) == (2, True)
    result = bihuan("migrate", BIHUAN_DATABASE_URL=f"sqlite:///{tmp_path}/folder")
    assert (result.exit_code, "BIHUAN_DATABASE_URL" in result.stderr) == (2, True)


def test_a_menu_that_wecom_cannot_be_asked_for_is_said_plainly(bihuan: Bihuan) -> None:
    result = bihuan("menu", "publish", WECOM_API_BASE_URL="http://127.0.0.1:9", **WECOM)
    assert (result.exit_code, result.stderr.startswith("菜单没有发布：")) == (2, True)


def test_the_journal_is_verified(settled: Bihuan, tmp_path: Path) -> None:
    settled("import", "contacts", listed(tmp_path, lists.person()))
    assert settled("journal", "verify").stdout == "日志链完整。\n"


def test_a_real_process_prints_sentences_and_no_trace(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("BIHUAN_", "WECOM_"))}
    env |= {"BIHUAN_DATABASE_URL": f"sqlite:///{tmp_path}/x.sqlite3", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "serve"], env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 2
    assert "BIHUAN_SECRET_KEY: is not set" in done.stderr
    assert "Traceback" not in done.stderr


# ── what a hotel was not told ─────────────────────────────────────────────────────────────────────────────────────────


def test_manifests_that_were_lost_are_listed_and_an_unknown_one_is_left_alone(settled: Bihuan) -> None:
    assert settled("manifests").output == "没有推送失败的名单。\n"
    done = settled("manifests", "0" * 32)
    assert (done.exit_code, "没有重新推送" in done.output) == (3, True)


PUSHED = HOTELS.replace("辖区代码\n", "辖区代码,推送地址,推送密钥\n", 1)


@pytest.mark.parametrize(
    ("url", "key", "column"),
    [
        ("http://hotel.example/in", "k" * 32, "推送地址"),
        ("https://me:pw@hotel.example/in", "k" * 32, "推送地址"),
        ("hotel.example", "k" * 32, "推送地址"),
        ("https://[", "k" * 32, "推送地址"),
        ("https://hotel.example/in", "short", "推送密钥"),
        ("", "k" * 32, "推送地址"),
    ],
)
def test_where_a_hotel_is_told_is_checked_and_the_key_never_shown(
    bihuan: Bihuan, tmp_path: Path, url: str, key: str, column: str
) -> None:
    rows = PUSHED.splitlines()
    hotels = "\n".join([rows[0], rows[1] + f",{url},{key}"]) + "\n"
    done = bihuan("import", "directory", directory(tmp_path, hotels=hotels))
    assert (done.exit_code, f"「{column}」" in done.output, key in done.output) == (2, True, False)


def test_a_hotel_may_have_a_system_of_its_own(bihuan: Bihuan, tmp_path: Path) -> None:
    rows = PUSHED.splitlines()
    hotels = "\n".join([rows[0], rows[1] + f",https://hotel.example/in,{'k' * 32}"]) + "\n"
    assert bihuan("import", "directory", directory(tmp_path, hotels=hotels)).exit_code == 0
    assert b"k" * 32 not in (tmp_path / "bihuan.sqlite3").read_bytes()
