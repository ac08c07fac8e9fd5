"""A server that is kept away reaches nobody, in no way; what was only limited comes back, and strangers must sign where asked."""

from collections.abc import Iterator

import pytest

from bema.model.policy import Role
from tests.federation.stranger import Stranger, told
from tests.federation.town import Person, Town, eventually

pytestmark = pytest.mark.slow


@pytest.fixture
def staff(birch: Town) -> Person:
    """Who decides with whom the one server has to do."""
    return birch.person("staff", role=Role.OWNER)


@pytest.fixture(autouse=True)
def let_in_again(staff: Person) -> Iterator[None]:
    """End all blocks when the test ends: the next ones need the other server."""
    yield
    for each in staff.get("/api/v1/admin/domain_blocks"):
        staff.delete(f"/api/v1/admin/domain_blocks/{each['id']}")


def test_a_limited_server_is_heard_by_its_followers_alone(alder: Town, birch: Town, staff: Person) -> None:
    """Who follows somebody there goes on reading them; nobody else meets what they say."""
    ann, bob, dan = alder.person("ann"), birch.person("bob"), birch.person("dan")
    bob.befriend(ann)
    staff.post("/api/v1/admin/domain_blocks", domain=alder.host, severity="silence")
    said = ann.say(f"Loud words @{dan.handle}")
    seen = bob.sees(said["uri"])
    listed = {each["uri"] for each in dan.get("/api/v1/timelines/public", remote=True)}
    assert said["uri"] not in listed
    assert dan.notices("mention") == []
    assert bob.get(f"/api/v1/statuses/{seen['id']}")["uri"] == said["uri"]


def test_a_suspended_server_is_not_there(alder: Town, birch: Town, staff: Person) -> None:
    """What came is hidden, nothing new comes, and nothing is said or shown to it; when that ends, all is as it was."""
    ann, bob = alder.person("ann"), birch.person("bob")
    bobs = ann.befriend(bob)
    anns = bob.befriend(ann)
    seen = bob.sees(ann.say("Before")["uri"])
    public = bob.say("For all")
    ann.sees(public["uri"])
    staff.post("/api/v1/admin/domain_blocks", domain=alder.host, severity="suspend")
    eventually(lambda: bob.client.get(f"/api/v1/statuses/{seen['id']}").status_code == 404)
    eventually(lambda: bob.home() == [bob.get(f"/api/v1/statuses/{public['id']}")])  # when followers are counted anew
    assert bob.get("/api/v2/search", q=f"@{ann.handle}", resolve=True)["accounts"] == []
    unheard = ann.say(f"@{bob.handle} do you hear me?")
    hidden = bob.say("Not for them")
    assert ann.get("/api/v2/search", q=hidden["uri"], resolve=True)["statuses"] == [], "it is told nothing"
    assert ann.open(public["uri"]), "what they had before nobody can take back"
    assert bob.notices("mention") == []
    assert ann.seen(hidden["uri"]) is None

    [block] = staff.get("/api/v1/admin/domain_blocks")
    staff.delete(f"/api/v1/admin/domain_blocks/{block['id']}")
    eventually(lambda: bob.client.get(f"/api/v1/statuses/{seen['id']}").status_code == 200)
    eventually(lambda: bob.relationship(anns)["following"])  # cut when the server was, and asked for anew
    eventually(lambda: ann.relationship(bobs)["followed_by"])
    bob.sees(ann.say("After all")["uri"])
    ann.sees(bob.say("For all again")["uri"])
    assert unheard["uri"] not in {each["status"]["uri"] for each in bob.notices("mention")}


def _heard(by: Person) -> list[str]:
    return [each["status"]["content"] for each in by.get("/api/v1/notifications", limit=40)]


def test_a_server_that_was_stopped_comes_back_stricter(alder: Town, birch: Town, thorn: Stranger) -> None:
    """What it took just before is done, once. Two servers that both demand signatures still get to know each other."""
    dan, teller = birch.person("dan"), thorn.person("teller")
    words = [f"Something taken {number}" for number in range(20)]
    for number, each in enumerate(words):
        assert thorn.bring(birch.inbox, told(thorn, teller, dan, each, number)).status == 202
    birch.stop()
    birch.start(authorized_fetch="on")  # as the other always does
    try:
        eventually(lambda: sorted(_heard(dan)) == sorted(f"<p>{each}</p>" for each in words), "what was taken is lost")
        ann, bob = alder.person("ann"), birch.person("bob")
        ann.befriend(bob)
        said = bob.say("For those who say who they are")
        ann.sees(said["uri"])
        other = birch.person("other").say("Found by its address")
        assert ann.open(other["uri"])["uri"] == other["uri"]
        path = said["uri"].removeprefix(f"https://{birch.host}")
        assert birch.document(path).status_code == 401
        assert birch.document(f"/users/{bob.username}/outbox").status_code == 401
        known = birch.document(f"/users/{bob.username}")
        assert known.status_code == 200
        assert "publicKey" in known.json()
        assert "summary" not in known.json()
    finally:
        birch.stop()
        birch.start()
