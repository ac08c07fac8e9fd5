"""Profiles: how people present themselves, and what their composer starts with."""

import re
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from bema.domain import following, uploading
from bema.domain.guarding import domain_name
from bema.model import limits
from bema.model.errors import Invalid
from bema.model.events import AccountUpdated
from bema.model.ids import AccountId
from bema.model.policy import Kind, QuotePolicy, Visibility
from bema.model.site import Site
from bema.model.views import Account, Emoji, Field, OwnAccount, ProfilePicture
from bema.store import accounts, custom_emojis, follows, mentions, remote_files, tasks
from bema.store.tx import Tx, WriteTx
from bema.wire import text as texts
from bema.wire.html import OWN_LINK_REL, MentionLink, render

Portrait = Literal["avatar", "header"]
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be different; None leaves things as they are."""

    display_name: str | None = None
    note: str | None = None
    fields: list[tuple[str, str]] | None = None  # name and value, as typed
    avatar: ProfilePicture | None = None
    header: ProfilePicture | None = None
    avatar_description: str | None = None
    header_description: str | None = None
    locked: bool | None = None
    automated: bool | None = None  # what clients of the API know of `kind`
    kind: Kind | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hide_collections: bool | None = None
    show_media: bool | None = None
    show_media_replies: bool | None = None
    show_featured: bool | None = None
    email_subscriptions: bool | None = None
    attribution_domains: list[str] | None = None
    post_visibility: Visibility | None = None
    post_sensitive: bool | None = None
    post_language: str | None = None  # empty: none
    post_quote_policy: QuotePolicy | None = None


def change(tx: WriteTx, site: Site, actor: AccountId, changes: Changes) -> OwnAccount:
    """Change one's own profile; the texts in it are rendered now, once for all readers."""
    before = accounts.own(tx, actor)
    values = {**_presented(tx, site, before.account, changes), **_pictured(before.account, changes)}
    values.update(_chosen(before, changes))
    if values:
        accounts.change(tx, actor, **values)
        for new in filter(None, (changes.avatar, changes.header)):
            uploading.claim(tx, new.original, new.still)
        _forget_files(tx, before.account, changes.avatar, changes.header)
        tx.emit(AccountUpdated(account=actor))
    if before.account.locked and changes.locked is False:
        for follower in follows.all_requests(tx, actor):
            following.accept(tx, actor, follower)
    return accounts.own(tx, actor)


def remove_portrait(tx: WriteTx, actor: AccountId, which: Portrait) -> OwnAccount:
    """Go back to the default avatar or header."""
    before = accounts.own(tx, actor).account
    picture = before.avatar if which == "avatar" else before.header
    if picture is not None:
        accounts.change(tx, actor, **{which: None})
        forget_portrait(tx, picture)
        tx.emit(AccountUpdated(account=actor))
    return accounts.own(tx, actor)


def own(tx: Tx, actor: AccountId) -> OwnAccount:
    """Load what its owners see of an account."""
    return accounts.own(tx, actor)


# --- What is presented ------------------------------------------------------------------------------------------------


def _presented(tx: Tx, site: Site, before: Account, changes: Changes) -> dict[str, Any]:
    """Check and render name, note and fields, if one of them is to be different."""
    if changes.display_name is None and changes.note is None and changes.fields is None:
        return {}
    name, note = before.display_name, before.note
    if changes.display_name is not None:
        name = " ".join(_checked(changes.display_name, limits.DISPLAY_NAME_CHARACTERS, "Display name").split())
    if changes.note is not None:
        note = _checked(changes.note, limits.NOTE_CHARACTERS, "Note")
    fields = before.fields if changes.fields is None else _checked_fields(changes.fields, before.fields)
    written = [note, *(part for field in fields for part in (field.name, field.value))]
    links = _links(tx, site, written)
    fields = [
        Field(
            field.name,
            field.value,
            render(field.value, links, site.tag, rel=OWN_LINK_REL, paragraphs=False),
            field.verified_at,
        )
        for field in fields
    ]
    return {
        "display_name": name,
        "note": note,
        "note_html": render(note, links, site.tag, rel=OWN_LINK_REL),
        "fields": fields,
        "emojis": _emojis(tx, [name, *written]),
    }


def _checked(typed: str, most: int, what: str) -> str:
    text = texts.strip_controls(typed).strip()
    if texts.length(text) > most or len(text.encode()) > most * limits.PROFILE_GRAPHEME_BYTES:
        raise Invalid(f"Validation failed: {what} is too long (maximum is {most} characters)")
    return text


def _checked_fields(typed: Sequence[tuple[str, str]], before: Sequence[Field]) -> list[Field]:
    """Return the fields that say something; one that stays as it is stays verified."""
    verified = {(field.name, field.value): field.verified_at for field in before}
    fields = []
    for typed_name, typed_value in typed:
        name = _checked(typed_name, limits.FIELD_CHARACTERS, "Field name")
        value = _checked(typed_value, limits.FIELD_CHARACTERS, "Field value")
        if value and not name:
            raise Invalid("Validation failed: Field name can't be blank where there is a value")
        if name:
            fields.append(Field(name, value, "", verified.get((name, value))))
    if len(fields) > limits.PROFILE_FIELDS:
        raise Invalid(f"Validation failed: Fields are too many (maximum is {limits.PROFILE_FIELDS})")
    return fields


def _links(tx: Tx, site: Site, written: Sequence[str]) -> dict[str, MentionLink]:
    """Find the people whom the texts name."""
    handles = {
        token.handle: None for text in written for token in texts.parse(text) if isinstance(token, texts.Mention)
    }
    found = mentions.resolve(tx, site, list(handles)[: limits.POST_MENTIONS]) if handles else {}
    return {
        handle: MentionLink(acct=each.acct, username=each.username, url=each.url or site.profile(each.acct))
        for handle, each in found.items()
    }


def _emojis(tx: Tx, written: Sequence[str]) -> list[Emoji]:
    shortcodes = {token.shortcode for text in written for token in texts.parse(text) if isinstance(token, texts.Emoji)}
    return custom_emojis.used(tx, shortcodes) if shortcodes else []


# --- Pictures ---------------------------------------------------------------------------------------------------------


def _pictured(before: Account, changes: Changes) -> dict[str, Any]:
    """Take the new avatar and header, and what they are described with."""
    values: dict[str, Any] = {}
    for name, old, new, described in (
        ("avatar", before.avatar, changes.avatar, changes.avatar_description),
        ("header", before.header, changes.header, changes.header_description),
    ):
        picture = new or old
        if picture is None or (new is None and described is None):
            continue
        if described is not None:
            what = f"{name.title()} description"
            description = _checked(described, limits.PORTRAIT_DESCRIPTION_CHARACTERS, what)
            picture = msgspec.structs.replace(picture, description=description)
        values[name] = picture
    return values


def _forget_files(tx: WriteTx, before: Account, avatar: ProfilePicture | None, header: ProfilePicture | None) -> None:
    """Let the files of what was replaced be deleted; each upload has files of its own."""
    for old, new in ((before.avatar, avatar), (before.header, header)):
        if old is not None and new is not None:
            forget_portrait(tx, old)


def forget_portrait(tx: WriteTx, picture: ProfilePicture) -> None:
    """Let the files of an avatar or header be deleted that no profile shows any more."""
    for key in dict.fromkeys((picture.original.key, picture.still.key)):
        if not remote_files.is_remote(key):  # those go when there is no more room
            tasks.add(tx, uploading.FILES, key, key)


# --- Choices ----------------------------------------------------------------------------------------------------------


def _chosen(before: OwnAccount, changes: Changes) -> dict[str, Any]:
    values: dict[str, Any] = {
        "locked": changes.locked,
        "discoverable": changes.discoverable,
        "indexable": changes.indexable,
        "hide_collections": changes.hide_collections,
        "show_media": changes.show_media,
        "show_media_replies": changes.show_media_replies,
        "show_featured": changes.show_featured,
        "email_subscriptions": changes.email_subscriptions,
        "post_visibility": None if changes.post_visibility is None else int(changes.post_visibility),
        "post_sensitive": changes.post_sensitive,
        "post_quote_policy": None if changes.post_quote_policy is None else int(changes.post_quote_policy),
    }
    if changes.automated is not None and changes.automated is not (before.account.kind is Kind.AUTOMATED):
        values["kind"] = int(Kind.AUTOMATED if changes.automated else Kind.PERSON)
    if changes.kind is not None:
        values["kind"] = int(changes.kind)
    chosen = {name: value for name, value in values.items() if value is not None}
    if changes.attribution_domains is not None:
        chosen["attribution_domains"] = _checked_domains(changes.attribution_domains)
    if changes.post_language is not None:
        chosen["post_language"] = _checked_language(changes.post_language)
    return chosen


def _checked_domains(typed: list[str]) -> list[str]:
    """Return the names of the domains, each once."""
    names = dict.fromkeys(domain_name(each) for each in typed if each.strip())
    if len(names) > limits.ATTRIBUTION_DOMAINS:
        raise Invalid(f"Validation failed: Attribution domains are too many (maximum is {limits.ATTRIBUTION_DOMAINS})")
    return list(names)


def _checked_language(tag: str) -> str | None:
    if tag and (len(tag) > limits.LANGUAGE_CHARACTERS or not _LANGUAGE.fullmatch(tag)):
        raise Invalid("Validation failed: Language is not a language tag")
    return tag or None
