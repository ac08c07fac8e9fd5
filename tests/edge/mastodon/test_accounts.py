"""Accounts by the Mastodon API: one's own profile, those of others, and the lists of people around them."""

import io
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from PIL import Image

from bema.model import limits
from bema.model.ids import AccountId
from bema.model.policy import Kind, Standing
from bema.settings import Settings
from tests.client import Client, File
from tests.conftest import Square


def walk(client: Client, url: str | None) -> list[str]:
    """Follow the links to older pages, and return the names met."""
    met: list[str] = []
    while url is not None:
        page = client.get(url)
        assert page.status == 200, page.text
        met += [each["username"] for each in page.json()]
        url = page.link("next")
    return met


def png(colour: str) -> File:
    """Draw a small picture of one colour."""
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(drawn, "PNG")
    return File("me.png", drawn.getvalue(), "image/png")


# --- One's own --------------------------------------------------------------------------------------------------------


def test_credentials_show_what_was_typed(square: Square) -> None:
    """Clients edit the source, and show the rendered form."""
    ann = square.person("ann")
    changed = ann.client.patch(
        "/api/v1/accounts/update_credentials",
        json={
            "display_name": "Ann  of the Harbour",
            "note": "Tea & ships #harbour",
            "fields_attributes": [{"name": "Site", "value": "https://ann.example/"}, {"name": "", "value": ""}],
            "source": {"privacy": "unlisted", "sensitive": True, "language": "ur"},
            "locked": True,
            "bot": True,
        },
    )
    assert changed.status == 200, changed.text
    for me in (changed.json(), ann.client.get("/api/v1/accounts/verify_credentials").json()):
        assert me["display_name"] == "Ann of the Harbour"
        assert me["note"].startswith("<p>Tea &amp; ships <a ")
        assert me["source"]["note"] == "Tea & ships #harbour"
        assert [each["name"] for each in me["fields"]] == ["Site"]
        assert 'rel="nofollow noopener me"' in me["fields"][0]["value"]
        assert me["source"]["fields"][0]["value"] == "https://ann.example/"
        assert (me["source"]["privacy"], me["source"]["sensitive"]) == ("unlisted", True)
        assert me["source"]["language"] == "ur"
        assert me["locked"] is me["bot"] is True
        assert me["role"]["id"] == "-99"


def test_what_is_absent_stays(square: Square) -> None:
    """A client that changes one thing must not wipe the others."""
    ann = square.person("ann", display_name="Ann")
    ann.client.patch("/api/v1/accounts/update_credentials", form={"note": "hello"})
    me = ann.client.put("/api/v1/accounts/update_credentials", form={"fields_attributes[0][name]": "a"}).json()
    assert me["display_name"] == "Ann"
    assert me["source"]["note"] == "hello"
    assert me["fields"] == [{"name": "a", "value": "", "verified_at": None}]


def test_an_institution_stays_one(square: Square) -> None:
    """That it is no bot says nothing about what else it is."""
    paper = square.person("paper", kind=Kind.INSTITUTION)
    assert paper.client.patch("/api/v1/accounts/update_credentials", json={"bot": False}).json()["bot"] is False
    assert "institution" in paper.client.get("/api/v1/accounts/verify_credentials").json()["avatar"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"display_name": "x" * 31}, "Display name is too long (maximum is 30 characters)"),
        ({"note": "x" * 501}, "Note is too long (maximum is 500 characters)"),
        ({"fields_attributes": [{"name": "a", "value": "x" * 256}]}, "Field value is too long"),
        ({"fields_attributes": [{"name": "", "value": "x"}]}, "Field name can't be blank"),
        ({"fields_attributes": [{"name": "a"}] * 5}, "Fields are too many (maximum is 4)"),
        ({"source": {"language": "no language"}}, "Language is not a language tag"),
        ({"source": {"privacy": "secret"}}, "Source"),
        ({"avatar": "not a file"}, "Avatar"),
    ],
)
def test_a_profile_beyond_its_bounds_is_refused(square: Square, sent: dict[str, object], said: str) -> None:
    """Nothing of it is stored, and the sentence names what is wrong."""
    ann = square.person("ann")
    before = ann.client.get("/api/v1/accounts/verify_credentials").json()
    refused = ann.client.patch("/api/v1/accounts/update_credentials", json=sent)
    assert refused.status == 422
    assert said in refused.json()["error"]
    assert ann.client.get("/api/v1/accounts/verify_credentials").json() == before


def test_pictures_are_uploaded_described_and_taken_back(square: Square) -> None:
    """An avatar is never null: without one, the default picture of the account's kind is shown."""
    ann = square.person("ann")
    default = ann.client.get("/api/v1/accounts/verify_credentials").json()["avatar"]
    form = {"avatar_description": "a red square", "display_name": "Ann"}
    files = {"avatar": png("red"), "header": png("blue")}
    changed = ann.client.patch("/api/v1/accounts/update_credentials", form=form, files=files)
    assert changed.status == 200, changed.text
    me = changed.json()
    assert me["avatar"] == me["avatar_static"] != default
    assert me["avatar_description"] == "a red square"
    assert "/media/header/" in me["header"]
    described = ann.client.patch("/api/v1/accounts/update_credentials", form={"header_description": "the sea"}).json()
    assert (described["header_description"], described["avatar_description"]) == ("the sea", "a red square")
    assert ann.client.delete("/api/v1/profile/avatar").json()["avatar"] == default
    assert "header" in ann.client.delete("/api/v1/profile/header").json()["header"]


def test_what_is_no_picture_is_refused(square: Square) -> None:
    """Whatever its name says."""
    ann = square.person("ann")
    sent = {"avatar": File("me.png", b"not a picture", "image/png")}
    assert ann.client.patch("/api/v1/accounts/update_credentials", files=sent).status == 422


def test_a_mention_in_a_profile_leads_to_the_person(square: Square) -> None:
    """Rendered when it is written; whom nobody knows stays text."""
    ann, _bob = square.person("ann"), square.person("bob")
    me = ann.client.patch("/api/v1/accounts/update_credentials", json={"note": "with @bob, not @nobody"}).json()
    assert 'href="https://square.example/@bob"' in me["note"]
    assert "@nobody</p>" in me["note"]


def test_the_profile_scope_is_enough_to_verify(square: Square) -> None:
    """Apps that only sign people in ask for no more; one that may only write may not."""
    assert square.person("ann", scopes="profile").client.get("/api/v1/accounts/verify_credentials").status == 200
    assert square.person("bob", scopes="write").client.get("/api/v1/accounts/verify_credentials").status == 403
    assert square.person("eve", scopes="profile").client.get("/api/v1/blocks").status == 403
    assert square.stranger.get("/api/v1/accounts/verify_credentials").status == 401


def test_opening_an_account_lets_in_who_waits(square: Square) -> None:
    """Whoever asked before need not ask again."""
    ann, bob = square.person("ann", locked=True), square.person("bob")
    assert bob.client.post(f"/api/v1/accounts/{ann.account}/follow").json()["requested"] is True
    me = ann.client.get("/api/v1/accounts/verify_credentials").json()
    assert me["source"]["follow_requests_count"] == 1
    ann.client.patch("/api/v1/accounts/update_credentials", form={"locked": "false"})
    assert bob.client.get(f"/api/v1/accounts/relationships?id[]={ann.account}").json()[0]["following"] is True


# --- Others' ----------------------------------------------------------------------------------------------------------


def test_accounts_are_found_by_id_and_address(square: Square) -> None:
    """Signed in or not, and with one's own domain named or not."""
    ann, far = square.person("ann"), square.make.account("far", host="far.example")
    assert square.stranger.get(f"/api/v1/accounts/{ann.account}").json()["acct"] == "ann"
    several = square.stranger.get(f"/api/v1/accounts?id[]={far}&id[]=x&id[]={ann.account}&id[]={far}").json()
    assert [each["acct"] for each in several] == ["far@far.example", "ann"]
    for acct in ("ann", "@Ann", "ann@square.example", "ANN@Square.Example"):
        assert square.stranger.get(f"/api/v1/accounts/lookup?acct={acct}").json()["id"] == str(ann.account), acct
    assert square.stranger.get("/api/v1/accounts/lookup?acct=far@far.example").json()["id"] == str(far)
    for acct in ("far", "nobody", "", "ann@elsewhere.example", "a@b@c"):
        assert square.stranger.get(f"/api/v1/accounts/lookup?acct={acct}").status == 404, acct


@pytest.mark.parametrize("standing", [Standing.PENDING, Standing.SUSPENDED, Standing.DELETED])
def test_who_takes_no_part_looks_missing(square: Square, standing: Standing) -> None:
    """On every path that leads to an account."""
    ann, gone = square.person("ann"), square.make.account("gone", standing=standing)
    square.make.follow(gone, ann.account)
    square.make.follow(ann.account, gone)
    for path in ("", "/followers", "/following"):
        assert ann.client.get(f"/api/v1/accounts/{gone}{path}").status == 404
    for verb in ("follow", "unfollow", "remove_from_followers", "block", "unblock", "mute", "unmute", "note"):
        assert ann.client.post(f"/api/v1/accounts/{gone}/{verb}").status == 404, verb
    assert ann.client.get("/api/v1/accounts/lookup?acct=gone").status == 404
    for path in ("?id[]=", "/relationships?id[]=", "/familiar_followers?id[]="):
        assert ann.client.get(f"/api/v1/accounts{path}{gone}").json() == [], path
    for path in ("followers", "following"):
        assert ann.client.get(f"/api/v1/accounts/{ann.account}/{path}").json() == []


def test_followers_are_walked_without_gap_or_repeat(square: Square) -> None:
    """They are paged by the follow's id: who followed last comes first."""
    ann = square.make.account("ann")
    names = [f"p{number}" for number in range(7)]
    people = {name: square.make.account(name) for name in names}
    for name in (*names[3:], *names[:3]):
        square.make.follow(people[name], ann)
        square.make.follow(ann, people[name])
    expected = [*names[:3][::-1], *names[3:][::-1]]
    assert walk(square.stranger, f"/api/v1/accounts/{ann}/followers?limit=2") == expected
    assert walk(square.stranger, f"/api/v1/accounts/{ann}/following?limit=3") == expected
    newest = square.stranger.get(f"/api/v1/accounts/{ann}/followers?limit=2").link("prev")
    assert newest is not None
    assert square.stranger.get(newest).json() == []
    last = square.stranger.get(f"/api/v1/accounts/{ann}/followers?limit=999")
    assert len(last.json()) == 7


def test_hidden_collections_are_seen_by_their_owner_alone(square: Square) -> None:
    """For others they are empty, not forbidden."""
    ann, bob = square.person("ann"), square.person("bob")
    square.make.follow(bob.account, ann.account)
    ann.client.patch("/api/v1/accounts/update_credentials", json={"hide_collections": True})
    path = f"/api/v1/accounts/{ann.account}/followers"
    assert [each["acct"] for each in ann.client.get(path).json()] == ["bob"]
    assert bob.client.get(path).json() == square.stranger.get(path).json() == []


def test_followers_of_others_leave_out_whom_one_avoids(square: Square) -> None:
    """Whom one blocks or mutes, and who blocks one; who blocks one shows nobody."""
    me, ann = square.person("me"), square.person("ann")
    for name in ("blocked", "muted", "blocker", "friend"):
        square.make.follow(square.make.account(name), ann.account)
    ids = {
        each["acct"]: AccountId(int(each["id"]))
        for each in ann.client.get(f"/api/v1/accounts/{ann.account}/followers").json()
    }
    me.client.post(f"/api/v1/accounts/{ids['blocked']}/block")
    me.client.post(f"/api/v1/accounts/{ids['muted']}/mute")
    square.make.block(ids["blocker"], me.account)
    assert walk(me.client, f"/api/v1/accounts/{ann.account}/followers") == ["friend"]
    ann.client.post(f"/api/v1/accounts/{me.account}/block")
    assert me.client.get(f"/api/v1/accounts/{ann.account}").status == 200
    assert walk(me.client, f"/api/v1/accounts/{ann.account}/followers") == []


def test_familiar_followers_are_those_one_follows(square: Square) -> None:
    """In two statements whatever their number, without those who hide whom they follow."""
    me = square.person("me")
    friend, shy, other = (square.person(name) for name in ("friend", "shy", "other"))
    target, lonely = square.make.account("target"), square.make.account("lonely")
    for each in (friend, shy, other):
        square.make.follow(each.account, target)
    square.make.follow(me.account, friend.account)
    square.make.follow(me.account, shy.account)
    shy.client.patch("/api/v1/accounts/update_credentials", json={"hide_collections": True})
    url = f"/api/v1/accounts/familiar_followers?id[]={target}&id[]={lonely}"
    found = {each["id"]: [one["acct"] for one in each["accounts"]] for each in me.client.get(url).json()}
    assert found == {str(target): ["friend"], str(lonely): []}


def test_people_are_searched_by_the_beginnings_of_their_names(square: Square) -> None:
    """Clients complete names with it while they are typed."""
    me, friend = square.person("me"), square.person("mariam", display_name="مریم")
    square.person("marian")
    square.make.follow(me.account, friend.account)
    square.settle()

    def search(**query: str) -> set[str]:
        return {each["acct"] for each in me.client.get(f"/api/v1/accounts/search?{urlencode(query)}").json()}

    assert search(q="maria") == search(q="@Maria") == {"mariam", "marian"}
    assert search(q="maria", following="true") == search(q="مري") == search(q="mariam@square.example") == {"mariam"}
    assert search(q="") == search(q="nobody") == set()
    assert len(search(q="maria", limit="1")) == 1
    assert square.stranger.get("/api/v1/accounts/search?q=maria").status == 401


def test_reading_people_takes_a_handful_of_statements(square: Square, statements: list[str]) -> None:
    """The number of statements does not depend on the number of people."""
    ann = square.person("ann")
    people = [square.make.account(f"p{number}") for number in range(limits.MULTI_GET_IDS)]
    for each in people:
        square.make.follow(each, ann.account)
    ids = "&".join(f"id[]={each}" for each in people)
    for url, most in (
        ("/api/v1/accounts/verify_credentials", 3),
        (f"/api/v1/accounts/{people[0]}", 3),  # the third: whether it moved
        (f"/api/v1/accounts?{ids}", 2),
        (f"/api/v1/accounts/relationships?{ids}", 2),
        (f"/api/v1/accounts/{ann.account}/followers", 3),
        (f"/api/v1/accounts/{people[0]}/following", 4),
    ):
        statements.clear()
        assert ann.client.get(url).status == 200
        assert len(statements) <= most, (url, statements)


def test_a_refused_change_leaves_no_files_behind(square: Square, settings: Settings) -> None:
    """Whoever sends pictures with a name that is too long, again and again, would fill the disk."""
    ann = square.person("ann")
    answer = ann.client.patch(
        "/api/v1/accounts/update_credentials",
        form={"display_name": "x" * 31},
        files={"avatar": png("red"), "header": png("red")},
    )
    assert answer.status == 422
    bad = ann.client.patch(
        "/api/v1/accounts/update_credentials",
        files={"avatar": png("red"), "header": File("me.png", b"nothing", "image/png")},
    )
    assert bad.status == 422
    assert [path for path in Path(settings.media_root).rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    "change",
    [
        {"display_name": ("a" + "\u200d" * 300) * 30},
        {"note": ("a" + "\u200d" * 100) * 400},
        {"fields_attributes": [{"name": "a" + "\u200d" * 5_000, "value": "b"}]},
    ],
)
def test_few_characters_of_very_many_bytes_are_too_long(square: Square, change: dict[str, Any]) -> None:
    """A profile goes with each post of its owner: forty of them on a page would be megabytes."""
    assert square.person("ann").client.patch("/api/v1/accounts/update_credentials", json=change).status == 422
