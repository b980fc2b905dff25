"""Any bytes are a bounded tree or Malformed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.wechat import xml
from bot.wechat.errors import Malformed

MARKUP = st.lists(
    st.sampled_from(
        [
            *("<xml>", "</xml>", "<a>", "</a>", "<List>", "</List>", "<item/>", "<b/>", "text", " ", "]]>"),
            *(
                "<![CDATA[",
                "&amp;",
                "&#1;",
                "&x;",
                "<!DOCTYPE x>",
                "<!--",
                "-->",
                "<?pi ?>",
                "你",
                "<a b='c'>",
            ),
        ]
    ),
    max_size=30,
).map("".join)


def read(body: bytes) -> xml.Tree | None:
    try:
        return xml.parse(body)
    except Malformed:
        return None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_tree_or_malformed(body: bytes) -> None:
    assert isinstance(read(body), dict | None)
    assert isinstance(read(b"<xml><a>" + body + b"</a></xml>"), dict | None)


@given(MARKUP)
def test_any_markup_is_a_tree_or_malformed(markup: str) -> None:
    assert isinstance(read(f"<xml>{markup}</xml>".encode()), dict | None)


@given(st.binary(max_size=100))
def test_legal_bytes_are_what_is_left_of_text(body: bytes) -> None:
    assert xml.legal(xml.legal(body)) == xml.legal(body)


def test_legal_drops_only_what_xml_forbids() -> None:
    text = "\x00\x01\t\n\r\x1f 你\uff1a\uffe5\ufffd\ufffe\uffff\U0001f600"
    assert xml.legal(text.encode()).decode() == "\t\n\r 你\uff1a\uffe5\ufffd\U0001f600"


def test_leaves_keep_their_blanks_and_branches_lose_them() -> None:
    body = b"<xml>\n <a> x </a>\n <b>\n  <c><![CDATA[ <&> ]]></c>\n </b>\n <d/></xml>\n"
    assert xml.parse(body) == {"a": " x ", "b": {"c": " <&> "}, "d": ""}


def test_attributes_comments_and_instructions_are_skipped() -> None:
    body = b'<?xml version="1.0"?><xml x="1"><!-- c --><a y="2">t<!-- c -->u</a><?p i?></xml>'
    assert xml.parse(body) == {"a": "tu"}


def test_containers_may_repeat() -> None:
    body = b"<xml><a><b>1</b></a><a><b>2</b></a><a><b>3</b></a></xml>"
    assert xml.parse(body) == {"a": [{"b": "1"}, {"b": "2"}, {"b": "3"}]}


@pytest.mark.parametrize("name", ["item", "List", "PicList", "fail_idx"])
def test_known_lists_may_repeat_even_as_leaves(name: str) -> None:
    body = f"<xml><{name}>1</{name}><{name}><b>2</b></{name}></xml>".encode()
    assert xml.parse(body) == {name: ["1", {"b": "2"}]}


@pytest.mark.parametrize("second", ["<a>2</a>", "<a/>", "<a><b>2</b></a>"])
def test_a_leaf_given_twice_is_malformed(second: str) -> None:
    with pytest.raises(Malformed, match=r"^a leaf given twice$"):
        xml.parse(f"<xml><a>1</a>{second}</xml>".encode())


@pytest.mark.parametrize(
    ("second", "node"), [("<a>2</a>", "2"), ("<a/>", ""), ("<a><b>2</b></a>", {"b": "2"})]
)
def test_a_leaf_may_repeat_where_that_is_allowed_and_then_is_no_leaf(second: str, node: xml.Node) -> None:
    tree = xml.parse(f"<xml><a>1</a>{second}</xml>".encode(), leaves_repeat=True)
    assert (tree, xml.leaf(tree, "a")) == ({"a": ["1", node]}, "")


def test_limits_are_where_they_are_said_to_be() -> None:
    deepest = b"<xml>" + b"<a>" * 4 + b"<b>x</b>" + b"</a>" * 4 + b"</xml>"
    assert xml.parse(deepest) == {"a": {"a": {"a": {"a": {"b": "x"}}}}}
    with pytest.raises(Malformed, match=r"^too deep or too many elements$"):
        xml.parse(b"<xml>" + b"<a>" * 5 + b"<b>x</b>" + b"</a>" * 5 + b"</xml>")
    assert len(xml.parse(b"<xml>" + b"<item/>" * 399 + b"</xml>")["item"]) == 399
    with pytest.raises(Malformed, match=r"^too deep or too many elements$"):
        xml.parse(b"<xml>" + b"<item/>" * 400 + b"</xml>")


def test_doctype_is_refused_but_may_be_talked_about() -> None:
    with pytest.raises(Malformed, match=r"^doctype$"):
        xml.parse(b"<!DOCTYPE xml><xml><a>1</a></xml>")
    assert xml.parse(b"<xml><a><![CDATA[<!DOCTYPE xml>]]></a></xml>") == {"a": "<!DOCTYPE xml>"}


def test_leaf_and_branch_give_empty_for_the_other_kind() -> None:
    tree = xml.parse(b"<xml><a>1</a><b><c>2</c></b></xml>")
    assert (xml.leaf(tree, "a"), xml.leaf(tree, "b"), xml.leaf(tree, "z")) == ("1", "", "")
    assert (xml.branch(tree, "a"), xml.branch(tree, "b"), xml.branch(tree, "z")) == ({}, {"c": "2"}, {})
