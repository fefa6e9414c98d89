"""Reading what a control request asks; a wrong value raises ValueError or TypeError, answered with 400."""

import math
from typing import Any

from flask import jsonify, request
from flask.typing import ResponseReturnValue as Reply

Json = dict[str, Any]
MAX_WAIT = 60.0


def body() -> Json:
    """The JSON object of the body; {} when there is none."""
    given = request.get_json(silent=True) if request.data else {}
    if not isinstance(given, dict):
        raise TypeError("the body must be a JSON object")
    return given


def text(given: Json, name: str) -> str:
    """A text that must be there."""
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name}: missing")
    return value


def query(name: str) -> str:
    """A query parameter that must be there."""
    value = request.args.get(name, "")
    if not value:
        raise ValueError(f"{name}: missing from the query")
    return value


def number(name: str, usual: float) -> float:
    """A query parameter of 0 or more; waits are at most a minute."""
    value = float(request.args.get(name, usual))
    if not 0 <= value < math.inf:
        raise ValueError(f"{name}: a number, 0 or more")
    return min(value, MAX_WAIT) if name in {"timeout", "seconds"} else value


def missing(what: str) -> Reply:
    """404 with the name of what is not there."""
    return jsonify(error=f"no {what}"), 404
