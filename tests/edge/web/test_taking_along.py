"""Taking along: what is one's own, as files that other servers read, for its owner alone, and also when shut out."""

import asyncio
import csv
import io
import json
import zipfile
from typing import Any

import pytest

from bema.domain import archiving, deciding, listing, taking_along
from bema.model import limits
from bema.model.belongings import Archive
from bema.model.decisions import Act, Grounds
from bema.model.ids import PostId
from bema.model.permissions import COMMAND_LINE
from bema.outside.clock import ManualClock
from bema.outside.log_keeper import Keeper
from bema.store import belongings
from bema.wire.tlog.checkpoints import read_proof
from bema.wire.tlog.entries import read_receipt
from tests.client import Client, Response
from tests.conftest import Person, Square
from tests.edge.mastodon.test_media import uploaded
from tests.edge.web.test_signing import fields_of, send
from tests.edge.web.test_standing import WHY, browser, keeper, read_page, shut_out
from tests.mailing import sent, text_of

__all__ = ["keeper"]  # a fixture
HERE = "/settings/export"


def rows(client: Client, name: str) -> list[list[str]]:
    """Take a file along."""
    answer = client.get(f"{HERE}/{name}")
    assert answer.status == 200, (name, answer.status)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["cache-control"] == "private, no-store"
    return list(csv.reader(io.StringIO(answer.text)))


def ask(square: Square, client: Client) -> Response:
    """Ask for the archive, and wait until it is made."""
    answer = send(client, HERE, HERE)
    square.settle()
    return answer


def archive(square: Square, person: Person) -> Archive:
    """Return somebody's archive."""
    found = square.app.database.read_now(belongings.archive_of, person.account)
    assert found is not None
    return found


def opened(client: Client, found: Archive) -> zipfile.ZipFile:
    """Take the archive, and open it."""
    answer = client.get(f"/archives/{found.id}.zip")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/zip"), answer.text
    assert len(answer.body) == found.size
    return zipfile.ZipFile(io.BytesIO(answer.body))


def test_the_files_have_the_columns_that_mastodon_writes(square: Square) -> None:
    """So that it reads them: follows with their terms, mutes with whether they hide notifications, the rest bare."""
    ann, bob = square.person("ann"), square.person("bob")
    far = square.make.account("far", host="elsewhere.example")
    for path, more in (
        (f"accounts/{bob.account}/follow", {"reblogs": False, "notify": True, "languages": ["en", "ur"]}),
        (f"accounts/{bob.account}/mute", {"notifications": False}),
        (f"accounts/{far}/block", {}),
        ("domain_blocks", {"domain": "noisy.example"}),
    ):
        assert ann.client.post(f"/api/v1/{path}", json=more).status == 200, path
    title = '=Tea, "and" چائے'
    list_ = ann.client.post("/api/v1/lists", json={"title": title}).json()["id"]
    assert ann.client.post(f"/api/v1/lists/{list_}/accounts", json={"account_ids": [str(bob.account)]}).status == 200
    post = square.make.post(bob.account)
    ann.client.post(f"/api/v1/statuses/{post}/bookmark")
    client, bobs = browser(square, ann), f"bob@{square.app.site.account_domain}"
    assert rows(client, "following_accounts.csv") == [
        ["Account address", "Show boosts", "Notify on new posts", "Languages"],
        [bobs, "false", "true", "en, ur"],
    ]
    assert rows(client, "muted_accounts.csv") == [["Account address", "Hide notifications"], [bobs, "false"]]
    assert rows(client, "blocked_accounts.csv") == [["far@elsewhere.example"]]
    assert rows(client, "blocked_domains.csv") == [["noisy.example"]]
    assert rows(client, "lists.csv") == [[title, bobs]]
    assert rows(client, "bookmarks.csv") == [[square.app.site.object("bob", post)]]
    others = browser(square, bob)
    assert rows(others, "following_accounts.csv") == rows(others, "following_accounts.csv")[:1]
    for name in ("followers.csv", "passwords.csv", "..%2fsettings"):
        assert client.get(f"{HERE}/{name}").status == 404, name
    assert square.stranger.get(f"{HERE}/lists.csv").status == 303


@pytest.mark.parametrize("most", [1, 2, 3, 4, 100])
def test_long_files_are_taken_along_whole(square: Square, most: int) -> None:
    """Read some lines at a time, none is lost or doubled at the seams, in whichever list it is."""
    ann, database, site = square.person("ann"), square.app.database, square.app.site
    everybody = [square.make.account(f"p{number}") for number in range(4)]
    for each in everybody:
        square.make.follow(ann.account, each)
        square.make.block(ann.account, each)
        square.make.bookmark(ann.account, square.make.post(each))
    for number in range(4):
        made = database.write_now(listing.make, ann.account, listing.Terms(title=f"list {number}"))
        if number in (0, 2):
            database.write_now(listing.add_members, ann.account, made.id, everybody)

    async def written(kind: str) -> list[str]:
        lines = taking_along.lines_of(database, site, ann.account, kind, most)
        return "".join([part async for part in lines]).splitlines()

    addresses = [f"p{number}@{site.account_domain}" for number in range(4)]
    assert asyncio.run(written("lists")) == [f"{name},{each}" for name in ("list 0", "list 2") for each in addresses]
    assert asyncio.run(written("following"))[1:] == [f"{each},true,false," for each in addresses]
    assert asyncio.run(written("blocked")) == addresses
    assert len(set(asyncio.run(written("bookmarks")))) == 4
    assert asyncio.run(written("followers")) == ["Account address"]


def test_the_archive_holds_all_that_is_ones_own(square: Square, keeper: Keeper) -> None:
    """Posts to all and to few, files, who one follows, and decisions with receipts that verify without the square."""
    ann, bob = square.person("ann"), square.person("bob")
    picture = uploaded(ann, description="A teal field")
    for more in ({"status": "to all", "media_ids": [picture["id"]]}, {"status": "to few", "visibility": "direct"}):
        assert ann.client.post("/api/v1/statuses", json=more).status == 200
    theirs = square.make.post(bob.account)
    for verb in ("favourite", "bookmark", "reblog"):
        assert ann.client.post(f"/api/v1/statuses/{theirs}/{verb}").status == 200
    square.make.follow(ann.account, bob.account)
    square.make.follow(bob.account, ann.account)
    square.make.post(bob.account, text="what bob said")
    decision = shut_out(square, ann, Act.WARN)
    square.settle()
    client = browser(square, ann)
    assert ask(square, client).headers["location"] == HERE
    found = archive(square, ann)
    assert (found.posts, found.files) == (3, 1)
    assert f"/archives/{found.id}.zip" in read_page(client, HERE)
    assert f"{square.app.site.base}{HERE}" in text_of(sent(square, "ann@example.org")[-1])

    file = opened(client, found)
    assert file.testzip() is None
    outbox = json.loads(file.read("outbox.json"))
    said = [each["object"] for each in outbox["orderedItems"] if each["type"] == "Create"]
    assert [each["content"] for each in said] == ["<p>to all</p>", "<p>to few</p>"]
    assert [each["type"] for each in outbox["orderedItems"]] == ["Create", "Create", "Announce"]
    shown: Any = said[0]["attachment"][0]
    assert shown["name"] == "A teal field"
    assert file.read(shown["url"])[:4] in (b"\x89PNG", b"RIFF", b"\xff\xd8\xff\xe0"), "the picture itself goes along"
    address = square.app.site.object("bob", theirs)
    for name in ("likes.json", "bookmarks.json"):
        assert json.loads(file.read(name))["orderedItems"] == [address], name
    bobs = f"bob@{square.app.site.account_domain}"
    assert bobs in file.read("following_accounts.csv").decode()
    assert file.read("followers.csv").decode().splitlines() == ["Account address", bobs]
    assert json.loads(file.read("actor.json"))["preferredUsername"] == "ann"
    assert json.loads(file.read(f"decisions/decision-{decision}.json"))["reasons"] == WHY
    proof = read_proof(file.read(f"decisions/decision-{decision}.tlog-proof").decode())
    content, promised = read_receipt(proof.extra)
    assert proof.holds(content)
    assert promised["reasons"] == WHY
    assert "what bob said" not in str({name: file.read(name) for name in file.namelist()})


def test_nobody_else_gets_the_archive(square: Square) -> None:
    """Not with its address, nor from the folder of files, nor anything by the verbs that change things."""
    ann, bob, owner = square.person("ann"), square.person("bob"), square.staff("owner")
    client = browser(square, ann)
    ask(square, client)
    found = archive(square, ann)
    here = f"/archives/{found.id}.zip"
    assert client.get(here).status == 200
    for other in (square.stranger, ann.client, browser(square, bob), browser(square, owner)):
        assert other.get(here).status == 404
    assert square.stranger.get(f"/media/{found.key}").status == 404
    for path in (
        f"/archives/{found.id + 1}.zip",
        "/archives/0.zip",
        "/archives/9999999999999999999999.zip",
        "/archives",
    ):
        assert client.get(path).status == 404, path
    assert client.post(here, form={}).status == 405
    answer = client.get(here)
    assert answer.headers["cache-control"] == "private, no-store"
    assert "access-control-allow-origin" not in answer.headers
    part = client.get(here, headers={"range": "bytes=0-3"})
    assert (part.status, part.body) == (206, b"PK\x03\x04")
    assert client.request("HEAD", here).headers["content-length"] == str(found.size)


@pytest.mark.parametrize("act", [Act.SUSPEND, Act.FREEZE])
def test_whoever_is_shut_out_takes_all_along(square: Square, act: Act) -> None:
    """What was decided takes nothing of what is theirs from them."""
    ann = square.person("ann", display_name="Ann of the square")
    square.make.post(ann.account, text="mine still")
    shut_out(square, ann, act)
    client = browser(square, ann)
    assert "Take along what is yours" in read_page(client, "/settings/account")
    ask(square, client)
    file = opened(client, archive(square, ann))
    assert b"mine still" in file.read("outbox.json")
    assert json.loads(file.read("actor.json"))["name"] == "Ann of the square"
    assert rows(client, "lists.csv") == []


def test_what_was_removed_goes_along_without_its_files(square: Square) -> None:
    """One's words are one's own; a file that a decision removed is handed to nobody."""
    ann = square.person("ann")
    picture = uploaded(ann)
    post = PostId(
        int(ann.client.post("/api/v1/statuses", json={"status": "gone", "media_ids": [picture["id"]]}).json()["id"])
    )
    grounds = Grounds(reasons=WHY, posts=[post])
    square.app.database.write_now(
        deciding.on_posts, square.app.site, COMMAND_LINE, ann.account, Act.REMOVE_POSTS, grounds, by_letter=False
    )
    client = browser(square, ann)
    ask(square, client)
    file = opened(client, archive(square, ann))
    (said,) = json.loads(file.read("outbox.json"))["orderedItems"]
    assert "gone" in said["object"]["content"]
    assert said["object"]["attachment"][0]["url"] == ""
    assert not [name for name in file.namelist() if name.startswith("media_attachments/")]


def test_an_archive_is_made_once_a_week_and_gone_after_one(square: Square, clock: ManualClock) -> None:
    """Asking again, twice at once or for ever costs nothing; its bytes go with it."""
    ann = square.person("ann")
    client = browser(square, ann)
    form = fields_of(client.get(HERE), HERE)
    assert [client.post(HERE, form=form).status for _ in range(2)] == [303, 429]
    square.settle()
    found = archive(square, ann)
    clock.advance(seconds=limits.ARCHIVE_SECONDS + 1)
    client = browser(square, ann)
    assert client.get(f"/archives/{found.id}.zip").status == 404
    square.settle()
    assert square.app.database.read_now(belongings.archive_of, ann.account) is None
    assert not list(square.app.settings.home.rglob("*.raw"))
    assert ask(square, client).status == 303
    assert archive(square, ann).id != found.id


def test_an_archive_that_nobody_wants_any_more_is_kept_by_nobody(square: Square, clock: ManualClock) -> None:
    """Made for somebody who left meanwhile, or asked for a newer one: the file is forgotten, and no letter goes out."""
    ann = square.person("ann")
    database, client = square.app.database, browser(square, ann)
    ask(square, client)
    found = archive(square, ann)
    database.write_now(archiving.forget, found)
    database.write_now(archiving.finish, square.app.site, found.id, "archive/never", 1, 0, 0)
    assert database.read_now(belongings.archive_of, ann.account) is None
    assert len([each for each in sent(square, "ann@example.org") if "archive" in str(each["Subject"])]) == 1
    assert database.write_now(belongings.add_archive, ann.account, ann.login) is not None
    assert database.write_now(belongings.add_archive, ann.account, ann.login) is None, "one for each account"
