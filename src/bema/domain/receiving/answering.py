"""Answering: people of other servers say yes or no to what people here asked them, and are answered themselves."""

from bema.domain import asking_leave, following, quoting
from bema.domain.receiving import people
from bema.domain.receiving.brought import Meaningless
from bema.model.errors import NotFound
from bema.model.federating import same_origin
from bema.model.ids import AccountId
from bema.model.remote_acts import Answer, AskToQuote, FollowAct
from bema.model.site import Site
from bema.store import follows
from bema.store.remote_actors import Known
from bema.store.tx import WriteTx
from bema.wire.activitypub.ids import QUOTE_REQUEST, favourite_of, published_id, wanted_id


def answer(tx: WriteTx, site: Site, by: Known, act: Answer) -> None:
    """Take up an answer of whom somebody here asked, and of nobody else."""
    match act.act:
        case FollowAct(actor=asked_by, whom=whom):
            if whom != by.uri:
                raise Meaningless("Nobody answers for another")
            _answer_follow(tx, by, people.of_here(tx, site, asked_by), yes=act.yes)
        case AskToQuote(quoting=uri):
            _answer_quote(tx, site, by, uri, act)
        case None if act.named is not None and act.named.endswith(QUOTE_REQUEST):
            _answer_quote(tx, site, by, act.named.removesuffix(QUOTE_REQUEST), act)
        case None if act.named is not None and _answer_leave(tx, site, by, wanted_id(act.named), act):
            return
        case None if act.named is not None:
            _answer_follow(tx, by, follows.follower_by_uri(tx, by.id, act.named), yes=act.yes)
        case _:
            raise Meaningless


def _answer_follow(tx: WriteTx, by: Known, follower: AccountId | None, *, yes: bool) -> None:
    if follower is None:
        raise Meaningless
    if not yes:
        following.end(tx, follower=follower, followed=by.id, by=by.id)
        return
    try:
        following.accept(tx, by.id, follower)
    except NotFound:
        raise Meaningless("Nobody asked") from None


def _answer_quote(tx: WriteTx, site: Site, by: Known, uri: str, act: Answer) -> None:
    """Take up what the author of a quoted post says: yes only with a stamp that is theirs to give."""
    post_id = site.post_at(uri)
    if post_id is None or (act.yes and not same_origin(act.leave, by.uri)):
        raise Meaningless
    quoting.answered(tx, by.id, post_id, act.leave if act.yes else None)


def _answer_leave(tx: WriteTx, site: Site, by: Known, named: str, act: Answer) -> bool:
    """Take up what the author of a post says to being answered, passed on or favourited; False where that is not meant.

    Where no leave comes with a yes, as servers answer that were not asked first, the yes itself is it.
    """
    if (favourite := favourite_of(site, named)) is not None:
        if not act.yes:
            asking_leave.favourite_refused(tx, by.id, favourite)
        return True
    post_id = site.post_at(named.removesuffix(published_id("")))
    if post_id is None:
        return False
    leave = (act.leave or act.uri) if act.yes else None
    if act.yes and not same_origin(leave, by.uri):
        raise Meaningless
    if asking_leave.boost_answered(tx, by.id, post_id, leave):
        return True
    if leave is None:
        asking_leave.answer_refused(tx, by.id, post_id)
    else:
        asking_leave.answer_allowed(tx, by.id, post_id, leave)
    return True


def asked_to_quote(tx: WriteTx, site: Site, by: Known, act: AskToQuote) -> None:
    """Say whether a post of this server may be quoted, by a post of who asks."""
    post_id = site.post_at(act.quoted)
    if post_id is None or not same_origin(act.quoting, by.uri):
        raise Meaningless
    quoting.ask(tx, by.id, post_id, act.quoting, act.uri)
