"""Settings: every variable that is missing or wrong is named with its cure, all at once; no secret is ever shown."""

from pathlib import Path

import pytest

from bot import config
from bot.config import BadSettings

KEY = "0123456789abcdef" * 2
GOOD = {
    "WECOM_CORP_ID": "ww5a4d60c0ffee5a4d",
    "WECOM_AGENT_ID": "1000002",
    "WECOM_SECRET": "the-secret-of-the-app",
    "WECOM_TOKEN": "thetokenofcallbacks",
    "WECOM_ENCODING_AES_KEY": "SandboxSandboxSandboxSandboxSandboxSandboxA",
    "BIHUAN_SECRET_KEY": KEY,
}
OPTIONAL = (
    "WECOM_API_BASE_URL", "BIHUAN_DATABASE_URL", "BIHUAN_HOST", "BIHUAN_PORT", "BIHUAN_PUBLIC_URL", "BIHUAN_RULES",
    "BIHUAN_API_TOKEN",
)  # fmt: skip


@pytest.fixture(autouse=True)
def good(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment in which everything that must be set is set."""
    for name in (*GOOD, *OPTIONAL):
        monkeypatch.delenv(name, raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)


def refusal() -> str:
    with pytest.raises(BadSettings) as caught:
        config.load()
    return str(caught.value)


def test_the_least_that_is_needed_is_enough() -> None:
    settings = config.load()
    assert settings.wecom_api_base_url == "https://qyapi.weixin.qq.com"
    assert settings.bihuan_database_url == "sqlite:///var/bihuan.sqlite3"
    assert (settings.bihuan_host, settings.bihuan_port) == ("127.0.0.1", 8000)
    assert settings.bihuan_rules.is_dir()


@pytest.mark.parametrize("name", list(GOOD))
def test_a_missing_variable_is_named_with_its_cure(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name)
    line = refusal()
    assert line.startswith(f"{name}: is not set — ")
    assert line.endswith(config.CURES[name.lower()])


@pytest.mark.parametrize("name", list(GOOD))
def test_an_empty_variable_is_as_bad_as_a_missing_one(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "")
    line = refusal()
    assert line.startswith(f"{name}: ")
    assert line.endswith(config.CURES[name.lower()])


def test_everything_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        monkeypatch.delenv(name)
    assert {line.partition(":")[0] for line in refusal().splitlines()} == set(GOOD)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("WECOM_AGENT_ID", "twelve", "a whole number"),
        ("WECOM_ENCODING_AES_KEY", "x" * 42, "exactly 43 characters, this one has 42"),
        ("WECOM_ENCODING_AES_KEY", "x" * 42 + "!", "letters and digits"),
        ("BIHUAN_SECRET_KEY", "short", "at least 32 characters"),
        ("BIHUAN_SECRET_KEY", f"{KEY},short", "at least 32 characters"),
        ("WECOM_API_BASE_URL", "qyapi.weixin.qq.com", "scheme://host[:port]"),
        ("WECOM_API_BASE_URL", "https://qyapi.weixin.qq.com/cgi-bin", "scheme://host[:port]"),
        ("BIHUAN_PORT", "99999", "65535"),
        ("BIHUAN_PORT", "http", "integer"),
        ("BIHUAN_DATABASE_URL", "bihuan.sqlite3", "sqlite:///"),
        ("BIHUAN_DATABASE_URL", "mysql://localhost/bihuan", "postgresql://"),
        ("BIHUAN_DATABASE_URL", "sqlite://", "sqlite:///"),
        ("BIHUAN_DATABASE_URL", "sqlite:///:memory:", "sqlite:///"),
    ],
)
def test_a_wrong_variable_is_named_with_what_is_expected(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    line = refusal()
    assert line.startswith(f"{name}: ")
    assert says in line
    assert "\n" not in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BIHUAN_SECRET_KEY", "tooshort"),
        ("WECOM_ENCODING_AES_KEY", "wronglength"),
        ("BIHUAN_DATABASE_URL", "x://u:hush@h"),
    ],
)
def test_a_refusal_does_not_repeat_the_secret_it_refuses(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert value not in refusal()
    assert "hush" not in refusal()


def test_no_secret_is_in_the_settings_printed_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_API_TOKEN", "the-token-of-the-door")
    monkeypatch.setenv("BIHUAN_DATABASE_URL", "postgresql://bihuan:the-word@127.0.0.1/bihuan")
    hidden = [GOOD[name] for name in ("WECOM_SECRET", "WECOM_TOKEN", "WECOM_ENCODING_AES_KEY", "BIHUAN_SECRET_KEY")]
    for settings in (config.load(), config.load_store()):
        shown = f"{settings!r} {settings}"
        assert [word for word in (*hidden, "the-token-of-the-door", "the-word") if word in shown] == []


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValueError, match="frozen"):
        config.load().bihuan_port = 1


def test_commands_that_do_not_speak_to_wecom_need_only_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        if name.startswith("WECOM"):
            monkeypatch.delenv(name)
    assert config.load_store().bihuan_secret_key.get_secret_value() == KEY
    monkeypatch.setenv("BIHUAN_DATABASE_URL", "mysql://localhost/bihuan")
    with pytest.raises(BadSettings, match="BIHUAN_DATABASE_URL"):
        config.load_store()


def test_two_keys_may_be_given_for_a_rotation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_SECRET_KEY", f"{KEY},{KEY[::-1]}")
    assert config.load().bihuan_secret_key.get_secret_value().count(",") == 1


def test_the_spool_lies_beside_the_database_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_DATABASE_URL", "sqlite:////srv/bihuan/data.sqlite3")
    assert config.load().data_folder == Path("/srv/bihuan")
    monkeypatch.setenv("BIHUAN_DATABASE_URL", "postgresql://127.0.0.1/bihuan")
    assert config.load().data_folder == Path("var")


def test_people_are_sent_to_the_public_address_or_else_to_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert config.load().public_url == "http://127.0.0.1:8000"
    monkeypatch.setenv("BIHUAN_PUBLIC_URL", "https://bihuan.example/")
    assert config.load().public_url == "https://bihuan.example"
