"""Witnessing: what a witness answers to which question, that it never signs two histories, and two servers together."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from bema.domain import deciding, recording, witnessing
from bema.model.decisions import Act, Grounds, Subject, SubjectKind
from bema.model.permissions import COMMAND_LINE
from bema.outside.addresses import Address
from bema.outside.clock import ManualClock
from bema.outside.fetch import Fetcher
from bema.outside.log_keeper import Keeper, keeper_at
from bema.settings import Settings
from bema.store import public_log, tasks, witnessed
from bema.subscribers.public_log import WITNESSES
from bema.wire.tlog.checkpoints import Checkpoint, Submission, read_submission
from bema.wire.tlog.notes import Signer, parse, signature_lines
from bema.wire.tlog.policies import read_policy
from bema.wire.tlog.tree import Tree, leaf_hash, root_of
from tests.client import Response
from tests.conftest import Square
from tests.peer import Asked, Peer, answer

LOG = Signer("log.example/log", bytes(range(32)))
LEAVES = [leaf_hash(str(number).encode()) for number in range(300)]


def proof(old: int, new: int, leaves: Sequence[bytes] = LEAVES) -> list[bytes]:
    """Prove that a log of some leaves grew; it is small enough for one tile a level."""

    def tile(level: int, number: int, width: int) -> list[bytes]:
        row = leaves if level == 0 else [root_of(leaves[:256])]
        return list(row[number * 256 : number * 256 + width])

    return Tree(tile, new).consistency(old)


def submission(old: int, new: int, *, signer: Signer = LOG, leaves: Sequence[bytes] = LEAVES) -> Submission:
    """Ask for a signature of so many leaves."""
    text = Checkpoint("log.example/log", new, root_of(leaves[:new])).text
    path = proof(old, new, leaves) if 0 < old < new else []
    return Submission(old, path, f"{text}\n{signer.line(text)}")


class Witness(NamedTuple):
    """A server that witnesses one log."""

    square: Square
    keeper: Keeper

    def ask(self, asked: Submission) -> Response:
        """Send what a log sends."""
        return self.square.stranger.post("/witness/add-checkpoint", body=asked.write().encode())


@pytest.fixture
def witness(square: Square, settings: Settings) -> Witness:
    """A server with keys, which knows one log."""
    keeper = keeper_at(settings.home, settings.domain)
    keeper.create()
    (settings.home / "log/peers").write_text(f"log {LOG.verifier}\nquorum none\n")
    return Witness(square, keeper)


def test_a_log_that_grows_is_signed(witness: Witness) -> None:
    """From nothing, further, over the end of a tile, and the same again; each answer is a signature with the time."""
    now = witness.square.app.clock.now() // 1_000
    for old, new in ((0, 1), (1, 5), (5, 5), (5, 256), (256, 300)):
        asked = submission(old, new)
        said = witness.ask(asked)
        assert said.status == 200, said.text
        (line,) = signature_lines(said.text)
        verifier = witness.keeper.witness().verifier
        assert parse(asked.note + line.line).signed_by(verifier) == now


def test_each_no_has_its_status(witness: Witness) -> None:
    """As the specification has them; none of them changes what was signed."""
    assert witness.ask(submission(0, 5)).status == 200
    stranger = Signer("log.example/log", bytes(32))
    other = [leaf_hash(b"other"), *LEAVES[1:]]
    unknown = Checkpoint("unknown.example/log", 5, bytes(32)).text
    asked = {
        400: [submission(6, 5)],
        403: [submission(5, 7, signer=stranger)],
        404: [Submission(0, [], f"{unknown}\n{LOG.line(unknown)}")],
        409: [submission(0, 7), submission(4, 7), submission(6, 7), submission(5, 5, leaves=other)],
        422: [
            submission(5, 7, leaves=other),
            submission(5, 7)._replace(proof=[]),
            submission(5, 7)._replace(proof=proof(5, 7)[::-1]),
            submission(5, 7)._replace(proof=[*proof(5, 7), LEAVES[0]]),
        ],
    }
    for status, questions in asked.items():
        for question in questions:
            said = witness.ask(question)
            assert said.status == status, (question, said.text)
            if status == 409:
                assert (said.text, said.headers["content-type"]) == ("5\n", "text/x.tlog.size")
    for body in (b"", b"old 5", b"\xff\n\n", b"old 05\n\nx", b'{"old": 5}', b"old 5\nAAAA\n\nx\n"):
        said = witness.square.stranger.post("/witness/add-checkpoint", body=body)
        assert said.status == 400, body
    assert witness.square.stranger.post("/witness/add-checkpoint?body=old+5").status == 400
    assert witness.ask(submission(5, 7)).status == 200


def test_a_list_of_peers_that_makes_no_sense_signs_nothing(witness: Witness, settings: Settings) -> None:
    """Whoever asks is told to come back; the operator finds in the server's log what is wrong."""
    (settings.home / "log/peers").write_text("log nonsense\n")
    assert witness.ask(submission(0, 1)).status == 503


def test_two_histories_are_never_both_signed(witness: Witness) -> None:
    """Forty questions at once, of two histories: what was signed is all of one, and it only grew."""
    other = [LEAVES[0], leaf_hash(b"other"), *LEAVES[2:]]
    known = {"log.example/log": [LOG.verifier]}
    database = witness.square.app.database
    assert witness.ask(submission(0, 1)).status == 200

    def ask(number: int) -> tuple[int, bool] | None:
        leaves = other if number % 2 else LEAVES
        asked = submission(1, 2 + number % 5, leaves=leaves)
        seen = database.write_now(witnessing.witness, known, asked)
        return None if seen.text is None else (seen.size, leaves is other)

    with ThreadPoolExecutor(8) as crowd:
        signed = [each for each in crowd.map(ask, range(40)) if each is not None]
    assert len(signed) == 1
    held = database.read_now(witnessed.seen, "log.example/log")
    assert held is not None
    assert (held.size, held.root) == (signed[0][0], root_of((other if signed[0][1] else LEAVES)[: held.size]))


def test_who_has_no_peers_signs_nothing(square: Square, settings: Settings) -> None:
    """Without keys, and with keys but without the operator's list."""
    for _ in range(2):
        asked = submission(0, 1).write().encode()
        assert square.stranger.post("/witness/add-checkpoint", body=asked).status == 404
        keeper_at(settings.home, settings.domain).create()


# --- Two servers ------------------------------------------------------------------------------------------------------


@pytest.fixture
def peer() -> Iterator[Peer]:
    """The way to the witness over a socket."""
    with Peer() as serving:
        yield serving


def fetcher() -> Fetcher:
    """Asks loopback, whatever the name."""

    async def resolve(_name: str) -> Sequence[str]:
        return ["127.0.0.1"]

    def permits(address: Address) -> bool:
        return address == IPv4Address("127.0.0.1")

    return Fetcher("https://own.example", private_peers=True, permits=permits, resolve=resolve)


def test_a_log_is_witnessed_by_another_server(
    settings: Settings, open_square: Callable[..., Square], peer: Peer, tmp_path: Path
) -> None:
    """What is decided here is signed there, and shown with both signatures; who went back is told so."""
    home = tmp_path / "own"
    own = open_square(msgspec.structs.replace(settings, home=home), fetcher=fetcher())
    database, keeper = own.app.database, keeper_at(home, settings.domain)
    database.write_now(recording.open_log, keeper.origin, str(keeper.create()))
    there = Signer("there.example/witness", bytes([7]) * 32, witness=True)
    known = {keeper.origin: [keeper.verifier]}

    def add_checkpoint(asked: Asked) -> bytes:
        seen = database.write_now(witnessing.witness, known, read_submission(asked.body))
        if seen.text is None:
            return answer(f"{seen.size}\n", status=409, type="text/x.tlog.size")
        return answer(there.line(seen.text, time=5), type="text/plain")

    peer.pages["/witness/add-checkpoint"] = add_checkpoint
    policy = f"witness there {there.verifier} {peer.base}/witness\nquorum there\n"
    (home / "log/policy").write_text(policy)
    about = Subject(SubjectKind.ACCOUNT, 1)
    for size in (1, 2, 3):
        own.settle()
        newest = database.read_now(public_log.newest_signed)
        assert newest is not None
        assert newest.size == size
        note = parse(own.stranger.get("/log/checkpoint").body)
        assert note.signed_by(there.verifier) == 5
        assert read_policy(policy).is_met(note)
        note.require([keeper.verifier])
        database.write_now(deciding.decide, COMMAND_LINE, about, Act.WARN, Grounds(), [])
    assert len(peer.asked) == 3  # it is known what the witness signed last


def test_a_witness_that_does_not_sign_is_asked_again(
    clock: ManualClock, settings: Settings, open_square: Callable[..., Square], peer: Peer, tmp_path: Path
) -> None:
    """A wrong signature, another key, nonsense: none of it is shown, and the task waits to be tried again."""
    home = tmp_path / "own"
    own = open_square(msgspec.structs.replace(settings, home=home), fetcher=fetcher())
    database, keeper = own.app.database, keeper_at(home, settings.domain)
    database.write_now(recording.open_log, keeper.origin, str(keeper.create()))
    there = Signer("there.example/witness", bytes([7]) * 32, witness=True)
    stranger = Signer("there.example/witness", bytes([8]) * 32, witness=True)
    (home / "log/policy").write_text(f"witness there {there.verifier} {peer.base}/witness\nquorum there\n")
    wrong = there.line("another text\n", time=5)
    for said in (wrong, stranger.line("x\n", time=5), "nonsense", "", wrong * 99):
        peer.pages["/witness/add-checkpoint"] = answer(said, type="text/plain")
        own.settle()
        assert parse(own.stranger.get("/log/checkpoint").body).signed_by(there.verifier) is None
        clock.advance(days=1)
    for size in ("9", "x", "-1", "1_0"):
        peer.pages["/witness/add-checkpoint"] = answer(f"{size}\n", status=409, type="text/x.tlog.size")
        own.settle()
        clock.advance(days=1)
    assert database.read_now(tasks.any_due, [WITNESSES])
    peer.pages["/witness/add-checkpoint"] = lambda asked: answer(
        there.line(parse(read_submission(asked.body).note).text, time=6), type="text/plain"
    )
    own.settle()
    assert parse(own.stranger.get("/log/checkpoint").body).signed_by(there.verifier) == 6


def test_witnesses_are_asked_at_once_and_a_slow_one_holds_up_nobody(
    settings: Settings, open_square: Callable[..., Square], peer: Peer, tmp_path: Path
) -> None:
    """The first in the list answers only when the second was asked; another is not there at all: two sign."""
    home = tmp_path / "own"
    own = open_square(msgspec.structs.replace(settings, home=home), fetcher=fetcher())
    keeper = keeper_at(home, settings.domain)
    own.app.database.write_now(recording.open_log, keeper.origin, str(keeper.create()))
    slow, quick, away = (
        Signer(f"{name}.example/w", bytes([number]) * 32, witness=True)
        for number, name in enumerate(("slow", "quick", "away"), 7)
    )
    was_asked = threading.Event()

    def signing(signer: Signer, before: Callable[[], object]) -> Callable[[Asked], bytes]:
        def add_checkpoint(asked: Asked) -> bytes:
            before()
            return answer(signer.line(parse(read_submission(asked.body).note).text, time=5), type="text/plain")

        return add_checkpoint

    peer.pages["/slow/add-checkpoint"] = signing(slow, lambda: was_asked.wait(30))
    peer.pages["/quick/add-checkpoint"] = signing(quick, was_asked.set)
    lines = [f"witness {name} {signer.verifier} {peer.base}/{name}\n" for name, signer in _named(slow, quick, away)]
    (home / "log/policy").write_text("".join([*lines, "quorum quick\n"]))
    own.settle()
    note = parse(own.stranger.get("/log/checkpoint").body)
    assert [note.signed_by(each.verifier) for each in (slow, quick, away)] == [5, 5, None]


def _named(*signers: Signer) -> list[tuple[str, Signer]]:
    return [(signer.verifier.name.partition(".")[0], signer) for signer in signers]
