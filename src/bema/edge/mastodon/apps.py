"""Apps: how a client registers itself, and learns what it is and whom it acts for."""

import msgspec

from bema.domain import authorising, reading
from bema.domain.authorising import App
from bema.edge.call import Call
from bema.edge.mastodon.render import account_fields
from bema.edge.routes import Needs, Routes, Surface
from bema.outside import vapid
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.oauth import Application, CredentialApplication, UserInfo

routes = Routes(Surface.API)


class NewApp(msgspec.Struct, frozen=True):
    """What a client says of itself."""

    client_name: str = ""
    redirect_uris: list[str] = []
    scopes: str = ""
    website: str | None = None


@routes.post("/api/v1/apps", rate="apps")
def register(call: Call, tx: WriteTx, ask: NewApp) -> CredentialApplication:
    """Register an app."""
    app, secret = authorising.register(
        tx, name=ask.client_name, redirect_uris=ask.redirect_uris, scopes=ask.scopes, website=ask.website
    )
    return CredentialApplication(
        id=str(app.id),
        name=app.name,
        website=app.website,
        scopes=app.scopes.split(),
        redirect_uris=app.redirect_uris,
        redirect_uri="\n".join(app.redirect_uris),
        vapid_key=vapid.public_key(call.parts.settings.secret.encode()),
        client_id=app.client_id,
        client_secret=secret,
    )


@routes.get("/api/v1/apps/verify_credentials", needs=Needs.APP, unconfirmed=True)
def verify(call: Call, tx: Tx) -> Application:
    """View the app that a token belongs to."""
    assert call.grant is not None
    app: App = authorising.app(tx, call.grant.app)
    return Application(
        id=str(app.id),
        name=app.name,
        website=app.website,
        scopes=app.scopes.split(),
        redirect_uris=app.redirect_uris,
        redirect_uri="\n".join(app.redirect_uris),
        vapid_key=vapid.public_key(call.parts.settings.secret.encode()),
    )


@routes.get("/oauth/userinfo", scope="profile")
def who(call: Call, tx: Tx) -> UserInfo:
    """View who signed in, as OpenID Connect claims."""
    account = reading.account(tx, call.actor)
    fields = account_fields(call.site, account)
    return UserInfo(
        iss=f"{call.site.base}/",
        sub=str(fields["uri"]),
        name=account.display_name,
        preferred_username=account.username,
        profile=str(fields["url"]),
        picture=str(fields["avatar"]),
    )


@routes.post("/oauth/userinfo", scope="profile", writes=False)
def who_by_post(call: Call, tx: Tx) -> UserInfo:
    """View who signed in; some ask by POST."""
    answer: UserInfo = who(call, tx)
    return answer
