"""Builds what a test is about in a line that shows only what matters: `make.post(author=ann, visibility=FOLLOWERS)`.

Everything goes through transactions of the database under test, and says to the event log what the operations would say.
"""

import html
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from bema.model.events import (
    AccountCreated,
    Blocked,
    Event,
    Followed,
    FollowRequested,
    Muted,
    PostBoosted,
    PostDeleted,
    PostFavourited,
    PostPublished,
    PostUnfavourited,
    Unfollowed,
)
from bema.model.ids import AccountId, LoginId, Millis, PostId, moment_of
from bema.model.policy import Kind, QuotePolicy, QuoteState, Role, Standing, Visibility
from bema.store import accounts, blocks, bookmarks, favourites, follows, grants, logins, posts, sessions
from bema.store import mentions as mentioning
from bema.store import tags as tagging
from bema.store.database import Database
from bema.store.dialect import insert
from bema.store.tables import account, mute, tag, tag_follow, token
from bema.store.tx import WriteTx

HERE = "square.example"  # the domain of the server under test


@dataclass(frozen=True)
class Make:
    """Builds things in one database."""

    database: Database

    def account(
        self,
        username: str,
        *,
        kind: Kind = Kind.PERSON,
        standing: Standing = Standing.ACTIVE,
        locked: bool = False,
        display_name: str = "",
        language: str | None = "en",
        host: str | None = None,
        at: Millis | None = None,
    ) -> AccountId:
        """Make an account of this server, or of `host`."""
        settings = {"locked": locked, "display_name": display_name or username.title()}
        return self.database.write_now(_account, username, host, kind, standing, language, at, settings)

    def login(
        self,
        email: str,
        *speaks_for: AccountId,
        role: Role = Role.MEMBER,
        password_hash: str | None = None,
        confirmed: bool = True,
        approved: bool = True,
    ) -> LoginId:
        """Make a login that owns the accounts."""
        return self.database.write_now(_login, email, speaks_for, role, password_hash, confirmed, approved)

    def token(self, login: LoginId, speaks_for: AccountId, scopes: str = "read write follow push") -> str:
        """Make an app with a token for an account, and return the bearer token."""
        return self.database.write_now(_token, login, speaks_for, scopes)

    def session(self, login: LoginId, speaks_for: AccountId) -> str:
        """Sign a browser in, and return the secret of its cookie."""
        secret = secrets.token_urlsafe(32)
        csrf = secrets.token_urlsafe(32)
        self.database.write_now(
            sessions.add,
            secret=secret,
            csrf_secret=csrf,
            login_id=login,
            account_id=speaks_for,
            address="192.0.2.1",
            user_agent="test",
        )
        return secret

    def revoke_tokens(self, speaks_for: AccountId) -> None:
        """Revoke all tokens of an account."""
        self.database.write_now(_revoke_tokens, speaks_for)

    def post(
        self,
        author: AccountId,
        text: str = "Good morning",
        *,
        visibility: Visibility = Visibility.PUBLIC,
        in_reply_to: PostId | None = None,
        mentions: Iterable[AccountId] = (),
        tags: Iterable[str] = (),
        language: str | None = "en",
        quote_policy: QuotePolicy | None = None,
        quote_of: PostId | None = None,
        at: Millis | None = None,
    ) -> PostId:
        """Publish a post; whom it mentions and which tags it has is said apart from its text."""
        return self.database.write_now(
            _post,
            author,
            text,
            visibility,
            in_reply_to,
            tuple(mentions),
            tuple(tags),
            language,
            quote_policy,
            quote_of,
            at,
        )

    def boost(self, by: AccountId, post: PostId, *, at: Millis | None = None) -> PostId:
        """Boost a post; return the boost."""
        return self.database.write_now(_boost, by, post, at)

    def favourite(self, by: AccountId, post: PostId) -> None:
        """Favourite a post."""
        self.database.write_now(_favourite, by, post)

    def bookmark(self, by: AccountId, post: PostId) -> None:
        """Bookmark a post."""
        self.database.write_now(bookmarks.add, post, by)

    def unfavourite(self, by: AccountId, post: PostId) -> None:
        """Withdraw a favourite."""
        self.database.write_now(_unfavourite, by, post)

    def delete(self, post: PostId) -> None:
        """Delete a post, or undo a boost."""
        self.database.write_now(_delete, post)

    def follow(
        self,
        follower: AccountId,
        followed: AccountId,
        *,
        boosts: bool = True,
        notify: bool = False,
        languages: list[str] | None = None,
    ) -> None:
        """Let one account follow another, whether that one is locked or not."""
        terms = follows.Terms(boosts=boosts, notify=notify, languages=languages)
        self.database.write_now(_follow, follower, followed, terms)

    def unfollow(self, follower: AccountId, followed: AccountId) -> None:
        """End a follow."""
        self.database.write_now(_unfollow, follower, followed)

    def follow_request(self, follower: AccountId, followed: AccountId) -> None:
        """Let one account ask to follow another."""
        self.database.write_now(_follow_request, follower, followed)

    def follow_tag(self, follower: AccountId, name: str) -> None:
        """Let an account follow a tag."""
        self.database.write_now(_follow_tag, follower, name)

    def block(self, by: AccountId, target: AccountId) -> None:
        """Let one account block another; follows between them stay as they are."""
        self.database.write_now(_block, by, target)

    def mute(
        self, by: AccountId, target: AccountId, *, notifications: bool = True, expires_at: Millis | None = None
    ) -> None:
        """Let one account mute another."""
        self.database.write_now(_mute, by, target, notifications, expires_at)

    def emit(self, *facts: Event) -> None:
        """Add facts to the event log, and nothing else."""
        self.database.write_now(_emit, facts)


# --- The transactions -------------------------------------------------------------------------------------------------

_set_uri = update(account).where(account.c.id == bindparam("key")).values(uri=bindparam("uri"), url=bindparam("uri"))
_tag = select(tag.c.id).where(tag.c.name == bindparam("name"))
_add_tag = insert(tag).values(id=bindparam("id"), name=bindparam("name"), display=bindparam("name"), created_at=0)
_add_tag_follow = insert(tag_follow).values(
    id=bindparam("id"), tag_id=bindparam("tag"), account_id=bindparam("account")
)
_add_mute = insert(mute).values(
    id=bindparam("id"),
    by_id=bindparam("by"),
    target_id=bindparam("target"),
    notifications=bindparam("notifications"),
    expires_at=bindparam("expires_at"),
)


def _account(
    tx: WriteTx,
    username: str,
    host: str | None,
    kind: Kind,
    standing: Standing,
    language: str | None,
    at: Millis | None,
    settings: dict[str, object],
) -> AccountId:
    id_ = accounts.add_local(
        tx,
        domain_id=accounts.domain_id(tx, host or HERE, local=host is None),
        username=username,
        kind=kind,
        standing=standing,
        created_at=tx.now if at is None else at,
        language=language,
    )
    assert id_ is not None, f"{username} exists"
    accounts.change(tx, id_, **settings)
    if host is not None:
        tx.run(_set_uri, {"key": id_, "uri": f"https://{host}/users/{username}"})
    tx.emit(AccountCreated(account=id_))
    return id_


def _login(
    tx: WriteTx,
    email: str,
    speaks_for: tuple[AccountId, ...],
    role: Role,
    password_hash: str | None,
    confirmed: bool,
    approved: bool,
) -> LoginId:
    id_ = logins.add(
        tx,
        email=email,
        password_hash=password_hash,
        role=role,
        locale="en",
        reason="",
        confirmed_at=tx.now if confirmed else None,
        approved_at=tx.now if approved else None,
        signed_up_from=None,
        invited_by=None,
    )
    assert id_ is not None, f"{email} exists"
    for one in speaks_for:
        logins.join(tx, id_, one, "owner")
    return id_


def _token(tx: WriteTx, login: LoginId, speaks_for: AccountId, scopes: str) -> str:
    app = grants.add_app(
        tx,
        client_id=secrets.token_urlsafe(16),
        secret=secrets.token_urlsafe(),
        name="Test app",
        website=None,
        redirect_uris=["urn:ietf:wg:oauth:2.0:oob"],
        scopes=scopes,
    )
    secret = secrets.token_urlsafe(32)
    id_ = grants.add_token(tx, secret=secret, app_id=app, login_id=login, account_id=speaks_for, scopes=scopes)
    grants.touch(tx, id_)  # else its first use would be noted in between the statements that a test counts
    return secret


def _post(
    tx: WriteTx,
    author: AccountId,
    text: str,
    visibility: Visibility,
    in_reply_to: PostId | None,
    mentions: tuple[AccountId, ...],
    tags: tuple[str, ...],
    language: str | None,
    quote_policy: QuotePolicy | None,
    quote_of: PostId | None,
    at: Millis | None,
) -> PostId:
    answered = None if in_reply_to is None else posts.bare(tx, in_reply_to)
    id_ = PostId(tx.new_id() if at is None else tx.new_id_at(at))
    posts.add(
        tx,
        posts.NewPost(
            id=id_,
            author=author,
            visibility=visibility,
            created_at=moment_of(id_),
            text=text,
            content_html=f"<p>{html.escape(text)}</p>",
            language=language,
            in_reply_to=in_reply_to,
            in_reply_to_author=answered.author if answered else None,
            thread=answered.thread if answered else None,
            tags=list(tags),
            quote_policy=quote_policy,
            quote_of=quote_of,
            quote_state=None if quote_of is None else QuoteState.ACCEPTED,
        ),
    )
    mentioning.add(tx, id_, mentions)
    tagging.tag_post(tx, id_, {name.lower(): name for name in tags})
    fact = PostPublished(post=id_, author=author, visibility=visibility, in_reply_to=in_reply_to, quote_of=quote_of)
    tx.emit(fact)
    return id_


def _boost(tx: WriteTx, by: AccountId, post: PostId, at: Millis | None) -> PostId:
    original = posts.bare(tx, post)
    assert original is not None
    id_ = PostId(tx.new_id() if at is None else tx.new_id_at(at))
    visibility = Visibility.PUBLIC if original.visibility <= Visibility.UNLISTED else original.visibility
    new = posts.NewPost(id=id_, author=by, visibility=visibility, created_at=moment_of(id_), boost_of=post)
    assert posts.add(tx, new), "it was boosted already"
    tx.emit(PostBoosted(post=id_, author=by, boost_of=post))
    return id_


def _favourite(tx: WriteTx, by: AccountId, post: PostId) -> None:
    assert favourites.add(tx, post, by)
    tx.emit(PostFavourited(post=post, by=by))


def _unfavourite(tx: WriteTx, by: AccountId, post: PostId) -> None:
    assert favourites.remove(tx, post, by)
    tx.emit(PostUnfavourited(post=post, by=by))


def _delete(tx: WriteTx, post: PostId) -> None:
    bare = posts.bare(tx, post)
    assert bare is not None
    for boost, by in posts.remove_boosts(tx, post):
        tx.emit(PostDeleted(post=boost, author=by, boost_of=post))
    posts.remove(tx, post)
    fact = PostDeleted(
        post=post,
        author=bare.author,
        in_reply_to=bare.in_reply_to,
        boost_of=bare.boost_of,
        visibility=bare.visibility,
        quote_of=bare.quote_of,
    )
    tx.emit(fact)


def _follow(tx: WriteTx, follower: AccountId, followed: AccountId, terms: follows.Terms) -> None:
    assert follows.add(tx, follower, followed, terms)
    tx.emit(Followed(follower=follower, followed=followed))


def _unfollow(tx: WriteTx, follower: AccountId, followed: AccountId) -> None:
    assert follows.remove(tx, follower, followed)
    tx.emit(Unfollowed(follower=follower, followed=followed))


def _follow_request(tx: WriteTx, follower: AccountId, followed: AccountId) -> None:
    assert follows.add_request(tx, follower, followed, follows.Terms())
    tx.emit(FollowRequested(follower=follower, followed=followed))


def _follow_tag(tx: WriteTx, follower: AccountId, name: str) -> None:
    if tx.value(_tag, {"name": name}) is None:
        tx.run(_add_tag, {"id": tx.new_id(), "name": name})
    tx.run(_add_tag_follow, {"id": tx.new_id(), "tag": tx.value(_tag, {"name": name}), "account": follower})


def _block(tx: WriteTx, by: AccountId, target: AccountId) -> None:
    assert blocks.add(tx, by=by, target=target)
    tx.emit(Blocked(by=by, target=target))


def _mute(tx: WriteTx, by: AccountId, target: AccountId, notifications: bool, expires_at: Millis | None) -> None:
    parameters = {"by": by, "target": target, "notifications": notifications, "expires_at": expires_at}
    tx.run(_add_mute, {"id": tx.new_id(), **parameters})
    tx.emit(Muted(by=by, target=target))


def _emit(tx: WriteTx, facts: tuple[Event, ...]) -> None:
    for fact in facts:
        tx.emit(fact)


_revoke = update(token).where(token.c.account_id == bindparam("account")).values(revoked_at=bindparam("now"))


def _revoke_tokens(tx: WriteTx, speaks_for: AccountId) -> None:
    tx.run(_revoke, {"account": speaks_for, "now": tx.now})
