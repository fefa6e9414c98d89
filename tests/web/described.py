"""What openapi.json says of an answer, checked by the part of JSON Schema that the file uses, and no more."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.web import api

OPENAPI: dict[str, Any] = json.loads(Path(api.__file__).with_name("openapi.json").read_text(encoding="utf-8"))
_TYPES: dict[str, Any] = {
    "object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)
}  # fmt: skip
_FOR_READERS = {"description", "format", "default", "contentMediaType"}


def answer(path: str, method: str, status: int) -> dict[str, Any]:
    """What is written of one answer; an undescribed status is a mistake."""
    responses = OPENAPI["paths"][path][method]["responses"]
    assert str(status) in responses, f"{method} {path} answers {status}, which is not described"
    return _resolved(responses[str(status)])


def body(said: dict[str, Any]) -> dict[str, Any]:
    """The schema of a described answer's or request's JSON."""
    schema: dict[str, Any] = said["content"]["application/json"]["schema"]
    return schema


def must_fit(value: Any, schema: dict[str, Any]) -> None:
    """`value` is as the schema says."""
    assert list(wrong(value, schema)) == []


def wrong(value: Any, schema: dict[str, Any], at: str = "$") -> Iterator[str]:
    """Where and how `value` is not what the schema says."""
    schema = _resolved(schema)
    for word, wanted in schema.items():
        if word not in _FOR_READERS:
            yield from _RULES[word](value, wanted, schema, at)


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: Any = OPENAPI
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _type(value: Any, wanted: str | list[str], _: Any, at: str) -> Iterator[str]:
    names = [wanted] if isinstance(wanted, str) else wanted
    kinds = tuple(_TYPES[name] for name in names)
    if not isinstance(value, kinds) or (isinstance(value, bool) and "boolean" not in names):
        yield f"{at}: {value!r} is no {wanted}"


def _properties(value: Any, wanted: dict[str, Any], schema: dict[str, Any], at: str) -> Iterator[str]:
    for name, inner in value.items():
        if name in wanted:
            yield from wrong(inner, wanted[name], f"{at}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{at}.{name} is not described"


def _items(value: list[Any], wanted: dict[str, Any], _: Any, at: str) -> Iterator[str]:
    for index, inner in enumerate(value):
        yield from wrong(inner, wanted, f"{at}[{index}]")


def _all_of(value: Any, wanted: list[dict[str, Any]], _: Any, at: str) -> Iterator[str]:
    for schema in wanted:
        yield from wrong(value, schema, at)


def _unless(holds: bool, at: str, word: str) -> Iterator[str]:
    if not holds:
        yield f"{at}: {word}"


_RULES: dict[str, Any] = {
    "type": _type,
    "properties": _properties,
    "items": _items,
    "allOf": _all_of,
    "additionalProperties": lambda *_: iter(()),  # judged with the properties
    "required": lambda value, wanted, _, at: _unless(set(wanted) <= set(value), at, f"lacks one of {wanted}"),
    "enum": lambda value, wanted, _, at: _unless(value in wanted, at, f"{value!r} is not one of {wanted}"),
    "pattern": lambda value, wanted, _, at: _unless(bool(re.search(wanted, value)), at, f"{value!r}: not {wanted}"),
    "minimum": lambda value, wanted, _, at: _unless(value >= wanted, at, f"{value} < {wanted}"),
    "maximum": lambda value, wanted, _, at: _unless(value <= wanted, at, f"{value} > {wanted}"),
    "minLength": lambda value, wanted, _, at: _unless(len(value) >= wanted, at, "is too short"),
    "minItems": lambda value, wanted, _, at: _unless(len(value) >= wanted, at, "has too few"),
    "maxItems": lambda value, wanted, _, at: _unless(len(value) <= wanted, at, "has too many"),
}
