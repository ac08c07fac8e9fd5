"""Delivering: what is brought to other servers next, and what follows from how each of them answers.

What is wrong with one thing is told apart from what is wrong with a server. A server that is away rests as a whole, so
that it holds up nobody, and one question finds out that it is there again.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum

import msgspec

from bema.domain import following
from bema.model import limits
from bema.model.ids import AccountId, DomainId, Millis
from bema.model.relaying import State
from bema.store import deliveries, domain_measures, peers, relays
from bema.store.deliveries import PutOff, Said, Waiting
from bema.store.peers import Held
from bema.store.tx import Tx, WriteTx

Jitter = Callable[[], float]  # in 0..1

# --- What is brought --------------------------------------------------------------------------------------------------


class Load(msgspec.Struct, frozen=True):
    """What one server is brought now."""

    to: Held
    waiting: list[Waiting]
    said: Mapping[int, Said]
    at: Millis


def any_due(tx: Tx, *, proven: bool, unproven: bool) -> bool:
    """Tell whether something can be brought to servers that took what they were given last, or to others."""
    return (proven and peers.any_due(tx, proven=True)) or (unproven and peers.any_due(tx, proven=False))


def take(tx: WriteTx, proven: int, unproven: int, *, slot: int | None = None) -> list[Load]:
    """Take what is due for some servers, at most so many that took what they were given last, and so many that did not."""
    held = peers.hold(tx, proven, proven=True, slot=slot) if proven else []
    if unproven:
        held += peers.hold(tx, unproven, proven=False, slot=slot)
    kept_away = domain_measures.suspended(tx, [each.host for each in held]) if held else set()
    found: list[tuple[Held, list[Waiting]]] = []
    for each in held:
        if each.host in kept_away:
            deliveries.drop(tx, each.id)
        found.append((each, deliveries.due(tx, each.id, limits.DELIVERIES_TAKEN)))
    ids = {waiting.outgoing for _, some in found for waiting in some}
    said = {each.id: each for each in deliveries.said(tx, sorted(ids))} if ids else {}
    return [Load(each, some, said, tx.now) for each, some in found]


def take_over(tx: WriteTx, slots: Sequence[int]) -> None:
    """Let go of the servers that dead processes held, by the slots that these had."""
    peers.free(tx, slots)


# --- How it is answered -----------------------------------------------------------------------------------------------


class Answer(msgspec.Struct, frozen=True):
    """What a server said to something; without a status, it said nothing. `lasting`: nor will it ever."""

    status: int | None = None
    wait_seconds: int | None = None  # that it asks us to wait
    error: str = ""
    lasting: bool = False


class Fate(Enum):
    """What an answer means for what was brought."""

    TAKEN = "taken"
    LATER = "later"  # it may be taken another time
    UNKNOWN = "unknown"  # they do not believe that it is from us; their picture of us may be old
    REFUSED = "refused"  # it will never be taken
    GONE = "gone"  # nobody is there any more


_LATER = frozenset((408, 425, 429))
_UNKNOWN = frozenset((401, 403))


def fate(answer: Answer) -> Fate:
    """Tell what an answer means for what was brought."""
    status = answer.status
    if status is None:
        return Fate.REFUSED if answer.lasting else Fate.LATER
    if 200 <= status < 300:
        return Fate.TAKEN
    if status == 410:
        return Fate.GONE
    if status in _UNKNOWN or 300 <= status < 400:
        return Fate.UNKNOWN
    return Fate.LATER if status in _LATER or status >= 500 else Fate.REFUSED


def is_away(answer: Answer) -> bool:
    """Tell whether an answer means that the server as a whole is away; whoever says no is there."""
    if answer.status is None:
        return not answer.lasting
    return answer.status >= 500


def must_wait(answer: Answer) -> bool:
    """Tell whether a server wants nothing more for a while."""
    return answer.status in (429, 503) and bool(answer.wait_seconds)


def next_try(said: Said, attempts: int, answer: Answer, now: Millis, jitter: Jitter) -> Millis | None:
    """Tell when something is brought again that was not taken, or None: no more."""
    tries = limits.DELIVERY_REFUSALS if fate(answer) is Fate.UNKNOWN else limits.DELIVERY_TRIES
    last = said.created_at + limits.DELIVERY_SECONDS_MAX * 1_000
    if attempts >= tries or now >= last:
        return None
    seconds = min(limits.DELIVERY_RETRY_SECONDS * 2 ** (attempts - 1), limits.DELIVERY_RETRY_SECONDS_MAX)
    wait = max(int(seconds * 1_000 * (0.75 + jitter() / 2)), (answer.wait_seconds or 0) * 1_000)
    return min(now + wait, last)


# --- What follows -----------------------------------------------------------------------------------------------------


class Brought(msgspec.Struct, frozen=True):
    """Something that was brought to a server, and what it said."""

    what: Waiting
    said: Said
    answer: Answer


def conclude(tx: WriteTx, done: Sequence[tuple[Held, Sequence[Brought]]], jitter: Jitter) -> None:
    """Write down what became of what was brought to some servers, and let go of them."""
    ended: list[Brought] = []
    put_off: list[PutOff] = []
    standings = [standing(held, brought, tx.now, jitter) for held, brought in done]
    for held, all_brought in done:
        for brought in all_brought:
            match fate(brought.answer):
                case Fate.TAKEN | Fate.REFUSED:
                    ended.append(brought)
                case Fate.GONE:
                    ended.append(brought)
                    _part(tx, brought, held.id)
                case Fate.LATER | Fate.UNKNOWN:
                    put_off.append(_put_off(brought, tx.now, jitter))
    given_up = {each.what.id for each in put_off if each.due is None}
    for brought in (each for _, all_brought in done for each in all_brought if each.said.by is None):
        if brought in ended or brought.what.id in given_up:
            _answer_early(tx, brought)
    outgoing = {brought.what.outgoing for brought in ended}
    deliveries.delivered(tx, [brought.what.id for brought in ended], sorted(outgoing))
    deliveries.put_off(tx, put_off)
    for each in standings:
        if each.dead:
            deliveries.drop(tx, each.id)
    peers.release(tx, standings)


def _put_off(brought: Brought, now: Millis, jitter: Jitter) -> PutOff:
    attempts = brought.what.attempts + 1
    due = next_try(brought.said, attempts, brought.answer, now, jitter)
    return PutOff(brought.what, attempts, due, told(brought.answer))


def _answer_early(tx: WriteTx, brought: Brought) -> None:
    """Note that a relay will not answer, where the asking itself is not taken: otherwise it would be asked for ever."""
    meant = fate(brought.answer)
    if meant is Fate.TAKEN:
        return
    refuses = meant in (Fate.REFUSED, Fate.UNKNOWN) and brought.answer.status is not None
    state = State.REFUSED if refuses else State.UNREACHABLE
    relays.not_taken(tx, brought.what.subject, state, told(brought.answer))


def _part(tx: WriteTx, brought: Brought, domain_id: DomainId) -> None:
    """Let those follow no more whose inbox is gone: the followers of whom it was that spoke."""
    if brought.said.by is None:
        return
    for follower in deliveries.followers_at(tx, brought.said.by, domain_id, brought.what.inbox, limits.DELIVERY_GONE):
        following.end(tx, follower=AccountId(follower), followed=brought.said.by, by=AccountId(follower))


def standing(held: Held, brought: Sequence[Brought], now: Millis, jitter: Jitter) -> peers.Standing:
    """Work out how a server stands after it was brought some things."""
    failures, since, closed, error = held.failures, held.failing_since, None, None
    succeeded = False
    for each in brought:
        answer = each.answer
        if fate(answer) is not Fate.TAKEN:
            error = told(answer)
        if must_wait(answer):
            seconds = min(answer.wait_seconds or 0, limits.PEER_WAIT_SECONDS_MAX)
            closed = now + seconds * 1_000
        elif is_away(answer):
            failures, since = failures + 1, since or now
        elif answer.status is not None:
            failures, since, succeeded = 0, None, succeeded or fate(answer) is Fate.TAKEN
    dead = False
    if brought and failures >= limits.PEER_FAILURES and closed is None:
        doubled = 2 ** min(failures - limits.PEER_FAILURES, 16)
        seconds = min(limits.PEER_CLOSED_SECONDS * doubled, limits.PEER_CLOSED_SECONDS_MAX)
        closed = now + int(seconds * 1_000 * (0.75 + jitter() / 2))
        dead = since is not None and now - since >= limits.PEER_DEAD_SECONDS * 1_000
    return peers.Standing(
        id=held.id,
        failures=failures,
        failing_since=since,
        closed_until=closed,
        dead=dead,
        succeeded=succeeded,
        error=error,
    )


def told(answer: Answer) -> str:
    """Say in a few words what went wrong, for the operator."""
    said = f"{answer.status} {answer.error}".strip() if answer.status is not None else answer.error
    return said[: limits.PEER_ERROR_CHARACTERS]


def tidy(tx: WriteTx) -> bool:
    """Forget some of what nobody needs any more; tell whether there may be more."""
    return deliveries.forget_some(tx) | peers.forget_some(tx)
