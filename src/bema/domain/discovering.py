"""Discovering: people who wish to be found, and whom one might want to follow. Nobody is listed who does not wish it."""

from collections.abc import Sequence

from bema.model import limits
from bema.model.discovering import Reason, Suggestion
from bema.model.errors import Invalid
from bema.model.ids import AccountId
from bema.model.views import Account
from bema.store import accounts
from bema.store import directory as listed
from bema.store import suggestions as found
from bema.store.tx import Tx, WriteTx


def directory(
    tx: Tx, viewer: AccountId | None, *, newest_first: bool, local: bool, offset: int, limit: int
) -> list[Account]:
    """Load part of the directory: who spoke last first, or who came last; of this server alone, or of all it knows."""
    if offset > limits.DIRECTORY_OFFSET_MAX:
        return []
    return listed.page(tx, viewer, newest_first=newest_first, local=local, offset=offset, limit=limit)


def suggestions(tx: Tx, actor: AccountId, recommended: Sequence[str], limit: int) -> list[Suggestion]:
    """Load whom one might want to follow, the strongest reason first; `recommended` are names of people of this server.

    Nobody is suggested whom one follows, asked to, keeps away or refused, who is limited, or does not wish to be found.
    """
    names = [name.lower().removeprefix("@") for name in recommended]
    by_reason = {
        Reason.RECOMMENDED: found.named(tx, actor, names, limit) if names else [],
        Reason.FOLLOWED_BY_FRIENDS: found.followed_by_friends(tx, actor, limit),
        Reason.ALIKE: found.alike(tx, actor, limit),
        Reason.MOST_FOLLOWED: found.most_followed(tx, actor, limit),
    }
    reasons: dict[AccountId, list[Reason]] = {}
    for reason, ids in by_reason.items():
        for id_ in ids:
            reasons.setdefault(id_, []).append(reason)
    chosen = dict(list(reasons.items())[:limit])
    loaded = accounts.by_ids(tx, list(chosen)) if chosen else {}
    return [Suggestion(loaded[id_], why) for id_, why in chosen.items() if id_ in loaded]


def refuse_suggestion(tx: WriteTx, actor: AccountId, target: AccountId) -> None:
    """Never be suggested an account again; who is not there is not either."""
    if found.refused(tx, actor) >= limits.REFUSED_SUGGESTIONS:
        raise Invalid(f"Validation failed: You cannot refuse more than {limits.REFUSED_SUGGESTIONS} suggestions")
    found.refuse(tx, actor, target)
