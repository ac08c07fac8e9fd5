"""Posts: what is said, and how a list of them is loaded for a viewer in a handful of statements, whatever their number."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, case, delete, func, literal_column, not_, or_, select, union_all

from bema.model.allowing import Allowance, Wanted
from bema.model.filters import Matcher
from bema.model.ids import AccountId, AppId, Millis, PostId
from bema.model.policy import QuotePolicy, QuoteState, Visibility
from bema.model.views import Account, Attachment, Card, Emoji, Flags, Mention, PollTerms, Post, PostedWith, Reacted
from bema.store import accounts, cards, filters, polls, quotes
from bema.store.dialect import insert, listed_ids, one_of_ids
from bema.store.quotes import Quoting
from bema.store.tables import account, app, bookmark, favourite, filter_digest, pin, post, post_counts, thread_mute
from bema.store.tx import Tx, WriteTx, text_of
from bema.store.visible import sees, sees_with_boosted, taken_away, viewer

_attachments = msgspec.json.Decoder(list[Attachment]).decode
_mentions = msgspec.json.Decoder(list[Mention]).decode
_tags = msgspec.json.Decoder(list[str]).decode
_emojis = msgspec.json.Decoder(list[Emoji]).decode
_reactions = msgspec.json.Decoder(list[Reacted]).decode
_allowance = msgspec.json.Decoder(Allowance).decode
_VISIBILITIES = {int(visibility): visibility for visibility in Visibility}

_QUOTE_POLICIES: dict[int | None, QuotePolicy] = {int(policy): policy for policy in QuotePolicy}
_QUOTE_POLICIES[None] = QuotePolicy.NOBODY
_ACCEPTED = int(QuoteState.ACCEPTED)
_FOR_FOLLOWERS = {int(each) for each in QuotePolicy if QuotePolicy.FOLLOWERS in (each.at_once, each.when_asked)}

# --- Loading ----------------------------------------------------------------------------------------------------------

_ZERO: Any = literal_column("0")
_columns = (
    post.c.id,
    post.c.author_id,
    post.c.boost_of_id,
    post.c.visibility,
    post.c.content_html,
    post.c.warning,
    post.c.sensitive,
    post.c.language,
    post.c.in_reply_to_id,
    post.c.in_reply_to_author_id,
    post.c.thread_id,
    post.c.attachments,
    post.c.mentions,
    post.c.tags,
    post.c.emojis,
    app.c.name.label("app_name"),
    app.c.website.label("app_website"),
    post.c.local,
    post.c.uri,
    post.c.url,
    post.c.created_at,
    post.c.edited_at,
    func.coalesce(post_counts.c.replies, _ZERO).label("replies"),
    func.coalesce(post_counts.c.boosts, _ZERO).label("boosts"),
    func.coalesce(post_counts.c.favourites, _ZERO).label("favourites"),
    func.coalesce(post_counts.c.quotes, _ZERO).label("quotes"),
    post.c.quote_policy,
    post.c.quote_of_id,
    post.c.quote_state,
    post.c.poll,
    post.c.marked_sensitive,
    post.c.card_id,
    post.c.cover,
    post.c.label,
    post.c.staff_note,
    post.c.reactions,
    post.c.allowance,
    post.c.wanted,
    post.c.refused,
)
_source = post.outerjoin(post_counts, post_counts.c.post_id == post.c.id).outerjoin(app, app.c.id == post.c.app_id)
_by_ids = select(*_columns).select_from(_source).where(one_of_ids(post.c.id))

# What the viewer did with the posts: only what is so comes back, a row for each. Several times faster than a column of
# `exists` for each post.
_FAVOURITED, _BOOSTED, _BOOKMARKED, _MUTED, _PINNED = 1, 2, 4, 8, 16
_FILTERS = 32  # the viewer has filters: not the id of a post comes with it, but the digest of all of them
_wanted = listed_ids("ids").cte("wanted")
_wanted_ids = select(_wanted.c.id)
_wanted_posts = post.join(_wanted, _wanted.c.id == post.c.id)


def _did(what: int, id_: Any, *conditions: Any) -> Any:
    return select(id_.label("id"), literal_column(str(what)).label("what")).where(*conditions)


_flags = union_all(
    _did(_FAVOURITED, favourite.c.post_id, favourite.c.account_id == viewer, favourite.c.post_id.in_(_wanted_ids)),
    _did(_BOOSTED, post.c.boost_of_id, post.c.author_id == viewer, post.c.boost_of_id.in_(_wanted_ids)),
    _did(_BOOKMARKED, bookmark.c.post_id, bookmark.c.account_id == viewer, bookmark.c.post_id.in_(_wanted_ids)),
    _did(_PINNED, pin.c.post_id, pin.c.account_id == viewer, pin.c.post_id.in_(_wanted_ids)),
    select(post.c.id, literal_column(str(_MUTED)))
    .select_from(_wanted_posts.join(thread_mute, thread_mute.c.thread_id == post.c.thread_id))
    .where(thread_mute.c.account_id == viewer),
    _did(_FILTERS, filter_digest.c.digest, filter_digest.c.account_id == viewer),
)
_NO_FLAGS = Flags()


def _flags_of(tx: Tx, ids: Iterable[PostId], viewer_id: AccountId) -> tuple[dict[PostId, Flags], int | None]:
    """Return what the viewer did with each post, and the digest of the viewer's filters, where there are any."""
    did: dict[PostId, int] = {}
    digest = None
    for id_, what in tx.all(_flags, {"ids": list(ids), "viewer": viewer_id}):
        if what == _FILTERS:
            digest = id_
        else:
            did[id_] = did.get(id_, 0) | what
    flags = {
        id_: Flags(
            favourited=bool(bits & _FAVOURITED),
            boosted=bool(bits & _BOOSTED),
            bookmarked=bool(bits & _BOOKMARKED),
            thread_muted=bool(bits & _MUTED),
            pinned=bool(bits & _PINNED),
        )
        for id_, bits in did.items()
    }
    return flags, digest


def load(tx: Tx, ids: Sequence[PostId], viewer_id: AccountId | None) -> list[Post]:
    """Load posts that the viewer was found to see, in the order given, with authors, boosted posts and the viewer's flags."""
    return tx.once(("posts", viewer_id, *ids), lambda: _load(tx, ids, viewer_id)) if ids else []


def _load(tx: Tx, ids: Sequence[PostId], viewer_id: AccountId | None) -> list[Post]:
    loaded = _parts(tx, ids)
    boosted = {parts.boost_of for parts in loaded.values() if parts.boost_of is not None} - loaded.keys()
    if boosted:
        loaded.update(_parts(tx, boosted))
    seen = _add_quoted(tx, loaded, viewer_id)
    flags, digest = _flags_of(tx, loaded, viewer_id) if viewer_id is not None else ({}, None)
    none = None if viewer_id is None else _NO_FLAGS
    asked = {id_: (parts.poll, parts.fields[1].id) for id_, parts in loaded.items() if parts.poll is not None}
    found = polls.load(tx, asked, viewer_id)
    made = {
        id_: parts.post(none)
        if parts.is_plain and id_ not in flags
        else _post(*parts.fields, flags.get(id_, none), None, parts.fields, found.get(id_))
        for id_, parts in loaded.items()
        if parts.boost_of is None
    }
    if viewer_id is not None and any(parts.is_for_followers for parts in loaded.values()):
        quotes.relate(tx, made, viewer_id)
    if viewer_id is not None and digest is not None:
        _filter(tx, made, filters.matcher(tx, viewer_id, digest))
    if seen is not None:
        quotes.attach(made, {id_: parts.quoting for id_, parts in loaded.items() if parts.quoting is not None}, seen)
    for id_, parts in loaded.items():
        if parts.boost_of is not None and (boosted_post := made.get(parts.boost_of)) is not None:
            if id_ not in flags and boosted_post is loaded[parts.boost_of].shared.get(viewer_id is None):
                made[id_] = parts.post(none, boosted_post)
            else:
                made[id_] = _post(*parts.fields, flags.get(id_, none), boosted_post, parts.fields)
    return [made[id_] for id_ in ids if id_ in made]


def _filter(tx: Tx, made: dict[PostId, Post], matcher: Matcher) -> None:
    """Note with posts which of the viewer's filters they meet; a boost carries the flags of what it boosts."""
    for id_, each in made.items():
        if (met := filters.met_by(matcher, each, tx.now)) and each.flags is not None:
            made[id_] = msgspec.structs.replace(each, flags=msgspec.structs.replace(each.flags, filtered=met))


_post: Callable[..., Post] = Post


def _add_quoted(tx: Tx, loaded: dict[PostId, "_Parts"], viewer_id: AccountId | None) -> dict[PostId, str] | None:
    """Load what posts quote, as far as the viewer may see it. Return how they see it, and what that quotes in its turn."""
    if not any(parts.quoting is not None for parts in loaded.values()):
        return None
    first = quotes.quoted_by(parts.quoting for parts in loaded.values())
    seen = quotes.seen(tx, first, viewer_id)
    if missing := seen.keys() - loaded.keys():
        loaded.update(_parts(tx, missing))
    deeper = quotes.quoted_by(loaded[id_].quoting for id_ in seen if id_ in loaded) - first
    seen.update(quotes.seen(tx, deeper, viewer_id))
    return seen


class _Parts(NamedTuple):
    """What is the same of a post for everybody."""

    boost_of: PostId | None
    quoting: Quoting | None
    is_for_followers: bool  # to quote, to answer and the like
    fields: tuple[Any, ...]  # of views.Post, up to its flags
    poll: PollTerms | None
    shared: dict[bool, Post]  # the post as it is for a stranger (True), and for whoever did nothing with it

    @property
    def is_plain(self) -> bool:
        """Whether the post is the same for whoever did nothing with it."""
        return self.poll is None and self.quoting is None

    def post(self, none: Flags | None, boosted: Post | None = None) -> Post:
        """Return the post for somebody who did nothing with it: always the same object, so that it is rendered once."""
        post = self.shared.get(none is None)
        if post is None or post.boost_of is not boosted:
            post = self.shared[none is None] = _post(*self.fields, none, boosted, self.fields)
        return post


def _parts(tx: Tx, ids: Collection[PostId]) -> dict[PostId, _Parts]:
    known = tx.known
    if known is None:
        return _read_parts(tx, ids)
    missing = [id_ for id_ in ids if ("post", id_) not in known]
    if missing:
        known.update((("post", id_), parts) for id_, parts in _read_parts(tx, missing).items())
    return {id_: found for id_ in ids if (found := known.get(("post", id_))) is not None}


def _read_parts(tx: Tx, ids: Collection[PostId]) -> dict[PostId, _Parts]:
    rows = tx.all(_by_ids, {"ids": ids})
    people = accounts.by_ids(tx, {row[1] for row in rows})
    linked = {row[31] for row in rows if row[31] is not None}
    shown = cards.by_ids(tx, linked) if linked else {}
    return {row[0]: _parts_of(row, people[row[1]], shown.get(row[31])) for row in rows}


def _parts_of(row: Any, author: Account, card: Card | None) -> _Parts:
    fields = (
        row[0],
        author,
        _VISIBILITIES[row[3]],
        row[4],
        row[32] or row[5],
        row[6] or row[30] or author.sensitized or row[32] is not None,
        row[7],
        row[8],
        row[9],
        row[10],
        _attachments(row[11]) if row[11] != "[]" else [],
        _mentions(row[12]) if row[12] != "[]" else [],
        _tags(row[13]) if row[13] != "[]" else [],
        _emojis(row[14]) if row[14] != "[]" else [],
        PostedWith(row[15], row[16]) if row[15] is not None else None,
        *row[17:26],
        _QUOTE_POLICIES[row[26]],
        card,
        row[33],
        row[34],
        _reactions(row[35]) if row[35] is not None else [],
        None if row[36] is None else _allowance(row[36]),
        None if row[37] is None else Wanted(_VISIBILITIES[row[37]], row[38]),
    )
    quoting = None if row[28] is None else Quoting(row[27], row[28])
    for_followers = row[26] in _FOR_FOLLOWERS or row[36] is not None
    return _Parts(row[2], quoting, for_followers, fields, None if row[29] is None else polls.terms_of(row[29]), {})


_source_of = select(post.c.text, post.c.warning).where(post.c.id == bindparam("id"))


def source(tx: Tx, id_: PostId) -> tuple[str, str]:
    """Return text and warning of a post as they were typed."""
    row = tx.first(_source_of, {"id": id_})
    return (row.text, row.warning) if row else ("", "")


_visible_ids = select(post.c.id).where(one_of_ids(post.c.id), sees_with_boosted())


def visible_ids(tx: Tx, ids: Iterable[PostId], viewer_id: AccountId | None) -> set[PostId]:
    """Return which of these posts exist and may be seen by the viewer."""
    return {row[0] for row in tx.all_known(_visible_ids, {"ids": list(ids), "viewer": viewer_id})}


# --- Writing ----------------------------------------------------------------------------------------------------------

_SET_LATER = ("removed", "marked_sensitive", "cover", "label", "staff_note", "demoted", "quiet", "card_id", "reactions",
              "refused")  # fmt: skip
_insert = insert(post).values(
    {column.name: bindparam(column.name) for column in post.c if column.name not in _SET_LATER}
)
_insert_boost = _insert.on_conflict_do_nothing()


class NewPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post about to be stored; the text is rendered already."""

    id: PostId
    author: AccountId
    visibility: Visibility
    created_at: Millis
    text: str = ""
    content_html: str = ""
    warning: str = ""
    sensitive: bool = False
    language: str | None = None
    in_reply_to: PostId | None = None
    in_reply_to_author: AccountId | None = None
    thread: PostId | None = None  # None: it opens a thread
    boost_of: PostId | None = None
    quote_policy: QuotePolicy | None = None  # None: nobody but the author may quote it
    quote_of: PostId | None = None
    quote_state: QuoteState | None = None
    quote_approval_uri: str | None = None
    allowance: Allowance | None = None
    wanted: Visibility | None = None  # whom it is for once whom it answers gave leave
    leave_uri: str | None = None  # where the leave to answer or pass on can be checked
    attachments: list[Attachment] = []
    mentions: list[Mention] = []
    tags: list[str] = []
    emojis: list[Emoji] = []
    poll: PollTerms | None = None
    app: AppId | None = None
    local: bool = True
    uri: str | None = None
    url: str | None = None


def add(tx: WriteTx, new: NewPost) -> bool:
    """Store a post; False when it is a boost that exists already."""
    added = tx.run(
        _insert_boost if new.boost_of is not None else _insert,
        {
            "id": new.id,
            "author_id": new.author,
            "visibility": int(new.visibility),
            "boost_of_id": new.boost_of,
            "in_reply_to_id": new.in_reply_to,
            "in_reply_to_author_id": new.in_reply_to_author,
            "thread_id": new.id if new.thread is None else new.thread,
            "text": new.text,
            "content_html": new.content_html,
            "warning": new.warning,
            "sensitive": new.sensitive,
            "language": new.language,
            "attachments": text_of(new.attachments),
            "mentions": text_of(new.mentions),
            "tags": text_of(new.tags),
            "emojis": text_of(new.emojis),
            "poll": None if new.poll is None else text_of(new.poll),
            "app_id": new.app,
            "local": new.local,
            "uri": new.uri,
            "url": new.url,
            "created_at": new.created_at,
            "edited_at": None,
            "quote_policy": None if new.quote_policy is None else int(new.quote_policy),
            "quote_of_id": new.quote_of,
            "quote_state": None if new.quote_state is None else int(new.quote_state),
            "quote_approval_uri": new.quote_approval_uri,
            "allowance": None if new.allowance is None else text_of(new.allowance),
            "wanted": None if new.wanted is None else int(new.wanted),
            "leave_uri": new.leave_uri,
        },
    )
    return added > 0


class Bare(msgspec.Struct, frozen=True, gc=False):
    """What operations and readers of the log need of a post: no text, no flags."""

    id: PostId
    author: AccountId
    visibility: Visibility
    boost_of: PostId | None
    in_reply_to: PostId | None
    in_reply_to_author: AccountId | None
    thread: PostId
    created_at: Millis
    quote_policy: QuotePolicy
    quote_of: PostId | None  # what it quotes with the leave of its author
    quiet: bool = False  # by a decision: few may answer it
    allowance: Allowance | None = None  # of a post from elsewhere: what its author lets people of this server do
    waits: bool = False  # for the word of whom it answers: it is not said yet


_bare = select(
    post.c.id,
    post.c.author_id,
    post.c.visibility,
    post.c.boost_of_id,
    post.c.in_reply_to_id,
    post.c.in_reply_to_author_id,
    post.c.thread_id,
    post.c.created_at,
    post.c.quote_policy,
    case((post.c.quote_state == _ACCEPTED, post.c.quote_of_id)).label("quote_of"),
    or_(post.c.quiet, select(account.c.quiet).where(account.c.id == post.c.author_id).scalar_subquery()).label("quiet"),
    post.c.allowance,
    post.c.wanted,
).where(post.c.id == bindparam("id"))
_bare_for = _bare.add_columns(sees().label("seen"))
_held_in_any_case = _bare.with_for_update()
_held = _held_in_any_case.where(not_(taken_away()))
_boost_by = select(post.c.id).where(post.c.boost_of_id == bindparam("post"), post.c.author_id == bindparam("account"))
_remove_boosts = delete(post).where(post.c.boost_of_id == bindparam("post")).returning(post.c.id, post.c.author_id)
_delete = delete(post).where(post.c.id == bindparam("id"))


def bare(tx: Tx, id_: PostId) -> Bare | None:
    """Load the skeleton of a post, whoever may see it: not for showing."""
    rows = tx.all_known(_bare, {"id": id_})
    return _bare_of(rows[0] if rows else None)


def bare_for(tx: Tx, id_: PostId, viewer_id: AccountId | None) -> tuple[Bare | None, bool]:
    """Load the skeleton of a post, and whether the viewer may see it: itself, not what it boosts."""
    rows = tx.all_known(_bare_for, {"id": id_, "viewer": viewer_id})
    return (_bare_of(rows[0]), bool(rows[0].seen)) if rows else (None, False)


def held(tx: WriteTx, id_: PostId, *, in_any_case: bool = False) -> Bare | None:
    """Do what `bare` does, and let nobody boost, change or delete the post until this transaction ends.

    A post that a decision removed is not there, unless asked for `in_any_case`: its author can neither change nor destroy
    what may come back.
    """
    return _bare_of(tx.first(_held_in_any_case if in_any_case else _held, {"id": id_}))


def _bare_of(row: Any) -> Bare | None:
    return (
        Bare(
            row[0],
            row[1],
            Visibility(row[2]),
            row[3],
            row[4],
            row[5],
            row[6],
            row[7],
            _QUOTE_POLICIES[row[8]],
            row[9],
            bool(row[10]),
            None if row[11] is None else _allowance(row[11]),
            row[12] is not None,
        )
        if row
        else None
    )


def boost_by(tx: Tx, id_: PostId, account_id: AccountId) -> PostId | None:
    """Return the id of somebody's boost of a post."""
    found: PostId | None = tx.value(_boost_by, {"post": id_, "account": account_id})
    return found


def remove_boosts(tx: WriteTx, id_: PostId) -> list[tuple[PostId, AccountId]]:
    """Delete all boosts of a post, and return them with who made them: no boost that was taken back meanwhile."""
    return sorted((row[0], row[1]) for row in tx.all(_remove_boosts, {"post": id_}))


def remove(tx: WriteTx, id_: PostId) -> bool:
    """Delete a post with what hangs on it; False when it was gone."""
    return tx.run(_delete, {"id": id_}) > 0
