"""Discovery: the directory of people, suggestions whom to follow, and the servers that this one knows."""

from typing import Annotated

import msgspec
from msgspec import Meta

from bema.domain import discovering
from bema.edge.call import Call
from bema.edge.mastodon.accounts import rendered
from bema.edge.routes import Routes, Surface
from bema.model import limits
from bema.model.discovering import Reason
from bema.model.discovering import Suggestion as SuggestionView
from bema.model.ids import AccountId, parse_id
from bema.store import sizes
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.accounts import Account
from bema.wire.mastodon.discovery import Suggestion, SuggestionSource

routes = Routes(Surface.API)

_SOURCES: dict[Reason, tuple[str, SuggestionSource]] = {  # with what it was called before Mastodon 4.3
    Reason.RECOMMENDED: ("staff", "featured"),
    Reason.FOLLOWED_BY_FRIENDS: ("past_interactions", "friends_of_friends"),
    Reason.ALIKE: ("past_interactions", "similar_to_recently_followed"),
    Reason.MOST_FOLLOWED: ("global", "most_followed"),
}


class Directory(msgspec.Struct, frozen=True):
    """Which part of the directory is asked for."""

    order: Annotated[str, Meta(description="`active`: who spoke last first; `new`: who came last.")] = "active"
    local: bool = False
    offset: int = 0
    limit: int = limits.PEOPLE_PAGE_DEFAULT


@routes.get("/api/v1/directory")
def directory(call: Call, tx: Tx, ask: Directory) -> list[Account]:
    """View people who wish to be found."""
    people = discovering.directory(
        tx,
        call.viewer,
        newest_first=ask.order == "new",
        local=ask.local,
        offset=max(0, ask.offset),
        limit=_limit(ask.limit),
    )
    return rendered(call, people)


class HowMany(msgspec.Struct, frozen=True):
    """How many suggestions are asked for."""

    limit: int = limits.PEOPLE_PAGE_DEFAULT


@routes.get("/api/v2/suggestions", scope="read:accounts")
def suggestions(call: Call, tx: Tx, ask: HowMany) -> list[Suggestion]:
    """View whom one might want to follow, and why."""
    found = _suggested(call, tx, ask)
    accounts = rendered(call, [each.account for each in found])
    return [
        Suggestion(
            source=_SOURCES[each.reasons[0]][0],
            sources=[_SOURCES[reason][1] for reason in each.reasons],
            account=account,
        )
        for each, account in zip(found, accounts, strict=True)
    ]


@routes.get("/api/v1/suggestions", scope="read:accounts")
def suggestions_v1(call: Call, tx: Tx, ask: HowMany) -> list[Account]:
    """View whom one might want to follow (older form)."""
    return rendered(call, [each.account for each in _suggested(call, tx, ask)])


@routes.delete("/api/v1/suggestions/{account_id}", scope="read write:accounts")
def refuse(call: Call, tx: WriteTx) -> None:
    """Never be suggested somebody again; who is not there is no error."""
    id_ = parse_id(call.path_values["account_id"])
    if id_ is not None:
        discovering.refuse_suggestion(tx, call.actor, AccountId(id_))


def _suggested(call: Call, tx: Tx, ask: HowMany) -> list[SuggestionView]:
    return discovering.suggestions(tx, call.actor, call.parts.settings.recommended_accounts, _limit(ask.limit))


def _limit(asked: int) -> int:
    return max(1, min(asked, limits.PEOPLE_PAGE_MAX))


class PeerSearch(msgspec.Struct, frozen=True):
    """How the name of a server begins."""

    q: str = ""


@routes.get("/api/v1/peers/search")
def peers(call: Call, tx: Tx, ask: PeerSearch) -> list[str]:
    """Find other servers that this one knows, by the beginning of their names."""
    return sizes.domains_beginning(tx, ask.q, limits.PEERS_FOUND)
