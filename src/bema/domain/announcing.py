"""Announcing: what the operators say to everybody, and what people answer with an emoji."""

from collections.abc import Sequence
from typing import Any

from bema.domain import deciding, reading
from bema.model import limits
from bema.model.announcing import Announcement, Reaction
from bema.model.decisions import Subject, SubjectKind
from bema.model.errors import Invalid, NotFound
from bema.model.events import AnnouncementPublished, AnnouncementReacted, AnnouncementRemoved
from bema.model.ids import AccountId, Millis, PostId
from bema.model.permissions import Permission, Staff
from bema.model.site import Site
from bema.model.views import Account, Emoji, Mention
from bema.store import announcements, custom_emojis, mentions
from bema.store.announcements import Row
from bema.store.tx import Tx, WriteTx
from bema.wire import text as texts
from bema.wire.html import MentionLink, render

# --- What the operators do --------------------------------------------------------------------------------------------


def publish(
    tx: WriteTx,
    staff: Staff,
    text: str,
    *,
    starts_at: Millis | None = None,
    ends_at: Millis | None = None,
    all_day: bool = False,
) -> int:
    """Say something to everybody, until what is announced is over or it is taken back."""
    staff.needs(Permission.MANAGE_ANNOUNCEMENTS)
    text = texts.strip_controls(text).strip()
    if not text:
        raise Invalid("Validation failed: Text can't be blank")
    if texts.length(text) > limits.ANNOUNCEMENT_CHARACTERS:
        raise Invalid(f"Validation failed: Text is too long (maximum is {limits.ANNOUNCEMENT_CHARACTERS} characters)")
    if ends_at is not None and ends_at <= max(starts_at or 0, tx.now):
        raise Invalid("Validation failed: It must end after it begins, and after now")
    if len(announcements.shown(tx)) >= limits.ANNOUNCEMENTS:
        raise Invalid(f"Validation failed: {limits.ANNOUNCEMENTS} announcements are shown already")
    days = all_day and (starts_at is not None or ends_at is not None)
    id_ = announcements.add(tx, text, starts_at=starts_at, ends_at=ends_at, all_day=days)
    deciding.note(tx, staff, "publish_announcement", Subject(SubjectKind.ANNOUNCEMENT, id_))
    tx.emit(AnnouncementPublished(announcement=id_))
    return id_


def remove(tx: WriteTx, staff: Staff, id_: int) -> None:
    """Take back what was said."""
    staff.needs(Permission.MANAGE_ANNOUNCEMENTS)
    if not announcements.remove(tx, id_):
        raise NotFound
    deciding.note(tx, staff, "remove_announcement", Subject(SubjectKind.ANNOUNCEMENT, id_))
    tx.emit(AnnouncementRemoved(announcement=id_))


# --- What people do ---------------------------------------------------------------------------------------------------


def dismiss(tx: WriteTx, actor: AccountId, id_: int) -> None:
    """See an announcement no more; dismissing it twice changes nothing."""
    if announcements.one(tx, id_) is None:
        raise NotFound
    announcements.dismiss(tx, actor, id_)


def react(tx: WriteTx, actor: AccountId, id_: int, name: str) -> None:
    """Answer an announcement with an emoji, of all or of this server; twice is once."""
    if not announcements.hold(tx, id_):
        raise NotFound
    if len(name) > limits.REACTION_CHARACTERS or not (texts.is_emoji(name) or custom_emojis.used(tx, [name])):
        raise Invalid("Validation failed: Name is not a recognized emoji")
    if announcements.other_reactions(tx, id_, name) >= limits.ANNOUNCEMENT_REACTIONS:
        raise Invalid("Validation failed: Limit of different reactions reached")
    if announcements.react(tx, actor, id_, name):
        tx.emit(AnnouncementReacted(announcement=id_, name=name))


def take_back(tx: WriteTx, actor: AccountId, id_: int, name: str) -> None:
    """Take an emoji back that one answered an announcement with."""
    if not announcements.hold(tx, id_) or not announcements.take_back(tx, actor, id_, name):
        raise NotFound
    tx.emit(AnnouncementReacted(announcement=id_, name=name))


# --- What is shown ----------------------------------------------------------------------------------------------------


def shown(tx: Tx, site: Site, viewer: AccountId | None, *, with_dismissed: bool = False) -> list[Announcement]:
    """Load what is not over, in the order in which it begins; without what the viewer dismissed, unless that is asked for."""
    rows = announcements.shown(tx)
    if not rows:
        return []
    ids = [row.id for row in rows]
    dismissed = announcements.dismissed(tx, viewer, ids) if viewer is not None else set()
    wanted = [row for row in rows if with_dismissed or row.id not in dismissed]
    return _load(tx, site, viewer, wanted, dismissed) if wanted else []


def one(tx: Tx, site: Site, viewer: AccountId | None, id_: int) -> Announcement:
    """Load an announcement that is not over."""
    row = announcements.one(tx, id_)
    if row is None:
        raise NotFound
    dismissed = announcements.dismissed(tx, viewer, [id_]) if viewer is not None else set()
    return _load(tx, site, viewer, [row], dismissed)[0]


def reaction(tx: Tx, id_: int, name: str) -> Reaction:
    """Load how many answered an announcement with an emoji; perhaps nobody does any more."""
    emojis = {} if texts.is_emoji(name) else {each.shortcode: each for each in custom_emojis.used(tx, [name])}
    return Reaction(name, announcements.people(tx, id_, name), None, emojis.get(name))


def _load(tx: Tx, site: Site, viewer: AccountId | None, rows: Sequence[Row], dismissed: set[int]) -> list[Announcement]:
    tokens = {row.id: texts.parse(row.text) for row in rows}
    every = [token for of_row in tokens.values() for token in of_row]
    reactions = announcements.reactions(tx, viewer, [row.id for row in rows])
    names = {row.name for of_row in reactions.values() for row in of_row if not texts.is_emoji(row.name)}
    shortcodes = names | {token.shortcode for token in every if isinstance(token, texts.Emoji)}
    emojis = {each.shortcode: each for each in custom_emojis.used(tx, shortcodes)} if shortcodes else {}
    handles = {token.handle: None for token in every if isinstance(token, texts.Mention)}
    people = mentions.resolve(tx, site, list(handles)[: limits.POST_MENTIONS]) if handles else {}
    links = {
        handle: MentionLink(acct=each.acct, username=each.username, url=each.url or site.profile(each.acct))
        for handle, each in people.items()
    }
    posts = _linked_posts(tx, site, viewer, every)
    return [
        Announcement(
            row.id,
            render(row.text, links, site.tag),
            row.starts_at,
            row.ends_at,
            bool(row.all_day),
            row.published_at,
            row.updated_at,
            None if viewer is None else row.id in dismissed,
            [_mention(people[each]) for each in _once(tokens[row.id], texts.Mention, "handle") if each in people],
            [posts[each] for each in _once(tokens[row.id], texts.Link, "text") if each in posts],
            _once(tokens[row.id], texts.Hashtag, "name"),
            [emojis[each] for each in _once(tokens[row.id], texts.Emoji, "shortcode") if each in emojis],
            [_reaction(each, viewer, emojis) for each in reactions[row.id]],
        )
        for row in rows
    ]


def _once(tokens: Sequence[texts.Token], kind: type[texts.Token], name: str) -> list[str]:
    """Return what tokens of a kind name, each once."""
    return list(dict.fromkeys(getattr(token, name) for token in tokens if isinstance(token, kind)))


def _mention(found: Account) -> Mention:
    return Mention(found.id, found.username, found.domain)


def _reaction(row: Any, viewer: AccountId | None, emojis: dict[str, Emoji]) -> Reaction:
    return Reaction(row.name, row.people, None if viewer is None else bool(row.is_own), emojis.get(row.name))


def _linked_posts(
    tx: Tx, site: Site, viewer: AccountId | None, tokens: Sequence[texts.Token]
) -> dict[str, tuple[PostId, str]]:
    """Find the posts of this server that are linked to, as far as the viewer may see them, by the links."""
    linked = {
        token.text: id_ for token in tokens if isinstance(token, texts.Link) and (id_ := site.post_at(token.text))
    }
    wanted = list(dict.fromkeys(linked.values()))[: limits.MULTI_GET_IDS]
    found = {post.id: post for post in reading.posts_by_ids(tx, viewer, wanted)} if wanted else {}
    return {
        address: (id_, found[id_].url or site.post(found[id_].author.acct, id_))
        for address, id_ in linked.items()
        if id_ in found
    }
