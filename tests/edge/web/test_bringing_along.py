"""Bringing along: lists as Mastodon exports them do here what they say, after a yes, and whatever dies meanwhile."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from sqlalchemy import bindparam, select

from bema.domain import bringing_along, leaving
from bema.model import limits
from bema.model.belongings import Brought
from bema.model.policy import Standing, Visibility
from bema.outside.clock import ManualClock
from bema.settings import Settings
from bema.store import accounts, brought_lists
from bema.store.tables import account, follow_request
from bema.store.tx import Tx, WriteTx
from tests.client import Client, File, Response
from tests.conftest import Person, Square
from tests.edge.web.test_signing import fields_of, send
from tests.edge.web.test_standing import browser
from tests.other_servers import Elsewhere
from tests.wire.activitypub.peers import mastodon_note

HERE = "/settings/import"


def bring(client: Client, kind: str, content: str | bytes, *, mode: str = "merge", name: str = "list.csv") -> Response:
    """Send a file."""
    form = fields_of(client.get(HERE), HERE) | {"kind": kind, "mode": mode}
    content = content.encode() if isinstance(content, str) else content
    return client.post(HERE, form=form, files={"file": File(name, content, "text/csv")})


def say_yes(client: Client, answer: Response) -> None:
    """Say yes to a list that was sent."""
    assert answer.status == 303, answer.text
    path = answer.headers["location"]
    begun = send(client, path, f"{path}/begin")
    assert (begun.status, begun.headers["location"]) == (303, HERE)


def do(square: Square, client: Client, kind: str, content: str, *, mode: str = "merge") -> None:
    """Bring a list, say yes and wait until it is worked off."""
    say_yes(client, bring(client, kind, content, mode=mode))
    square.settle()


def newest(square: Square, person: Person) -> Brought:
    """Return what somebody brought last."""
    return square.app.database.read_now(bringing_along.newest, person.account)[0]


def taken(client: Client, name: str) -> list[list[str]]:
    """Take a file along."""
    return list(csv.reader(io.StringIO(client.get(f"/settings/export/{name}").text)))


def test_what_is_taken_along_is_brought_back_exactly(square: Square) -> None:
    """Each file that is written here, read by somebody who has nothing, makes the same of them."""
    ann, eve = square.person("ann"), square.person("eve")
    for name in ("bob", "cem", "dov"):
        person = square.make.account(name)
        terms = {"reblogs": name != "bob", "notify": name == "bob", "languages": ["en", "ur"] if name == "bob" else []}
        ann.client.post(f"/api/v1/accounts/{person}/follow", json=terms)
    for name, act, kept in (("mia", "mute", {"notifications": False}), ("ned", "mute", {}), ("oz", "block", {})):
        ann.client.post(f"/api/v1/accounts/{square.make.account(name)}/{act}", json=kept)
    ann.client.post("/api/v1/domain_blocks", json={"domain": "noisy.example"})
    bob = ann.client.get("/api/v1/accounts/lookup?acct=bob").json()["id"]
    for title in ('چائے, "and" tea', "Sea"):
        list_ = ann.client.post("/api/v1/lists", json={"title": title}).json()["id"]
        ann.client.post(f"/api/v1/lists/{list_}/accounts", json={"account_ids": [bob]})
    post = square.make.post(square.make.account("poet"))
    assert ann.client.post(f"/api/v1/statuses/{post}/bookmark").status == 200
    hers, theirs = browser(square, ann), browser(square, eve)
    kinds = {
        "following_accounts.csv": "following",
        "lists.csv": "lists",
        "muted_accounts.csv": "muted",
        "blocked_accounts.csv": "blocked",
        "blocked_domains.csv": "domains",
        "bookmarks.csv": "bookmarks",
    }
    for name, kind in kinds.items():
        content = hers.get(f"/settings/export/{name}").text
        assert content.count("\n") >= 1, name
        do(square, theirs, kind, content)
        assert newest(square, eve).refused == 0, theirs.get(f"{HERE}/{newest(square, eve).id}/failures.csv").text
    for name in kinds:
        assert sorted(taken(theirs, name)) == sorted(taken(hers, name)), name
    assert "Done" in theirs.get(HERE).text


def test_a_list_is_shown_before_anything_is_done(square: Square) -> None:
    """Its first lines, and a warning where it looks like something else; who cancels has brought nothing."""
    ann = square.person("ann")
    client = browser(square, ann)
    lines = "\n".join(f"someone{number}@far.example" for number in range(limits.BROUGHT_PREVIEW + 5))
    answer = bring(client, "following", f"Account address,Hide notifications\n{lines}\n", name="mutes.csv")
    path = answer.headers["location"]
    page = client.get(path).text
    assert "someone0@far.example" in page
    assert f"someone{limits.BROUGHT_PREVIEW}@" not in page
    assert "looks like a list of something else: Muted accounts" in page
    assert "mutes.csv" in page
    square.settle()
    assert newest(square, ann).done == 0
    assert send(client, path, f"{path}/stop").status == 303
    assert client.get(path).status == 404
    assert "What you brought" not in client.get(HERE).text


def test_a_list_replaces_what_stands_here_only_when_asked(square: Square) -> None:
    """Follows, blocks, mutes, servers, bookmarks and lists that are not in the file end; those that are stay as they are."""
    ann = square.person("ann")
    client = browser(square, ann)
    for name in ("bob", "cem"):
        square.make.account(name)
    first, second = square.make.post(square.make.account("poet")), square.make.post(square.make.account("poet2"))
    both = {
        "following": ("following_accounts.csv", "Account address\nbob@square.example\n", "cem@square.example\n"),
        "lists": ("lists.csv", "Sea,bob@square.example\n", "Sea,cem@square.example\nTea,cem@square.example\n"),
        "muted": ("muted_accounts.csv", "Account address\nbob@square.example\n", "cem@square.example\n"),
        "domains": ("blocked_domains.csv", "one.example\n", "two.example\n"),
        "bookmarks": (
            "bookmarks.csv",
            f"https://square.example/users/poet/statuses/{first}\n",
            f"https://square.example/users/poet2/statuses/{second}\n",
        ),
    }
    for kind, (name, keep, lose) in both.items():
        do(square, client, kind, keep + lose)
        assert newest(square, ann).refused == 0, kind
        many = len(taken(client, name))
        do(square, client, kind, keep)
        assert len(taken(client, name)) == many, "a list that is added takes nothing away"
        do(square, client, kind, keep, mode="overwrite")
        assert newest(square, ann).ended >= 1, kind
        left = [row[:2] if kind == "lists" else row[:1] for row in taken(client, name)]
        assert left == list(csv.reader(io.StringIO(keep))), kind
    do(square, client, "blocked", "bob@square.example\ncem@square.example\n")
    do(square, client, "blocked", "@BOB\n", mode="overwrite")
    assert taken(client, "blocked_accounts.csv") == [["bob@square.example"]]


def test_lines_of_which_nothing_came_say_why_and_can_be_brought_again(square: Square) -> None:
    """Each with its own reason, in a file with the same columns; one bad line holds up no other."""
    ann, bob = square.person("ann"), square.person("bob")
    client = browser(square, ann)
    bob.client.post(f"/api/v1/accounts/{ann.account}/block")
    square.make.account("cem")
    lines = "bob\nnobody@square.example\nann\nno address\n=cmd|x\x00@y\ncem@square.example\n"
    do(square, client, "following", "Account address,Show boosts\n" + lines)
    done = newest(square, ann)
    assert (done.done, done.refused, done.finished_at is not None) == (6, 5, True)
    page = client.get(HERE).text
    assert "Nothing came of 5 lines." in page
    written = client.get(f"{HERE}/{done.id}/failures.csv")
    assert written.headers["content-disposition"] == 'attachment; filename="failures-following.csv"'
    rows = list(csv.reader(io.StringIO(written.text)))
    assert rows[0] == ["Account address", "Show boosts", "Notify on new posts", "Languages", "Problem"]
    assert [row[0] for row in rows[1:]] == ["bob", "nobody@square.example", "ann", "no address", "=cmd|x\x00@y"]
    assert rows[1][4] == "This is not possible: one of you blocks the other, or it is yourself."
    assert rows[2][4] == "Nobody here or there has this address."
    bob.client.post(f"/api/v1/accounts/{ann.account}/unblock")
    again = send(client, HERE, f"{HERE}/{done.id}/again")
    assert again.status == 303
    square.settle()
    assert (newest(square, ann).total, newest(square, ann).refused) == (5, 4)
    assert [row[0] for row in taken(client, "following_accounts.csv")[1:]] == [
        "cem@square.example",
        "bob@square.example",
    ]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("following", b""),
        ("following", b"Account address,Show boosts\n"),
        ("following", b"\xff\xfe\x00"),
        ("following", b'"' + b"x" * 200_000 + b'"'),
        ("following", b"#domain\nfar.example\n"),
        ("lists", b"Account address\nann\n"),
        ("everything", b"ann\n"),
        ("blocked", b"a@b.example\n" * (limits.BROUGHT_LINES + 1)),
        ("following", b"a@b.example\n" * (limits.FOLLOWS_BASE + 1)),
        ("bookmarks", b"x" * (limits.BROUGHT_BYTES + 1)),
    ],
)
def test_what_is_no_list_is_refused_at_once(square: Square, kind: str, content: bytes) -> None:
    """Nothing, bytes that are no text, other columns, too much; the page says so and keeps what was chosen."""
    client = browser(square, square.person("ann"))
    answer = bring(client, kind, content)
    assert answer.status in (413, 422), answer.status
    assert "What you brought" not in client.get(HERE).text


def test_somebody_elses_list_looks_missing(square: Square) -> None:
    """To be seen, begun, stopped or taken along; and without the page's own form nothing is done."""
    ann, eve = square.person("ann"), square.person("eve")
    client, other = browser(square, ann), browser(square, eve)
    path = bring(client, "blocked", "cem@far.example\n").headers["location"]
    assert other.get(path).status == 404
    assert other.get(f"{path}/failures.csv").status == 404
    token = fields_of(other.get(HERE), HERE)
    for act in ("begin", "stop", "again"):
        assert other.post(f"{path}/{act}", form=token).status == 404, act
        assert client.post(f"{path}/{act}").status == 403, act
        assert square.client().post(f"{path}/{act}").status in (303, 401, 403), act
    assert newest(square, ann).begun_at is None


@pytest.fixture
def world() -> Elsewhere:
    """Other servers, one of which does not answer."""
    found = Elsewhere()
    for name in ("ann", "cem", "dov"):
        found.person(name)
    found.put(mastodon_note("dov", number=7))
    found.away.add("away.example")
    return found


@pytest.fixture
def near(settings: Settings, open_square: Callable[..., Square], world: Elsewhere) -> Square:
    """A square beside these."""
    return open_square(settings, fetcher=world)


def test_who_is_not_known_is_asked_for_at_their_server(near: Square, world: Elsewhere) -> None:
    """One after the other, each once; a server that does not answer is left alone after the first time, and said to be silent."""
    eve = near.person("eve")
    client = browser(near, eve)
    far = "ann@mastodon.example,false,true,en\ncem@Mastodon.example\nnobody@mastodon.example\n"
    gone = "".join(f"p{number}@away.example\n" for number in range(5))
    do(near, client, "following", "Account address,Show boosts,Notify on new posts,Languages\n" + far + gone)
    done = newest(near, eve)
    assert (done.done, done.refused) == (8, 6)
    rows = list(csv.reader(io.StringIO(client.get(f"{HERE}/{done.id}/failures.csv").text)))
    assert [(row[0], row[-1]) for row in rows[1:3]] == [
        ("nobody@mastodon.example", "Nobody here or there has this address."),
        ("p0@away.example", "The server did not answer. It may do so another time."),
    ]
    assert len([url for url in world.asked if "away.example" in url]) == 1
    asked = near.app.database.read_now(_requests, eve)
    assert asked == {"ann": (False, True, '["en"]'), "cem": (True, False, None)}
    world.asked.clear()
    do(near, client, "muted", "ann@mastodon.example\n")
    assert [url for url in world.asked if "/users/ann" in url and "inbox" not in url] == [], "they are known now"
    assert taken(client, "muted_accounts.csv")[1:] == [["ann@mastodon.example", "true"]]


def test_posts_of_elsewhere_are_fetched_for_bookmarks(near: Square, world: Elsewhere) -> None:
    """Public ones are there afterwards; what is none, not for them, or only says that it is somewhere else, is not."""
    eve = near.person("eve")
    client = browser(near, eve)
    note = mastodon_note("dov", number=7)["id"]
    secret = world.put(mastodon_note("ann", number=8, to=["https://mastodon.example/users/cem"], cc=[]))
    private = near.make.post(near.make.account("shy"), visibility=Visibility.DIRECT)
    lines = (
        f"{note}\n{secret}\nhttps://square.example/users/shy/statuses/{private}\nhttps://away.example/1\njavascript:1\n"
    )
    do(near, client, "bookmarks", lines)
    assert taken(client, "bookmarks.csv") == [[note]]
    assert newest(near, eve).refused == 4


def test_a_list_holds_up_nobody_elses(near: Square) -> None:
    """Those of several people take turns, a few lines each, however long the first is."""
    ann, eve = near.person("ann"), near.person("eve")
    long, short = browser(near, ann), browser(near, eve)
    say_yes(long, bring(long, "domains", "".join(f"{number}.example\n" for number in range(90))))
    say_yes(short, bring(short, "domains", "noisy.example\n"))
    near.settle()
    first, second = newest(near, ann), newest(near, eve)
    assert (first.done, second.done) == (90, 1)
    assert second.finished_at is not None
    assert first.finished_at is not None


def _requests(tx: Tx, person: Person) -> dict[str, tuple[bool, bool, str | None]]:
    there = follow_request.join(account, account.c.id == follow_request.c.followed_id)
    terms = (follow_request.c.boosts, follow_request.c.notify, follow_request.c.languages)
    rows = tx.all(
        select(account.c.username, *terms).select_from(there).where(follow_request.c.follower_id == bindparam("key")),
        {"key": person.account},
    )
    return {row[0]: (bool(row[1]), bool(row[2]), row[3]) for row in rows}


def test_a_process_that_dies_loses_nothing_and_does_nothing_twice(square: Square) -> None:
    """What was done is committed with how far it came; two that work on the same part do it once."""
    ann = square.person("ann")
    client = browser(square, ann)
    names = [f"p{number}" for number in range(limits.BROUGHT_AT_ONCE + 5)]
    for name in names:
        square.make.account(name)
    path = bring(client, "following", "".join(f"{name}\n" for name in names)).headers["location"]
    id_ = int(path.rpartition("/")[2])
    database, site = square.app.database, square.app.site
    part = database.read_now(bringing_along.next_part, site, id_)
    assert part is None, "nobody said yes"
    database.write_now(brought_lists.begin, id_, None)  # as if who was to work on it had died at once
    part = database.read_now(bringing_along.next_part, site, id_)
    assert part is not None
    for _ in range(2):  # the second time as if it had died before it was noted that the task is done
        database.write_now(bringing_along.carry_out, site, id_, part, {}, set())
    assert newest(square, ann).done == limits.BROUGHT_AT_ONCE
    square.settle()
    done = newest(square, ann)
    assert (done.done, done.refused, done.finished_at is not None) == (len(names), 0, True)
    assert len(taken(client, "following_accounts.csv")) == len(names) + 1


def test_a_list_ends_with_the_account_that_brought_it(square: Square) -> None:
    """Who is suspended meanwhile follows nobody more; who leaves leaves no list behind."""
    ann = square.person("ann")
    client = browser(square, ann)
    square.make.account("cem")
    say_yes_path = bring(client, "following", "cem\n").headers["location"]
    id_ = int(say_yes_path.rpartition("/")[2])
    database = square.app.database
    database.write_now(_suspend, ann)
    database.write_now(brought_lists.begin, id_, None)
    part = database.read_now(bringing_along.next_part, square.app.site, id_)
    assert part is not None
    database.write_now(bringing_along.carry_out, square.app.site, id_, part, {}, set())
    assert (newest(square, ann).stopped, newest(square, ann).done) == (True, 0)
    eve = square.person("eve")
    bring(browser(square, eve), "following", "cem\n")
    database.write_now(leaving.leave, eve.account)
    square.settle()
    assert database.read_now(bringing_along.newest, eve.account) == []


def _suspend(tx: WriteTx, person: Person) -> None:
    accounts.change(tx, person.account, standing=int(Standing.SUSPENDED))


def test_lists_are_forgotten_in_time(square: Square, clock: ManualClock) -> None:
    """One without a yes after a day, one that is done after a week; of several without a yes only the last is kept."""
    ann = square.person("ann")
    client = browser(square, ann)
    bring(client, "blocked", "cem@square.example\n")
    unsaid = newest(square, ann).id
    bring(client, "blocked", "cem@square.example\n")
    assert [each.id for each in square.app.database.read_now(bringing_along.newest, ann.account)] != [unsaid]
    do(square, client, "domains", "noisy.example\n")
    assert len(square.app.database.read_now(bringing_along.newest, ann.account)) == 1, "another one took its place"
    bring(client, "blocked", "cem@square.example\n")
    clock.advance(seconds=limits.BROUGHT_UNSAID_SECONDS + 1)
    square.settle()
    assert [each.kind for each in square.app.database.read_now(bringing_along.newest, ann.account)] == ["domains"]
    clock.advance(seconds=limits.BROUGHT_KEPT_SECONDS)
    square.settle()
    assert square.app.database.read_now(bringing_along.newest, ann.account) == []


def test_a_list_that_is_stopped_goes_no_further(square: Square) -> None:
    """What was done stays, and what is left is gone."""
    ann = square.person("ann")
    client = browser(square, ann)
    path = bring(client, "blocked", "cem@square.example\n").headers["location"]
    square.app.database.write_now(brought_lists.begin, int(path.rpartition("/")[2]), None)
    page = client.get(HERE).text
    assert re.search(r"0 of 1 done", page)
    assert send(client, HERE, f"{path}/stop").status == 303
    square.settle()
    assert (newest(square, ann).stopped, newest(square, ann).done) == (True, 0)
    assert "Stopped after 0 of 1" in client.get(HERE).text
