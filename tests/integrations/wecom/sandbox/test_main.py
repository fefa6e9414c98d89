"""The sandbox by itself, as a command."""

import subprocess
import sys

import requests
from click.testing import CliRunner

from integrations.wecom.sandbox import __main__ as command


def test_it_starts_tells_its_address_and_stops_when_asked() -> None:
    words = [sys.executable, "-m", "integrations.wecom.sandbox", "--port", "0", "--member", "li.lei=李雷"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        assert process.stdout is not None
        url = process.stdout.readline().rpartition("WECOM_API_BASE_URL=")[2].strip()
        assert requests.get(f"{url}/control/members", timeout=10).json()[0]["name"] == "李雷"
        process.terminate()
        assert process.wait(10) == 0


def test_a_setting_that_cannot_work_is_named() -> None:
    outcome = CliRunner().invoke(command.main, ["--callback", "http://example.invalid/wecom"])
    assert outcome.exit_code == 2
    assert "callback_url" in outcome.output
