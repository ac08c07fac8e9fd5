"""Posts by e-mail: what somebody publishes within some minutes goes into one letter to each who asked for it."""

from bema.domain import mailing
from bema.model.events import PostPublished
from bema.model.site import Site
from bema.store import email_subscriptions
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.runner import Performer, Subscriber


def _published(tx: WriteTx, entry: Entry[PostPublished]) -> None:
    if entry.event.by_email:
        mailing.take_up(tx, entry.event.author, entry.event.post)


def _ask_again(tx: WriteTx) -> None:
    for id_ in email_subscriptions.issue_ids(tx):
        mailing.ask_to_write(tx, id_)


EMAIL_ISSUES = Subscriber(mailing.ISSUES, {PostPublished: _published}, _ask_again)


def writing(database: Database, site: Site, secret: bytes) -> Performer:
    """Return what writes a letter to all who get it; begun again, it goes on with whom it has not reached."""

    async def perform(body: str) -> None:
        while await database.write(mailing.write_some, site, secret, int(body)):
            pass

    return perform
