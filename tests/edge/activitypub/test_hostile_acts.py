"""Whatever a server that is known brings, signed as it must be: it is taken or refused, and nobody has to look into it."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import select

from bema.model.ids import AccountId
from bema.settings import Settings
from bema.store import accounts
from bema.store.tables import incoming
from bema.store.tx import Tx
from tests.conftest import Square
from tests.other_servers import Elsewhere
from tests.wire.activitypub.peers import AS, PUBLIC, Document, act, mastodon_actor, mastodon_note

ANN = "https://mastodon.example/users/ann"
BOB = "https://square.example/users/bob"
POLL: dict[str, Any] = {
    "type": "Question",
    "oneOf": [{"type": "Note", "name": each, "replies": {"totalItems": 1}} for each in ("yes", "no")],
    "endTime": "2027-01-01T00:00:00Z",
    "votersCount": 2,
}
ODD: list[Any] = [
    *("\0", "\x1b[2J", "a\0b", "\ud800", "\u202e", "é" * 3_000, "<p>" * 400, "&" * 50_000, " ", ""),
    *(2**63, -(2**63) - 1, 2**200, 1e308, -1, 0.1, True, None, [], {}, [[]], [None] * 300, {"id": None}),
    *("https://", "https://square.example", BOB, f"{BOB}/statuses/1", ANN, PUBLIC, "as:Public", "Public", "bob"),
    *("https://x.example\\@y.example/1", "https://[::1]/1", "javascript:alert(1)", "https://a.example/" + "x" * 3_000),
    *("2026-02-30T00:00:00Z", "+99999-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:60Z"),
]
garbage = st.sampled_from(ODD) | st.text(max_size=12) | st.integers()


def acts(post: int) -> list[Document]:
    """One of each act, about what there is."""
    theirs, ours = mastodon_note(), f"{BOB}/statuses/{post}"
    mention = {"type": "Mention", "href": BOB, "name": "@bob"}
    emoji = {"type": "Emoji", "name": ":x:", "icon": {"type": "Image", "url": "https://mastodon.example/x.png"}}
    return [
        act("Create", mastodon_note(number=2, tag=[mention, emoji], inReplyTo=ours, quote=ours)),
        act("Create", mastodon_note(number=3, **POLL)),
        act(
            "Create",
            {"id": f"{ANN}/v", "type": "Note", "attributedTo": ANN, "inReplyTo": ours, "name": "yes", "to": [BOB]},
        ),
        act("Update", {**theirs, "content": "<p>Other words</p>", "updated": "2026-03-01T00:00:00Z"}),
        act("Update", mastodon_actor()),
        act("Delete", {"type": "Tombstone", "id": f"{ANN}/statuses/9"}),
        act("Announce", ours, to=[PUBLIC], published="2026-01-01T00:00:00Z"),
        act("Like", ours, content="🐦", tag=[emoji]),
        act("EmojiReact", ours, content=":x:", tag=[emoji]),
        act("Follow", BOB),
        act("Undo", act("Follow", BOB)),
        act("Undo", act("Like", ours)),
        act("Accept", {"type": "Follow", "actor": BOB, "object": ANN}),
        act("Reject", {"type": "Follow", "actor": BOB, "object": ANN}),
        act("Block", BOB),
        act("Flag", [BOB, ours], content="Not nice"),
        act("Add", theirs["id"], target=f"{ANN}/collections/featured"),
        act("Remove", theirs["id"], target=f"{ANN}/collections/featured"),
        act("QuoteRequest", ours, instrument=mastodon_note(number=4, quote=ours)),
        act("Move", ANN, target="https://mastodon.example/users/ann2"),
    ]


@pytest.fixture
def square(settings: Settings, open_square: Callable[..., Square], others: Elsewhere) -> Square:
    """A server where somebody follows Ann of another one, whom she writes to."""
    square = open_square(settings, fetcher=others)
    bob = square.person("bob")
    others.person("ann")
    others.say(square.stranger, act("Follow", BOB))
    square.settle()
    [ann] = bob.client.get(f"/api/v1/accounts/{bob.account}/followers").json()
    square.make.follow(bob.account, AccountId(int(ann["id"])))
    others.say(square.stranger, act("Create", mastodon_note()) | {"id": f"{ANN}#first"})
    square.settle()
    return square


def trouble(tx: Tx) -> list[str]:
    """Return what went wrong with what waits: a refusal leaves nothing, a fault of ours its error."""
    return [str(row) for row in tx.all(select(incoming.c.error, incoming.c.body))]


def damage(data: st.DataObject, document: Document) -> Document:
    """Put garbage in one or two places of a document, however deep."""
    damaged = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 2))):
        at: Any = damaged
        while True:
            keys = sorted(at) if isinstance(at, dict) else list(range(len(at)))
            keys = [key for key in keys if key not in ("actor", "@context") or at is not damaged]
            key = data.draw(st.sampled_from(keys))
            if isinstance(at[key], dict | list) and at[key] and data.draw(st.booleans()):
                at = at[key]
                continue
            at[key] = data.draw(garbage)
            break
    return damaged


@pytest.mark.slow
@examples(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(data=st.data())
def test_no_act_is_anybodys_trouble(square: Square, others: Elsewhere, data: st.DataObject) -> None:
    """Each part of each act may be anything: it is worked off, or dropped, and the next is heard."""
    bob = square.app.database.read_now(_bob)
    post = square.make.post(bob)
    document = damage(data, data.draw(st.sampled_from(acts(post)))) | {"actor": ANN, "@context": AS}
    if says_goodbye(document):
        return  # that would be the truth, and the end of the test
    try:
        answer = others.say(square.stranger, document, by=ANN, at=square.app.clock.now())
    except UnicodeEncodeError:
        return  # the test cannot write it either
    assert answer.status in (202, 400, 401, 413), answer.text
    square.settle()
    assert square.app.database.read_now(trouble) == []
    for path in ("/api/v1/timelines/home", "/api/v1/notifications", f"/api/v1/statuses/{post}/context"):
        assert square.stranger.get(path).status in (200, 401)


def says_goodbye(document: Document) -> bool:
    """Tell whether Ann says that she is gone, or that her server shut her out."""
    thing = document.get("object")
    what = thing.get("id") if isinstance(thing, dict) else thing
    suspended = isinstance(thing, dict) and bool(thing.get("suspended"))
    return suspended or (document.get("type") == "Delete" and what == ANN)


def _bob(tx: Tx) -> AccountId:
    found = accounts.by_handle(tx, "bob", None)
    assert found is not None
    return found.id
