"""The shapes that Mastodon clients decode strictly."""

from typing import Any

import msgspec
import pytest
from msgspec import UNSET

from bema.wire.mastodon import accounts, instance, oauth, reading, statuses
from bema.wire.mastodon.accounts import Account, Approval, CredentialAccount, Entity, Role, Source
from bema.wire.mastodon.oauth import Error, Token
from bema.wire.mastodon.reading import Preferences
from bema.wire.mastodon.statuses import Quote, Status

ENTITIES = sorted(
    {
        thing
        for module in (accounts, statuses, reading, instance, oauth)
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Entity)
    },
    key=lambda entity: entity.__name__,
)
APPROVAL = Approval(automatic=["public"], manual=[], current_user="automatic")
PROFILE: dict[str, Any] = {
    "id": "7",
    "username": "ann",
    "acct": "ann",
    "display_name": "Ann",
    "locked": False,
    "bot": False,
    "discoverable": None,
    "indexable": False,
    "group": False,
    "created_at": "2026-01-02T00:00:00.000Z",
    "note": "<p>آن</p>",
    "url": "https://square.example/@ann",
    "uri": "https://square.example/users/ann",
    "avatar": "https://square.example/avatar.png",
    "avatar_static": "https://square.example/avatar.png",
    "avatar_description": "",
    "header": "https://square.example/header.png",
    "header_static": "https://square.example/header.png",
    "header_description": "",
    "followers_count": 0,
    "following_count": 0,
    "statuses_count": 1,
    "last_status_at": None,
    "hide_collections": None,
    "show_media": True,
    "show_media_replies": True,
    "show_featured": True,
    "feature_approval": APPROVAL,
    "emojis": [],
    "roles": [],
    "fields": [],
}


def a_status(**changes: Any) -> Status:
    """Build a status that says as little as a status can."""
    least: dict[str, Any] = {
        "id": "9",
        "created_at": "2026-01-02T03:04:05.678Z",
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": None,
        "uri": "https://square.example/users/ann/statuses/9",
        "url": "https://square.example/@ann/9",
        "replies_count": 0,
        "reblogs_count": 0,
        "favourites_count": 0,
        "quotes_count": 0,
        "edited_at": None,
        "content": "<p>Hello</p>",
        "reblog": None,
        "account": Account(**PROFILE),
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "card": None,
        "poll": None,
        "quote": None,
        "quote_approval": APPROVAL,
    }
    return Status(**(least | changes))


def as_json(entity: Entity) -> dict[str, Any]:
    """Encode an entity and read it as a client would."""
    read: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(entity))
    return read


def test_nullable_keys_are_there() -> None:
    """Strict decoders drop a whole timeline for one missing key."""
    status = as_json(a_status())
    for key in ("edited_at", "card", "poll", "reblog", "in_reply_to_id", "in_reply_to_account_id", "language", "quote"):
        assert key in status
        assert status[key] is None
    assert status["account"]["discoverable"] is None
    assert status["account"]["last_status_at"] is None


def test_flags_of_the_reader_are_absent_without_a_token() -> None:
    """Their absence tells a client that nobody is signed in."""
    flags = {"favourited", "reblogged", "muted", "bookmarked", "pinned", "filtered"}
    assert not flags & as_json(a_status()).keys()
    seen = a_status(favourited=True, reblogged=False, muted=False, bookmarked=False, pinned=False, filtered=())
    assert flags <= as_json(seen).keys()
    assert as_json(seen)["filtered"] == []


def test_a_deleted_status_says_text_instead_of_content() -> None:
    """Delete and redraft starts from what the author typed."""
    deleted = as_json(a_status(content=UNSET, text="Hello"))
    assert deleted["text"] == "Hello"
    assert "content" not in deleted


def test_a_status_reads_back() -> None:
    """What we write is what our own types allow, boosts and quotes included."""
    quote = Quote(state="accepted", quoted_status_id="3")
    boost = a_status(reblog=a_status(favourited=True, quote=quote), favourited=True)
    assert msgspec.json.decode(msgspec.json.encode(boost), type=Status) == boost


def test_own_credentials_come_after_the_profile() -> None:
    """An account of one's own is an account, and more."""
    source = Source(
        attribution_domains=[],
        privacy="public",
        sensitive=False,
        language="ur",
        note="",
        fields=[],
        follow_requests_count=0,
        hide_collections=None,
        discoverable=None,
        indexable=False,
        quote_policy="public",
    )
    role = Role(id="-99", name="", color="", permissions="0", highlighted=False, collection_limit=0)
    keys = list(as_json(CredentialAccount(**PROFILE, source=source, role=role)))
    assert keys[: len(keys) - 2] == list(as_json(Account(**PROFILE)))
    assert keys[-2:] == ["source", "role"]


def test_a_token_counts_seconds() -> None:
    """A `created_at` that is missing or no integer breaks a client."""
    token = as_json(Token(access_token="x", scope="read", created_at=1))
    assert token == {"access_token": "x", "token_type": "Bearer", "scope": "read", "created_at": 1}


def test_an_error_is_one_sentence_unless_there_are_details() -> None:
    """Optional parts are absent, not null."""
    assert as_json(Error(error="Record not found")) == {"error": "Record not found"}


def test_preferences_keep_their_colons() -> None:
    """Their names are paths."""
    names = msgspec.structs.fields(Preferences)
    assert {name.encode_name.count(":") for name in names} == {2}


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.__name__)
def test_every_entity_has_a_schema(entity: type[Entity]) -> None:
    """The reference and the OpenAPI document are made from these types."""
    assert msgspec.json.schema(entity)


@pytest.mark.parametrize("entity", ENTITIES, ids=lambda entity: entity.__name__)
def test_entities_are_frozen_and_not_tracked(entity: type[Entity]) -> None:
    """Values that cannot change need no garbage collector, which is what makes pages of them cheap."""
    assert entity.__struct_config__.frozen
    assert not entity.__struct_config__.gc
