"""Documents at fixed places: who somebody here is (WebFinger), what this server is (NodeInfo), how it is embedded."""

from functools import lru_cache
from urllib.parse import unquote
from xml.sax.saxutils import escape, quoteattr

import msgspec

from bema import __version__
from bema.domain import reading
from bema.edge import counted
from bema.edge.answers import Answer, Json
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.model import limits
from bema.model.errors import BadRequest, Gone, NotFound
from bema.model.policy import Standing, Visibility
from bema.model.site import Site
from bema.store import accounts, public_log
from bema.store.tx import Tx
from bema.wire.activitypub.negotiating import ACTIVITY
from bema.wire.html import plain
from bema.wire.media_types import MEDIA_TYPES
from bema.wire.tlog.notes import to_base64

routes = Routes(Surface.PLAIN)

_encode = msgspec.json.Encoder().encode
_PAGE = "http://webfinger.net/rel/profile-page"
_INTENT = "https://w3id.org/fep/3b86/"  # what people can do here with what is elsewhere
_TEXT = b"text/plain; charset=utf-8"
_OFTEN = ((b"cache-control", b"max-age=300, public"),)
_RARELY = ((b"cache-control", b"max-age=86400, public"),)

ROBOTS = b"""User-agent: *
Disallow: /api/
Disallow: /oauth/
Disallow: /settings/
Disallow: /search
Disallow: /auth/
"""


class Resource(msgspec.Struct, frozen=True):
    """Whom a WebFinger request asks for; `rel` is ignored, as RFC 7033 allows."""

    resource: str = ""


class Embed(msgspec.Struct, frozen=True):
    """What an oEmbed request asks for."""

    url: str = ""
    maxwidth: int | None = None
    maxheight: int | None = None
    format: str = "json"


@routes.get("/health", answer=str, content_type="text/plain")
def health(call: Call, tx: Tx) -> Answer:
    """Tell whether the server and its database answer."""
    accounts.home_domain(tx)
    return Answer(b"OK", content_type=_TEXT, headers=((b"cache-control", b"no-store"),))


@routes.get("/robots.txt", answer=str, content_type="text/plain")
def robots(call: Call, tx: Tx) -> Answer:
    """Ask crawlers to leave alone what is not for them."""
    return Answer(ROBOTS, content_type=_TEXT, headers=_RARELY)


@routes.get("/.well-known/change-password", answer=str, status=302, content_type="text/plain")
def change_password(call: Call, tx: Tx) -> Answer:
    """Lead password managers to the place where a password is changed."""
    return Answer(status=302, content_type=_TEXT, headers=((b"location", b"/settings/security"),))


@routes.get("/.well-known/host-meta", answer=str, content_type="application/xrd+xml")
def host_meta(call: Call, tx: Tx) -> Answer:
    """Tell how WebFinger is asked (XRD, RFC 6415)."""
    template = quoteattr(_finger_template(call.site))
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" template={template}/>\n'
        "</XRD>\n"
    )
    return Answer(body.encode(), content_type=b"application/xrd+xml; charset=utf-8", headers=_RARELY)


@routes.get("/.well-known/host-meta.json", answer=dict, content_type="application/jrd+json")
def host_meta_json(call: Call, tx: Tx) -> Answer:
    """Tell how WebFinger is asked (JRD)."""
    body = {"links": [{"rel": "lrdd", "template": _finger_template(call.site)}]}
    return Answer(_encode(body), content_type=b"application/jrd+json; charset=utf-8", headers=_RARELY)


@routes.get("/.well-known/webfinger", answer=dict, content_type="application/jrd+json")
def webfinger(call: Call, tx: Tx, ask: Resource) -> Answer:
    """Find an account of this server by its address (RFC 7033)."""
    if not ask.resource:
        raise BadRequest("The parameter resource is missing")
    username = username_of(call.site, ask.resource)
    if username is not None and call.site.is_here(username):  # nobody else can be called so: it has a dot or a colon
        return _descriptor(_own_descriptor(call.site))
    account = accounts.by_handle(tx, username, None) if username else None
    if account is not None and account.standing is Standing.DELETED:
        raise Gone
    if account is None or account.standing is not Standing.ACTIVE:
        raise NotFound
    return _descriptor_of(call.site, account.username, None if account.avatar is None else account.avatar.original.key)


def username_of(site: Site, resource: str) -> str | None:
    """Read whom a resource names: `acct:name@here`, a profile's page, or an actor's id; None for others' servers.

    The server itself is named by its host.
    """
    kind, _, rest = unquote(resource).partition(":")
    if kind == "acct":
        name, _, host = rest.removeprefix("@").rpartition("@")
        return name if site.is_here(host) else None
    if resource == site.own_actor:
        return site.account_domain
    return site.account_at(resource)


def _finger_template(site: Site) -> str:
    return f"{site.base}/.well-known/webfinger?resource={{uri}}"


def _descriptor(told: dict[str, object]) -> Answer:
    return Answer(_encode(told), content_type=b"application/jrd+json; charset=utf-8", headers=_OFTEN)


@lru_cache(maxsize=limits.DESCRIPTORS_KEPT)
def _descriptor_of(site: Site, username: str, avatar: str | None) -> Answer:
    page, actor = site.profile(username), site.actor(username)
    links = [
        {"rel": _PAGE, "type": "text/html", "href": page},
        {"rel": "self", "type": ACTIVITY, "href": actor},
        {"rel": "http://ostatus.org/schema/1.0/subscribe", "template": site.interaction()},
        *({"rel": f"{_INTENT}{name}", "template": site.interaction("{object}")} for name in ("Follow", "Object")),
    ]
    if avatar is not None:
        kind = MEDIA_TYPES[avatar.rpartition(".")[2]]
        links.append({"rel": "http://webfinger.net/rel/avatar", "type": kind, "href": site.media(avatar)})
    return _descriptor({"subject": f"acct:{site.handle(username)}", "aliases": [page, actor], "links": links})


def _own_descriptor(site: Site) -> dict[str, object]:
    """Describe the server itself, in whose name it asks others."""
    links = [
        {"rel": _PAGE, "type": "text/html", "href": f"{site.base}/about"},
        {"rel": "self", "type": ACTIVITY, "href": site.own_actor},
    ]
    return {"subject": f"acct:{site.handle(site.account_domain)}", "aliases": [site.own_actor], "links": links}


# --- NodeInfo ---------------------------------------------------------------------------------------------------------

_SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"


@routes.get("/.well-known/nodeinfo", answer=dict)
def nodeinfo_places(call: Call, tx: Tx) -> Json:
    """Tell where NodeInfo is."""
    links = [{"rel": f"{_SCHEMA}{each}", "href": f"{call.site.base}/nodeinfo/{each}"} for each in ("2.1", "2.0")]
    return Json({"links": links}, headers=_RARELY)


@routes.get("/nodeinfo/2.0", answer=dict)
def nodeinfo_2_0(call: Call, tx: Tx) -> Answer:
    """Describe the server (NodeInfo 2.0)."""
    return _nodeinfo(call, tx, "2.0")


@routes.get("/nodeinfo/2.1", answer=dict)
def nodeinfo_2_1(call: Call, tx: Tx) -> Answer:
    """Describe the server (NodeInfo 2.1)."""
    return _nodeinfo(call, tx, "2.1")


def _nodeinfo(call: Call, tx: Tx, version: str) -> Answer:
    settings, size = call.parts.settings, counted.sizes(call.parts.database, tx)
    software = {"name": "bema", "version": __version__}
    if version == "2.1" and settings.source_url:
        software["repository"] = settings.source_url
    body = {
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": settings.registration == "open",
        "usage": {
            "users": {
                "total": size.people,
                "activeMonth": size.active_month,
                "activeHalfyear": size.active_half_year,
            },
            "localPosts": size.posts,
        },
        "metadata": {"nodeName": settings.title, "nodeDescription": settings.description, **_public_log(tx)},
    }
    kind = f'application/json; profile="{_SCHEMA}{version}#"; charset=utf-8'
    return Answer(_encode(body), content_type=kind.encode(), headers=_OFTEN)


def _public_log(tx: Tx) -> dict[str, object]:
    """Say how far the public log is signed, where all who ask servers about themselves can compare it."""
    signed = public_log.newest_signed(tx)
    return {} if signed is None else {"publicLog": {"size": signed.size, "root": to_base64(signed.root)}}


# --- oEmbed -----------------------------------------------------------------------------------------------------------

_EMBED_WIDTH, _EMBED_HEIGHT = 400, 320  # pixels


@routes.get("/api/oembed", answer=dict)
def oembed(call: Call, tx: Tx, ask: Embed) -> Json:
    """Tell other sites how to show a public post."""
    if ask.format != "json":
        raise NotFound("Only JSON is spoken here")
    site, id_ = call.site, call.site.post_at(ask.url)
    if id_ is None:
        raise NotFound
    post = reading.post(tx, None, id_)
    if post.visibility > Visibility.UNLISTED or post.boost_of is not None:
        raise NotFound
    page = site.post(post.author.acct, post.id)
    name = post.author.display_name or post.author.username
    words = post.warning or plain(post.content_html)
    return Json(
        {
            "type": "rich",
            "version": "1.0",
            "author_name": name,
            "author_url": site.profile(post.author.acct),
            "provider_name": call.parts.settings.title,
            "provider_url": f"{site.base}/",
            "cache_age": 86_400,
            "html": (
                f'<blockquote cite={quoteattr(page)}><p dir="auto">{escape(words)}</p>'
                f"<footer>{escape(name)}, <a href={quoteattr(page)}>{escape(site.domain)}</a></footer></blockquote>"
            ),
            "width": min(_EMBED_WIDTH, ask.maxwidth) if ask.maxwidth and ask.maxwidth > 0 else _EMBED_WIDTH,
            "height": min(_EMBED_HEIGHT, ask.maxheight) if ask.maxheight and ask.maxheight > 0 else None,
        },
        headers=_OFTEN,
    )
