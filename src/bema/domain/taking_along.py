"""Taking along: what is somebody's, as files that other servers read, some lines at a time; also for who is shut out."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec

from bema.domain import saying, standing
from bema.domain.recording import Receipt, moment
from bema.domain.standing import Ruling
from bema.model import limits
from bema.model.belongings import Person, Thing
from bema.model.ids import AccountId, PostId
from bema.model.policy import Standing
from bema.model.site import Site
from bema.model.views import Attachment, ProfilePicture
from bema.store import accounts, appeals, belongings, lists, posts
from bema.store.database import Database
from bema.store.timelines import Range
from bema.store.tx import Tx
from bema.wire import belongings as written
from bema.wire.activitypub import activities, actors

# Each file of people or things: its name in every archive, as Mastodon calls it, and what is in it.
FILES = {
    "following_accounts.csv": "following",
    "lists.csv": "lists",
    "muted_accounts.csv": "muted",
    "blocked_accounts.csv": "blocked",
    "blocked_domains.csv": "domains",
    "bookmarks.csv": "bookmarks",
    "followers.csv": "followers",
}


class Lines(msgspec.Struct, frozen=True):
    """Some lines of a file, and after what to go on; None: that was all."""

    text: str
    next: tuple[int, int] | None


def lines(tx: Tx, site: Site, actor: AccountId, kind: str, after: tuple[int, int], most: int) -> Lines:
    """Write some lines of one of the files, from a place on; a place is a list, where there are lists, and a relation."""
    of = after[1]
    match kind:
        case "lists":
            return _of_lists(tx, site, actor, after, most)
        case "bookmarks":
            things: Sequence[Thing] = belongings.kept_posts(tx, site, kind, actor, of, most)
        case "domains":
            things = belongings.blocked_domains(tx, actor, of, most)
        case _:
            found = belongings.people(tx, kind, actor, of, most)
            return Lines(written.people(site, kind, found), _next(found, most))
    return Lines(written.things(things), _next(things, most))


async def lines_of(
    database: Database, site: Site, actor: AccountId, kind: str, most: int = limits.TAKEN_AT_ONCE
) -> AsyncIterator[str]:
    """Write one of the files of people or things, some lines at a time."""
    yield written.heading(kind)
    after: tuple[int, int] | None = (0, 0)
    while after is not None:
        some = await database.read(lines, site, actor, kind, after, most)
        yield some.text
        after = some.next


def _of_lists(tx: Tx, site: Site, actor: AccountId, after: tuple[int, int], most: int) -> Lines:
    """Write some members of the list that comes first from a place on."""
    left = [each.id for each in lists.of_owner(tx, actor) if each.id >= after[0]]
    if not left:
        return Lines("", None)
    found = belongings.members(tx, left[0], after[1] if left[0] == after[0] else 0, most)
    following = _next(found, most)
    if following is not None:
        return Lines(written.people(site, "lists", found), (left[0], following[1]))
    return Lines(written.people(site, "lists", found), (left[1], 0) if len(left) > 1 else None)


def _next(found: Sequence[Person] | Sequence[Thing], most: int) -> tuple[int, int] | None:
    return (0, found[-1].id) if len(found) == most else None


# --- All of it ----------------------------------------------------------------------------------------------------


class Said(msgspec.Struct, frozen=True):
    """Some of what somebody wrote, with the files that go along; `next` is the post after which to go on."""

    activities: list[dict[str, Any]]
    files: list[tuple[str, str]]  # where a file is stored, and its name in the archive
    next: PostId | None


def profile(tx: Tx, site: Site, actor: AccountId) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Write who somebody is, and name the two pictures that go along."""
    found = accounts.by_ids(tx, [actor])[actor]
    there = msgspec.structs.replace(found, standing=Standing.ACTIVE)  # a decision takes nothing from one's own
    told = actors.actor(site, there, {})
    files = []
    for name, word, picture in (("avatar", "icon", found.avatar), ("header", "image", found.header)):
        if picture is not None and (key := _portrait(picture)):
            files.append((key, f"{name}.{key.rpartition('.')[2]}"))
            told[word] = {**told.get(word, {}), "url": files[-1][1]}
    told["outbox"] = "outbox.json"
    return told, files


def _portrait(picture: ProfilePicture) -> str:
    return picture.original.key


def said(tx: Tx, site: Site, actor: AccountId, after: PostId) -> Said:
    """Write some of what somebody said, in the order it was said; files of what a decision removed do not go along."""
    found = belongings.own_posts(tx, actor, after, limits.TAKEN_POSTS_AT_ONCE)
    removed = {id_ for id_, is_removed in found if is_removed}
    loaded = {each.id: each for each in posts.load(tx, [id_ for id_, _ in found], None)}
    names = saying.names_of(tx, site, list(loaded.values()))
    made, files = [], []
    for id_, _ in found:
        if (post := loaded.get(id_)) is None:
            continue
        activity = activities.said(site, post, names[id_])
        if post.boost_of is None:
            named = [(each, "" if id_ in removed else _file_name(each)) for each in post.attachments]
            for written_, (each, name) in zip(activity["object"]["attachment"], named, strict=True):
                written_["url"] = name
                files += [(each.original.key, name)] if name else []
        made.append(activity)
    last = found[-1][0] if len(found) == limits.TAKEN_POSTS_AT_ONCE else None
    return Said(made, files, last)


def _file_name(file: Attachment) -> str:
    key = file.original.key
    return f"media_attachments/{file.id}.{key.rpartition('.')[2]}" if key else ""


class Kept(msgspec.Struct, frozen=True):
    """Addresses of posts, and after what to go on."""

    addresses: list[str]
    next: int | None


def kept(tx: Tx, site: Site, actor: AccountId, kind: str, after: int) -> Kept:
    """Return the addresses of some posts that somebody favourited or bookmarked."""
    found = belongings.kept_posts(tx, site, kind, actor, after, limits.TAKEN_AT_ONCE)
    following = _next(found, limits.TAKEN_AT_ONCE)
    return Kept([each.name for each in found], None if following is None else following[1])


class Decided(msgspec.Struct, frozen=True):
    """Decisions about somebody: each as it is told, and what proves it, as far as it is signed."""

    told: list[tuple[int, dict[str, Any], Receipt | None]]
    next: int | None


def decided(tx: Tx, actor: AccountId, before: int | None) -> Decided:
    """Tell what was decided about somebody, the newest first."""
    found = standing.rulings(tx, actor, Range(limits.PAGE_DEFAULT, max_id=before))
    told = [
        (
            each.decision.id,
            _told(tx, each),
            standing.receipt(tx, actor, each.decision.id) if each.signed else None,
        )
        for each in found
    ]
    return Decided(told, found[-1].decision.id if len(found) == limits.PAGE_DEFAULT else None)


def _told(tx: Tx, ruling: Ruling) -> dict[str, Any]:
    decision, appeal = ruling.decision, ruling.appeal
    told: dict[str, Any] = {
        "id": str(decision.id),
        "act": decision.act.value,
        "state": decision.state.value,
        "over": ruling.over,
        "reasons": decision.reasons,
        "facts": decision.facts,
        "clauses": decision.clauses,
        "law": decision.law,
        "territory": decision.territory,
        "detected": decision.detected,
        "automated": decision.automated,
        "provisional": decision.provisional,
        "single_operator": decision.single_operator,
        "posts": [str(each) for each in decision.posts],
        "starts_at": moment(decision.starts_at),
        "ends_at": None if decision.ends_at is None else moment(decision.ends_at),
        "entry": ruling.place,
    }
    if appeal is not None:
        told["appeal"] = {
            "text": appeal.text,
            "state": appeal.state.value,
            "opened_at": moment(appeal.opened_at),
            "due_at": moment(appeal.due_at),
            "decided_at": None if appeal.decided_at is None else moment(appeal.decided_at),
            "reasons": appeal.reasons,
            "turns": [
                {"by": "reviewer" if each.by_reviewer else "you", "text": each.text, "at": moment(each.at)}
                for each in appeals.turns(tx, appeal.id)
            ],
        }
    return told
