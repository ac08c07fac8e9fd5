"""The keeper of the public log: its keys, and what was last signed with them; it never signs a log that went back.

What was last signed is remembered in a file, apart from the database: whoever puts an older database in place cannot have
it signed as if nothing had been.
"""

import fcntl
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bema.model.errors import HistoryLost
from bema.outside.files import move_durably, write_durably
from bema.wire.tlog.checkpoints import Checkpoint, checkpoint_in
from bema.wire.tlog.entries import rotation_text
from bema.wire.tlog.notes import Signer, Verifier, parse, to_base64
from bema.wire.tlog.policies import Policy, read_policy
from bema.wire.tlog.tree import EMPTY_ROOT, extends

_SEED_BYTES = 32

# How the log grew since it had so many entries: their number now, the root, and the proof.
Growth = Callable[[int], tuple[int, bytes, Sequence[bytes]]]


class Keeper:
    """Keeps the keys of the log `origin` in a folder."""

    def __init__(self, folder: Path, origin: str) -> None:
        self.origin = origin
        self._folder = folder
        self._key, self._next = folder / "log.key", folder / "next.key"
        self._witness = folder / "witness.key"
        self._signed = folder / "signed"

    @property
    def exists(self) -> bool:
        """Whether there is a key."""
        return self._key.exists()

    def create(self) -> Verifier:
        """Make the keys of a new log, one to sign it and one to witness those of others."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = self.origin.removesuffix("/log")
        _keep(self._witness, Signer(f"{name}/witness", secrets.token_bytes(_SEED_BYTES), witness=True))
        return _keep(self._key, Signer(self.origin, secrets.token_bytes(_SEED_BYTES)))

    @property
    def verifier(self) -> Verifier:
        """The public half of the key that signs."""
        return _kept(self._key).verifier

    def witness(self) -> Signer:
        """Return the key that signs the logs of others."""
        return _kept(self._witness)

    def last(self) -> Checkpoint | None:
        """Return what was last signed."""
        if not self._signed.exists():
            return None
        return checkpoint_in(parse(self._signed.read_bytes()))

    # --- Witnesses ----------------------------------------------------------------------------------------------------

    @property
    def is_witnessed(self) -> bool:
        """Whether the operator named witnesses."""
        return (self._folder / "policy").exists()

    def policy(self) -> Policy | None:
        """Return who witnesses this log, by the file that the operator wrote."""
        return _policy(self._folder / "policy")

    def peers(self) -> Policy | None:
        """Return which logs of others are witnessed here, by the file that the operator wrote."""
        return _policy(self._folder / "peers")

    # --- Signing ------------------------------------------------------------------------------------------------------

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let no other process sign meanwhile."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / "lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def check(self, growth: Growth) -> Checkpoint:
        """Return the log as it is, unless it went back behind what was signed, or is another."""
        last = self.last() or Checkpoint(self.origin, 0, EMPTY_ROOT)
        size, root, proof = growth(last.size)
        if last.origin != self.origin:
            raise HistoryLost(f"What was signed before is the log {last.origin}, not {self.origin}.")
        if size < last.size:
            raise HistoryLost(_WENT_BACK.format(was=last.size, is_=size, root=to_base64(last.root)))
        if not extends(last.size, last.root, size, root, proof):
            raise HistoryLost(_IS_ANOTHER.format(was=last.size, root=to_base64(last.root)))
        return Checkpoint(self.origin, size, root)

    def sign(self, growth: Growth, vkey: str) -> tuple[Checkpoint, str]:
        """Sign the log as it is, with the key that it names, and remember that before anybody hears of it."""
        checkpoint = self.check(growth)
        self._use(vkey)
        note = f"{checkpoint.text}\n{_kept(self._key).line(checkpoint.text)}"
        write_durably(self._signed, note.encode())
        return checkpoint, note

    # --- Another key --------------------------------------------------------------------------------------------------

    def prepare_rotation(self, vkey: str) -> tuple[str, str, str]:
        """Make the next key; return the old one, the new one, and the old one's signature over the change.

        The old one is what the log names: a change that was entered, and cut short by a death, is finished first.
        """
        self._use(vkey)
        old = _kept(self._key)
        new = str(_keep(self._next, Signer(self.origin, secrets.token_bytes(_SEED_BYTES))))
        return str(old.verifier), new, to_base64(old.raw(rotation_text(self.origin, str(old.verifier), new)))

    def _use(self, vkey: str) -> None:
        """Go over to the next key once the log names it."""
        if str(self.verifier) != vkey and self._next.exists() and str(_kept(self._next).verifier) == vkey:
            move_durably(self._next, self._key)
        if str(self.verifier) != vkey:
            raise HistoryLost(
                f"The log names the key {vkey}, which is not in {self._key}. Put that key back, from a backup; "
                "without it, nothing can be signed."
            )


def keeper_at(home: Path, domain: str) -> Keeper:
    """Return who keeps the public log of a server."""
    return Keeper(home / "log", f"{domain.lower()}/log")


_WENT_BACK = (
    "The public log was signed with {was} entries, and the database holds {is_}: it is older than what was published. "
    "Nothing is signed. Put back a database that has all of them (the root of {was} entries is {root}). Where there is "
    "none, take the missing entries from a copy of the log, which `bema log export` makes and others may have: "
    "`bema log readmit --home HOME --from FOLDER`."
)
_IS_ANOTHER = (
    "The public log is not the one that was signed: its first {was} entries have another root than {root}. Nothing is "
    "signed. Put back the database that was signed; `bema log verify` tells where a copy of the log differs."
)


def _policy(file: Path) -> Policy | None:
    try:
        return read_policy(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from None


def _keep(file: Path, signer: Signer) -> Verifier:
    """Write a key where its owner alone can read it."""
    write_durably(file, f"{signer.write()}\n".encode(), mode=0o600)
    return signer.verifier


def _kept(file: Path) -> Signer:
    try:
        if file.stat().st_mode & 0o077:
            raise HistoryLost(f"Others can read the key {file}: take their rights (chmod 600), and change the key.")
        return Signer.read(file.read_text().strip())
    except FileNotFoundError:
        raise HistoryLost(f"The key {file} is not there: put it back, from a backup.") from None
