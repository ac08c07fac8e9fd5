"""The public log is signed as soon as it has a new entry, by the process that reads the event log; then witnesses sign."""

import asyncio

import structlog

from bema.domain import recording
from bema.model.errors import HistoryLost
from bema.model.events import EntryRecorded
from bema.outside.fetch import Fetcher
from bema.outside.log_keeper import Keeper
from bema.outside.unfetched import Unfetched
from bema.store import public_log, tasks
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import Tx, WriteTx
from bema.subscribers.runner import Performer, Subscriber
from bema.wire.tlog.checkpoints import Checkpoint, Submission, number
from bema.wire.tlog.notes import Unsigned, parse, signature_lines
from bema.wire.tlog.policies import Known
from bema.wire.tlog.tiles import Malformed

_NAME = "public_log"
WITNESSES = "witnesses"
_log = structlog.get_logger("bema.subscribers")


def _recorded(tx: WriteTx, entry: Entry[EntryRecorded]) -> None:
    tasks.add(tx, _NAME, str(entry.event.place), str(entry.event.place))


def _sign_again(tx: WriteTx) -> None:
    size = public_log.size(tx)
    if size:
        tasks.add(tx, _NAME, str(size - 1), str(size - 1))


def lacks_signature(tx: Tx) -> bool:
    """Tell whether entries were made that are not signed: as long as a key was lost, say."""
    newest, size = public_log.newest_signed(tx), public_log.size(tx)
    return size > (0 if newest is None else newest.size)


def sign_rest(tx: WriteTx) -> None:
    """Have signed what is not."""
    if lacks_signature(tx):
        _sign_again(tx)


PUBLIC_LOG = Subscriber(_NAME, {EntryRecorded: _recorded}, _sign_again)


def signing(database: Database, keeper: Keeper) -> Performer:
    """Return what signs the log, until the entry that a task is about is signed."""

    async def sign(body: str) -> None:
        newest = await database.read(public_log.newest_signed)
        if keeper.exists and (newest is None or newest.size <= int(body)):
            await asyncio.to_thread(sign_now, database, keeper)

    return sign


def sign_now(database: Database, keeper: Keeper) -> None:
    """Sign the log as it is at this moment, and publish that."""
    with keeper.alone():
        vkey = database.read_now(recording.current_key)
        if vkey is None:
            raise HistoryLost("The public log has not begun: run `bema migrate` first.")
        checkpoint, note = keeper.sign(lambda since: database.read_now(recording.growth, since), vkey)
        database.write_now(_publish, checkpoint, note, asks=keeper.is_witnessed)


def _publish(tx: WriteTx, checkpoint: Checkpoint, note: str, *, asks: bool) -> None:
    recording.signed(tx, checkpoint.size, checkpoint.root, note)
    if asks:
        tasks.add(tx, WITNESSES, str(checkpoint.size), str(checkpoint.size))


def check(database: Database, keeper: Keeper) -> None:
    """Refuse a database that holds less than what was signed."""
    with keeper.alone():
        keeper.check(lambda since: database.read_now(recording.growth, since))


# --- Witnesses --------------------------------------------------------------------------------------------------------


def asking_witnesses(database: Database, keeper: Keeper, fetcher: Fetcher) -> Performer:
    """Return what has the newest state of the log signed by those who witness it."""
    last: dict[str, int] = {}  # what a witness signed last, as far as this process knows

    async def ask(body: str) -> None:
        newest = await database.read(public_log.newest_signed)
        policy = keeper.policy()
        if newest is None or policy is None or newest.size > int(body):
            return  # a newer state has a task of its own
        note, lacking = newest.note, []

        async def sign(name: str, witness: Known) -> None:
            nonlocal note
            try:
                line = await _signature(database, fetcher, witness, newest, last)
            except (Unfetched, Unsigned, Malformed) as error:
                lacking.append(f"{name}: {error}")
            else:  # a slow one keeps nobody from seeing what the others signed
                note += line
                await database.write(public_log.add_signed, newest.size, newest.root, note)

        async with asyncio.TaskGroup() as asked:
            for name, witness in policy.witnesses.items():
                if witness.url and parse(note).signed_by(witness.verifier) is None:
                    asked.create_task(sign(name, witness))
        if lacking:
            raise Unwitnessed("; ".join(lacking))

    return ask


class Unwitnessed(Exception):  # noqa: N818 -- it is kept with the task, which is tried again
    """A witness did not sign."""


async def _signature(
    database: Database, fetcher: Fetcher, witness: Known, newest: public_log.Signed, last: dict[str, int]
) -> str:
    """Return the line of a witness, which may have to say first what it signed last."""
    key = str(witness.verifier)
    for _ in range(2):
        old = last.get(key, 0)
        tree = await database.read(_consistency, newest.size, old)
        submission = Submission(old, tree, newest.note).write().encode()
        answer = await fetcher.fetch(f"{witness.url}/add-checkpoint", method="POST", body=submission)
        if answer.status == 409 and answer.type == "text/x.tlog.size":
            size = number(answer.body.decode("ascii", "replace").removesuffix("\n"))
            if size > newest.size:
                _log.error("a witness signed more of this log than there is", witness=key, size=size)
                raise Unsigned("it signed a longer log before: this one went back")
            last[key] = size
            continue
        if not answer.ok:
            raise Unsigned(f"it answers {answer.status}")
        for line in signature_lines(answer.body.decode("utf-8", "replace")):
            if (line.name, line.key_id) == (witness.verifier.name, witness.verifier.id):
                if witness.verifier.time_of(parse(newest.note).text, line.value) is None:
                    raise Unsigned("its signature is wrong")
                last[key] = newest.size
                return line.line
        raise Unsigned("its answer is not signed by it")
    raise Unsigned("it does not say twice the same of what it signed last")


def _consistency(tx: Tx, size: int, old: int) -> list[bytes]:
    return [] if old in (0, size) else public_log.tree(tx, size).consistency(old)
