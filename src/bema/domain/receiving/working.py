"""Working off what waits: an act is carried out, forgotten and remembered by its name in one transaction."""

from bema.domain.receiving import acting, asking, deleting, people
from bema.domain.receiving.brought import Brought, Meaningless, Person
from bema.model.ids import AccountId
from bema.model.policy import Standing
from bema.model.remote_acts import Answer, AnyAct, AskToQuote, FollowAct
from bema.model.site import Site
from bema.store import incoming, remote_actors
from bema.store.incoming import Waiting
from bema.store.tx import WriteTx


def carry_out(tx: WriteTx, brought: Brought, site: Site, waiting: Waiting, sender: AccountId, act: AnyAct) -> None:
    """Do what somebody did, once."""
    known = remote_actors.by_id(tx, sender)
    if known is None:
        raise Meaningless
    digest = incoming.named(known.uri, act.uri or waiting.body)
    repeats = isinstance(act, FollowAct | Answer | AskToQuote)
    if incoming.understand(tx, digest) or repeats:
        acting.perform(tx, site, known, act, brought)
    incoming.done(tx, waiting.id)
    asking.ask_person(tx, known)


def introduce(tx: WriteTx, site: Site, person: Person) -> AccountId:
    """Store whoever signed something, whose key was just read in their document."""
    return people.keep(tx, site, person)


def forget_gone(tx: WriteTx, waiting: Waiting, uri: str) -> None:
    """Delete somebody whose own server says that they are gone: nobody is left there who could sign it."""
    known = remote_actors.by_uri(tx, uri)
    if known is not None and known.standing is Standing.ACTIVE:
        deleting.forget_person(tx, known.id)
    incoming.done(tx, waiting.id)
