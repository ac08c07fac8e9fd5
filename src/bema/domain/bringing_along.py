"""Bringing along: lists of people, servers and posts from another server are worked off here, some lines at a time.

Whoever brings a list is shown what it says, and says yes first. Each part of it is carried out in one transaction that also
notes how far it has come, by the operations that people use themselves: a process that dies loses nothing, and does nothing
twice. Who is not known here is fetched before (`receiving/bringing.py`), outside of any transaction.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

import msgspec

from bema.domain import blocking_domains, bookmarking, following, listing, people, relating
from bema.domain.guarding import domain_name
from bema.domain.receiving import posts
from bema.model import limits
from bema.model.belongings import Brought, Line
from bema.model.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from bema.model.ids import AccountId, LoginId, Millis, PostId
from bema.model.policy import Standing
from bema.model.site import Site
from bema.store import accounts, belongings, bookmarks, brought_lists, lists, logins, tasks
from bema.store.brought_lists import Failure
from bema.store.follows import Terms
from bema.store.tx import Tx, WriteTx
from bema.wire import brought_lists as written
from bema.wire import text as texts

BRINGING = "brought_lists"  # the name under which lists wait to be worked off, and to be forgotten
KINDS = tuple(written.COLUMNS)
_ADDRESS = re.compile(r"([\w.\-]{1,100})(?:@([\w.\-]{1,253}(?::\d{1,5})?))?")
_URI = re.compile(r"https?://[^\s\x00-\x1f\x7f]{1,2040}")


# Why nothing came of a line; what is none of these is the sentence of a refusal.
NOBODY = "nobody"  # nobody has this address, or it is none
NO_POST = "no_post"
NO_ANSWER = "no_answer"  # of the server; it may answer another time
NOT_ALLOWED = "not_allowed"


# --- Saying what is to be done ----------------------------------------------------------------------------------------


def bring(
    tx: WriteTx,
    actor: AccountId,
    login: LoginId,
    kind: str,
    lines: Sequence[Line],
    *,
    replaces: bool,
    file_name: str,
    looks_like: str | None = None,
) -> int:
    """Write down a list that somebody brings; nothing is done before they say yes. One that waits for that is forgotten."""
    for former in brought_lists.unsaid(tx, actor):
        brought_lists.remove(tx, former)
    if brought_lists.count_unfinished(tx, actor) >= limits.BROUGHT_UNFINISHED:
        raise Conflict("Other lists of yours are being worked off: wait for the end of one, or stop it")
    if kind == "following":
        _check_number(tx, actor, len(lines), replaces=replaces)
    new = Brought(
        tx.new_id(),
        actor,
        login,
        kind,
        replaces,
        texts.strip_controls(file_name).strip()[: limits.BROUGHT_NAME_CHARACTERS],
        looks_like,
        total=len(lines),
        done=0,
        refused=0,
        ended=0,
        ended_to=None,
        created_at=tx.now,
        begun_at=None,
        finished_at=None,
        stopped=False,
    )
    at_once = limits.BROUGHT_AT_ONCE
    brought_lists.add(tx, new, (lines[start : start + at_once] for start in range(0, len(lines), at_once)))
    _forget_later(tx, new.id, "unsaid", limits.BROUGHT_UNSAID_SECONDS)
    return new.id


def _check_number(tx: Tx, actor: AccountId, more: int, *, replaces: bool) -> None:
    """Refuse at once what would end with nothing but refusals: more than somebody may follow."""
    own = accounts.by_id(tx, actor)
    assert own is not None
    most = following.most(own)
    if more > most - (0 if replaces else own.following):
        raise Invalid(f"Validation failed: You cannot follow more than {most} people")


def begin(tx: WriteTx, actor: AccountId, id_: int) -> None:
    """Say yes to a list, which is then worked off; saying it twice changes nothing."""
    found = one(tx, actor, id_)
    if brought_lists.begin(tx, id_, 0 if found.replaces else None):
        tasks.add(tx, BRINGING, str(id_), str(id_))


def stop(tx: WriteTx, actor: AccountId, id_: int) -> None:
    """Do nothing more of a list; what was done stays. One that nobody said yes to is forgotten."""
    found = one(tx, actor, id_)
    if found.begun_at is None:
        brought_lists.remove(tx, id_)
    else:
        _finish(tx, id_, stopped=True)


def try_again(tx: WriteTx, actor: AccountId, login: LoginId, id_: int) -> int:
    """Bring those lines again of which nothing came; they replace nothing."""
    found = one(tx, actor, id_)
    failed = brought_lists.failures(tx, id_, 0, limits.BROUGHT_LINES)
    if found.finished_at is None or not failed:
        raise NotFound
    lines = [each.line for each in failed]
    return bring(tx, actor, login, found.kind, lines, replaces=False, file_name=found.file_name)


def forget(tx: WriteTx, what: str) -> None:
    """Forget a list when its time is over: one that nobody said yes to, or whose end was long ago."""
    why, _, id_ = what.partition(" ")
    found = brought_lists.hold(tx, int(id_))
    if found is not None and (found.begun_at is None if why == "unsaid" else found.finished_at is not None):
        brought_lists.remove(tx, found.id)


def _forget_later(tx: WriteTx, id_: int, why: str, seconds: int) -> None:
    wish = f"{why} {id_}"
    tasks.add(tx, BRINGING, wish, wish, due=Millis(tx.now + seconds * 1_000))


# --- Looking ----------------------------------------------------------------------------------------------------------


def newest(tx: Tx, actor: AccountId) -> list[Brought]:
    """Load one's newest lists, with how far each has come."""
    return brought_lists.newest(tx, actor, limits.BROUGHT_SHOWN)


def one(tx: Tx, actor: AccountId, id_: int) -> Brought:
    """Load one of one's lists; others' look missing."""
    found = brought_lists.one(tx, actor, id_)
    if found is None:
        raise NotFound
    return found


def first_lines(tx: Tx, actor: AccountId, id_: int) -> list[Line]:
    """Load the first lines of one of one's lists, to be looked at before one says yes."""
    part = brought_lists.first_part(tx, one(tx, actor, id_).id)
    return [] if part is None else part[1][: limits.BROUGHT_PREVIEW]


def failures(tx: Tx, actor: AccountId, id_: int) -> tuple[str, list[Failure]]:
    """Load of which lines nothing came, and what they are."""
    found = one(tx, actor, id_)
    return found.kind, brought_lists.failures(tx, id_, 0, limits.BROUGHT_LINES)


# --- Working it off ---------------------------------------------------------------------------------------------------


class Part(msgspec.Struct, frozen=True):
    """The next lines of a list, and what of them is not known here, by the server that is to be asked."""

    id: int
    kind: str
    lines: list[Line]
    unknown: dict[str, list[str]]


def next_part(tx: Tx, site: Site, id_: int) -> Part | None:
    """Load the next lines of a list; None where there are no more, or nobody wants them worked off."""
    found = brought_lists.one_of_all(tx, id_)
    if found is None or found.begun_at is None or found.finished_at is not None:
        return None
    part = brought_lists.first_part(tx, id_)
    if part is None:
        return Part(0, found.kind, [], {})
    unknown: dict[str, list[str]] = {}
    for line in part[1]:
        if (host := _to_ask(tx, site, found.kind, line.name)) is not None:
            unknown.setdefault(host, []).append(line.name)
    return Part(part[0], found.kind, part[1], unknown)


def _to_ask(tx: Tx, site: Site, kind: str, name: str) -> str | None:
    """Return which server is to be asked about what a line names; None where nobody need be."""
    if kind == "domains":
        return None
    if kind == "bookmarks":
        known = (
            _URI.fullmatch(name) is None or site.post_at(name) is not None or posts.known(tx, site, name) is not None
        )
        return None if known else (urlsplit(name).hostname or None)
    address = _ADDRESS.fullmatch(name)
    host = "" if address is None else (address[2] or "").lower()
    if address is None or not host or site.is_here(host) or accounts.by_handle(tx, address[1], host) is not None:
        return None
    return host


def to_replace(tx: Tx, site: Site, id_: int) -> frozenset[tuple[str, str]] | None:
    """Return what a list names that is to replace what stands here; None where nothing is to be ended any more."""
    found = brought_lists.one_of_all(tx, id_)
    if found is None or found.begun_at is None or found.finished_at is not None or found.ended_to is None:
        return None
    return frozenset((each.title, _same(site, found.kind, each.name)) for each in brought_lists.lines(tx, id_))


def _same(site: Site, kind: str, name: str) -> str:
    """Return one spelling for all of a name."""
    match kind:
        case "bookmarks":
            return name
        case "domains":
            with suppress(Invalid):
                return domain_name(name)
            return name
    user, _, host = name.lower().partition("@")
    return f"{user}@{site.account_domain if not host or site.is_here(host) else host}"


def _going_on(tx: WriteTx, id_: int) -> Brought | None:
    """Hold a list that is being worked off; it ends early where who brought it may act no more."""
    found = brought_lists.hold(tx, id_)
    if found is None or found.begun_at is None or found.finished_at is not None:
        return None
    account, login = accounts.by_id(tx, found.account), logins.by_id(tx, found.login)
    if account is None or account.standing is not Standing.ACTIVE or login is None or login.disabled_at is not None:
        _finish(tx, id_, stopped=True)
        return None
    return found


def _finish(tx: WriteTx, id_: int, *, stopped: bool) -> None:
    if brought_lists.finish(tx, id_, stopped=stopped):
        _forget_later(tx, id_, "kept", limits.BROUGHT_KEPT_SECONDS)


def end_some(tx: WriteTx, site: Site, id_: int, named: Collection[tuple[str, str]]) -> bool:
    """End some of what stands here and is not in a list that replaces it; tell whether there may be more."""
    found = _going_on(tx, id_)
    if found is None or found.ended_to is None:
        return False
    if found.kind == "lists":
        ended, last = _end_in_a_list(tx, site, found, found.ended_to, named)
    else:
        most = limits.BROUGHT_ENDED_AT_ONCE
        there = _standing(tx, site, found, found.ended_to, most)
        extra = [name for _, name in there if ("", _same(site, found.kind, name)) not in named]
        for name in extra:
            _end(tx, site, found, name)
        ended, last = len(extra), there[-1][0] if len(there) == most else None
    brought_lists.note_ended(tx, id_, last, ended)
    return last is not None


def _standing(tx: Tx, site: Site, found: Brought, after: int, most: int) -> list[tuple[int, str]]:
    """Load some of what stands here of the kind of a list: each with its relation."""
    match found.kind:
        case "domains":
            return [(each.id, each.name) for each in belongings.blocked_domains(tx, found.account, after, most)]
        case "bookmarks":
            kept = belongings.kept_posts(tx, site, found.kind, found.account, after, most)
            return [(each.id, each.name) for each in kept]
    there = belongings.people(tx, found.kind, found.account, after, most)
    return [(each.id, f"{each.username}@{each.domain or site.account_domain}") for each in there]


def _end(tx: WriteTx, site: Site, found: Brought, name: str) -> None:
    """End that somebody follows, mutes, blocks or keeps what has a name; who is suspended stays as they are."""
    match found.kind:
        case "domains":
            blocking_domains.unblock(tx, found.account, name)
        case "bookmarks":
            if (post_id := posts.known(tx, site, name)) is not None:
                bookmarks.remove(tx, post_id, found.account)
        case _:
            user, _, host = name.partition("@")
            target = accounts.by_handle(tx, user, None if site.is_here(host) else host)
            if target is None or target.standing is not Standing.ACTIVE:
                return
            undo = {"following": following.unfollow, "blocked": relating.unblock, "muted": relating.unmute}
            undo[found.kind](tx, found.account, target.id)


def _end_in_a_list(
    tx: WriteTx, site: Site, found: Brought, after: int, named: Collection[tuple[str, str]]
) -> tuple[int, int | None]:
    """Delete the next of somebody's lists of people that is not named, or take out of it who is not."""
    left = [each for each in lists.of_owner(tx, found.account) if each.id > after]
    if not left:
        return 0, None
    people_list = left[0]
    if people_list.title not in {title for title, _ in named}:
        listing.delete(tx, found.account, people_list.id)
        return 1, people_list.id
    extra = [
        each.id
        for each in lists.all_members(tx, people_list.id)
        if (people_list.title, _same(site, found.kind, each.acct)) not in named
    ]
    listing.remove_members(tx, found.account, people_list.id, extra)
    return len(extra), people_list.id


def carry_out(
    tx: WriteTx, site: Site, id_: int, part: Part, found: Mapping[str, AccountId | PostId], silent: Collection[str]
) -> None:
    """Carry out a part with what was found elsewhere; `silent` are the names about which nobody answered."""
    brought = _going_on(tx, id_)
    if brought is None:
        return
    next_ = brought_lists.first_part(tx, id_)
    if next_ is None:
        _finish(tx, id_, stopped=False)
        return
    if next_[0] != part.id:
        return  # another process was faster, and asked for the rest
    failed: list[tuple[Line, str]] = []
    for line in part.lines:
        problem = NO_ANSWER if line.name in silent else _carry_out(tx, site, brought, line, found.get(line.name))
        if problem is not None:
            failed.append((line, problem))
    brought_lists.move(tx, id_, part.id, len(part.lines), failed)
    tasks.add(tx, BRINGING, f"{id_} {part.id}", str(id_))  # the rest is another task: others' lists come in between


def _carry_out(tx: WriteTx, site: Site, brought: Brought, line: Line, target: AccountId | PostId | None) -> str | None:
    """Carry out one line; return why nothing came of it."""
    try:
        match brought.kind:
            case "domains":
                blocking_domains.block(tx, brought.account, line.name)
            case "bookmarks":
                known = posts.known(tx, site, line.name) if _URI.fullmatch(line.name) else None
                bookmarking.bookmark(tx, brought.account, PostId(target or known or 0))
            case _:
                _relate(tx, brought, line, AccountId(target) if target else _known(tx, site, line.name))
    except NotFound:
        return NO_POST if brought.kind == "bookmarks" else NOBODY
    except Forbidden:
        return NOT_ALLOWED
    except Refusal as refusal:
        return refusal.message
    return None


def _known(tx: Tx, site: Site, name: str) -> AccountId:
    if _ADDRESS.fullmatch(name) is None:
        raise NotFound
    return people.by_acct(tx, site, name).id


def _relate(tx: WriteTx, brought: Brought, line: Line, target: AccountId) -> None:
    """Let somebody follow, mute or block a person, or put them into a list, as a line says."""
    actor = brought.account
    if target == actor and brought.kind != "lists":
        raise Forbidden
    match brought.kind:
        case "following":
            now = following.terms(tx, actor, target)
            boosts = now.boosts if line.boosts is None else line.boosts
            notify = now.notify if line.notify is None else line.notify
            languages = now.languages if line.languages is None else (line.languages or None)
            following.follow(tx, actor, target, Terms(boosts=boosts, notify=notify, languages=languages))
        case "blocked":
            relating.block(tx, actor, target)
        case "muted":
            relating.mute(tx, actor, target, notifications=line.notifications is not False)
        case "lists":
            same = [each for each in lists.of_owner(tx, actor) if each.title == line.title]
            chosen = same[0] if same else listing.make(tx, actor, listing.Terms(title=line.title))
            if target != actor:
                following.follow(tx, actor, target, following.terms(tx, actor, target))
            if not lists.present(tx, chosen.id, [target]):
                listing.add_members(tx, actor, chosen.id, [target])
