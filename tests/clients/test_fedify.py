"""Fedify, which we did not write, reads what we say (fedify/judge.mjs) and is a server beside ours (fedify/living.mjs)."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from bema.model.ids import PostId
from bema.model.naming import NO_NAMES
from bema.model.views import FeaturedTag, Field
from bema.wire.activitypub import activities, actors, collections, context, ids, objects
from bema.wire.activitypub.signatures.keys import SigningKey
from bema.wire.activitypub.signatures.proofs import prove
from tests.said import ANNS, NOTE, SITE, account, boost, every_activity, post
from tests.serving import ServedSquare

HERE = Path(__file__).parent / "fedify"
PROVING = ed25519.Ed25519PrivateKey.generate()
NODE = HERE / "node_modules" / ".bin" / "node"  # Fedify wants a newer one than Debian has


def pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    """Write the public half of a key."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def with_proof(told: dict[str, Any]) -> dict[str, Any]:
    """Add what is said to all as it goes out: with a proof by the key that the actor's document names."""
    key = SigningKey(f"{ANNS}#ed25519-key", PROVING)
    return {**told, "proven": prove(told["create"], key, 1_767_225_600_000)}


def documents() -> dict[str, Any]:
    """One of everything that we say."""
    names = """create, update, delete, announce, undo announce, like, undo like, follow, undo follow, accept, reject,
    block, undo block, flag, add, remove, restore, add tag, move, update actor, delete actor, vote, ask to quote, accept quote,
    reject quote, revoke quote, ask to answer, ask to boost, ask to like"""
    keys = {
        "rsa": pem(rsa.generate_private_key(public_exponent=65_537, key_size=2_048)),
        "ed25519": pem(PROVING),
    }
    ann = actors.actor(SITE, account(fields=[Field("Home", "x", '<a href="https://x.example">x</a>')]), keys)
    told = [activities.create(objects.post(SITE, post(), NO_NAMES)), activities.announce(SITE, boost())]
    replies = ids.replies_id(NOTE)
    first = collections.unordered_page(f"{replies}?page=true", replies, [f"{ANNS}/statuses/8"])
    outbox = ids.outbox_id(ANNS)
    page = collections.ordered_page(
        f"{outbox}?page=true", outbox, told, following=f"{outbox}?page=true&max_id=7", before=f"{outbox}?page=true"
    )
    said = dict(zip([each.strip() for each in names.split(",")], every_activity(ann), strict=True))
    del said["add tag"]  # as Mastodon says it; Fedify, to which a hashtag is a link and no object, reads none of these
    return said | {
        "actor": ann,
        "own actor": actors.own_actor(SITE, keys),
        "outbox": collections.ordered(outbox, 3),
        "outbox page": page,
        "tags": collections.unordered_whole(
            ids.featured_tags_id(ANNS), [collections.featured_tag(SITE, "ann", FeaturedTag(1, "heron", 2, None))]
        ),
        "replies": collections.unordered(replies, first),
        "likes": collections.counted(ids.likes_id(NOTE), 3),
        "followers": collections.whole(ids.followers_id(ANNS), [ANNS]),
        "stamp": objects.quote_stamp(ANNS, "https://far.example/notes/6", NOTE, ids.quote_stamp_id(ANNS, PostId(6))),
        "tombstone": objects.tombstone(NOTE),
    }


@pytest.mark.slow  # a process of its own, which loads all of Fedify
def test_fedify_finds_everything_that_we_say(tmp_path: Path) -> None:
    """It expands documents by their contexts, as few others do: what we declare wrongly, it loses."""
    assert NODE.exists(), "Fedify is not installed: `make test` does that"
    told = tmp_path / "said.json"
    told.write_text(
        json.dumps(with_proof({name: context.document(each) for name, each in documents().items()})), "utf-8"
    )
    command = [str(NODE), str(HERE / "judge.mjs"), str(told)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


@pytest.mark.slow  # a server of ours and one of theirs
@pytest.mark.timeout(300)
def test_a_server_made_with_fedify_lives_beside_ours(tmp_path: Path) -> None:
    """It follows and is followed, reads, answers, favourites, boosts and takes back: living.mjs has what is claimed.

    On SQLite alone: what differs between the databases lies below what other servers can see.
    """
    assert NODE.exists(), "Fedify is not installed: `make test` does that"
    square = ServedSquare(tmp_path, environment={"BEMA_FEDERATION_PRIVATE_PEERS": "true"})
    try:
        square.start()
        square.create_account("ann")
        command = [str(NODE), str(HERE / "living.mjs"), square.url, "ann", square.create_token("ann")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{square.log()}"
    finally:
        square.kill()
