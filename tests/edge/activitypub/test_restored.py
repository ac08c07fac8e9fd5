"""What the staff of one square gave back is there again on another, and gone again when it is removed a second time."""

import msgspec
import pytest

from bema.store import remote_actors, remote_posts
from bema.wire.activitypub import activities
from tests.conftest import Person, Square
from tests.other_servers import Elsewhere
from tests.wire.activitypub.peers import Document, act, mastodon_note

ANN = "https://mastodon.example/users/ann"
BOB = "https://square.example/users/bob"
THING = f"{ANN}/statuses/1"


@pytest.fixture
def others(others: Elsewhere) -> Elsewhere:
    """The servers of others, with those whom these tests know."""
    others.person("ann")
    return others


def test_a_post_goes_and_comes_as_often_as_its_server_says(square: Square, others: Elsewhere) -> None:
    """In the words that a square says it with."""
    bob: Person = square.person("bob")

    def says(document: Document) -> None:
        plain = msgspec.json.decode(msgspec.json.encode(document))
        assert others.say(square.stranger, {"@context": "https://www.w3.org/ns/activitystreams", **plain}).status == 202
        square.settle()

    def is_here() -> bool:
        return square.app.database.read_now(remote_posts.id_of, THING) is not None

    says(act("Follow", BOB))
    known = square.app.database.read_now(remote_actors.by_uri, ANN)
    assert known is not None
    square.make.follow(bob.account, known.id)
    says(act("Create", mastodon_note(inReplyTo=None)))
    assert is_here()
    for number in (1, 2):
        says(activities.delete(ANN, THING))
        assert not is_here()
        says(act("Create", mastodon_note(inReplyTo=None)) | {"id": f"{ANN}#late/{number}"})
        assert not is_here()
        says(activities.restore(ANN, number, THING))
        says(act("Create", mastodon_note(inReplyTo=None)) | {"id": f"{ANN}#said/{number}"})
        assert is_here()
