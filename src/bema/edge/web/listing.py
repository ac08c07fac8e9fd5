"""Lists of people: who follows, who favourited, who is kept away; one page for all of them."""

from typing import Any

from bema.domain import people
from bema.edge.call import Call
from bema.edge.web.pages import Page, page
from bema.edge.web.paging import Part, beside
from bema.model import limits, views
from bema.model.ids import AccountId
from bema.model.views import Account, Post, Relationship
from bema.store.tx import Tx


def people_page(
    call: Call,
    tx: Tx,
    part: Part,
    name: str,
    found: views.Page[Account],
    *,
    account: Account | None = None,
    post: Post | None = None,
    hidden: bool = False,
) -> Page:
    """Show a list of people, each with how the reader stands to them."""
    newer, older = beside(call, part, found, limits.PEOPLE_PAGE_DEFAULT)
    context: dict[str, Any] = {"account": account, "post": post, "hidden": hidden, "newer": newer, "older": older}
    stands = relationships(call, tx, found.items)
    return page(call, tx, "people.html", list=name, accounts=found.items, relationships=stands, **context)


def relationships(call: Call, tx: Tx, accounts: list[Account]) -> dict[AccountId, Relationship]:
    """Load how the reader stands to people; nobody who is not signed in stands to anybody."""
    if call.viewer is None or not accounts:
        return {}
    return {each.id: each for each in people.relationships(tx, call.viewer, [account.id for account in accounts])}
