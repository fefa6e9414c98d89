"""Keeps tokens and secrets, which WeCom wants in the query string, out of the log lines of the HTTP library."""

import logging
import re

_SECRETS = re.compile(r"\b(access_token|corpsecret)=[^&\s'\"]+")
_TALKATIVE = ("urllib3.connectionpool", "urllib3.util.retry")


def redact(text: str) -> str:
    """Replace the values of secret query parameters by `***`."""
    return _SECRETS.sub(r"\1=***", text)


class _Redactor(logging.Filter):
    """Rewrites the record itself, so that every handler gets the clean line."""

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        if _SECRETS.search(line):
            record.msg, record.args = redact(line), None
        return True


_REDACTOR = _Redactor()


def install() -> None:
    """Clean what urllib3 logs at DEBUG, whatever level somebody sets later. May be called any number of times."""
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(_REDACTOR)
