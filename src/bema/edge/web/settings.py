"""Settings on pages: how one appears, how the pages look, and leaving."""

from typing import Any

import msgspec

from bema.domain import leaving, mailing, profiles, signing_in
from bema.edge.authentication import SESSION_COOKIE
from bema.edge.call import Call, Upload
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.uploads import kept_portraits
from bema.edge.web import sayings
from bema.edge.web.composing import QUOTE_POLICIES, VISIBILITIES, WRITTEN_LANGUAGES
from bema.edge.web.pages import (
    LANGUAGE_COOKIE,
    SCHEME_COOKIE,
    Page,
    Redirect,
    page,
    scheme_of,
    tongue_of,
)
from bema.edge.web.signing import visitor_of
from bema.edge.web.square import A_YEAR
from bema.model import limits
from bema.model.errors import Refusal
from bema.model.policy import Kind
from bema.store import accounts, logins
from bema.store.tx import Tx, WriteTx
from bema.wire.tongues import LANGUAGES

routes = Routes(Surface.WEB)

_KINDS = {kind.name.lower(): kind for kind in Kind}

# --- Profile ----------------------------------------------------------------------------------------------------------


class Presented(msgspec.Struct, frozen=True):
    """How one wants to appear."""

    display_name: str = ""
    note: str = ""
    kind: str = "person"
    locked: bool = False
    discoverable: bool = False
    indexable: bool = False
    hide_collections: bool = False
    email_subscriptions: bool = False


@routes.get("/settings/profile", needs=Needs.SESSION)
def profile(call: Call, tx: Tx) -> Page:
    """See how one appears."""
    account = accounts.own(tx, call.actor).account
    values = {name: getattr(account, name) for name in Presented.__struct_fields__}
    values["kind"] = account.kind.name.lower()
    return _profile_page(tx, call, values, [(field.name, field.value) for field in account.fields], None)


@routes.post(
    "/settings/profile", needs=Needs.SESSION, body_bytes=2 * limits.PORTRAIT_BYTES + limits.BODY_BYTES, rate="media"
)
async def present(call: Call, ask: Presented) -> Page | Redirect:
    """Change how one appears."""
    facts = [
        (_typed(call, f"field_name_{number}"), _typed(call, f"field_value_{number}"))
        for number in range(1, limits.PROFILE_FIELDS + 1)
    ]
    changes = profiles.Changes(
        display_name=ask.display_name,
        note=ask.note,
        fields=[fact for fact in facts if fact != ("", "")],
        kind=_KINDS.get(ask.kind),
        locked=ask.locked,
        discoverable=ask.discoverable,
        indexable=ask.indexable,
        hide_collections=ask.hide_collections,
        email_subscriptions=ask.email_subscriptions if call.site.email_subscriptions else None,
    )
    try:
        async with kept_portraits(call, avatar=_file(call, "avatar"), header=_file(call, "header")) as portraits:
            changes = msgspec.structs.replace(changes, **portraits)
            await call.write(profiles.change, call.site, call.actor, changes)
    except Refusal as refusal:
        values = {name: getattr(ask, name) for name in Presented.__struct_fields__}
        return await call.read(_profile_page, call, values, facts, refusal)
    return Redirect("/settings/profile", flash="saved")


def _file(call: Call, which: profiles.Portrait) -> Upload | None:
    file = call.parameters.get(which)
    return file if isinstance(file, Upload) else None


def _profile_page(
    tx: Tx, call: Call, values: dict[str, Any], facts: list[tuple[str, str]], refusal: Refusal | None
) -> Page:
    return page(
        call,
        tx,
        "settings/profile.html",
        status=200 if refusal is None else refusal.status,
        part="profile",
        account=accounts.own(tx, call.actor).account,
        values=values,
        readers=mailing.readers(tx, call.actor) if call.site.email_subscriptions else None,
        fields=[*facts, *[("", "")] * limits.PROFILE_FIELDS][: limits.PROFILE_FIELDS],
        errors={},
        error=None if refusal is None else sayings.of_refusal(refusal, tongue_of(call)),
    )


def _typed(call: Call, name: str) -> str:
    value = call.parameters.get(name)
    return value.strip() if isinstance(value, str) else ""


# --- Appearance -------------------------------------------------------------------------------------------------------


class Looks(msgspec.Struct, frozen=True):
    """How the pages look in this browser, and what a new post starts with."""

    scheme: str = "auto"
    language: str = ""
    post_visibility: str = "public"
    post_language: str = ""
    post_quote_policy: str = ""
    post_sensitive: bool = False
    undo_seconds: int = 0


@routes.get("/settings/appearance", needs=Needs.SESSION)
def appearance(call: Call, tx: Tx) -> Page:
    """See how the pages look."""
    own = accounts.own(tx, call.actor)
    speech = tongue_of(call)
    language = own.post_language or speech.code
    return page(
        call,
        tx,
        "settings/appearance.html",
        part="appearance",
        values={
            "scheme": scheme_of(call),
            "language": speech.code,
            "post_visibility": own.post_visibility.name.lower(),
            "post_language": language,
            "post_quote_policy": own.post_quote_policy.name.lower(),
            "post_sensitive": own.post_sensitive,
            "undo_seconds": call.session.undo_seconds if call.session is not None else 0,
        },
        undo_choices=limits.UNDO_SECONDS,
        post_languages=list(dict.fromkeys((language, *WRITTEN_LANGUAGES))),
    )


@routes.post("/settings/appearance", needs=Needs.SESSION)
def change_looks(call: Call, tx: WriteTx, ask: Looks) -> Redirect:
    """Change how the pages look."""
    assert call.session is not None
    if ask.scheme in ("auto", "light", "dark"):
        call.set_cookie(SCHEME_COOKIE, ask.scheme, seconds=A_YEAR)
    if ask.language in LANGUAGES:
        call.set_cookie(LANGUAGE_COOKIE, ask.language, seconds=A_YEAR)
        logins.change(tx, call.session.login, locale=ask.language)
    if ask.undo_seconds in limits.UNDO_SECONDS:
        logins.change(tx, call.session.login, undo_seconds=ask.undo_seconds)
    changes = profiles.Changes(
        post_visibility=VISIBILITIES.get(ask.post_visibility),
        post_language=ask.post_language if ask.post_language in WRITTEN_LANGUAGES else None,
        post_quote_policy=QUOTE_POLICIES.get(ask.post_quote_policy),
        post_sensitive=ask.post_sensitive,
    )
    profiles.change(tx, call.site, call.actor, changes)
    return Redirect("/settings/appearance", flash="saved")


# --- Account ----------------------------------------------------------------------------------------------------------


class Leaving(msgspec.Struct, frozen=True):
    """The proof that it is oneself who leaves, and is sure."""

    password: str = ""
    sure: bool = False


@routes.get("/settings/account", needs=Needs.SESSION, confined=True)
def account(call: Call, tx: Tx) -> Page:
    """See one's lists and the way out."""
    return _account_page(tx, call, {}, 200)


@routes.post("/settings/account/delete", needs=Needs.SESSION, rate="sign_in", confined=True)
async def leave(call: Call, ask: Leaving) -> Page | Redirect:
    """Delete one's account for good."""
    assert call.session is not None
    speech = tongue_of(call)
    if not ask.sure:
        return await call.read(_account_page, call, {"sure": speech.gettext("Please agree to go on.")}, 422)
    factor = call.parts.settings.rate_limit_factor
    candidate = await call.write(signing_in.begin_again, call.session.login, visitor_of(call), factor=factor)
    if not await call.parts.passwords.verify(candidate.password_hash, ask.password):
        return await call.read(_account_page, call, {"password": speech.gettext("This is not your password.")}, 422)
    await call.write(leaving.leave, call.actor)
    call.set_cookie(SESSION_COOKIE, "", seconds=0)
    return Redirect("/", flash="left")


def _account_page(tx: Tx, call: Call, errors: dict[str, str], status: int) -> Page:
    return page(call, tx, "settings/account.html", status=status, part="account", errors=errors)
