"""Settings from the environment, frozen; an error names the variable and the cure. Read only by `cli` and `app`."""

import re
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

HERE = Path(__file__).parent
OFFICIAL = "https://qyapi.weixin.qq.com"
SHORTEST_KEY = 32
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class BadSettings(Exception):
    """One or more variables are missing or wrong; the message has a line for each."""


_DATABASE = re.compile(r"sqlite:///(?!:memory:)[^?]+|postgresql(?:\+psycopg)?://.+")


def _database(url: str) -> str:
    if not _DATABASE.fullmatch(url):
        raise ValueError("sqlite:///FILE (four slashes for an absolute path) or postgresql://USER:PASSWORD@HOST/NAME")
    return url


DatabaseUrl = Annotated[str, Field(repr=False), AfterValidator(_database)]
"""An engine the house runs on, named by its address; not in `repr`, because it may hold a password."""


class Settings(BaseSettings):
    """The fixed contract with operators: every name here is the environment variable of that name."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file=None)

    wecom_corp_id: str = Field(min_length=1)
    wecom_agent_id: int
    wecom_secret: SecretStr = Field(min_length=1)
    wecom_token: SecretStr = Field(min_length=1)
    wecom_encoding_aes_key: SecretStr
    wecom_api_base_url: str = OFFICIAL
    bihuan_database_url: DatabaseUrl = "sqlite:///var/bihuan.sqlite3"
    bihuan_host: str = "127.0.0.1"
    bihuan_port: int = Field(default=8000, ge=0, le=65535)
    bihuan_public_url: str = ""
    bihuan_secret_key: SecretStr
    bihuan_rules: Path = HERE / "rules"
    bihuan_api_token: SecretStr = SecretStr("")
    bihuan_cdc_webhook_url: str = Field(default="", repr=False)  # an address may carry a password of its own
    bihuan_cdc_webhook_key: SecretStr = Field(default=SecretStr(""), validate_default=True)

    bihuan_hotel_private: bool = False  # whether a hotel may be told at a private address

    @field_validator("bihuan_secret_key")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if any(len(part) < SHORTEST_KEY for part in value.get_secret_value().split(",")):
            raise ValueError(f"each key needs at least {SHORTEST_KEY} characters")
        return value

    @field_validator("wecom_encoding_aes_key")
    @classmethod
    def _aes_key(cls, value: SecretStr) -> SecretStr:
        if len(value.get_secret_value()) != 43:
            raise ValueError(f"exactly 43 characters, this one has {len(value.get_secret_value())}")
        if not re.fullmatch("[0-9A-Za-z]{43}", value.get_secret_value()):
            raise ValueError("letters and digits only (page 90930)")
        return value

    @field_validator("wecom_api_base_url")
    @classmethod
    def _base_url(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")) or value.count("/") != 2:
            raise ValueError("scheme://host[:port] without a path")
        return value

    @field_validator("bihuan_cdc_webhook_url")
    @classmethod
    def _webhook_url(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.fragment or parts.username:
            raise ValueError("https://HOST/PATH without a user name")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK:
            raise ValueError("https:// is needed, people's data goes there (http:// only on this machine)")
        return value

    @field_validator("bihuan_cdc_webhook_key")
    @classmethod
    def _webhook_key(cls, value: SecretStr, given: ValidationInfo) -> SecretStr:
        if given.data.get("bihuan_cdc_webhook_url") and len(value.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"at least {SHORTEST_KEY} characters are needed while BIHUAN_CDC_WEBHOOK_URL is set")
        return value

    @property
    def public_url(self) -> str:
        """Where a tap on a notice leads: the operator's public address, or this process's own."""
        return self.bihuan_public_url.rstrip("/") or f"http://{self.bihuan_host}:{self.bihuan_port}"

    @property
    def data_folder(self) -> Path:
        """Where the spool lives: beside the SQLite file, else `var`."""
        prefix = "sqlite:///"
        if self.bihuan_database_url.startswith(prefix):
            return Path(self.bihuan_database_url.removeprefix(prefix)).parent
        return Path("var")


class StoreSettings(BaseSettings):
    """What commands need that never speak to WeCom: the database, the keys, the rules."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file=None)

    bihuan_database_url: DatabaseUrl = "sqlite:///var/bihuan.sqlite3"
    bihuan_secret_key: SecretStr
    bihuan_rules: Path = HERE / "rules"

    _long_enough = field_validator("bihuan_secret_key")(Settings._long_enough.__func__)  # type: ignore[attr-defined]


CURES = {
    "bihuan_secret_key": "a secret of at least 32 characters (make one: openssl rand -hex 32); keep it, data needs it",
    "bihuan_cdc_webhook_url": "where the CDC's system hears of feedback; leave it out if it has none",
    "bihuan_cdc_webhook_key": "a secret shared with the CDC (make one: openssl rand -hex 32)",
    "bihuan_hotel_private": "true only where a hotel's system stands in your own network",
    "wecom_corp_id": "管理后台 → 我的企业 → 企业ID",
    "wecom_agent_id": "管理后台 → 应用管理 → 应用 → AgentId, a whole number",
    "wecom_secret": "管理后台 → 应用管理 → 应用 → Secret",
    "wecom_token": "应用 → 接收消息 → 设置API接收 → Token",
    "wecom_encoding_aes_key": "应用 → 接收消息 → 设置API接收 → EncodingAESKey, 43 characters",
}


def explain(error: ValidationError) -> BadSettings:
    """Turn pydantic's findings into one line for each variable: name, what is the matter, cure."""
    lines = []
    for found in error.errors():
        name = str(found["loc"][0]) if found["loc"] else "settings"
        what = "is not set" if found["type"] == "missing" else found["msg"].removeprefix("Value error, ")
        cure = f" — {CURES[name]}" if name in CURES else ""
        lines.append(f"{name.upper()}: {what}{cure}")
    return BadSettings("\n".join(lines))


def load() -> Settings:
    """Everything `serve` needs; `BadSettings` otherwise."""
    try:
        return Settings()  # type: ignore[call-arg]
    except ValidationError as error:
        raise explain(error) from None


def load_store() -> StoreSettings:
    """What the offline commands need; `BadSettings` otherwise."""
    try:
        return StoreSettings()  # type: ignore[call-arg]
    except ValidationError as error:
        raise explain(error) from None
