"""The laws of the house that import contracts cannot say; each test is one law, and names whoever breaks it."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
CODE = ("bot", "cards", "integrations")
FOLDERS = {*CODE, "tests", "docs"}
MADE_HERE = {"var", "build", "dist", "screenshots", "bench-results"}  # what .gitignore leaves out

MOST_LINES = 350
MOST_LINES_OF_A_FUNCTION = 45
MOST_LETTERS_OF_A_SENTENCE = 120
NAMES_THAT_SAY_NOTHING = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "misc"}

# ── gaps that are known today and must shrink: who closes one strikes it out here, and a test makes sure of it ────────

FLOWS_WITHOUT_CARDS = {"push", "receipts"}
FLOWS_WITHOUT_TESTS = {
    *("assign", "conflicts", "door_sensor", "duties", "help", "merge", "offline_duty", "push", "receipt", "receipts"),
    "verification",
}


# ── the tree ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def modules(*folders: str) -> list[Path]:
    """Every Python file under these top folders."""
    return sorted(path for folder in folders for path in (HOUSE / folder).rglob("*.py"))


def nobody(breaks: Iterable[str], cure: str) -> None:
    """Fail with everybody who breaks a law, each on a line, and what to do about it."""
    found = sorted(breaks)
    assert not found, f"{cure}:\n  " + "\n  ".join(found)


def rooms() -> list[Path]:
    """The code somebody reads and changes: all but the steps of the database's past, which are written once."""
    return [path for path in modules(*CODE) if "versions" not in path.parts]


def name(path: Path) -> str:
    """A file's path as people say it: from the top of the repository."""
    return path.relative_to(HOUSE).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """A file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def texts() -> Iterator[tuple[str, str]]:
    """Name and content of every text file of the repository, hidden ones of the top included."""
    top = [path for path in HOUSE.iterdir() if path.is_file() and path.suffix != ".log" and path.name != ".git"]
    below = [path for folder in (*sorted(FOLDERS), ".ci") for path in (HOUSE / folder).rglob("*") if path.is_file()]
    for path in sorted([*top, *below]):
        if "__pycache__" not in path.parts:
            try:
                yield name(path), path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # a picture, a font, a list in GB18030


def test_the_top_holds_the_folders_of_the_plan_and_no_other() -> None:
    there = {path.name for path in HOUSE.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert {each for each in there - MADE_HERE if not each.endswith(".egg-info")} == FOLDERS


def test_every_file_begins_with_one_sentence_saying_what_lives_there() -> None:
    silent = []
    for path in modules(*CODE, "tests"):
        first = (ast.get_docstring(tree(path)) or "").split("\n", 1)[0]
        if not first.endswith(".") or len(first) > MOST_LETTERS_OF_A_SENTENCE:
            silent.append(f"{name(path)}: {first!r}")
    nobody(silent, "begin the file with one sentence, on one line, saying what lives here")


def test_no_room_is_so_long_that_two_things_live_in_it() -> None:
    lines = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in rooms()}
    nobody([f"{path}: {count} lines" for path, count in lines.items() if count > MOST_LINES], "part what lives here")


def test_no_function_is_so_long_that_it_does_two_things() -> None:
    lengths = {
        f"{name(path)}:{node.lineno} {node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path in rooms()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    long = [f"{place}: {count} lines" for place, count in lengths.items() if count > MOST_LINES_OF_A_FUNCTION]
    nobody(long, "part what it does")


def test_no_file_or_folder_bears_a_name_that_says_nothing() -> None:
    parts = {name(path): {*re.split(r"[/_.]", name(path))} for path in modules(*CODE, "tests")}
    nobody([path for path, words in parts.items() if words & NAMES_THAT_SAY_NOTHING], "say what it is for")


# ── drawing and deciding are different crafts ─────────────────────────────────────────────────────────────────────────


def chinese(path: Path) -> list[str]:
    """Where a file has Chinese literals; docstrings and comments may be in any language."""
    sentences = {id(node.value) for node in ast.walk(tree(path)) if isinstance(node, ast.Expr)}
    found = [
        node.lineno
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in sentences
        if re.search(r"[\u4e00-\u9fff]", node.value)
    ]
    return [f"{name(path)}:{line}" for line in sorted(found)]


def children(folder: str) -> dict[str, list[Path]]:
    """The modules and packages of a folder by name, with their files."""
    found: dict[str, list[Path]] = {}
    for path in modules(folder):
        first = path.relative_to(HOUSE / folder).parts[0].removesuffix(".py")
        found.setdefault(first, []).append(path)
    return {each: files for each, files in found.items() if each != "__init__"}


FLOWS = children("bot/flows")


@pytest.mark.parametrize("flow", FLOWS)
def test_a_flow_leaves_its_chinese_to_the_cards(flow: str) -> None:
    nobody(
        [place for path in FLOWS[flow] for place in chinese(path)], f"words that staff read belong in cards/{flow}.py"
    )


@pytest.mark.parametrize("desk", ["custody", "effects", "runner", "scheduler", "sender", "turn"])
def test_the_desk_leaves_its_chinese_to_the_cards(desk: str) -> None:
    nobody(chinese(HOUSE / "bot" / f"{desk}.py"), "words that staff read belong in cards/")


def test_every_flow_draws_with_the_cards_of_its_own_name() -> None:
    missing = {*FLOWS} - {*children("cards")}
    nobody(missing - FLOWS_WITHOUT_CARDS, "a flow says what it has to say through cards/<its name>.py")
    nobody(FLOWS_WITHOUT_CARDS - missing, "closed: strike it out of FLOWS_WITHOUT_CARDS")


def test_every_flow_has_a_test_file_of_its_own_name() -> None:
    tested = {path.stem.removeprefix("test_") for path in modules("tests") if path.stem.startswith("test_")}
    missing = {*FLOWS} - tested
    nobody(missing - FLOWS_WITHOUT_TESTS, "tell its story in a tests/<capability>/test_<its name>.py")
    nobody(FLOWS_WITHOUT_TESTS - missing, "closed: strike it out of FLOWS_WITHOUT_TESTS")


# ── time, chance and surroundings are handed in ───────────────────────────────────────────────────────────────────────

AMBIENT = {
    ("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"),
    ("time", "time"), ("os", "environ"), ("os", "getenv"),
}  # fmt: skip
ASKS_THE_CLOCK_ITSELF = {"bot/state/token.py"}  # the lease of a token is between processes, not between people


def ambient(path: Path) -> Iterator[str]:
    """Where a file asks the clock, the environment or chance by itself."""
    for node in ast.walk(tree(path)):
        match node:
            case ast.Attribute(value=ast.Name(id=of) | ast.Attribute(attr=of), attr=what) if (of, what) in AMBIENT:
                yield f"{name(path)}:{node.lineno} {of}.{what}"
            case ast.Import(names=[*found]) if any(each.name == "random" for each in found):
                yield f"{name(path)}:{node.lineno} import random"
            case ast.ImportFrom(module="random" | "time" | "os", names=[*found]):
                yield f"{name(path)}:{node.lineno} from {node.module} import {', '.join(each.name for each in found)}"


def test_flows_and_state_are_handed_time_and_chance() -> None:
    asked = [use for path in modules("bot/flows", "bot/state") for use in ambient(path)]
    nobody([use for use in asked if use.partition(":")[0] not in ASKS_THE_CLOCK_ITSELF], "take it from the turn or tx")
    nobody(ASKS_THE_CLOCK_ITSELF - {use.partition(":")[0] for use in asked}, "closed: strike it out")


# ── nothing is built at import time ───────────────────────────────────────────────────────────────────────────────────

IMPORT_EVERYTHING = '''
import importlib, pathlib, sys, threading
house, watched, built = sys.argv[1], {"socket.bind", "socket.connect", "sqlite3.connect", "subprocess.Popen"}, []

def blame(frame):
    """The line of ours that did it; what a library does while it is itself imported is the library's affair."""
    while frame and not frame.f_code.co_filename.startswith("<frozen importlib"):
        if frame.f_code.co_filename.startswith(house) and ".venv" not in frame.f_code.co_filename:
            return f"{frame.f_code.co_filename}:{frame.f_lineno}"
        frame = frame.f_back

def hear(event, args):
    writes = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    if (writes or event in watched) and (where := blame(sys._getframe(1))):
        built.append(f"{event} at {where}")

sys.addaudithook(hear)
for name in sys.argv[2:]:
    importlib.import_module(name)
from sqlalchemy import Engine
from flask import Flask
for name in sys.argv[2:]:
    for key, value in vars(sys.modules[name]).items():
        if isinstance(value, (Engine, Flask, threading.Thread)):
            built.append(f"{name}.{key} is a {type(value).__name__}")
built += [f"thread {thread.name}" for thread in threading.enumerate() if thread is not threading.main_thread()]
print("\\n".join(built), end="")
'''


def test_importing_every_module_opens_and_starts_nothing() -> None:
    found = [path.relative_to(HOUSE).with_suffix("") for path in modules(*CODE)]
    wanted = [path for path in found if path.name != "__main__" and "migrations" not in path.parts]
    names = [".".join(path.parts).removesuffix(".__init__") for path in wanted]
    command = [sys.executable, "-B", "-c", IMPORT_EVERYTHING, str(HOUSE), *names]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    nobody(done.stdout.splitlines(), "build it in bot/app.py, or where it is used")


# ── nothing private, nothing of one machine ───────────────────────────────────────────────────────────────────────────

INVENTED_REGIONS = {"350299", "110105"}  # unassigned; and the one example of the national standard
IDENTITY_NUMBER = re.compile(
    r"(?<!\d)(\d{6})((?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(\d{3})([\dXx])(?!\d)"
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
LEAKS = {
    "a path of one machine": re.compile(r"(?<![\w.])/(?:work|root|home|Users)/\w"),
    "a package registry's address": re.compile(
        r"(?:files\.pythonhosted|pypi\.org|registry\.npmjs|index-url|find-links)"
    ),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
    "a secret of a cloud": re.compile(r"\b(?:AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[abp]-[0-9A-Za-z-]{20,})"),
}


def bears_a_right_check_digit(number: str) -> bool:
    """Whether the last character of an 18-digit number is the one the national standard asks for."""
    total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == number[-1].upper()


def test_nobody_real_is_in_the_repository() -> None:
    real = [
        f"{path}: {match[0][:6]}…"
        for path, text in texts()
        for match in IDENTITY_NUMBER.finditer(text)
        if bears_a_right_check_digit(match[0]) and match[1] not in INVENTED_REGIONS
    ]
    nobody(real, "use region 350299, which is given to no place")


@pytest.mark.parametrize("what", LEAKS)
def test_the_repository_tells_nothing_of_a_machine_or_a_secret(what: str) -> None:
    own = name(Path(__file__))
    assert [
        f"{path}: {match[0]}" for path, text in texts() if path != own for match in LEAKS[what].finditer(text)
    ] == []
