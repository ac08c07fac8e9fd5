"""The search index follows what is written and who people say they are; what is deleted leaves it by itself."""

from bema.domain import searching
from bema.model.events import AccountCreated, AccountDeleted, AccountUpdated, PostEdited, PostPublished
from bema.store import search_index
from bema.store.log import Entry
from bema.store.tx import WriteTx
from bema.subscribers.runner import Subscriber


def _written(tx: WriteTx, entry: Entry[PostPublished | PostEdited]) -> None:
    searching.index_post(tx, entry.event.post)


def _introduced(tx: WriteTx, entry: Entry[AccountCreated | AccountUpdated]) -> None:
    searching.index_account(tx, entry.event.account)


def _left(tx: WriteTx, entry: Entry[AccountDeleted]) -> None:
    search_index.forget_account(tx, entry.event.account)


SEARCH = Subscriber(
    "search",
    {
        PostPublished: _written,
        PostEdited: _written,
        AccountCreated: _introduced,
        AccountUpdated: _introduced,
        AccountDeleted: _left,
    },
    searching.rebuild,
)
