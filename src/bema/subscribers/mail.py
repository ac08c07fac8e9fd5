"""Mail: a letter that was written is sent at least once, under a name by which a mailbox knows it again."""

import msgspec

from bema.model.events import LetterWritten
from bema.outside.mail import Letter, Postman, Undeliverable
from bema.store import letters, tasks
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.runner import Hopeless, Performer, Subscriber

_NAME = "mail"


class _Errand(msgspec.Struct):
    letter: int


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Errand).decode


def _written(tx: WriteTx, entry: Entry[LetterWritten]) -> None:
    _ask(tx, entry.event.letter)


def _ask(tx: WriteTx, id_: int) -> None:
    if letters.by_id(tx, id_) is not None:  # sent letters are gone: reading the log again sends nothing twice
        tasks.add(tx, _NAME, str(id_), _encode(_Errand(id_)).decode())


def _ask_again(tx: WriteTx) -> None:
    for id_ in letters.all_ids(tx):
        _ask(tx, id_)


MAIL = Subscriber(_NAME, {LetterWritten: _written}, _ask_again)


def performer(database: Database, postman: Postman, domain: str) -> Performer:
    """Return what sends letters; `domain` is the part of a letter's name behind the at sign."""
    host = domain.partition(":")[0]

    async def send(body: str) -> None:
        id_ = _decode(body).letter
        written = await database.read(letters.by_id, id_)
        if written is None:
            return
        message_id = f"<letter-{id_}@{host}>"
        letter = Letter(
            to=written.recipient,
            subject=written.subject,
            text=written.text,
            message_id=message_id,
            headers=written.headers,
        )
        try:
            await postman.send(letter)
        except Undeliverable as error:
            await database.write(letters.remove, id_)
            raise Hopeless("the mail server refuses the letter") from error
        await database.write(letters.remove, id_)

    return send
