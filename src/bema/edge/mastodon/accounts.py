"""Accounts: one's own profile, and the profiles of others."""

from typing import Literal

import msgspec

from bema.domain import moving_out, people, profiles, reading, searching
from bema.edge.answers import Json, paged
from bema.edge.call import Call, Upload
from bema.edge.mastodon.paging import PeoplePaging
from bema.edge.mastodon.render import QUOTE_POLICIES, VISIBILITIES, Renderer, account_fields
from bema.edge.mastodon.roles import role_of
from bema.edge.mastodon.statuses import QUOTE_POLICY_OF, VISIBILITY_OF
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.uploads import kept_portraits
from bema.model import limits
from bema.model.ids import AccountId, parse_id
from bema.model.policy import Role
from bema.model.site import Site
from bema.model.views import Account as AccountView
from bema.model.views import OwnAccount, Page
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon import accounts as entities
from bema.wire.mastodon.accounts import Account, CredentialAccount, QuotePolicy

routes = Routes(Surface.API)

# --- One's own --------------------------------------------------------------------------------------------------------


@routes.get("/api/v1/accounts/verify_credentials", scope="profile read:accounts")
def verify(call: Call, tx: Tx) -> CredentialAccount:
    """View one's own account, and check that the token works."""
    return credentials(call, profiles.own(tx, call.actor))


class FieldPair(msgspec.Struct, frozen=True):
    """A name and value of a profile."""

    name: str = ""
    value: str = ""


class Source(msgspec.Struct, frozen=True):
    """What the composer starts with."""

    privacy: Literal["public", "unlisted", "private"] | None = None  # nobody writes to nobody by default
    sensitive: bool | None = None
    language: str | None = None
    quote_policy: QuotePolicy | None = None


class ProfileChanges(msgspec.Struct, frozen=True):
    """What a client sends to change a profile; what is absent stays."""

    display_name: str | None = None
    note: str | None = None
    avatar: Upload | None = None
    header: Upload | None = None
    avatar_description: str | None = None
    header_description: str | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hide_collections: bool | None = None
    show_media: bool | None = None
    show_media_replies: bool | None = None
    show_featured: bool | None = None
    attribution_domains: list[str] | None = None
    fields_attributes: list[FieldPair] | None = None
    source: Source = Source()


@routes.update(
    "/api/v1/accounts/update_credentials",
    scope="write:accounts",
    answer=CredentialAccount,
    body_bytes=limits.UPLOAD_BYTES + limits.BODY_BYTES,
)
async def update(call: Call, ask: ProfileChanges) -> CredentialAccount:
    """Change one's own profile."""
    return credentials(call, await changed(call, ask))


async def changed(call: Call, ask: ProfileChanges) -> OwnAccount:
    """Change one's own profile as it is asked for, with new pictures."""
    fields = ask.fields_attributes
    changes = profiles.Changes(
        display_name=ask.display_name,
        note=ask.note,
        fields=None if fields is None else [(field.name, field.value) for field in fields],
        avatar_description=ask.avatar_description,
        header_description=ask.header_description,
        locked=ask.locked,
        automated=ask.bot,
        discoverable=ask.discoverable,
        indexable=ask.indexable,
        hide_collections=ask.hide_collections,
        show_media=ask.show_media,
        show_media_replies=ask.show_media_replies,
        show_featured=ask.show_featured,
        attribution_domains=ask.attribution_domains,
        post_visibility=None if ask.source.privacy is None else VISIBILITY_OF[ask.source.privacy],
        post_sensitive=ask.source.sensitive,
        post_language=ask.source.language,
        post_quote_policy=None if ask.source.quote_policy is None else QUOTE_POLICY_OF[ask.source.quote_policy],
    )
    async with kept_portraits(call, avatar=ask.avatar, header=ask.header) as portraits:
        changes = msgspec.structs.replace(changes, **portraits)
        return await call.write(profiles.change, call.site, call.actor, changes)


@routes.delete("/api/v1/profile/avatar", scope="write:accounts")
def delete_avatar(call: Call, tx: WriteTx) -> CredentialAccount:
    """Go back to the default avatar."""
    return credentials(call, profiles.remove_portrait(tx, call.actor, "avatar"))


@routes.delete("/api/v1/profile/header", scope="write:accounts")
def delete_header(call: Call, tx: WriteTx) -> CredentialAccount:
    """Go back to the default header."""
    return credentials(call, profiles.remove_portrait(tx, call.actor, "header"))


# --- Others' ----------------------------------------------------------------------------------------------------------


@routes.get("/api/v1/accounts/{id}", scope="read:accounts", needs=Needs.NOBODY)
def view(call: Call, tx: Tx) -> Account:
    """View an account; of one that moved, with the account that it is now."""
    found, render = reading.account(tx, call.path_id()), Renderer(call.site, call.viewer)
    shown = render.account(found)
    gone = moving_out.removal(tx, found.id) if found.domain is None else None
    to = found.moved_to if gone is None else gone.to
    now = None if to is None else people.by_ids(tx, [to])
    return msgspec.structs.replace(shown, moved=render.account(now[0])) if now else shown


class Ids(msgspec.Struct, frozen=True):
    """Several ids."""

    id: list[str] = []

    def parsed(self) -> list[AccountId]:
        """Return what can be ids, each once, as many as are read at a time."""
        ids = [AccountId(id_) for text in self.id if (id_ := parse_id(text)) is not None]
        return list(dict.fromkeys(ids))[: limits.MULTI_GET_IDS]


@routes.get("/api/v1/accounts", scope="read:accounts", needs=Needs.NOBODY)
def view_several(call: Call, tx: Tx, ask: Ids) -> list[Account]:
    """View several accounts."""
    return rendered(call, people.by_ids(tx, ask.parsed()))


class Acct(msgspec.Struct, frozen=True):
    """The address of an account."""

    acct: str = ""


@routes.get("/api/v1/accounts/lookup", scope="read:accounts", needs=Needs.NOBODY)
def look_up(call: Call, tx: Tx, ask: Acct) -> Account:
    """Find an account by its address, as far as it is known here."""
    return Renderer(call.site, call.viewer).account(people.by_acct(tx, call.site, ask.acct))


class AccountSearch(msgspec.Struct, frozen=True):
    """Whom to look for; whether a server that an address names is asked where nobody here knows them."""

    q: str = ""
    limit: int = limits.PEOPLE_PAGE_DEFAULT
    offset: int = 0
    following: bool = False
    resolve: bool = False


@routes.get("/api/v1/accounts/search", scope="read:accounts")
async def search(call: Call, ask: AccountSearch) -> list[Account]:
    """Find people by the beginnings of their names, or by an address."""
    if ask.resolve and ask.offset <= 0 and "@" in ask.q and "://" not in ask.q:
        await call.parts.gatherer.find(ask.q.strip())
    return await call.read(_searched, call, ask)


def _searched(tx: Tx, call: Call, ask: AccountSearch) -> list[Account]:
    limit = max(1, min(ask.limit, limits.PEOPLE_PAGE_MAX))
    found = searching.accounts(
        tx, call.site, call.actor, ask.q, limit=limit, offset=max(0, ask.offset), following=ask.following
    )
    return rendered(call, found)


@routes.get("/api/v1/accounts/{id}/followers", scope="read:accounts", needs=Needs.NOBODY, answer=list[Account])
def followers(call: Call, tx: Tx, ask: PeoplePaging) -> Json:
    """View who follows an account."""
    return page_of_people(call, people.followers(tx, call.viewer, call.path_id(), ask.range()))


@routes.get("/api/v1/accounts/{id}/following", scope="read:accounts", needs=Needs.NOBODY, answer=list[Account])
def following(call: Call, tx: Tx, ask: PeoplePaging) -> Json:
    """View whom an account follows."""
    return page_of_people(call, people.following(tx, call.viewer, call.path_id(), ask.range()))


# --- Rendering --------------------------------------------------------------------------------------------------------


def page_of_people(call: Call, page: Page[AccountView]) -> Json:
    """Answer with a page of people that is paged by the relation's id."""
    return paged(call, rendered(call, page.items), page.first, page.last)


def rendered(call: Call, accounts: list[AccountView]) -> list[Account]:
    """Render accounts."""
    renderer = Renderer(call.site, call.viewer)
    return [renderer.account(account) for account in accounts]


def credentials(call: Call, own: OwnAccount) -> CredentialAccount:
    """Render an account as its owner sees it."""
    return credential_account(call.site, own, call.grant.role if call.grant is not None else None)


def credential_account(site: Site, own: OwnAccount, role: Role | None) -> CredentialAccount:
    """Render an account with what its owner wrote and chose."""
    account = own.account
    return CredentialAccount(
        **account_fields(site, account),
        source=entities.Source(
            attribution_domains=own.attribution_domains,
            privacy=VISIBILITIES[own.post_visibility],
            sensitive=own.post_sensitive,
            language=own.post_language or "",
            note=account.note,
            fields=[entities.Field(name=field.name, value=field.value) for field in account.fields],
            follow_requests_count=own.follow_requests,
            hide_collections=account.hide_collections,
            discoverable=account.discoverable,
            indexable=account.indexable,
            quote_policy=QUOTE_POLICIES[own.post_quote_policy],
        ),
        role=role_of(site, role),
    )
