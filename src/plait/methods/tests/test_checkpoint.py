"""L6: checkpoints as C2SP writes them: the published lines, a vector of ours, and a reader under attack."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from plait.methods import checkpoint as cp

SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")  # RFC 8032, test 1
PRIVATE = Ed25519PrivateKey.from_private_bytes(SEED)
PUBLIC = PRIVATE.public_key().public_bytes_raw()
LOG, WITNESS = cp.Key("plait.example/demo", cp.ED25519, PUBLIC), cp.Key("witness.example/one", cp.COSIGNATURE, PUBLIC)
BODY = "plait.example/demo\n8\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n"
SIGNED = (
    "\u2014 plait.example/demo 5n7lXFmsK98BxJ+hzrtchvn0vnd5Ia9vBeu+wJ1xfrEe9cgjc+o7WRzMeXv7FW7RTal/0WEtQjzq7nGGJE9A/dxXaQo=\n"
)
COSIGNED = "\u2014 witness.example/one Vt057wAAAABqsTuAMHSklHbimvj5aT3g+Z1ml1J2N0kUQg2ORVq+c3Jeb36LdxZGFGoSgaKLZcVWEo+w4zA95WyOqLtCWYreFhnaAQ==\n"
NOTE = f"{BODY}\n{SIGNED}{COSIGNED}"


def test_our_vector_is_made_and_read() -> None:
    read = cp.parse_checkpoint(BODY)
    assert cp.sign(read, LOG, PRIVATE.sign) == f"{BODY}\n{SIGNED}"
    assert cp.signature_line(WITNESS, (1790000000).to_bytes(8) + PRIVATE.sign(cp.cosigned_message(1790000000, BODY))) == COSIGNED
    opened = cp.open_checkpoint(NOTE, LOG, [WITNESS])
    assert (opened.checkpoint.size, opened.signed_by, opened.cosigned) == (
        8,
        ("plait.example/demo",),
        (("witness.example/one", 1790000000),),
    )
    assert str(LOG) == "plait.example/demo+e67ee55c+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
    assert cp.parse_key(str(LOG)) == LOG and WITNESS.id.hex() == "56dd39ef"


def test_a_witness_nobody_knows_is_passed_over_and_a_known_one_that_fails_refuses_the_whole() -> None:
    assert cp.open_checkpoint(NOTE, LOG).cosigned == ()
    bad = NOTE.replace("AAAABqsTuA", "AAAABqsTuB")
    assert cp.open_checkpoint(bad, LOG).signed_by
    with pytest.raises(cp.NotACheckpoint, match="witness"):
        cp.open_checkpoint(bad, LOG, [WITNESS])


def test_sixteen_signatures_and_more_are_read() -> None:
    others = "".join(f"\u2014 other{i}.example {base64.b64encode(bytes([i]) * 68).decode()}\n" for i in range(20))
    assert cp.open_checkpoint(NOTE + others, LOG, [WITNESS]).cosigned


@pytest.mark.parametrize(
    "text",
    [
        "",
        BODY,
        f"{BODY}\n",
        f"{BODY}{SIGNED}",
        f"\n{BODY}\n{SIGNED}"[1:] + SIGNED,  # the key twice
        f"{BODY}\n{SIGNED[:-1]}",
        f"{BODY}\n{SIGNED}\n",
        f"{BODY}\n{SIGNED}".replace("\n8\n", "\n08\n"),
        f"{BODY}\n{SIGNED}".replace("\n8\n", "\n-8\n"),
        f"{BODY}\n{SIGNED}".replace("\n8\n", "\n9\n"),
        f"{BODY}\n{SIGNED}".replace("\n8\n", "\n8 \n"),
        f"{BODY}\n{SIGNED}".replace("\n8\n", "\n\uff18\n"),
        f"{BODY}\n{SIGNED}".replace("\n8\n", "\n" + "9" * 30 + "\n"),
        f"{BODY}\n{SIGNED}".replace("yg=\n", "yh=\n"),
        f"{BODY}\n{SIGNED}".replace("\u2014", "-"),
        f"{BODY}\n{SIGNED}".replace("\n", "\r\n"),
        f"{BODY}\n{SIGNED}".replace("plait.example", "plait.example\0"),
        f"{BODY}\n{SIGNED}".replace("\u2014 plait.example/demo", "\u2014 plait.example/demq"),
        f"{BODY}\n{SIGNED}".replace("plait.example/demo", "plait.example/other"),
        BODY + "\n" + "".join(f"\u2014 o{i}.example {base64.b64encode(bytes([i]) * 68).decode()}\n" for i in range(120)) + SIGNED,
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(cp.NotACheckpoint):
        cp.open_checkpoint(text, LOG)


def test_no_single_bit_of_a_checkpoint_can_be_turned() -> None:
    data, turned = f"{BODY}\n{SIGNED}".encode(), 0
    for bit in range(len(data) * 8):
        bad = bytearray(data)
        bad[bit // 8] ^= 1 << bit % 8
        with pytest.raises((cp.NotACheckpoint, UnicodeDecodeError)):
            cp.open_checkpoint(bad.decode(), LOG)
        turned += 1
    assert turned >= 1_400


def test_another_key_under_the_same_name_signs_nothing() -> None:
    other = Ed25519PrivateKey.generate()
    key = cp.Key(LOG.name, cp.ED25519, other.public_key().public_bytes_raw())
    note = cp.sign(cp.parse_checkpoint(BODY), key, other.sign)
    with pytest.raises(cp.NotACheckpoint, match="did not sign"):
        cp.open_checkpoint(note, LOG)
    forged = note.replace(base64.b64encode(key.id).decode()[:5], base64.b64encode(LOG.id).decode()[:5])
    with pytest.raises(cp.NotACheckpoint):
        cp.open_checkpoint(forged, LOG)


@pytest.mark.parametrize(
    "text",
    ["", "a+b", "plait.example/demo+e67ee55d+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea", "a b+00000000+AAAA", str(LOG)[:-4]],
)
def test_a_key_that_is_not_one_is_refused(text: str) -> None:
    with pytest.raises(cp.NotACheckpoint):
        cp.parse_key(text)


@pytest.mark.full
@settings(max_examples=1000, deadline=None)
@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(
            st.sampled_from(["\n", "\n\n", "\u2014 ", "a", "8", " ", "AAAA", "=", "plait.example/demo", SIGNED, BODY]),
            max_size=12,
        ).map("".join),
    )
)
def test_the_reader_never_breaks(text: str) -> None:
    try:
        opened = cp.open_checkpoint(text, LOG)
    except cp.NotACheckpoint:
        return
    assert opened.checkpoint.size == 8 and opened.signed_by == (LOG.name,)
