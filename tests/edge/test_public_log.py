"""The public log: what is decided stands in it, for ever, in order, without anything private, and nobody can take it back."""

import itertools
import json
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from bema.domain import deciding, recording
from bema.model.decisions import Act, Effect, Grounds, Subject, SubjectKind
from bema.model.errors import HistoryLost
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import Role
from bema.outside.log_keeper import Keeper, keeper_at
from bema.settings import Settings
from bema.store import public_log
from bema.store.tx import WriteTx
from bema.subscribers.public_log import check, sign_now
from bema.wire.tlog import entries
from bema.wire.tlog.checkpoints import Checkpoint, Proof, checkpoint_in, read_proof
from bema.wire.tlog.notes import Signer, parse
from bema.wire.tlog.tiles import unbundle
from bema.wire.tlog.tree import leaf_hash, root_of
from tests.conftest import Person, Read, Square, Write

WORD = "xylophone-lilac"  # what a moderator writes, found nowhere in public


@pytest.fixture
def keeper(square: Square, settings: Settings) -> Keeper:
    """The keeper of a log that has begun."""
    kept = keeper_at(settings.home, settings.domain)
    square.app.database.write_now(recording.open_log, kept.origin, str(kept.create()))
    return kept


def suspend(mod: Person, target: Person) -> None:
    """Let a moderator suspend somebody."""
    path = f"/api/v1/admin/accounts/{target.account}/action"
    assert mod.client.post(path, json={"type": "suspend", "text": WORD}).status == 200


def served(square: Square, keeper: Keeper) -> tuple[Checkpoint, list[bytes]]:
    """Read the log as anybody can, and check it by the root that was signed."""
    square.settle()
    answer = square.stranger.get("/log/checkpoint")
    assert answer.status == 200, answer.text
    note = parse(answer.body)
    note.require([keeper.verifier])
    checkpoint = checkpoint_in(note)
    found: list[bytes] = []
    while len(found) < checkpoint.size:
        number, width = len(found) // 256, min(256, checkpoint.size - len(found))
        name = f"{number:03}" + (f".p/{width}" if width < 256 else "")
        bundle, hashes = (square.stranger.get(f"/log/tile/{kind}/{name}") for kind in ("entries", 0))
        assert (bundle.status, hashes.status) == (200, 200)
        content = unbundle(bundle.body)
        assert hashes.body == b"".join(leaf_hash(each) for each in content)
        found += content
    assert root_of(leaf_hash(each) for each in found) == checkpoint.root
    return checkpoint, found


def test_a_decision_and_its_reversal_stand_in_the_log(square: Square, keeper: Keeper) -> None:
    """What, by which role, under which clauses; whom and why only as promises."""
    mod, ann = square.staff("mod", Role.MODERATOR), square.person("ann")
    suspend(mod, ann)
    square.settle()  # what they have is counted now, and again when it is theirs again
    assert mod.client.post(f"/api/v1/admin/accounts/{ann.account}/unsuspend").status == 200
    checkpoint, found = served(square, keeper)
    assert (checkpoint.origin, checkpoint.size) == ("square.example/log", 4)
    opened, made, ended, restored = [json.loads(each) for each in found]
    assert opened["body"] == {"origin": "square.example/log", "vkey": str(keeper.verifier)}
    name = made["body"]["subject"]["pseudonym"]
    by = [{"part": "proposer", "pseudonym": made["body"]["by"][0]["pseudonym"], "role": "moderator"}]
    effects = [{"count": 1, "effect": "suspend", "on": "account"}]
    subject = {"kind": "account", "pseudonym": name}
    assert made["body"] == {
        "act": "suspend",
        "subject": subject,
        "by": by,
        "clauses": [],
        "effects": effects,
        "ends_at": None,
        "needs": 2,
        "provisional": False,
        "single_operator": True,
        "detected": False,
        "automated": False,
        "law": False,
        "territory": [],
    }
    assert ended["body"] == {"reverses": 1, "subject": subject, "by": by, "clauses": [], "ended": effects}
    assert restored["body"] == {"decision": 1, "reversal": 2, "same": True, "differing": []}
    assert [(each["type"], each["type_seq"]) for each in (opened, made, ended, restored)] == [
        ("log.opened", 0),
        ("decision.made", 0),
        ("decision.reversed", 0),
        ("decision.restored", 0),
    ]
    everything = b"".join(found).decode()
    assert not any(each in everything for each in (WORD, str(ann.account), str(mod.login), '"ann', '"mod"'))


def test_nothing_is_shown_that_is_not_signed(square: Square, keeper: Keeper, settings: Settings) -> None:
    """Neither a checkpoint nor tiles beyond it; a name that is not one is a 404."""
    stranger = square.stranger
    assert stranger.get("/log/checkpoint").status == 404
    assert stranger.get("/log/tile/0/000.p/1").status == 404
    suspend(square.staff("mod"), square.person("ann"))
    served(square, keeper)
    assert stranger.get("/log/tile/0/000.p/2").status == 200
    for name in ("0/000.p/3", "0/000", "0/001", "1/000.p/1", "entries/000.p/3", "0/0", "x", "0/000.p/02"):
        assert stranger.get(f"/log/tile/{name}").status == 404, name
    assert "immutable" in stranger.get("/log/tile/entries/000.p/1").headers["cache-control"]


def test_a_square_without_keys_records_and_signs_later(square: Square, settings: Settings) -> None:
    """What is decided before there are keys stands in the log all the same."""
    suspend(square.staff("mod"), square.person("ann"))
    square.settle()
    assert square.stranger.get("/log/checkpoint").status == 404
    kept = keeper_at(settings.home, settings.domain)
    square.app.database.write_now(recording.open_log, kept.origin, str(kept.create()))
    assert [json.loads(each)["type"] for each in served(square, kept)[1]] == ["decision.made", "log.opened"]


def test_what_fails_leaves_no_gap(square: Square, keeper: Keeper) -> None:
    """An operation that is undone takes its entry along; the next has the same place."""

    def half(tx: WriteTx) -> None:
        deciding.decide(tx, COMMAND_LINE, Subject(SubjectKind.ACCOUNT, 1), Act.WARN, Grounds(), [])
        raise ZeroDivisionError

    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            square.app.database.write_now(half)
    suspend(square.staff("mod"), square.person("ann"))
    assert served(square, keeper)[0].size == 2


def test_many_at_once_never_share_a_place(square: Square, keeper: Keeper, read: Read) -> None:
    """300 decisions by eight at a time, over the end of a tile: each has its entry, in one order without a gap."""

    def warn(number: int) -> int:
        about = Subject(SubjectKind.ACCOUNT, number % 5 + 1)
        what = [(Effect.LIMIT, Subject(SubjectKind.DOMAIN, name="a.example"))] if number % 2 else []
        return square.app.database.write_now(deciding.decide, COMMAND_LINE, about, Act.WARN, Grounds(), what)

    with ThreadPoolExecutor(8) as crowd:
        made = list(crowd.map(warn, range(300)))
    checkpoint, found = served(square, keeper)
    assert checkpoint.size == len(found) == 301
    assert sorted(place for place, _ in read(public_log.of_decisions, made).values()) == list(range(1, 301))
    assert [json.loads(each)["type_seq"] for each in found[1:]] == list(range(300))
    assert square.stranger.get("/log/tile/1/000.p/1").status == 200


# --- Receipts and forgetting ------------------------------------------------------------------------------------------


def proof_of(square: Square, decision: int, *, opened: bool) -> str:
    """Write the receipt of a decision."""
    database = square.app.database
    place = database.read_now(public_log.of_decisions, [decision])[decision][0]
    values = database.read_now(recording.values_of, decision) if opened else None
    receipt = database.read_now(recording.receipt, place, opened=values)
    assert receipt is not None
    return Proof(*receipt).write()


def test_a_receipt_proves_offline_what_was_decided_and_why(square: Square, keeper: Keeper) -> None:
    """With nothing but the log's key: the entry, and what it promised."""
    ann = square.person("ann")
    about = deciding.about(ann.account)
    database = square.app.database
    id_ = database.write_now(deciding.decide, COMMAND_LINE, about, Act.WARN, Grounds(reasons=WORD), [])
    square.settle()
    closed, opened = (read_proof(proof_of(square, id_, opened=each)) for each in (False, True))
    for proof in (closed, opened):
        parse(proof.note).require([keeper.verifier])
        assert proof.holds(entries.read_receipt(proof.extra)[0])
    assert entries.read_receipt(closed.extra)[1] == {}
    assert entries.read_receipt(opened.extra)[1] == {
        "subject": f"account:{ann.account}",
        "reasons": WORD,
        "posts": "[]",
        "report": "",
        "facts": "",
        "law": "",
    }
    with pytest.raises(ValueError, match="reasons"):
        entries.read_receipt(opened.extra.replace(WORD.encode(), b"something else"))


def test_what_is_forgotten_can_be_opened_by_nobody(square: Square, keeper: Keeper, write: Write, read: Read) -> None:
    """The salt and the pseudonym go; the log stays as it was signed."""
    ann = square.person("ann")
    about = deciding.about(ann.account)
    id_ = write(deciding.decide, COMMAND_LINE, about, Act.WARN, Grounds(reasons=WORD), [])
    before = served(square, keeper)
    assert write(recording.forget, id_)
    assert not write(recording.forget, id_)
    assert served(square, keeper) == before
    assert entries.read_receipt(read_proof(proof_of(square, id_, opened=True)).extra)[1] == {}
    again = write(deciding.decide, COMMAND_LINE, about, Act.WARN, Grounds(), [])
    names = [json.loads(each)["body"]["subject"]["pseudonym"] for each in served(square, keeper)[1][1:]]
    assert again
    assert names[0] != names[1]


# --- The keeper -------------------------------------------------------------------------------------------------------


def warn(square: Square, times: int = 1) -> None:
    """Decide something, a few times."""
    about = Subject(SubjectKind.ACCOUNT, 1)
    for _ in range(times):
        square.app.database.write_now(deciding.decide, COMMAND_LINE, about, Act.WARN, Grounds(), [])


def test_keys_are_for_their_owner_alone(keeper: Keeper, settings: Settings) -> None:
    """And one that others could read is not used."""
    folder = settings.home / "log"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("log.key", "witness.key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    (folder / "log.key").chmod(0o640)
    with pytest.raises(HistoryLost, match="chmod"):
        _ = keeper.verifier


def test_an_older_database_is_not_signed(square: Square, keeper: Keeper, settings: Settings) -> None:
    """Yesterday's database in place of today's: nothing is signed, what was signed stays, and it is said what to do."""
    database = square.app.database
    warn(square, 5)
    sign_now(database, keeper)
    remembered = (settings.home / "log/signed").read_bytes()
    database.write_now(_cut, 3)
    for op in (sign_now, check):
        with pytest.raises(HistoryLost, match=r"6 entries.*holds 3.*bema log readmit"):
            op(database, keeper)
    warn(square, 10)  # more than there were, but others
    for op in (sign_now, check):
        with pytest.raises(HistoryLost, match="another root"):
            op(database, keeper)
    assert (settings.home / "log/signed").read_bytes() == remembered


def _cut(tx: WriteTx, size: int) -> None:
    """Make the database what it was when the log had so many entries."""
    from sqlalchemy import delete

    from bema.store.tables import public_checkpoint, public_entry, public_hash, public_salt

    tx.run(delete(public_entry).where(public_entry.c.place >= size))
    for table in (public_hash, public_salt):
        tx.run(delete(table).where(table.c.place >= size))
    tx.run(delete(public_checkpoint).where(public_checkpoint.c.size > size))


def test_an_entry_that_was_changed_is_not_signed_again(square: Square, keeper: Keeper) -> None:
    """The database says something else of the past: the root differs, and the keeper sees it."""
    warn(square, 5)
    sign_now(square.app.database, keeper)

    def change(tx: WriteTx) -> None:
        from sqlalchemy import update

        from bema.store.tables import public_hash

        tx.run(update(public_hash).where(public_hash.c.place == 2).values(hash=leaf_hash(b"another")))

    square.app.database.write_now(change)
    with pytest.raises(HistoryLost, match="another root"):
        sign_now(square.app.database, keeper)


def test_what_was_signed_but_not_published_is_published_next(square: Square, keeper: Keeper, read: Read) -> None:
    """A process that dies between the two: the same state is signed again, in the same words."""
    warn(square)
    database = square.app.database
    vkey = read(recording.current_key)
    assert vkey is not None
    _, note = keeper.sign(lambda since: database.read_now(recording.growth, since), vkey)
    assert read(public_log.newest_signed) is None
    sign_now(database, keeper)
    newest = read(public_log.newest_signed)
    assert newest is not None
    assert newest.note == note


def test_another_key_takes_over_from_an_entry_on(square: Square, keeper: Keeper, write: Write) -> None:
    """The old key says so in the log; from then on the new one signs, also where a process died in between."""
    warn(square)
    old = keeper.verifier
    served(square, keeper)
    write(recording.rotate, *keeper.prepare_rotation(str(old)))
    assert keeper.verifier == old
    square.settle()
    checkpoint, found = served(square, keeper)
    assert checkpoint.size == 3
    rotation = entries.decode(found[2])
    assert isinstance(rotation, entries.KeyRotated)
    assert (rotation.body.old, rotation.body.new) == (str(old), str(keeper.verifier))
    assert keeper.verifier != old


def test_a_change_of_keys_that_was_cut_short_is_finished_by_the_next(
    square: Square, keeper: Keeper, settings: Settings, write: Write
) -> None:
    """Killed after the entry, and changed again before anything was signed: each key is named by the one before it."""
    keys = [str(keeper.verifier)]
    for _ in range(3):
        write(recording.rotate, *keeper.prepare_rotation(keys[-1]))  # and dies here
        keys.append(str(Signer.read((settings.home / "log/next.key").read_text().strip()).verifier))
    found = [entries.decode(each) for each in served(square, keeper)[1][1:]]
    turns = [(each.body.old, each.body.new) for each in found if isinstance(each, entries.KeyRotated)]
    assert turns == list(itertools.pairwise(keys))
    assert str(keeper.verifier) == keys[-1]
    assert not (settings.home / "log/next.key").exists()
    assert (settings.home / "log/log.key").stat().st_mode & 0o077 == 0
