"""Who people are is known on other servers as they say it at home, while they are there; complaints find whom they concern."""

import io
import json

import pytest
from PIL import Image

from bema.domain import leaving
from bema.model.policy import Role
from tests.federation.stranger import Stranger
from tests.federation.town import Entity, Person, Town, eventually

pytestmark = pytest.mark.slow


def test_a_profile_that_changes_changes_everywhere(alder: Town, birch: Town) -> None:
    """Name, words, table, picture and whether it is locked are told to the servers of those who follow."""
    ann, bob = alder.person("ann"), birch.person("bob")
    bobs = ann.befriend(bob)
    drawn = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(drawn, "PNG")
    words = {"display_name": "Robert", "note": "Baker", "locked": "true"}
    table = {"fields_attributes[0][name]": "Bread", "fields_attributes[0][value]": "Rye"}
    answer = bob.client.patch(
        "/api/v1/accounts/update_credentials",
        data=words | table,
        files={"avatar": ("a.png", drawn.getvalue(), "image/png")},
    )
    assert answer.status_code == 200, answer.text
    seen = eventually(lambda: _called(ann, bobs, "Robert"))
    assert "Baker" in seen["note"]
    assert seen["locked"]
    assert [(each["name"], each["value"]) for each in seen["fields"]] == [("Bread", "Rye")]
    assert "missing" not in seen["avatar"]
    assert seen["avatar"] != ann.get(f"/api/v1/accounts/{ann.id}")["avatar"]


def _called(by: Person, id_: str, name: str) -> Entity | None:
    found: Entity = by.get(f"/api/v1/accounts/{id_}")
    return found if found["display_name"] == name else None


def test_who_deletes_their_account_is_gone_everywhere(alder: Town, birch: Town) -> None:
    """Posts and follows with them; at home their document is gone (410), and nobody finds them any more."""
    ann, bob = alder.person("ann"), birch.person("bob")
    bobs = ann.befriend(bob)
    said = bob.say("Goodbye")
    seen = ann.sees(said["uri"])
    birch.carry_out(leaving.leave, bob.account)
    eventually(lambda: ann.client.get(f"/api/v1/statuses/{seen['id']}").status_code == 404)
    eventually(lambda: ann.get(f"/api/v1/accounts/{ann.id}")["following_count"] == 0)
    assert ann.client.get(f"/api/v1/accounts/{bobs}/statuses").status_code in (404, 410)
    assert birch.document(f"/users/{bob.username}").status_code == 410
    assert ann.get("/api/v2/search", q=f"@{bob.handle}", resolve=True)["accounts"] == []


def test_a_report_is_passed_on_without_saying_by_whom(alder: Town, birch: Town) -> None:
    """The staff of the other server reads what is complained of; the complaint is of the server, not of a person."""
    ann, bob, staff = alder.person("ann"), birch.person("bob"), birch.person("staff", role=Role.MODERATOR)
    bobs = ann.befriend(bob)
    said = bob.say("Buy my cakes! Buy my cakes!")
    seen = ann.sees(said["uri"])
    ann.post(
        "/api/v1/reports",
        account_id=bobs,
        status_ids=[seen["id"]],
        comment="Cakes again",
        category="spam",
        forward=True,
    )
    found = eventually(lambda: _about(staff, bob))
    assert found["comment"] == "Cakes again"
    assert [each["uri"] for each in found["statuses"]] == [said["uri"]]
    assert found["account"]["username"] != ann.username
    assert found["account"]["domain"] == alder.host


def _about(staff: Person, whom: Person) -> Entity | None:
    found: list[Entity] = staff.get("/api/v1/admin/reports", target_account_id=whom.id)
    return found[0] if found else None


def test_who_moves_takes_along_those_who_follow(thorn: Stranger, alder: Town) -> None:
    """From one server to another, if both ends say so; who follows here hears of it and goes on reading."""
    ann = alder.person("ann")
    old = thorn.person("traveller")
    [found] = ann.get("/api/v2/search", q=f"@traveller@{thorn.host}", resolve=True)["accounts"]
    ann.post(f"/api/v1/accounts/{found['id']}/follow")
    asked = eventually(lambda: [each for each in thorn.heard(ann.uri) if '"Follow"' in each.body])
    assert thorn.say(f"https://{alder.host}/inbox", "Accept", old, json.loads(asked[0].body)).status == 202
    eventually(lambda: ann.relationship(found["id"])["following"])

    new = thorn.person("settler", thorn.other_host, alsoKnownAs=[old])
    thorn.person("traveller", movedTo=new)
    thorn.say(alder.inbox, "Move", old, old, target=new)
    eventually(lambda: [each for each in thorn.told if each.url == f"{new}/inbox" and '"Follow"' in each.body])
    eventually(lambda: ann.get(f"/api/v1/accounts/{found['id']}").get("moved"))
    assert ann.get(f"/api/v1/accounts/{found['id']}")["moved"]["acct"] == f"settler@{thorn.other_host}"
    eventually(lambda: not ann.relationship(found["id"])["following"])
