"""Checking public logs, of this server or any other: for everybody, with nothing but the log's files and its key."""

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bema.model import limits
from bema.outside.fetch import Fetcher
from bema.outside.files import write_durably
from bema.outside.unfetched import Unfetched
from bema.settings import SettingsError
from bema.wire.tlog import entries
from bema.wire.tlog.checking import CHECKPOINT, Read, check
from bema.wire.tlog.checkpoints import Checkpoint, checkpoint_in, read_proof
from bema.wire.tlog.notes import Note, Unsigned, Verifier, parse
from bema.wire.tlog.policies import Policy, read_policy
from bema.wire.tlog.tiles import Malformed, Tile, split_hashes
from bema.wire.tlog.tree import Tree, extends


def verify(source: str, /, *, vkey: str = "", policy: Path | None = None) -> None:
    """Check a public log, or a receipt, and name each file that is not what was signed.

    Parameters
    ----------
    source
        Address of a log (https://…/log), a folder that `bema log export` wrote, or a receipt (….tlog-proof).
    vkey
        Key of the log, best from another source than the log; without it, the one that the log itself names.
    policy
        File that says which witnesses must have signed (C2SP tlog-policy).
    """
    trusted, wanted = _verifier(vkey), _policy(policy)
    if source.endswith(".tlog-proof"):
        _verify_receipt(Path(source), trusted, wanted)
        return
    with _reading(source) as read:
        folder = Path(source)
        more = sorted(str(file.relative_to(folder)) for file in folder.glob("tile/**/*") if file.is_file())
        checked = check(read, trusted, more)
    for fault in checked.faults:
        print(f"{fault.file}: {fault.what}")
    if checked.faults or checked.checkpoint is None or checked.note is None:
        sys.exit(1)
    _require_witnesses(checked.note, wanted)
    print(
        f"{checked.checkpoint.origin}: {checked.checkpoint.size} entries are as they were signed by {checked.signed_by}"
    )
    if trusted is None:
        print("The key was named by the log itself: compare it with one that you have from elsewhere.")


def _policy(file: Path | None) -> Policy | None:
    try:
        return None if file is None else read_policy(file.read_text(encoding="utf-8"))
    except (ValueError, OSError) as error:
        raise SettingsError(f"{file}: {error}") from None


def _require_witnesses(note: Note, policy: Policy | None) -> None:
    if policy is None:
        return
    signed = policy.signed(note)
    for name in policy.witnesses:
        print(f"{name} has {'' if name in signed else 'not '}signed")
    if not policy.is_met(note):
        raise SettingsError("Fewer witnesses have signed than the policy wants")


def _verify_receipt(file: Path, trusted: Verifier | None, policy: Policy | None) -> None:
    try:
        proof = read_proof(file.read_text())
        entry, opened = entries.read_receipt(proof.extra)
        checkpoint = checkpoint_in(parse(proof.note))
        if trusted is None:
            raise SettingsError("A receipt is checked by the log's key: name it with --vkey")
        parse(proof.note).require([trusted])
    except (Malformed, Unsigned, OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: {error}") from None
    if not proof.holds(entry):
        raise SettingsError(f"{file}: the entry is not in the log that was signed")
    _require_witnesses(parse(proof.note), policy)
    print(f"Entry {proof.place} of {checkpoint.origin}, which had {checkpoint.size} entries when this was signed:")
    print(entry.decode())
    for name, value in sorted(opened.items()):
        print(f"{name}: {value}")


def watch(source: str, /, *, state: Path, vkey: str) -> None:
    """Check that a log grew from what was last seen of it, and remember what it is now; for a timer to call.

    Parameters
    ----------
    source
        Address of a log (https://…/log), or a folder.
    state
        File that remembers what was last seen. What contradicts it is kept beside it, as evidence.
    vkey
        Key of the log.
    """
    trusted = _verifier(vkey)
    assert trusted is not None
    with _reading(source) as read:
        content = read(CHECKPOINT) or b""
        try:
            note = parse(content)
            note.require([trusted])
            now = checkpoint_in(note)
        except (Malformed, Unsigned) as error:
            raise SettingsError(f"{source}: {error}") from None
        if not state.exists():
            write_durably(state, content)
            print(f"{now.origin}: {now.size} entries, seen for the first time")
            return
        before = checkpoint_in(parse(state.read_bytes()))
        if not _grew(read, before, now):
            evidence = state.with_name(f"{state.name}.{int(time.time())}.evidence")
            write_durably(evidence, state.read_bytes() + b"\n\n" + content)
            raise SettingsError(
                f"{source} contradicts what it signed before ({before.size} entries, now {now.size}). "
                f"Both signed states are in {evidence}: show them to others."
            )
    write_durably(state, content)
    print(f"{now.origin}: {now.size - before.size} new entries, {now.size} in all; what was there is as it was")


def _grew(read: Read, before: Checkpoint, now: Checkpoint) -> bool:
    def tile(level: int, number: int, width: int) -> list[bytes]:
        content = read(Tile(level, number, width).path)
        if content is None:
            raise SettingsError(f"{Tile(level, number, width).path} is missing")
        hashes = split_hashes(content)
        if len(hashes) != width:
            raise SettingsError(f"{Tile(level, number, width).path} has another width")
        return hashes

    if before.origin != now.origin or before.size > now.size:
        return False
    try:
        proof = Tree(tile, now.size).consistency(before.size)
    except Malformed as error:
        raise SettingsError(f"{CHECKPOINT}: {error}") from None
    return extends(before.size, before.root, now.size, now.root, [] if before.size == now.size else proof)


def _verifier(vkey: str) -> Verifier | None:
    try:
        return Verifier.read(vkey) if vkey else None
    except Malformed as error:
        raise SettingsError(f"--vkey: {error}") from None


@contextmanager
def _reading(source: str) -> Iterator[Read]:
    """Read a log from where it is."""
    if not source.startswith(("https://", "http://")):
        folder = Path(source)

        def from_folder(name: str) -> bytes | None:
            file = folder / name
            return file.read_bytes() if file.is_file() else None

        yield from_folder
        return
    with asyncio.Runner() as runner:
        # Whoever types an address may ask any: this is no server that others send somewhere.
        fetcher = Fetcher("https://nobody.invalid", private_peers=True)

        def from_web(name: str) -> bytes | None:
            try:
                answer = runner.run(fetcher.fetch(f"{source.rstrip('/')}/{name}", max_bytes=limits.LOG_FILE_BYTES))
            except Unfetched as error:
                raise SettingsError(f"{source}: {error}") from None
            return answer.body if answer.ok else None

        try:
            yield from_web
        finally:
            runner.run(fetcher.close())
