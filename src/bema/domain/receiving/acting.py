"""Acting: one act of somebody of another server, carried out whole in one transaction, or refused.

The one rule above all: who acts is who signed. An act in the name of another is at most a hint to look, where the thing is
at home, whether it is so.
"""

from bema.domain import keeping_out
from bema.domain.receiving import answering, following, keeping_away, moving, people, reacting, relays, saying
from bema.domain.receiving.brought import Brought, Meaningless
from bema.model.federating import host_of, same_origin
from bema.model.ids import AccountId
from bema.model.policy import Standing
from bema.model.remote_acts import (
    Answer,
    AnyAct,
    AskToQuote,
    BlockAct,
    Bring,
    Complain,
    Favour,
    Feature,
    FeatureTag,
    FollowAct,
    MoveAct,
    PassOn,
    Publish,
    Revise,
    Undo,
    Withdraw,
)
from bema.model.site import Site
from bema.store import remote_actors, tombstones
from bema.store.remote_actors import Known
from bema.store.tx import WriteTx


def receive(tx: WriteTx, site: Site, sender: AccountId, act: AnyAct, brought: Brought) -> None:
    """Carry out what somebody did whose signature was seen; what is not theirs to do is refused."""
    by = remote_actors.by_id(tx, sender)
    if by is None:
        raise Meaningless
    perform(tx, site, by, act, brought)


def perform(tx: WriteTx, site: Site, by: Known, act: AnyAct, brought: Brought) -> None:
    """Do the same for somebody who is loaded already."""
    if not by.may_speak or keeping_out.is_kept_out(tx, site, by.host):
        raise Meaningless
    if by.standing is not Standing.ACTIVE and not _is_about_themselves(by, act):
        raise Meaningless
    if host_of(by.uri) != by.host:
        people.check_host(tx, site, by.uri)
    if act.actor != by.uri:
        if (relay := relays.brings(tx, by)) is not None:
            relays.bring(tx, site, relay, act, brought)
            return
        if isinstance(act, Publish | Revise | Bring):
            saying.look(tx, site, act, brought)
            return
        raise Meaningless("Nobody acts in the name of another")
    looks_itself = isinstance(act, Publish) and bool(act.posts)  # in the statement that it needs for its posts
    names_it = act.uri is not None and same_origin(act.uri, by.uri)
    if names_it and not looks_itself and act.uri is not None and tombstones.covers(tx, act.uri):
        raise Meaningless("It was taken back before it came")
    match act:
        case Publish():
            saying.publish(tx, site, by, act, brought)
        case Revise():
            saying.revise(tx, site, by, act, brought)
        case Withdraw():
            saying.withdraw(tx, site, by, act)
        case PassOn() | Bring() if (relay := relays.brings(tx, by)) is not None:
            relays.bring(tx, site, relay, act, brought)
        case Bring():
            saying.bring(tx, site, by, act, brought)
        case PassOn():
            reacting.pass_on(tx, site, by, act, brought)
        case Favour():
            reacting.favour(tx, site, by, act)
        case FollowAct() if act.whom == site.own_actor:
            relays.followed(tx, site, by, act)
        case FollowAct():
            following.follow(tx, site, by, act)
        case Answer() if relays.is_meant(site, act):
            relays.answer(tx, site, by, act)
        case Answer():
            answering.answer(tx, site, by, act)
        case AskToQuote():
            answering.asked_to_quote(tx, site, by, act)
        case BlockAct():
            keeping_away.block(tx, site, by, act)
        case Complain():
            keeping_away.complain(tx, site, by, act)
        case Feature():
            reacting.feature(tx, site, by, act, brought)
        case FeatureTag():
            reacting.feature_tag(tx, by, act)
        case MoveAct():
            moving.move(tx, site, by, act, brought)
        case Undo():
            undo(tx, site, by, act)


def _is_about_themselves(by: Known, act: AnyAct) -> bool:
    """Tell whether somebody says how they are described from now on, or that they are gone."""
    match act:
        case Revise(post=None, profile=profile, named=named):
            return by.uri == (named if profile is None else profile.uri)
        case Withdraw(what=what):
            return what == by.uri
    return False


def undo(tx: WriteTx, site: Site, by: Known, act: Undo) -> None:
    """Take back what they did themselves; what has not come yet will not count when it comes."""
    inner = act.act
    named = act.named or (inner.uri if inner is not None else None)
    if inner is not None and inner.actor != by.uri:
        raise Meaningless("Nobody takes back what another did")
    match inner:
        case FollowAct():
            done = following.unfollow(tx, site, by, inner.whom)
        case Favour():
            done = reacting.unfavour(tx, site, by, inner)
        case PassOn():
            done = reacting.take_back_boost(tx, site, by, inner.what, named)
        case BlockAct():
            done = keeping_away.unblock(tx, site, by, inner.whom)
        case Withdraw():
            done = saying.let_come_again(tx, by, inner)
        case None if named is not None:
            done = (
                reacting.take_back_boost(tx, site, by, None, named)
                or reacting.unfavour_named(tx, by, named)
                or following.unfollow_named(tx, by, named)
            )
        case _:
            raise Meaningless
    if not done and named is not None and same_origin(named, by.uri):
        tombstones.add(tx, named)
