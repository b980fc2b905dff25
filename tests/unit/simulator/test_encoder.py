"""The platform's encoder against the published vectors, and against rubbish."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.simulator.encoder import Encoder, UnreadableError, Value, is_signed, read_xml, sign, write_xml

SEALED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT"
    "740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8Y"
    "L/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
OFFICIAL = Encoder("A" * 43, "wxba5fad812f8e6fb9")
WXJAVA = Encoder("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "wxb11529c136998cb6")
WXJAVA_SEALED = "jn1L23DB+6ELqJ+6bruv21Y6MD7KeIfP82D6gU39rmkgczbWwt5+3bnyg5K55bgVtVzd832WzZGMhkP72vVOfg=="


def test_sign_gives_the_official_signatures() -> None:
    assert sign("AAAAA", "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"
    assert sign("AAAAA", "1714037059", "486452656") == "899cf89e464efb63f54ddac96b0a0a235f53aa78"
    assert sign("AAAAA", "1714112445", "415670741") == "6c5c811b55cc85e0e1b54100749188c20beb3f5d"
    assert sign("AAAAA", "1714112445", "415670741", SEALED) == "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"
    assert (
        sign("pamtest", "1409304348", "xxxxxx", WXJAVA_SEALED) == "82c962d39941aa48552f90ef55aa323dc620cc10"
    )


def test_unseal_reads_the_official_push() -> None:
    assert json.loads(OFFICIAL.unseal(SEALED)) == {
        "ToUserName": "gh_97417a04a28d",
        "FromUserName": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
        "CreateTime": 1714112445,
        "MsgType": "event",
        "Event": "debug_demo",
        "debug_str": "hello world",
    }


def test_seal_writes_the_published_ciphertexts() -> None:
    reply = OFFICIAL.seal('{"demo_resp":"good luck"}', b"707722b803182950")
    assert reply == "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
    assert sign("AAAAA", "1713424427", "415670741", reply) == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"
    assert WXJAVA.seal("我是中文abcd123", b"aaaabbbbccccdddd") == WXJAVA_SEALED


@given(st.text())
def test_unseal_undoes_seal(text: str) -> None:
    plain = text.encode("utf-8", "ignore").decode()
    assert OFFICIAL.unseal(OFFICIAL.seal(plain)) == plain


@given(st.binary())
def test_unseal_of_rubbish_is_unreadable(rubbish: bytes) -> None:
    with pytest.raises(UnreadableError):
        OFFICIAL.unseal(rubbish.hex())


def test_unseal_refuses_another_app_id() -> None:
    with pytest.raises(UnreadableError, match="AppID"):
        Encoder("A" * 43, "wx0000000000000000").unseal(SEALED)


def test_is_signed_tells_a_forged_signature() -> None:
    good = sign("a", "b")
    assert is_signed(good, "b", "a") is True
    assert is_signed(good, "a", "c") is False
    assert is_signed("é", "a") is False


def test_encoder_refuses_a_short_key() -> None:
    with pytest.raises(ValueError, match="43"):
        Encoder("A" * 39, "wx")


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"))))
def test_read_xml_undoes_write_xml(text: str) -> None:
    fields: dict[str, Value] = {
        "Content": text,
        "CreateTime": 5,
        "Inner": {"A": "]]>"},
        "List": [{"a": "1"}, {"a": "2"}],
    }
    legal = "".join(char for char in text if char not in "\ufffe\uffff")
    assert read_xml(write_xml(fields)) == {
        "Content": legal,
        "CreateTime": "5",
        "Inner": {"A": "]]>"},
        "List": [{"a": "1"}, {"a": "2"}],
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "success!",
        "<xml>",
        "<json></json>",
        "<xml/>",
        '<!DOCTYPE xml [<!ENTITY a "b">]><xml><a>&a;</a></xml>',
        "<xml>" + "<a>" * 50 + "</a>" * 50 + "</xml>",
    ],
)
def test_read_xml_refuses_what_is_no_reply(text: str) -> None:
    with pytest.raises(UnreadableError):
        read_xml(text)
