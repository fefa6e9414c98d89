"""Capped XML readers for input from strangers: `flat` for the outer envelope, `tree` for what was inside it.

Both refuse document types and processing instructions (so no entity is ever defined or fetched), anything but UTF-8,
and more than a few hundred elements. The work is linear in a size that the caller's limit bounds.
"""

from collections.abc import Sequence
from typing import NoReturn
from xml.parsers import expat

Node = str | dict[str, list["Node"]]
"""An element: its text when it has no child elements, else the nodes of its children by name, in document order."""

MAX_BYTES = 64 * 1024


class Malformed(ValueError):
    """The bytes are not an `<xml>` document of the expected shape. The message quotes nothing from the input."""


def flat(xml: bytes) -> dict[str, str]:
    """Read `<xml>` whose children hold only text, each name once, no attributes. Raises `Malformed`."""
    root = _read(xml, depth=2, elements=20, attributes=False)
    if isinstance(root, str):
        return {}
    if any(len(nodes) != 1 for nodes in root.values()):
        raise Malformed("an element stands twice")
    return {name: nodes[0] for name, nodes in root.items() if isinstance(nodes[0], str)}


def tree(xml: bytes) -> dict[str, list[Node]]:
    """Read `<xml>` with nesting up to eight levels and 200 elements; attributes are ignored. Raises `Malformed`."""
    root = _read(xml, depth=8, elements=200, attributes=True)
    return {} if isinstance(root, str) else root


def text(fields: Node, *path: str) -> str:
    """Give the text of the first element found along `path`, as it came; `""` when it is absent or has children."""
    node: Node = fields
    for name in path:
        nodes = children(node, name)
        if not nodes:
            return ""
        node = nodes[0]
    return node if isinstance(node, str) else ""


def children(node: Node, name: str) -> Sequence[Node]:
    """Give every child called `name`: none, one or many alike, so that one item is never mistaken for a list."""
    return node.get(name, ()) if isinstance(node, dict) else ()


def _read(xml: bytes, depth: int, elements: int, attributes: bool) -> Node:
    if len(xml) > MAX_BYTES:
        raise Malformed("too large")
    try:
        # expat would also take UTF-16, whatever it is told: by its mark, or guessed from the zero bytes.
        if "\0" not in xml.decode():
            return _Reader(depth, elements, attributes).read(xml)
    except (UnicodeDecodeError, expat.ExpatError):
        pass
    raise Malformed("not well formed")  # outside the handler: their errors would bring the input along


class _Reader:
    """One pass of expat over one document. A level of the stack is (children by name, pieces of text)."""

    def __init__(self, depth: int, elements: int, attributes: bool) -> None:
        self._depth = depth
        self._elements = elements
        self._attributes = attributes
        self._stack: list[tuple[dict[str, list[Node]], list[str]]] = [({}, [])]

    def read(self, xml: bytes) -> Node:
        parser = expat.ParserCreate("utf-8")  # overrides what the document says about itself
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.ProcessingInstructionHandler = _refuse_instruction
        parser.Parse(xml, True)
        root = children(self._stack[0][0], "xml")
        if not root:
            raise Malformed("the root is not <xml>")
        return root[0]

    def _start(self, _name: str, attributes: dict[str, str]) -> None:
        self._elements -= 1
        if self._elements < 0:
            raise Malformed("too many elements")
        if len(self._stack) > self._depth:
            raise Malformed("nested too deeply")
        if attributes and not self._attributes:
            raise Malformed("an attribute")
        self._stack.append(({}, []))

    def _end(self, name: str) -> None:
        found, pieces = self._stack.pop()
        self._stack[-1][0].setdefault(name, []).append(found or "".join(pieces))

    def _text(self, data: str) -> None:
        self._stack[-1][1].append(data)


def _refuse_doctype(*_: object) -> NoReturn:
    raise Malformed("a document type")


def _refuse_instruction(*_: object) -> NoReturn:
    raise Malformed("a processing instruction")
