"""Answering: people of other servers say yes or no to what people here asked them, and are answered themselves."""

from bema.domain import following
from bema.domain.receiving import people
from bema.domain.receiving.brought import Brought, Meaningless
from bema.model.errors import NotFound
from bema.model.remote_acts import Answer, AskToQuote, FollowAct
from bema.model.site import Site
from bema.store import follows
from bema.store.remote_actors import Known
from bema.store.tx import WriteTx


def answer(tx: WriteTx, site: Site, by: Known, act: Answer, brought: Brought) -> None:
    """Take up an answer of whom somebody here asked, and of nobody else."""
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
    """Say whether a post of this server may be quoted."""
    raise Meaningless
