"""Administering: what the staff does with accounts and tags beside deciding; each act leaves a trace."""

from collections.abc import Sequence

import msgspec

from bema.domain import deciding, joining, leaving, restoring
from bema.model import limits
from bema.model.administering import AccountFilter, Administered
from bema.model.decisions import Subject, SubjectKind
from bema.model.errors import Forbidden, Invalid, NotFound
from bema.model.ids import AccountId, LoginId
from bema.model.permissions import Staff
from bema.model.policy import Standing
from bema.model.searching import fold, query_terms
from bema.model.site import Site
from bema.model.views import Tag
from bema.store import accounts, administration, logins, search, tag_follows, tag_reviews
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx


def page(tx: Tx, filter_: AccountFilter, range_: Range) -> list[Administered]:
    """Load a page of accounts, the newest first."""
    found: Sequence[AccountId] | None = None
    for words in (filter_.username, filter_.display_name):
        terms = search.Terms(query_terms(words[: limits.SEARCH_QUERY_CHARACTERS])) if words else None
        if terms is not None:
            hits = search.account_candidates(tx, terms) if terms.wanted else []
            found = hits if found is None else [id_ for id_ in found if id_ in set(hits)]
    return several(tx, administration.page(tx, filter_, found, range_))


def several(tx: Tx, ids: Sequence[AccountId]) -> list[Administered]:
    """Load accounts with their logins, in the order given."""
    people = accounts.by_ids(tx, list(dict.fromkeys(ids)))
    behind = administration.sign_ins(tx, list(people)) if people else {}
    return [Administered(people[id_], behind.get(id_)) for id_ in ids if id_ in people]


def one(tx: Tx, id_: AccountId) -> Administered:
    """Load one account, whatever its standing, unless it was deleted."""
    found = several(tx, [id_])
    if not found or found[0].account.standing is Standing.DELETED:
        raise NotFound
    return found[0]


def approve(tx: WriteTx, site: Site, staff: Staff, id_: AccountId) -> None:
    """Let in whoever waits with an account."""
    joining.approve(tx, site, staff.login, _waiting_login(tx, id_))
    deciding.note(tx, staff, "approve", deciding.about(id_))


def reject(tx: WriteTx, site: Site, staff: Staff, id_: AccountId) -> None:
    """Send away whoever waits with an account."""
    joining.reject(tx, site, staff.login, _waiting_login(tx, id_))
    deciding.note(tx, staff, "reject", deciding.about(id_))


def _waiting_login(tx: Tx, id_: AccountId) -> LoginId:
    """Return the login that waits; who was let in before cannot be approved or rejected again."""
    sign_in = one(tx, id_).sign_in
    if sign_in is None or sign_in.approved:
        raise Forbidden
    return sign_in.id


def waiting(tx: Tx) -> list[Administered]:
    """Load those who wait to be let in, the first first."""
    ids = [AccountId(id_) for row in logins.waiting(tx) for id_ in logins.pending_accounts_of(tx, row.id)]
    return several(tx, ids)


def delete(tx: WriteTx, staff: Staff, id_: AccountId) -> Administered:
    """Delete an account for good, which must have been suspended before; return what it was."""
    deciding.subordinate(tx, staff, id_)
    found = one(tx, id_)
    if found.account.standing is not Standing.SUSPENDED:
        raise Forbidden
    if found.account.domain is None and restoring.is_kept(tx, id_):
        raise Forbidden("This account is kept as long as its owner can object to the suspension")
    leaving.leave(tx, id_)
    deciding.note(tx, staff, "delete", deciding.about(id_))
    return found


# --- Tags -------------------------------------------------------------------------------------------------------------


class TagChanges(msgspec.Struct, frozen=True):
    """What the staff changes of a tag; what is None stays."""

    display_name: str | None = None
    trendable: bool | None = None
    usable: bool | None = None
    listable: bool | None = None


class ReviewedTag(msgspec.Struct, frozen=True):
    """A tag with what was decided about it; what was not is as if it were allowed, but for trending."""

    tag: Tag
    usable: bool
    trendable: bool
    listable: bool
    reviewed: bool


def tags(tx: Tx, viewer: AccountId, range_: Range) -> list[ReviewedTag]:
    """Load a page of all tags, the newest first."""
    return reviewed_tags(tx, viewer, tag_reviews.page(tx, range_))


def reviewed_tags(tx: Tx, viewer: AccountId, ids: list[int]) -> list[ReviewedTag]:
    """Load tags with what was decided about them, in the order given."""
    rows = tag_reviews.by_ids(tx, ids)
    loaded = {each.id: each for each in tag_follows.load(tx, ids, viewer)} if ids else {}
    return [
        ReviewedTag(
            loaded[id_],
            rows[id_].usable is not False,
            bool(rows[id_].trendable),
            rows[id_].listable is not False,
            rows[id_].reviewed_at is not None,
        )
        for id_ in ids
        if id_ in loaded and id_ in rows
    ]


def tag(tx: Tx, viewer: AccountId, id_: int) -> ReviewedTag:
    """Load one tag with what was decided about it."""
    found = reviewed_tags(tx, viewer, [id_])
    if not found:
        raise NotFound
    return found[0]


def review_tag(tx: WriteTx, staff: Staff, id_: int, changes: TagChanges) -> None:
    """Decide about a tag: how it is written, and whether it may be used, be listed and trend."""
    row = tag_reviews.by_ids(tx, [id_]).get(id_)
    if row is None:
        raise NotFound
    values: dict[str, bool | str] = {}
    if changes.display_name is not None:
        if fold(changes.display_name) != row.name:
            raise Invalid("Validation failed: Display name may only change the case and accents of letters")
        values["display"] = changes.display_name
    for name in ("trendable", "usable", "listable"):
        wanted: bool | None = getattr(changes, name)
        if wanted is not None:
            values[name] = wanted
    tag_reviews.change(tx, id_, **values)
    deciding.note(tx, staff, "review", Subject(SubjectKind.TAG, id_))
