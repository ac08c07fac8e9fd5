"""Answering: people of other servers say yes or no to what people here asked them, and are answered themselves."""

from bema.domain import following, quoting
from bema.domain.receiving import people
from bema.domain.receiving.brought import Brought, Meaningless
from bema.model.errors import NotFound
from bema.model.federating import same_origin
from bema.model.ids import PostId
from bema.model.remote_acts import Answer, AskToQuote, FollowAct
from bema.model.site import Site
from bema.store import follows
from bema.store.remote_actors import Known
from bema.store.tx import WriteTx
from bema.wire.activitypub.ids import QUOTE_REQUEST


def answer(tx: WriteTx, site: Site, by: Known, act: Answer, brought: Brought) -> None:
    """Take up an answer of whom somebody here asked, and of nobody else."""
    if (asking := _asked_to_quote_by(site, act)) is not None:
        _answered_to_quote(tx, by, asking, act)
        return
    match act.act:
        case FollowAct(actor=asked_by, whom=whom):
            if whom != by.uri:
                raise Meaningless("Nobody answers for another")
            follower = people.of_here(tx, site, asked_by)
        case None if act.named is not None:
            follower = follows.follower_by_uri(tx, by.id, act.named)
        case _:
            raise Meaningless
    if follower is None:
        raise Meaningless
    if act.yes:
        try:
            following.accept(tx, by.id, follower)
        except NotFound:
            raise Meaningless("Nobody asked") from None
    else:
        following.end(tx, follower=follower, followed=by.id, by=by.id)


def asked_to_quote(tx: WriteTx, site: Site, by: Known, act: AskToQuote, brought: Brought) -> None:
    """Say whether a post of this server may be quoted by one of theirs."""
    quoted = site.post_at(act.quoted)
    if quoted is None or not same_origin(act.quoting, by.uri):
        raise Meaningless
    try:
        quoting.ask(tx, by.id, quoted, act.quoting, act.uri)
    except NotFound:
        raise Meaningless from None


def _asked_to_quote_by(site: Site, act: Answer) -> PostId | None:
    """Return which post of this server asked to quote theirs, if it is that what they answer."""
    if isinstance(act.act, AskToQuote):
        return site.post_at(act.act.quoting)
    if act.named is not None and act.named.endswith(QUOTE_REQUEST):
        return site.post_at(act.named.removesuffix(QUOTE_REQUEST))
    return None


def _answered_to_quote(tx: WriteTx, by: Known, asking: PostId, act: Answer) -> None:
    if act.yes and (act.leave is None or not same_origin(act.leave, by.uri)):
        raise Meaningless("A leave that nobody can check is none")
    try:
        quoting.answered(tx, by.id, asking, act.leave if act.yes else None)
    except NotFound:
        raise Meaningless from None
