"""Master keys, policy keys, encrypted texts and tags."""

import base64
import copy
import hashlib
import hmac
import pickle
import traceback
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.authors_key import AuthorsKey
from storage.encryption import CannotOpen
from storage.keys import BadKey, KeyRing, new_master_key, nonce_hash
from storage.text_key import TextKey, bound
from tests.rings import MONTHS, ring_of

POLICY, ROW, PERSON = uuid4(), uuid4(), uuid4()
SECRET = bytes(range(200, 232))
MINE = bytes(range(32))
"""A person's secret."""
ENCODED = base64.urlsafe_b64encode(SECRET).decode()
TYPED = "kestrel weighbridge marmalade"


@pytest.fixture
def ring() -> KeyRing:
    """A ring of one key."""
    return ring_of(new_master_key("first"))


@pytest.fixture
def key(ring: KeyRing) -> TextKey:
    """The text key of a policy."""
    return ring.new_key(TextKey, POLICY)[0]


@pytest.fixture
def authors(ring: KeyRing) -> AuthorsKey:
    """The authors' key of a policy."""
    return ring.new_key(AuthorsKey, POLICY)[0]


class TestMasterKeys:
    def test_a_new_one_can_be_parsed_and_is_never_the_same(self) -> None:
        one, two = new_master_key("2026-11"), new_master_key("2026-11")
        assert one != two
        assert ring_of(one).names == ["2026-11"]

    def test_the_first_of_several_wraps(self) -> None:
        ring = ring_of(f" {new_master_key('new')} ,\n{new_master_key('old')}, ")
        assert ring.names == ["new", "old"]
        assert b"new" in ring.new_key(AuthorsKey, POLICY)[1]

    def test_both_alphabets_of_base64_are_accepted_padded_or_not(self) -> None:
        key = b"\xfb\xff" * 16
        standard, for_urls = base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode()
        assert {*"+/"} <= {*standard}
        wrapped = KeyRing({"ops": key}, MONTHS).new_key(AuthorsKey, POLICY)[1]
        rings = [ring_of(f"ops:{text}\n") for text in (standard, for_urls, for_urls.rstrip("="))]
        assert len({ring.unwrap(AuthorsKey, POLICY, wrapped).author_tags([MINE])[0] for ring in rings}) == 1

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            ("", "DELIVERABLE_KEY is empty"),
            (" , ", "DELIVERABLE_KEY is empty"),
            (ENCODED, "Key 1 in DELIVERABLE_KEY has no colon"),
            (f":{ENCODED}", "The name of key 1 in DELIVERABLE_KEY must be 1 to 40 letters"),
            (f"{ENCODED} {ENCODED}:{ENCODED}", "The name of key 1 in DELIVERABLE_KEY must be"),
            (f"a:{ENCODED},b:{ENCODED[:-4]}", "Key 2 in DELIVERABLE_KEY must be 32 bytes"),
            (f"a:{ENCODED[:-3]}", "Key 1 in DELIVERABLE_KEY"),
            (f"a:{ENCODED[:-2]}%é", "Key 1 in DELIVERABLE_KEY is not base64url"),
            (f"a:{ENCODED},a:{ENCODED}", "Key 2 in DELIVERABLE_KEY has the name of an earlier one"),
        ],
    )
    def test_an_invalid_one_is_refused_without_repeating_it(self, text: str, sentence: str) -> None:
        with pytest.raises(BadKey) as raised:
            ring_of(text)
        assert str(raised.value).startswith(sentence)
        shown = "".join(traceback.format_exception(raised.value, chain=True))
        assert ENCODED[:12] not in shown
        assert raised.value.__context__ is None

    def test_a_new_name_must_be_one_that_can_be_parsed(self) -> None:
        with pytest.raises(BadKey, match="The name must be"):
            new_master_key("a:b")


class TestPolicyKeys:
    def test_a_wrapped_key_comes_back_the_same(self, ring: KeyRing) -> None:
        key, wrapped = ring.new_key(TextKey, POLICY)
        sealed = key.seal("flags", "because", ROW, TYPED)
        assert ring.unwrap(TextKey, POLICY, wrapped).open("flags", "because", ROW, sealed) == TYPED

    def test_two_policies_share_nothing(self, ring: KeyRing) -> None:
        one, other = ring.new_key(TextKey, POLICY)[0], ring.new_key(TextKey, uuid4())[0]
        with pytest.raises(CannotOpen):
            other.open("flags", "because", ROW, one.seal("flags", "because", ROW, TYPED))
        authors = [ring.new_key(AuthorsKey, each)[0] for each in (POLICY, uuid4())]
        assert len({each.author_tags([MINE])[0] for each in authors}) == 2

    def test_a_text_key_never_opens_as_an_authors_key(self, ring: KeyRing) -> None:
        for kind, other in ((TextKey, AuthorsKey), (AuthorsKey, TextKey)):
            wrapped = ring.new_key(kind, POLICY)[1]
            with pytest.raises(CannotOpen):
                ring.unwrap(other, POLICY, wrapped)
            with pytest.raises(CannotOpen):
                ring.rewrap(other, POLICY, wrapped)

    def test_it_unwraps_for_its_own_policy_only(self, ring: KeyRing) -> None:
        wrapped = ring.new_key(AuthorsKey, POLICY)[1]
        with pytest.raises(CannotOpen):
            ring.unwrap(AuthorsKey, uuid4(), wrapped)

    def test_rotation_rewraps_and_the_old_master_key_can_then_go(self) -> None:
        old, new = new_master_key("old"), new_master_key("new")
        key, wrapped = ring_of(old).new_key(AuthorsKey, POLICY)
        both = ring_of(f"{new},{old}")
        assert not both.wraps(wrapped)
        again = both.rewrap(AuthorsKey, POLICY, wrapped)
        assert both.wraps(again)
        only_new = ring_of(new)
        assert only_new.unwrap(AuthorsKey, POLICY, again).author_tags([MINE]) == key.author_tags([MINE])
        with pytest.raises(CannotOpen, match="wrapped by the master key old, which DELIVERABLE_KEY lacks"):
            only_new.unwrap(AuthorsKey, POLICY, wrapped)

    def test_a_name_that_is_a_prefix_of_another_is_a_different_key(self) -> None:
        short, long = ring_of(f"k:{ENCODED}"), ring_of(f"k2:{ENCODED}")
        assert not short.wraps(long.new_key(AuthorsKey, POLICY)[1])
        assert not long.wraps(short.new_key(AuthorsKey, POLICY)[1])

    def test_another_key_of_the_same_name_does_not_open(self, ring: KeyRing) -> None:
        with pytest.raises(CannotOpen):
            ring_of(new_master_key("first")).unwrap(AuthorsKey, POLICY, ring.new_key(AuthorsKey, POLICY)[1])

    def test_any_changed_byte_is_noticed(self, ring: KeyRing) -> None:
        wrapped = ring.new_key(AuthorsKey, POLICY)[1]
        for place in range(len(wrapped)):
            changed = bytearray(wrapped)
            changed[place] ^= 1
            with pytest.raises(CannotOpen):
                ring.unwrap(AuthorsKey, POLICY, bytes(changed))

    @given(st.binary(max_size=90))
    def test_anything_else_is_refused(self, anything: bytes) -> None:
        with pytest.raises(CannotOpen):
            ring_of(f"a:{ENCODED}").unwrap(AuthorsKey, POLICY, anything)


class TestSealedTexts:
    def test_it_does_not_open_once_what_is_bound_to_it_was_changed(self, key: TextKey) -> None:
        whole = ("named", PERSON, None, b"\x01", 3)
        sealed = key.seal("flags", "because", ROW, TYPED, bound(*whole))
        assert key.open("flags", "because", ROW, sealed, bound(*whole)) == TYPED
        for place in range(len(whole)):
            changed = [*whole]
            changed[place] = "changed"
            with pytest.raises(CannotOpen):
                key.open("flags", "because", ROW, sealed, bound(*changed))
        with pytest.raises(CannotOpen):
            key.open("flags", "because", ROW, sealed)

    @given(st.text(st.characters(exclude_categories=())))
    def test_a_text_is_decrypted_exactly(self, typed: str) -> None:
        key = TextKey(SECRET)
        sealed = key.seal("flags", "because", ROW, typed)
        assert key.open("flags", "because", ROW, sealed) == typed
        if len(typed) > 3:
            assert typed.encode("utf-8", "surrogatepass") not in sealed

    def test_the_same_text_never_looks_the_same(self, key: TextKey) -> None:
        assert len({key.seal("flags", "because", ROW, TYPED) for _ in range(100)}) == 100

    @pytest.mark.parametrize(
        "place", [("seconds", "because", ROW), ("flags", "remedy", ROW), ("flags", "because", uuid4())]
    )
    def test_moved_to_another_place_it_does_not_open(self, key: TextKey, place: tuple[str, str, UUID]) -> None:
        sealed = key.seal("flags", "because", ROW, TYPED)
        with pytest.raises(CannotOpen) as raised:
            key.open(*place, sealed)
        assert TYPED not in "".join(traceback.format_exception(raised.value))

    def test_any_changed_byte_is_noticed(self, key: TextKey) -> None:
        sealed = key.seal("flags", "because", ROW, TYPED)
        for place in range(len(sealed)):
            changed = bytearray(sealed)
            changed[place] ^= 1
            with pytest.raises(CannotOpen):
                key.open("flags", "because", ROW, bytes(changed))

    @given(st.binary(max_size=90))
    def test_anything_else_is_refused(self, anything: bytes) -> None:
        with pytest.raises(CannotOpen):
            TextKey(SECRET).open("flags", "because", ROW, anything)

    def test_the_length_tells_no_more_than_a_block_of_64(self, key: TextKey) -> None:
        lengths = [len(key.seal("flags", "because", ROW, "x" * n)) for n in range(125)]
        assert set(lengths[:61]) == {1 + 12 + 64 + 16}
        assert set(lengths[61:]) == {1 + 12 + 128 + 16}


class TestTags:
    def test_they_are_made_as_the_design_says(self) -> None:
        authors = AuthorsKey(SECRET)

        def mac(purpose: bytes, of: bytes) -> bytes:
            return hmac.new(SECRET, purpose + b"|" + of, hashlib.sha256).digest()[:16]

        assert authors.author_tags([MINE])[2] == mac(b"flag/v2", MINE + b"|\x03")
        assert authors.second_tags([MINE])[19] == mac(b"second/v2", MINE + b"|\x14")
        assert authors.box_id("a nonce").bytes == mac(b"box/v1", b"a nonce")

    def test_a_person_finds_all_their_flags_under_every_secret(self, authors: AuthorsKey) -> None:
        other = bytes(range(32, 64))
        for made, number in ((authors.author_tags, 5), (authors.second_tags, 20)):
            tags = made(one for one in (MINE, other))
            assert tags == [*made([MINE]), *made([other])]
            assert len(set(tags)) == 2 * number
            assert {len(tag) for tag in tags} == {16}

    def test_nothing_that_one_secret_gives_equals_anything_else_that_it_gives(self, authors: AuthorsKey) -> None:
        """Or a box could be recognised in what is shown, or two boxes as one person's."""
        flags, seconds = [uuid4(), uuid4()], [uuid4(), uuid4()]
        made = [
            *(each[:8] for each in (*authors.author_tags([MINE]), *authors.second_tags([MINE]))),
            *authors.flag_slots([MINE]),
            *authors.second_slots([MINE]),
            *(authors.second_on(MINE, each) for each in flags),
            *(authors.reply_to(MINE, answer, each) for answer in seconds for each in flags),
            *(each(MINE)[:8] for each in (authors.mark, authors.receipt, authors.waiting_receipt)),
        ]
        assert len(set(made)) == len(made)

    def test_each_nonce_has_its_own_hash(self) -> None:
        assert nonce_hash("one") == nonce_hash("one") != nonce_hash("two")
        assert len(nonce_hash("one")) == 32
        assert nonce_hash("one") != hashlib.sha256(b"one").digest()


class TestNothingIsShown:
    def test_by_printing(self) -> None:
        ring = ring_of(f"a:{ENCODED}")
        key = TextKey(SECRET)
        for shown in (repr(ring), str(ring), f"{ring}", repr(key), str(key), f"{[key]} {({'k': key},)}"):
            assert ENCODED[:8] not in shown
            assert SECRET.hex()[:8] not in shown
            assert repr(SECRET)[2:12] not in shown

    @pytest.mark.parametrize("spread", [pickle.dumps, copy.copy, copy.deepcopy])
    def test_by_copying(self, ring: KeyRing, key: TextKey, spread: object) -> None:
        assert callable(spread)
        for secret in (ring, key):
            with pytest.raises(TypeError, match="cannot be pickled"):
                spread(secret)
