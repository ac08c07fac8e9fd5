"""Notes, checkpoints, cosignatures, proofs: published ones are read, ours are as they must be, and no flipped bit passes."""

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.wire.tlog import entries, promises
from bema.wire.tlog.checkpoints import (
    Checkpoint,
    Proof,
    Submission,
    checkpoint_in,
    read_proof,
    read_submission,
)
from bema.wire.tlog.entries import LogOpened, Opening
from bema.wire.tlog.notes import Signer, Unsigned, Verifier, from_base64, parse
from bema.wire.tlog.tiles import Malformed
from bema.wire.tlog.tree import leaf_hash

# Published with Go's implementation of signed notes.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
LINE = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

LOG = Signer("example.org/log", bytes(range(32)))
WITNESS = Signer("example.net/witness", bytes(range(1, 33)), witness=True)
ROOT = leaf_hash(b"entry")
CHECKPOINT = Checkpoint("example.org/log", 1, ROOT)
NOTE = f"{CHECKPOINT.text}\n{LOG.line(CHECKPOINT.text)}"
COSIGNED = NOTE + WITNESS.line(CHECKPOINT.text, time=1_700_000_000)


def test_a_published_note_is_read_and_its_signature_holds() -> None:
    """Key id, key and signature of Go's example."""
    verifier = Verifier.read(VKEY)
    assert (str(verifier), verifier.id.hex()) == (VKEY, "c74f20a3")
    assert parse(f"{TEXT}\n{LINE}").require([verifier]) == verifier


def test_our_signature_is_the_published_one() -> None:
    """Ed25519 signs the same text with the same key in one way only."""
    signer = Signer.read(SKEY)
    assert signer.write() == SKEY
    assert signer.line(TEXT) == LINE


def test_no_mangled_key_is_taken() -> None:
    """Neither a part of a key nor one with another letter."""
    for start in range(len(VKEY)):
        for end in range(start + 1, len(VKEY) + (start > 0)):
            with pytest.raises(Malformed):
                Verifier.read(VKEY[start:end])
    for at in range(len(VKEY)):
        with pytest.raises(Malformed):
            Verifier.read(VKEY[:at] + chr(ord(VKEY[at]) + 1) + VKEY[at + 1 :])


def test_base64_is_read_as_it_should_be_written_only() -> None:
    """Python's strict decoder lets flipped bits of the last letter pass; ours does not."""
    assert b64decode("QQ==", validate=True) == b64decode("QR==", validate=True)
    assert from_base64("QQ==") == b"A"
    for text in ("QR==", "QQ", "QQ==\n", " QQ==", "QQ===", "Q Q="):
        with pytest.raises(Malformed):
            from_base64(text)


@pytest.mark.parametrize("note", [NOTE, COSIGNED], ids=["signed", "cosigned"])
def test_every_flipped_bit_of_a_checkpoint_is_noticed(note: str) -> None:
    """In the text and in the log's signature it is refused; in a witness's line, that witness is missing."""
    content = note.encode()
    own = len(NOTE.encode())
    log, witness = LOG.verifier, WITNESS.verifier
    for at in range(len(content)):
        for bit in range(8):
            flipped = bytearray(content)
            flipped[at] ^= 1 << bit
            try:
                read = parse(bytes(flipped))
                read.require([log])
                seen = read.signed_by(witness)
            except (Malformed, Unsigned):
                continue
            assert at >= own - 1, (at, bit)  # from the line end of the log's own line on
            assert seen is None


def test_a_witness_signs_when_it_signed() -> None:
    """The time is in the signature: another time is another signature."""
    assert parse(COSIGNED).signed_by(WITNESS.verifier) == 1_700_000_000
    assert parse(NOTE).signed_by(WITNESS.verifier) is None
    line = WITNESS.line(CHECKPOINT.text, time=1_700_000_000)
    raw = from_base64(line.split(" ")[2].strip())
    assert raw[:4] == WITNESS.verifier.id
    assert raw[4:12] == (1_700_000_000).to_bytes(8, "big")
    assert str(WITNESS.verifier).count("+") >= 2
    assert Verifier.read(str(WITNESS.verifier)) == WITNESS.verifier
    assert Signer.read(WITNESS.write()).verifier == WITNESS.verifier


def test_an_unknown_key_with_a_known_name_says_nothing() -> None:
    """Name and id together make a key; of others nothing is believed, and nothing refused."""
    other = Signer("example.org/log", bytes(32))
    note = f"{CHECKPOINT.text}\n{other.line(CHECKPOINT.text)}"
    with pytest.raises(Unsigned):
        parse(note).require([LOG.verifier])
    assert parse(note + LOG.line(CHECKPOINT.text)).require([LOG.verifier]) == LOG.verifier


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=200))
def test_a_signed_text_is_read_as_it_was_written(text: str) -> None:
    """Any text without control characters."""
    note = text + "\n\n" + LOG.line(text + "\n")
    read = parse(note)
    assert read.text == text + "\n"
    assert read.require([LOG.verifier])


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_hostile_notes_are_refused_or_unsigned(content: bytes) -> None:
    """Nothing but `Malformed` and `Unsigned` comes of any bytes."""
    for tail in (b"", b"\n\n\xe2\x80\x94 x AAAAAAA=\n"):
        with pytest.raises((Malformed, Unsigned)):
            parse(content + tail).require([LOG.verifier])


@given(
    st.text(alphabet="abc./", min_size=1, max_size=20),
    st.integers(0, (1 << 63) - 1),
    st.binary(min_size=32, max_size=32),
)
def test_a_checkpoint_is_read_as_it_was_written(origin: str, size: int, root: bytes) -> None:
    """Origin, size and root."""
    checkpoint = Checkpoint(origin, size, root)
    assert checkpoint_in(parse(f"{checkpoint.text}\n{LOG.line(checkpoint.text)}")) == checkpoint


@pytest.mark.parametrize("size", ["01", "-1", "+1", "1_0", "", "٣", "9223372036854775808", "1 "])
def test_a_size_is_written_in_one_way(size: str) -> None:
    """What is nearly a number is none."""
    text = f"example.org/log\n{size}\n{CHECKPOINT.text.split()[2]}\n"
    with pytest.raises(Malformed):
        checkpoint_in(parse(f"{text}\n{LOG.line(text)}"))


hashes = st.lists(st.binary(min_size=32, max_size=32), max_size=63)


@given(st.integers(0, (1 << 63) - 1), hashes, st.binary(max_size=99))
def test_a_proof_is_read_as_it_was_written(index: int, path: list[bytes], extra: bytes) -> None:
    """With and without what goes along."""
    proof = Proof(index, path, COSIGNED, extra)
    assert read_proof(proof.write()) == proof


@given(st.integers(0, (1 << 63) - 1), hashes)
def test_a_submission_is_read_as_it_was_written(old: int, path: list[bytes]) -> None:
    """What a witness is asked."""
    submission = Submission(old, path, NOTE)
    assert read_submission(submission.write().encode()) == submission


@given(st.binary(max_size=300))
def test_hostile_submissions_and_proofs_are_refused(content: bytes) -> None:
    """Nothing but `Malformed` comes of any bytes."""
    with pytest.raises(Malformed):
        read_submission(content)
    with pytest.raises(Malformed):
        read_proof(content.decode("latin-1"))


# --- Entries ----------------------------------------------------------------------------------------------------------

OPENED = LogOpened(at="2026-01-01T00:00:00.000Z", type_seq=0, body=Opening("example.org/log", str(LOG.verifier)))


def test_an_entry_is_canonical_json() -> None:
    """Keys in order, nothing between them, its type among them."""
    content = entries.encode(OPENED)
    assert content.startswith(b'{"at":"2026-01-01T00:00:00.000Z","body":{"origin":')
    assert entries.decode(content) == OPENED


@pytest.mark.parametrize(
    ("was", "is_"),
    [
        (b'"type_seq":0', b'"type_seq":0,"note":"Ann lives at Long Street 1"'),
        (b'"type_seq":0', b'"type_seq": 0'),
        (b'"type_seq":0', b'"type_seq":9007199254740992'),
        (b'"type_seq":0', b'"type_seq":-1'),
        (b"2026-01-01T00:00:00.000Z", b"yesterday"),
        (b'example.org/log"', b'ann@example.org/log"'),
        (b"log.opened", b"log.something"),
        (b'{"at"', b'{"a\\u0074"'),
    ],
)
def test_what_may_not_stand_in_the_log_is_refused(was: bytes, is_: bytes) -> None:
    """Fields that nobody knows, free text, addresses, other spellings of the same."""
    content = entries.encode(OPENED)
    assert was in content
    with pytest.raises(Malformed):
        entries.decode(content.replace(was, is_))


@given(st.binary(max_size=200))
def test_hostile_entries_are_refused(content: bytes) -> None:
    """Nothing but `Malformed` comes of any bytes."""
    with pytest.raises(Malformed):
        entries.decode(content)


def test_one_salt_opens_one_promise() -> None:
    """Who may see the reasons need not see who reported."""
    values = {"subject": "account:1", "reasons": "spam", "posts": "[]", "report": "7"}
    promised = entries.committed(b"s" * 32, values)
    salt = promises.salt_of(b"s" * 32, "reasons")
    assert promised.reasons == promises.commitment(salt, "spam")
    assert promised.report != promises.commitment(salt, "7")


# States of Go's checksum database, as it signed them over the years, and its key: the oldest public log of this form.
SUMDB = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUMDB_STATES = {
    6_476_701: (
        "mb8QLQIs0Z0yP5Cstq6guj87oXWeC9gEM8oVikmm9Wk=",
        "Az3grsLX85Gz+s1SiTbgkuqxgItqFq7gsMUEyVnrsa9LM7Us9S+1xbFIGu95949rj4nPRYfvimWEPWL+o3GeoWwOoAw=",
    ),
    15_067_302: (
        "gJyioq6dwR9n+NjEWORfYmH+ubeYm3kH42BBQ0bTpYI=",
        "Az3grp1rvWOs5NKlr/xR4GLN/CDyzzakmt1o61uSxYKpK1SerqOP2ClbX/peKUZjYnyomH5Xz7GZG3TpB7OeKn4E2ww=",
    ),
    52_544_510: (
        "+TGlZfnTizQCJgyZR56QixD8+X4dd8Wefy8U1w6k0Ig=",
        "Az3grn6d1PSjcypDf9bfcFVU5fvJB7VkLc0MAbz8jqeQVnSbAj9pKcsB5dJt5VdswPDUtiFar5LPRBu+uEQAT1CDfAc=",
    ),
}


@pytest.mark.parametrize("size", SUMDB_STATES)
def test_signed_states_of_another_log_are_read(size: int) -> None:
    """Its name has spaces, which a key's may not; its signature holds for this size and root alone."""
    root, signature = SUMDB_STATES[size]
    text = f"go.sum database tree\n{size}\n{root}\n"
    line = f"— sum.golang.org {signature}\n"
    verifier = Verifier.read(SUMDB)
    note = parse(f"{text}\n{line}")
    assert note.require([verifier]) == verifier
    assert checkpoint_in(note) == Checkpoint("go.sum database tree", size, from_base64(root))
    with pytest.raises(Unsigned):
        parse(f"{text.replace(str(size), str(size + 1))}\n{line}").require([verifier])
