"""Search: in every script, on both databases alike, and never what one may not see."""

from typing import Any

import pytest
from sqlalchemy import BigInteger, Text, cast, insert, literal, select, true, update

from bema.model import limits
from bema.model.events import AccountUpdated
from bema.model.ids import AccountId, PostId
from bema.model.policy import Visibility
from bema.store import accounts, posts, search, search_index
from bema.store.database import Database
from bema.store.tables import account, search_account
from bema.store.timelines import Range
from bema.store.tx import WriteTx
from tests.conftest import Person, Read, Square, Write
from tests.make import Make


def indexable(square: Square, person: Person, wish: bool = True) -> None:
    """Let everybody search somebody's public posts, or not."""

    def choose(tx: WriteTx) -> None:
        accounts.change(tx, person.account, indexable=wish)
        tx.emit(AccountUpdated(account=person.account))

    square.app.database.write_now(choose)
    square.settle()


def limit(tx: WriteTx, id_: AccountId) -> None:
    """Limit somebody, as a decision does."""
    tx.run(update(account).where(account.c.id == id_).values(limited=True))


def found(person: Person, query: str, kind: str = "statuses", **more: Any) -> list[str]:
    """Search as somebody, and return the ids or names found."""
    asked = "".join(f"&{name}={value}" for name, value in more.items())
    answer = person.client.get(f"/api/v2/search?q={query}&type={kind}{asked}")
    assert answer.status == 200, answer.text
    key = {"statuses": "id", "accounts": "acct", "hashtags": "name"}[kind]
    return [each[key] for each in answer.json()[kind]]


TEXTS = [
    ("The orchestra plays tonight", "orchestra", "ORCHES"),
    ("Das Café öffnet um neun", "cafe", "offnet"),
    ("آج رات محفل میں غزلیں پڑھی جائیں گی", "غزلیں", "محفل"),
    ("مدینے کی لائبریری آج بند ہے", "لائبريري", "مدين"),
    ("今天图书馆关门", "图书馆", "书"),
    ("आज पुस्तकालय बंद है", "पुस्तकालय", "पुस्त"),
    ("Сегодня библиотека закрыта", "библиотека", "БИБЛ"),
    ("วันนี้ห้องสมุดปิด", "ห้องสมุด", "สมุด"),
]


@pytest.mark.parametrize(("text", "word", "beginning"), TEXTS)
def test_own_posts_are_found_in_every_script(square: Square, text: str, word: str, beginning: str) -> None:
    """By a word and by its beginning, however either keyboard writes it."""
    ann = square.person("ann")
    post = square.make.post(ann.account, text)
    square.make.post(ann.account, "Something else entirely")
    square.settle()
    assert found(ann, word) == [str(post)]
    assert found(ann, beginning) == [str(post)]


def test_public_posts_are_found_only_where_their_author_wishes_it(square: Square) -> None:
    """At once when the author changes their mind, in both directions."""
    ann, bob = square.person("ann"), square.person("bob")
    post = str(square.make.post(ann.account, "Lanterns on the river"))
    unlisted = square.make.post(ann.account, "Lanterns for some", visibility=Visibility.UNLISTED)
    square.settle()
    assert found(bob, "lanterns") == []
    indexable(square, ann)
    assert found(bob, "lanterns") == [post]
    assert square.stranger.get("/api/v2/search?q=lanterns").json()["statuses"][0]["id"] == post
    assert found(ann, "lanterns") == [str(unlisted), post]
    later = str(square.make.post(ann.account, "More lanterns"))
    indexable(square, ann, wish=False)
    assert found(bob, "lanterns") == []
    indexable(square, ann)
    assert found(bob, "lanterns") == [later, post]


def test_private_posts_are_found_by_those_they_are_for_and_nobody_else(square: Square) -> None:
    """Neither an indexable author nor following, boosting or a favourite of before changes that."""
    ann, bob, eve = square.person("ann"), square.person("bob"), square.person("eve")
    indexable(square, ann)
    square.make.follow(bob.account, ann.account)
    direct = str(square.make.post(ann.account, "secret plans", visibility=Visibility.DIRECT, mentions=[bob.account]))
    kept = square.make.post(ann.account, "secret garden", visibility=Visibility.FOLLOWERS)
    square.make.favourite(bob.account, kept)
    square.make.follow(eve.account, ann.account)
    square.make.favourite(eve.account, kept)
    square.make.unfollow(eve.account, ann.account)
    square.settle()
    assert found(ann, "secret") == [str(kept), direct]
    assert found(bob, "secret") == [str(kept), direct]
    assert found(eve, "secret") == []
    assert square.stranger.get("/api/v2/search?q=secret").json()["statuses"] == []


def test_the_limited_are_found_by_their_followers_alone(square: Square) -> None:
    """And by whoever types their whole name; to follow somebody else makes no difference."""
    ann, bob, fan = square.person("ann"), square.person("bob"), square.person("fan")
    other = square.make.account("other")
    square.make.post(other)
    indexable(square, ann)
    square.make.follow(fan.account, ann.account)
    square.make.follow(bob.account, other)
    post = str(square.make.post(ann.account, "heron"))
    square.settle()
    assert found(bob, "heron") == [post]
    square.app.database.write_now(limit, ann.account)
    listed = "/api/v1/timelines/public"
    assert (found(bob, "heron"), found(fan, "heron"), found(ann, "heron")) == ([], [post], [post])
    assert post not in {each["id"] for each in bob.client.get(listed).json()}
    assert post in {each["id"] for each in fan.client.get(listed).json()}
    assert (found(bob, "an", "accounts"), found(bob, "ann", "accounts")) == ([], ["ann"])
    assert found(fan, "an", "accounts") == ["ann"]


def test_what_one_kept_is_found(square: Square) -> None:
    """Favourites and bookmarks, though their authors let nobody search."""
    ann, bob = square.person("ann"), square.person("bob")
    liked, marked = (square.make.post(ann.account, f"Bread recipe {number}") for number in (1, 2))
    square.settle()
    assert found(bob, "recipe") == []
    square.make.favourite(bob.account, liked)
    assert bob.client.post(f"/api/v1/statuses/{marked}/bookmark").status == 200
    assert found(bob, "bread rec") == [str(marked), str(liked)]


def test_a_query_has_words_phrases_and_what_must_not_be_there(square: Square) -> None:
    """All words count; signs that mean something to a database mean nothing."""
    ann, bob = square.person("ann"), square.person("bob")
    indexable(square, bob)
    one = str(square.make.post(ann.account, "red house by the blue sea"))
    two = str(square.make.post(ann.account, "blue house by the red sea"))
    three = str(square.make.post(bob.account, "red sea"))
    square.settle()
    assert found(ann, "house sea") == [two, one]
    assert found(ann, '"red sea"') == [three, two]
    assert found(ann, "red -house") == [three]
    assert found(ann, "red from:bob") == [three]
    assert found(ann, "red from:me") == [two, one]
    assert found(ann, "red from:nobody") == []
    assert found(ann, "red", account_id=bob.account) == [three]
    for nonsense in ('"', "-", "AND NOT (", "' or 1=1 --", "*", "red) OR (blue", "=p", "a:b*c^", "\\", "%00", "-red"):
        assert ann.client.get(f"/api/v2/search?q={nonsense.replace('%', '%25')}").status == 200


def test_edited_and_deleted_posts_are_found_as_they_are(square: Square) -> None:
    """The index follows."""
    ann = square.person("ann")
    post = ann.client.post("/api/v1/statuses", json={"status": "heron"}).json()["id"]
    square.settle()
    assert found(ann, "heron") == [post]
    ann.client.put(f"/api/v1/statuses/{post}", json={"status": "stork"})
    square.settle()
    assert (found(ann, "heron"), found(ann, "stork")) == ([], [post])
    ann.client.delete(f"/api/v1/statuses/{post}")
    assert found(ann, "stork") == []


def test_results_are_paged_in_both_ways(square: Square) -> None:
    """By offset, and by ids."""
    ann = square.person("ann")
    made = [str(square.make.post(ann.account, f"wave {number}")) for number in range(7)]
    square.settle()
    assert found(ann, "wave", limit=3) == made[:3:-1]
    assert found(ann, "wave", limit=3, offset=3) == made[3:0:-1]
    assert found(ann, "wave", limit=2, max_id=made[3]) == [made[2], made[1]]
    assert found(ann, "wave", limit=2, min_id=made[3]) == [made[5], made[4]]
    assert square.stranger.get("/api/v2/search?q=wave&offset=3").status == 401


@pytest.mark.parametrize("word", ["wavelength", "кораблестроение", "بندرگاہوں"])
def test_a_half_typed_word_is_paged_like_a_whole_one(square: Square, word: str) -> None:
    """However much of it is there; other words with the same first letters are others."""
    ann = square.person("ann")
    made = [str(square.make.post(ann.account, f"{word} {number}")) for number in range(7)]
    for _ in range(3):
        square.make.post(ann.account, f"{word[:3]} {word[:3]}zz")
    square.settle()
    for size in range(4, len(word) + 1):
        begun = word[:size]
        assert found(ann, begun, limit=3) == made[:3:-1]
        assert found(ann, begun, limit=3, offset=3) == made[3:0:-1]
        assert found(ann, begun, limit=2, max_id=made[3]) == [made[2], made[1]]
        assert found(ann, begun, limit=2, min_id=made[3]) == [made[5], made[4]]
        assert found(ann, f"5 {begun}") == [made[5]]
    assert found(ann, f"{word[:4]}zzz") == []


def test_posts_of_one_beginning_are_put_together_only_where_there_are_very_many(
    read: Read, write: Write, make: Make, database: Database, statements: list[str]
) -> None:
    """SQLite does so before it names the first: with a word that is frequent, for each question that nearly nothing fits."""
    ann = make.account("ann")
    ids = [make.post(ann) for _ in range(5)]

    def index(tx: WriteTx) -> None:
        for id_ in ids:
            search_index.put_post(tx, id_, [f"={ann}", *["rare"] * (id_ == ids[2]), "orchestra", "orchid"])

    write(index)
    for begun, wanted in (("orches*", [ids[2]]), ("orchi*", [ids[2]]), ("orca*", [])):
        statements.clear()
        assert read(search.post_ids, ann, search.Terms([begun, "rare"]), Range(20)) == wanted
        # The whole word, what begins with its first letters, and whether those were all.
        assert len(statements) == 3 or not database.is_sqlite


def test_what_is_only_not_wanted_is_looked_for_among_the_newest(square: Square) -> None:
    """A server where nearly everything is unwanted is not gone through to its first post; with a word, it is."""
    ann = square.person("ann")
    old = str(square.make.post(ann.account, "A quince"))
    newest = int(square.make.post(ann.account, "A plum"))
    square.settle()
    assert found(ann, "-plum") == [old]

    def more(tx: WriteTx, count: int) -> None:
        for _ in range(count):
            id_ = PostId(tx.new_id())
            posts.add(tx, posts.NewPost(id=id_, author=ann.account, visibility=Visibility.PUBLIC, created_at=tx.now))
            search_index.put_post(tx, id_, [f"={ann.account}", "plum"])

    square.app.database.write_now(more, limits.SEARCH_WINDOW - 2)
    assert found(ann, "-plum") == [old]
    square.app.database.write_now(more, 1)
    assert found(ann, "-plum") == []
    assert found(ann, "-plum", max_id=newest) == [old]
    assert found(ann, "quince -plum") == [old]
    assert found(ann, "-plum in:library") == [old]
    assert found(ann, "-plum", min_id=1) == [old]


def test_people_are_found_by_either_name(square: Square) -> None:
    """Those one follows before others, after whoever is called exactly so; the suspended not at all."""
    ann = square.person("ann")
    for name, shown in (("noor", "نور جہاں"), ("noora", "Noora B"), ("noorani", "Zed"), ("li", "李白")):
        square.make.account(name, display_name=shown)
    followed = square.person("noorulain")
    square.make.account("noori", host="other.example")
    square.make.follow(ann.account, followed.account)
    square.settle()
    assert found(ann, "noor", "accounts") == ["noor", "noorulain", "noora", "noorani", "noori@other.example"]
    assert found(ann, "noor", "accounts", following="true") == ["noorulain"]
    assert found(ann, "نور", "accounts") == ["noor"]
    assert found(ann, "李", "accounts") == ["li"]
    assert found(ann, "@noora@square.example", "accounts")[0] == "noora"
    assert found(ann, "noori@other.example", "accounts")[0] == "noori@other.example"
    names = [each["acct"] for each in ann.client.get("/api/v1/accounts/search?q=noor&limit=2").json()]
    assert names == ["noor", "noorulain"]


def test_whom_one_follows_is_found_among_very_many_of_a_name(square: Square) -> None:
    """Also where more match than are ranked; pages go on where the last one ended."""
    ann = square.person("ann")
    square.make.account("noor")
    followed = square.person("noorulain")
    square.make.follow(ann.account, followed.account)
    square.settle()
    square.app.database.write_now(_crowd, followed.account, limits.SEARCH_CANDIDATES)
    whole = found(ann, "noor", "accounts", limit=40)
    assert whole[:2] == ["noor", "noorulain"]
    assert len(set(whole)) == 40
    pages = [found(ann, "noor", "accounts", limit=2, offset=first) for first in range(0, 8, 2)]
    assert [name for page in pages for name in page] == whole[:8]
    assert found(ann, "noorulain", "accounts") == ["noorulain"]


def _crowd(tx: WriteTx, like: AccountId, count: int) -> None:
    """Add accounts, older than any other, like one that there is."""
    start: Any = select(literal(1, BigInteger).label("n")).cte("numbers", recursive=True)
    numbers = start.union_all(select(start.c.n + 1).where(start.c.n < count))
    name = literal("noorx", Text) + cast(numbers.c.n, Text)
    copied: dict[str, Any] = {column.name: column for column in account.columns}
    copied |= {"id": numbers.c.n, "username": name, "username_folded": name}
    rows = select(*copied.values()).select_from(account.join(numbers, true())).where(account.c.id == like)
    tx.run(insert(account).from_select(list(copied), rows))
    found_by = select(numbers.c.n, name, literal(True))
    tx.run(insert(search_account).from_select(["account_id", "tokens", "indexable"], found_by))


def test_tags_are_found_by_their_beginning(square: Square) -> None:
    """The one of exactly this name first."""
    ann = square.person("ann")
    square.make.post(ann.account, tags=["Music", "MusicMonday", "Art"])
    square.make.post(ann.account, tags=["موسیقی"])
    square.settle()
    assert [name.lower() for name in found(ann, "%23music", "hashtags")] == ["music", "musicmonday"]
    assert found(ann, "موس", "hashtags") == ["موسیقی"]
    assert found(ann, "sic", "hashtags") == []


def test_an_address_finds_what_it_is_the_address_of(square: Square) -> None:
    """Clients route by it; what one may not see is not found so either."""
    ann, bob = square.person("ann"), square.person("bob")
    post = square.make.post(ann.account)
    hidden = square.make.post(ann.account, visibility=Visibility.FOLLOWERS)
    square.make.account("eve", host="other.example")
    base = "https://square.example"
    ask = bob.client.get
    for address in (f"{base}/@ann/{post}", f"{base}/users/ann/statuses/{post}"):
        assert ask(f"/api/v2/search?resolve=true&q={address}").json()["statuses"][0]["id"] == str(post)
    assert ask(f"/api/v2/search?q={base}/@ann").json()["accounts"][0]["acct"] == "ann"
    assert ask("/api/v2/search?q=https://other.example/users/eve").json()["accounts"][0]["acct"] == "eve@other.example"
    empty: dict[str, list[object]] = {"accounts": [], "statuses": [], "hashtags": []}
    for address in (f"{base}/@ann/{hidden}", f"{base}/@ann/1", f"{base}/@nobody", "https://x/y", f"{base}/about"):
        answer = ask(f"/api/v2/search?q={address}").json()
        assert {kind: answer[kind] for kind in empty} == empty


def test_a_search_takes_the_same_number_of_statements_whatever_it_finds(square: Square, statements: list[str]) -> None:
    """Token, matches and which of them may be found, what one kept, posts, authors, flags."""
    ann = square.person("ann")
    for number in range(12):
        square.make.post(ann.account, f"wave {number}")
    square.settle()
    statements.clear()
    assert len(found(ann, "wave", limit=12)) == 12
    assert len(statements) == (6 if square.app.database.is_sqlite else 7), statements


def test_a_rebuilt_index_finds_the_same(square: Square) -> None:
    """It is a projection: nothing in it cannot be made anew."""
    ann = square.person("ann")
    indexable(square, ann)
    post = str(square.make.post(ann.account, "lighthouse"))
    square.settle()
    square.server.run(square.app.runner.rebuild("search"))
    bob = square.person("bob")
    assert found(bob, "lighthouse") == [post]
    assert found(bob, "ann", "accounts") == ["ann"]
