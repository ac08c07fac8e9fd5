"""Profile: one's own profile as one edits it."""

from bema.domain import featuring, profiles
from bema.edge.call import Call
from bema.edge.mastodon.accounts import ProfileChanges, changed
from bema.edge.mastodon.featuring import featured_tag
from bema.edge.routes import Routes, Surface
from bema.model import limits, views
from bema.model.policy import Kind
from bema.model.site import Site
from bema.model.views import OwnAccount
from bema.store.tx import Tx
from bema.wire.mastodon.accounts import Field
from bema.wire.mastodon.reading import Profile
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)


@routes.get("/api/v1/profile", scope="profile read:accounts")
def view(call: Call, tx: Tx) -> Profile:
    """View one's own profile as one edits it."""
    own = profiles.own(tx, call.actor)
    return profile(call.site, own, featuring.tags_of(tx, call.actor, call.actor))


@routes.update(
    "/api/v1/profile",
    scope="write:accounts",
    answer=Profile,
    body_bytes=limits.UPLOAD_BYTES + limits.BODY_BYTES,
)
async def update(call: Call, ask: ProfileChanges) -> Profile:
    """Change one's own profile."""
    own = await changed(call, ask)
    return profile(call.site, own, await call.read(featuring.tags_of, call.actor, call.actor))


def profile(site: Site, own: OwnAccount, tags: list[views.FeaturedTag]) -> Profile:
    """Render a profile with what its owner wrote."""
    account = own.account
    avatar, header = account.avatar, account.header
    return Profile(
        id=str(account.id),
        display_name=account.display_name,
        note=account.note,
        fields=[
            Field(
                name=field.name,
                value=field.value,
                verified_at=None if field.verified_at is None else iso(field.verified_at),
            )
            for field in account.fields
        ],
        avatar=site.media(avatar.original.key) if avatar else None,
        avatar_static=site.media(avatar.still.key) if avatar else None,
        avatar_description=avatar.description if avatar else "",
        header=site.media(header.original.key) if header else None,
        header_static=site.media(header.still.key) if header else None,
        header_description=header.description if header else "",
        locked=account.locked,
        bot=account.kind is Kind.AUTOMATED,
        hide_collections=account.hide_collections,
        discoverable=account.discoverable,
        indexable=account.indexable,
        show_media=account.show_media,
        show_media_replies=account.show_media_replies,
        show_featured=account.show_featured,
        attribution_domains=own.attribution_domains,
        featured_tags=[featured_tag(site, account, each) for each in tags],
    )
