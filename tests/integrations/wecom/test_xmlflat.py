"""Strangers' XML: read by name, capped, and never anything but text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.wecom import xmlflat

HOSTILE = {
    "empty": b"",
    "no xml": b"hello",
    "another root": b"<yml/>",
    "two roots": b"<xml/><xml/>",
    "cut off": b"<xml><a>",
    "crossed": b"<xml><a></xml></a>",
    "doctype": b"<!DOCTYPE xml><xml/>",
    "external entity": b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><a>&a;</a></xml>',
    "entity bomb": b'<!DOCTYPE xml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><xml><a>&b;</a></xml>',
    "unknown entity": b"<xml><a>&nbsp;</a></xml>",
    "instruction": b"<xml><?php echo 1 ?></xml>",
    "instruction before": b"<?xml-stylesheet href='a'?><xml/>",
    "nul": b"<xml><a>\0</a></xml>",
    "control character": b"<xml><a>\x01</a></xml>",
    "no utf-8": b"<xml><a>\xff</a></xml>",
    "surrogate": b"<xml><a>\xed\xa0\x80</a></xml>",
    "utf-16": "<xml/>".encode("utf-16"),
    "utf-16 unmarked": "<xml/>".encode("utf-16-le"),
    "utf-16 unmarked, other end": "<xml/>".encode("utf-16-be"),
    "utf-32": "<xml/>".encode("utf-32"),
    "closed section": b"<xml><a><![CDATA[a]]>]]></a></xml>",
    "too large": b"<xml>" + b" " * xmlflat.MAX_BYTES + b"</xml>",
    "too deep": b"<xml>" + b"<a>" * 8 + b"</a>" * 8 + b"</xml>",
    "far too deep": b"<xml>" + b"<a>" * 10_000,
    "too many": b"<xml>" + b"<a/>" * 200 + b"</xml>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_by_both_readers(name: str) -> None:
    for read in (xmlflat.flat, xmlflat.tree):
        with pytest.raises(xmlflat.Malformed) as error:
            read(HOSTILE[name])
        assert error.value.__context__ is None  # expat's own error would quote the input's position and names


@pytest.mark.parametrize(
    "xml",
    [
        b"<xml><a>1</a><a>2</a></xml>",
        b"<xml><a><b>1</b></a></xml>",
        b"<xml><a x='1'>1</a></xml>",
        b"<xml xmlns='urn:x'><a>1</a></xml>",
        b"<xml>" + b"".join(b"<a%d/>" % number for number in range(20)) + b"</xml>",
    ],
    ids=["double", "nested", "attribute", "namespace", "many"],
)
def test_the_flat_reader_wants_it_flat(xml: bytes) -> None:
    with pytest.raises(xmlflat.Malformed):
        xmlflat.flat(xml)


def test_the_flat_reader_gives_text_by_name() -> None:
    xml = b"\xef\xbb\xbf<?xml version='1.0'?>\n<xml>\n <a><![CDATA[1<2]]></a> <b>&amp;</b><c/><!-- so --></xml>"
    assert xmlflat.flat(xml) == {"a": "1<2", "b": "&", "c": ""}
    assert xmlflat.flat(b"<xml/>") == xmlflat.flat(b"<xml>text</xml>") == {}


def test_the_tree_reader_gives_one_child_and_several_the_same_shape() -> None:
    one = xmlflat.tree(b"<xml><list><item>1</item></list></xml>")
    two = xmlflat.tree(b"<xml><list><item>1</item><item>2</item></list></xml>")
    none = xmlflat.tree(b"<xml><list/></xml>")

    assert [list(xmlflat.children(tree["list"][0], "item")) for tree in (none, one, two)] == [[], ["1"], ["1", "2"]]


def test_text_is_found_along_a_path_or_is_empty() -> None:
    tree = xmlflat.tree(b"<xml><a><b> 1 </b></a><c>2</c></xml>")

    assert xmlflat.text(tree, "a", "b") == " 1 "
    assert xmlflat.text(tree, "c") == "2"
    assert [xmlflat.text(tree, *path) for path in (("a",), ("x",), ("c", "b"), ("a", "b", "c"))] == [""] * 4


def test_seven_levels_below_the_root_are_read() -> None:
    tree = xmlflat.tree(b"<xml>" + b"<a>" * 7 + b"deep" + b"</a>" * 7 + b"</xml>")

    assert xmlflat.text(tree, *"aaaaaaa") == "deep"


@settings(deadline=None)
@given(st.binary(max_size=500) | st.text("<xmla/>&;![]?CDT '\"=").map(str.encode))
def test_garbage_is_read_or_malformed_and_nothing_else(garbage: bytes) -> None:
    for read in (xmlflat.flat, xmlflat.tree):
        try:
            assert isinstance(read(garbage), dict)
        except xmlflat.Malformed:
            continue
