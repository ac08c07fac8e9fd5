"""What another server says counts for what is its own: forged, stolen, repeated or stale, it changes nothing."""

import itertools
from typing import Any

import pytest

from tests.federation.stranger import AS, PUBLIC, Stranger, told
from tests.federation.town import Person, Town, eventually

pytestmark = pytest.mark.slow

_numbers = itertools.count(1)


@pytest.fixture
def bob(birch: Town) -> Person:
    """Somebody who is told things."""
    return birch.person("bob")


@pytest.fixture
def mallory(thorn: Stranger) -> str:
    """Somebody who means no good."""
    return thorn.person(f"mallory{next(_numbers)}")


def after_all(thorn: Stranger, by: str, to: Person) -> None:
    """Say something true, and wait until it is heard: all that the same one said before is worked off then."""
    text = f"truly {next(_numbers)}"
    assert thorn.bring(to.town.inbox, told(thorn, by, to, text, text.replace(" ", "-"))).status == 202
    eventually(
        lambda: any(text in each["status"]["content"] for each in to.notices("mention")), "the truth is not heard"
    )


def test_the_truth_is_heard_once(thorn: Stranger, mallory: str, bob: Person) -> None:
    """What is right in all its parts counts; brought again and again, it counts once."""
    saying = told(thorn, mallory, bob, "Good morning")
    assert thorn.bring(bob.town.inbox, saying, times=3).status == 202
    assert thorn.bring(f"{bob.uri}/inbox", saying).status == 202
    after_all(thorn, mallory, bob)
    assert sum("Good morning" in each["status"]["content"] for each in bob.notices("mention")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"changes": {"Signature": ""}},
        {"sent": b'{"type":"Create"}'},
        {"seconds_ago": 13 * 3600},
        {"seconds_ago": -2 * 3600},
        {"covered": "date"},
        {"covered": "(request-target) host date"},
        {"covered": "host date digest"},
        {"changes": {"Digest": "SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}},
        {"changes": {"Signature": 'keyId="https://thorn.example/users/a#main-key",signature="AAAA"'}},
    ],
    ids=["none", "another body", "stale", "from the future", "date alone", "not the body", "not the target",
         "another digest", "nonsense"],
)  # fmt: skip
def test_what_is_not_signed_as_it_must_be_is_refused(
    thorn: Stranger, mallory: str, bob: Person, wrong: dict[str, Any]
) -> None:
    """At once, and without a question to anybody."""
    saying = told(thorn, mallory, bob, "Believe me")
    asked = len(thorn.told)
    assert thorn.bring(bob.town.inbox, saying, **wrong).status == 401
    assert len(thorn.told) == asked
    assert not bob.town.has(saying["object"]["id"])


def test_what_was_signed_for_another_server_is_refused(thorn: Stranger, mallory: str, bob: Person, alder: Town) -> None:
    """Who hears something cannot pass it on as if it were told to others."""
    after_all(thorn, mallory, bob)  # their key is known
    saying = told(thorn, mallory, bob, "For the other one")
    assert thorn.bring(bob.town.inbox, saying, signed_for=alder.host).status == 401
    assert not bob.town.has(saying["object"]["id"])


def test_nobody_speaks_in_the_name_of_another(thorn: Stranger, mallory: str, bob: Person, alder: Town) -> None:
    """Signed by one, said by another of the same server or of another one; or named as the author in the post alone."""
    ann, eve = alder.person("ann"), thorn.person(f"eve{next(_numbers)}")
    others = f"https://{thorn.other_host}/users/eve"
    for victim in (eve, others, ann.uri):
        saying = told(thorn, victim, bob, "In my name")
        assert thorn.bring(bob.town.inbox, saying, key=f"{mallory}#main-key").status in (202, 401)
        attributed = told(thorn, mallory, bob, "Also in my name", number=next(_numbers), attributedTo=victim)
        thorn.bring(bob.town.inbox, attributed)
        if victim != eve:
            elsewhere = told(thorn, mallory, bob, "At their place", number=next(_numbers))
            elsewhere["object"]["id"] = f"{victim}/statuses/1"
            thorn.bring(bob.town.inbox, elsewhere)
        after_all(thorn, mallory, bob)
        for each in (saying, attributed):
            assert not bob.town.has(each["object"]["id"])
        assert not bob.town.has(f"{victim}/statuses/1")
    assert all("truly" in each["status"]["content"] for each in bob.notices("mention"))


def test_a_key_is_whose_document_says_so(thorn: Stranger, mallory: str, bob: Person, alder: Town) -> None:
    """A key that names as its owner somebody who does not know of it, here or on another server, proves nothing."""
    ann = alder.person("ann")
    for number, owner in enumerate((ann.uri, f"https://{thorn.other_host}/users/eve", mallory)):
        key = f"https://{thorn.host}/keys/{number}-{next(_numbers)}"
        document = thorn.pages[mallory]
        assert isinstance(document, dict)
        pem = document["publicKey"]["publicKeyPem"]
        thorn.put({"@context": AS, "id": key, "type": "Key", "owner": owner, "publicKeyPem": pem})
        saying = told(thorn, owner, bob, "My key", number=next(_numbers))
        assert thorn.bring(bob.town.inbox, saying, key=key).status in (202, 401)
        after_all(thorn, mallory, bob)
        assert any(each.url == key for each in thorn.told), "the key was looked at"
        assert not bob.town.has(saying["object"]["id"])


def test_others_things_are_neither_changed_nor_taken_back(
    thorn: Stranger, mallory: str, bob: Person, alder: Town
) -> None:
    """No edit, deletion, undoing, acceptance or move of what is somebody else's."""
    ann, lea = alder.person("ann"), alder.person("lea", locked=True)
    bob.befriend(ann)
    asked = bob.follow(lea)
    said = ann.say("As I said it")
    seen = bob.sees(said["uri"])
    anns = seen["account"]["id"]
    changed = thorn.note(ann.uri, 1, "As I never said it") | {"id": said["uri"]}
    inbox = bob.town.inbox
    for type_, thing in (
        ("Update", changed),
        ("Delete", said["uri"]),
        ("Delete", {"id": said["uri"], "type": "Tombstone"}),
        ("Delete", ann.uri),
        ("Undo", {"id": f"{ann.uri}#x", "type": "Follow", "actor": ann.uri, "object": bob.uri}),
        ("Accept", {"id": "x", "type": "Follow", "actor": bob.uri, "object": lea.uri}),
        ("Reject", {"id": "x", "type": "Follow", "actor": bob.uri, "object": ann.uri}),
        ("Move", ann.uri),
        ("Update", {"id": ann.uri, "type": "Person", "preferredUsername": ann.username, "name": "Hacked"}),
        ("Add", said["uri"]),
        ("Remove", said["uri"]),
    ):
        more = {"target": mallory if type_ == "Move" else f"{ann.uri}/collections/featured"}
        assert thorn.say(inbox, type_, mallory, thing, **more).status in (202, 400, 401), type_
    after_all(thorn, mallory, bob)
    now = bob.get(f"/api/v1/statuses/{seen['id']}")
    assert (now["content"], now["edited_at"]) == (seen["content"], None)
    assert now["account"]["display_name"] == "Ann" + ann.username[3:]
    assert bob.relationship(anns)["following"]
    assert bob.relationship(asked)["requested"], "only who is asked can say yes"
    assert bob.get(f"/api/v1/accounts/{anns}/statuses", pinned=True) == []


def test_the_audience_of_a_post_is_its_authors_to_choose(
    thorn: Stranger, mallory: str, bob: Person, alder: Town, birch: Town
) -> None:
    """A post for followers that another server calls public, changes or passes on stays what it is (CVE-2024-37903)."""
    ann, dan = alder.person("ann"), birch.person("dan")
    bob.befriend(ann)
    theirs = bob.sees(ann.say("For my followers", visibility="private")["uri"])
    own = bob.say("For mine", visibility="private")
    for uri, author in ((theirs["uri"], ann.uri), (own["uri"], bob.uri)):
        opened = thorn.note(author, 1, "For all") | {"id": uri, "to": [PUBLIC], "cc": []}
        for type_ in ("Create", "Update"):
            thorn.say(birch.inbox, type_, mallory, opened)
        for type_ in ("Announce", "Like"):
            thorn.say(birch.inbox, type_, mallory, uri, to=[PUBLIC])
            thorn.say(birch.inbox, type_, mallory, opened, to=[PUBLIC])
    after_all(thorn, mallory, bob)
    for id_ in (theirs["id"], own["id"]):
        assert bob.get(f"/api/v1/statuses/{id_}")["visibility"] == "private"
        assert dan.client.get(f"/api/v1/statuses/{id_}").status_code == 404
        assert birch.stranger.get(f"/api/v1/statuses/{id_}").status_code == 404
    assert bob.notices("reblog", "favourite") == []
