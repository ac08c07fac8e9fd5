"""Filters by the Mastodon API: keeping them, old clients' view of them, and what they do to what is read."""

from typing import Any

import pytest

from bema.model import limits
from bema.model.policy import Visibility
from bema.outside.clock import ManualClock
from bema.store import log
from bema.store.tx import WriteTx
from tests.conftest import Person, Square


@pytest.fixture
def ann(square: Square) -> Person:
    """Somebody who does not want to read everything."""
    return square.person("ann")


@pytest.fixture
def bob(square: Square, ann: Person) -> Person:
    """Somebody whom Ann follows."""
    bob = square.person("bob")
    square.make.follow(ann.account, bob.account)
    return bob


def make(person: Person, *keywords: str, whole_word: bool = True, **terms: Any) -> dict[str, Any]:
    """Make a filter."""
    words = [{"keyword": each, "whole_word": whole_word} for each in keywords]
    sent = {"title": "Not now", "context": ["home"], "keywords_attributes": words, **terms}
    answer = person.client.post("/api/v2/filters", json=sent)
    assert answer.status == 200, answer.text
    return dict(answer.json())


def home(person: Person) -> list[dict[str, Any]]:
    """Read the home timeline."""
    return list(person.client.get("/api/v1/timelines/home").json())


# --- Keeping them -----------------------------------------------------------------------------------------------------


def test_a_filter_is_made_read_changed_and_deleted(ann: Person) -> None:
    """With keywords that are added, changed and removed on the way."""
    made = make(ann, "foo", "bar", context=["public", "home"], expires_in=3600)
    assert made == {
        "id": made["id"],
        "title": "Not now",
        "context": ["home", "public"],
        "expires_at": "2026-01-01T01:00:00.000Z",
        "filter_action": "warn",
        "keywords": [
            {"id": made["keywords"][0]["id"], "keyword": "foo", "whole_word": True},
            {"id": made["keywords"][1]["id"], "keyword": "bar", "whole_word": True},
        ],
        "statuses": [],
    }
    path = f"/api/v2/filters/{made['id']}"
    assert ann.client.get(path).json() == made
    assert ann.client.get("/api/v2/filters").json() == [made]
    foo, bar = (each["id"] for each in made["keywords"])
    changes = [{"id": foo, "_destroy": True}, {"id": bar, "keyword": "baz"}, {"keyword": "new", "whole_word": False}]
    changed = ann.client.put(path, json={"keywords_attributes": changes, "filter_action": "hide"}).json()
    assert (changed["filter_action"], changed["title"], changed["expires_at"]) == (
        "hide",
        "Not now",
        made["expires_at"],
    )
    assert [(each["keyword"], each["whole_word"]) for each in changed["keywords"]] == [("baz", True), ("new", False)]
    assert ann.client.put(path, json={"expires_in": None}).json()["expires_at"] is None
    assert ann.client.delete(path).json() == {}
    assert ann.client.get(path).status == 404
    assert ann.client.get("/api/v2/filters").json() == []


def test_a_filter_comes_as_a_form_and_as_a_query_too(ann: Person) -> None:
    """In the form that Mastodon documents."""
    query = (
        "title=test&context[]=public&keywords_attributes[][keyword]=foo&keywords_attributes[][whole_word]=false"
        "&keywords_attributes[][keyword]=bar&keywords_attributes[][whole_word]=true"
    )
    made = ann.client.post(f"/api/v2/filters?{query}").json()
    assert [(each["keyword"], each["whole_word"]) for each in made["keywords"]] == [("foo", False), ("bar", True)]
    foo, bar = (each["id"] for each in made["keywords"])
    body = (
        f"keywords_attributes[][id]={foo}&keywords_attributes[][_destroy]=true"
        f"&keywords_attributes[][id]={bar}&keywords_attributes[][keyword]=baz&expires_in=60&filter_action=blur"
    )
    form = {"content-type": "application/x-www-form-urlencoded"}
    changed = ann.client.put(f"/api/v2/filters/{made['id']}", body=body.encode(), headers=form).json()
    assert changed["keywords"] == [{"id": bar, "keyword": "baz", "whole_word": True}]
    assert (changed["expires_at"], changed["filter_action"]) == ("2026-01-01T00:01:00.000Z", "blur")


@pytest.mark.parametrize(
    ("sent", "status", "error"),
    [
        (
            {},
            422,
            "Validation failed: Title can't be blank, Context can't be blank, Context None or invalid context supplied",
        ),
        (
            {"title": "x", "context": ["nowhere"]},
            422,
            "Validation failed: Context can't be blank, Context None or invalid context supplied",
        ),
        (
            {"title": "x" * 257, "context": ["home"]},
            422,
            "Validation failed: Title is too long (maximum is 256 characters)",
        ),
        (
            {"title": "x", "context": ["home"], "keywords_attributes": [{"keyword": " ", "whole_word": True}]},
            422,
            "Validation failed: Keyword can't be blank",
        ),
        (
            {"title": "x", "context": ["home"], "keywords_attributes": [{"keyword": "x" * 513}]},
            422,
            "Validation failed: Keyword is too long (maximum is 512 characters)",
        ),
        (
            {"title": "x", "context": ["home"], "keywords_attributes": [{"id": "7", "keyword": "x"}]},
            404,
            "Record not found",
        ),
    ],
)
def test_what_cannot_be_a_filter_is_refused(ann: Person, sent: dict[str, Any], status: int, error: str) -> None:
    """With Mastodon's sentences; and nothing is kept of it."""
    answer = ann.client.post("/api/v2/filters", json=sent)
    assert (answer.status, answer.json()) == (status, {"error": error})
    assert ann.client.get("/api/v2/filters").json() == []


def test_filters_and_keywords_have_bounds(ann: Person) -> None:
    """All of them are looked for in each post."""
    made = make(ann, *(f"word{number}" for number in range(limits.FILTER_KEYWORDS)))
    path = f"/api/v2/filters/{made['id']}"
    assert ann.client.post(f"{path}/keywords", json={"keyword": "one more"}).status == 422
    removed = [{"id": made["keywords"][0]["id"], "_destroy": "1"}, {"keyword": "in its place"}]
    assert ann.client.put(path, json={"keywords_attributes": removed}).status == 200
    for _ in range(limits.FILTERS - 1):
        make(ann)
    assert ann.client.post("/api/v2/filters", json={"title": "x", "context": ["home"]}).status == 422


def test_keywords_are_kept_one_by_one_too(ann: Person) -> None:
    """Added, read, changed and removed."""
    filter_ = make(ann)["id"]
    path = f"/api/v2/filters/{filter_}/keywords"
    assert ann.client.post(path).json() == {"error": "Validation failed: Keyword can't be blank"}
    added = ann.client.post(path, form={"keyword": "some"}).json()
    assert added == {"id": added["id"], "keyword": "some", "whole_word": True}
    one = f"/api/v2/filters/keywords/{added['id']}"
    changed = ann.client.put(one, json={"keyword": "other", "whole_word": False}).json()
    assert changed == {"id": added["id"], "keyword": "other", "whole_word": False}
    assert ann.client.get(one).json() == changed
    assert ann.client.get(path).json() == [changed]
    assert ann.client.put(one, json={"keyword": ""}).status == 422
    assert ann.client.delete(one).json() == {}
    assert ann.client.get(one).status == 404
    assert ann.client.get(path).json() == []


def test_a_filter_names_posts(square: Square, ann: Person, bob: Person) -> None:
    """Those that one sees; of a boost, what it boosts."""
    post = square.make.post(bob.account)
    boost = square.make.boost(bob.account, post)
    hidden = square.make.post(bob.account, visibility=Visibility.DIRECT)
    filter_ = make(ann)["id"]
    path = f"/api/v2/filters/{filter_}/statuses"
    for unknown in (hidden, 7, "x", ""):
        assert ann.client.post(path, json={"status_id": str(unknown)}).status == 404
    added = ann.client.post(path, json={"status_id": str(boost)}).json()
    assert added == {"id": added["id"], "status_id": str(post)}
    assert ann.client.post(path, json={"status_id": str(post)}).status == 422
    assert ann.client.get(path).json() == [added]
    assert ann.client.get(f"/api/v2/filters/statuses/{added['id']}").json() == added
    square.settle()
    (result,) = ann.client.get(f"/api/v1/statuses/{post}").json()["filtered"]
    assert (result["keyword_matches"], result["status_matches"]) == (None, [str(post)])
    assert ann.client.delete(f"/api/v2/filters/statuses/{added['id']}").json() == {}
    assert ann.client.get(path).json() == []
    assert ann.client.get(f"/api/v1/statuses/{post}").json()["filtered"] == []


def test_filters_belong_to_one_account(square: Square, ann: Person, bob: Person) -> None:
    """Another's and one that never was get the same answer, whatever is asked of them."""
    post = square.make.post(bob.account)
    made = make(ann, "foo")
    named = ann.client.post(f"/api/v2/filters/{made['id']}/statuses", json={"status_id": str(post)}).json()
    group, word, status = made["id"], made["keywords"][0]["id"], named["id"]
    tried = [
        *[(method, "/api/v2/filters/{}", group) for method in ("GET", "PUT", "PATCH", "DELETE")],
        *[(method, "/api/v2/filters/{}/keywords", group) for method in ("GET", "POST")],
        *[(method, "/api/v2/filters/{}/statuses", group) for method in ("GET", "POST")],
        *[(method, "/api/v2/filters/keywords/{}", word) for method in ("GET", "PUT", "PATCH", "DELETE")],
        *[(method, "/api/v2/filters/statuses/{}", status) for method in ("GET", "DELETE")],
        *[(method, "/api/v1/filters/{}", word) for method in ("GET", "PUT", "PATCH", "DELETE")],
    ]
    sent = {"title": "x", "phrase": "x", "keyword": "x", "context": ["home"], "status_id": str(post)}
    for method, path, id_ in tried:
        answers = [bob.client.request(method, path.format(each), json=sent) for each in (id_, "7", "x")]
        assert [each.status for each in answers] == [404] * 3, f"{method} {path}"
        assert len({each.body for each in answers}) == 1
    assert ann.client.get(f"/api/v2/filters/{group}").json() == {**made, "statuses": [named]}


# --- For older clients ------------------------------------------------------------------------------------------------


def test_an_old_filter_is_a_keyword(ann: Person) -> None:
    """Made, read, changed and deleted by clients that know no groups."""
    sent = {"phrase": "test", "context": ["home", "thread"], "irreversible": True, "expires_in": 60}
    made = ann.client.post("/api/v1/filters", json=sent).json()
    assert made == {
        "id": made["id"],
        "phrase": "test",
        "context": ["home", "thread"],
        "whole_word": False,
        "expires_at": "2026-01-01T00:01:00.000Z",
        "irreversible": True,
    }
    path = f"/api/v1/filters/{made['id']}"
    assert ann.client.get(path).json() == made
    assert ann.client.get("/api/v1/filters").json() == [made]
    (group,) = ann.client.get("/api/v2/filters").json()
    assert (group["title"], group["filter_action"], group["keywords"][0]["id"]) == ("test", "hide", made["id"])
    new = {"phrase": "best", "context": ["public"], "irreversible": False, "whole_word": True, "expires_in": ""}
    changed = ann.client.put(path, form=new).json()
    assert changed == {
        "id": made["id"],
        "phrase": "best",
        "context": ["public"],
        "whole_word": True,
        "expires_at": None,
        "irreversible": False,
    }
    assert ann.client.delete(path).json() == {}
    assert ann.client.get("/api/v1/filters").json() == []
    assert len(ann.client.get("/api/v2/filters").json()) == 1  # the group stays, as on Mastodon
    refused = ann.client.post("/api/v1/filters", json={"phrase": "x"})
    assert refused.json() == {
        "error": "Validation failed: Context can't be blank, Context None or invalid context supplied"
    }


def test_an_old_client_cannot_change_what_belongs_to_several_keywords(ann: Person) -> None:
    """It would not know what else it changes."""
    made = make(ann, "foo", "bar")
    path = f"/api/v1/filters/{made['keywords'][0]['id']}"
    assert ann.client.put(path, json={"phrase": "foo", "context": ["public"]}).status == 422
    same = {"phrase": "Not now", "context": ["home"], "irreversible": False, "whole_word": False}
    assert ann.client.put(path, json=same).json()["phrase"] == "Not now"
    assert ann.client.get(f"/api/v2/filters/{made['id']}").json()["keywords"][0]["whole_word"] is False


# --- What they do -----------------------------------------------------------------------------------------------------


def test_posts_say_which_filters_they_meet(square: Square, ann: Person, bob: Person) -> None:
    """To the one whose filters they are, also inside a boost."""
    made = make(ann, "Plum", "cake", filter_action="blur")
    post = square.make.post(bob.account, "A plum CAKE & more")
    boost = square.make.boost(square.make.account("far"), post)
    square.make.post(bob.account, "Cakes and plumbers")
    expected = [
        {
            "filter": {key: made[key] for key in ("id", "title", "context", "expires_at", "filter_action")},
            "keyword_matches": ["Plum", "cake"],
            "status_matches": None,
        }
    ]
    square.settle()
    assert [each["filtered"] for each in home(ann)] == [[], expected]
    boosted = ann.client.get(f"/api/v1/statuses/{boost}").json()
    assert (boosted["filtered"], boosted["reblog"]["filtered"]) == (expected, expected)
    assert bob.client.get(f"/api/v1/statuses/{post}").json()["filtered"] == []
    assert "filtered" not in square.stranger.get(f"/api/v1/statuses/{post}").json()


def test_a_filter_changes_what_is_read_at_once(square: Square, clock: ManualClock, ann: Person, bob: Person) -> None:
    """When it is made, changed, expired and deleted."""
    square.make.post(bob.account, "A plum")
    square.settle()
    assert [each["filtered"] for each in home(ann)] == [[]]
    made = make(ann, "plum", expires_in=60)
    assert len(home(ann)[0]["filtered"]) == 1
    word = f"/api/v2/filters/keywords/{made['keywords'][0]['id']}"
    ann.client.put(word, json={"keyword": "pear"})
    assert home(ann)[0]["filtered"] == []
    ann.client.put(word, json={"keyword": "plum"})
    assert len(home(ann)[0]["filtered"]) == 1
    clock.advance(minutes=1)
    assert home(ann)[0]["filtered"] == []
    ann.client.put(f"/api/v2/filters/{made['id']}", json={"expires_in": 60})
    assert len(home(ann)[0]["filtered"]) == 1
    ann.client.delete(f"/api/v2/filters/{made['id']}")
    assert home(ann)[0]["filtered"] == []


CONTEXTS = {
    "home": ["/api/v1/timelines/home", "/api/v1/timelines/list/{list}"],
    "public": ["/api/v1/timelines/public", "/api/v1/timelines/tag/tea"],
    "account": ["/api/v1/accounts/{bob}/statuses", "/api/v1/accounts/{bob}/statuses?pinned=true"],
    "thread": ["/api/v1/statuses/{root}/context", "/api/v1/statuses/{end}/context"],
    "notifications": ["/api/v1/notifications"],
}


@pytest.mark.parametrize("context", CONTEXTS)
def test_what_is_hidden_is_left_out_where_its_filter_holds(
    square: Square, ann: Person, bob: Person, context: str
) -> None:
    """There and nowhere else; who asks for the post itself gets it, with the filter."""
    root = square.make.post(bob.account, "Once")
    post = square.make.post(bob.account, "A plum", tags=["tea"], mentions=[ann.account], in_reply_to=root)
    end = square.make.post(bob.account, "And then", in_reply_to=post)
    bob.client.post(f"/api/v1/statuses/{post}/pin")
    list_ = ann.client.post("/api/v1/lists", json={"title": "x"}).json()["id"]
    ann.client.post(f"/api/v1/lists/{list_}/accounts", json={"account_ids": [str(bob.account)]})
    square.settle()
    make(ann, "plum", context=[context], filter_action="hide")
    for where, paths in CONTEXTS.items():
        for path in paths:
            text = ann.client.get(path.format(bob=bob.account, list=list_, root=root, end=end)).text
            assert ("A plum" in text) is (where != context), path
    (result,) = ann.client.get(f"/api/v1/statuses/{post}").json()["filtered"]
    assert result["filter"]["filter_action"] == "hide"
    assert "A plum" in ann.client.get(f"/api/v1/statuses?id[]={post}").text


def test_ones_own_posts_are_never_hidden(square: Square, ann: Person) -> None:
    """Whoever filters a word may use it."""
    square.make.post(ann.account, "A plum")
    make(ann, "plum", filter_action="hide")
    square.settle()
    assert len(home(ann)) == 1


def test_a_page_is_full_whatever_is_hidden(square: Square, ann: Person, bob: Person) -> None:
    """Clients take a shorter one for the end; walked both ways, all that is shown comes once."""
    make(ann, "plum", filter_action="hide")
    shown = [str(square.make.post(bob.account, "A plum" if number % 7 else "A pear")) for number in range(150)][::7][
        ::-1
    ]
    square.settle()
    walked: list[str] = []
    url: str | None = "/api/v1/timelines/home?limit=5"
    while url is not None:
        page = ann.client.get(url)
        ids = [each["id"] for each in page.json()]
        assert len(ids) == 5 or page.link("next") is None or len(walked) + len(ids) == len(shown)
        walked += ids
        url = page.link("next")
    assert walked == shown
    up = ann.client.get(f"/api/v1/timelines/home?limit=5&min_id={shown[-1]}")
    assert [each["id"] for each in up.json()] == shown[-6:-1]
    window = ann.client.get(f"/api/v1/timelines/home?limit=5&max_id={shown[2]}&since_id={shown[5]}")
    assert [each["id"] for each in window.json()] == shown[3:5]


def test_who_has_no_filters_pays_nothing(square: Square, ann: Person, bob: Person, statements: list[str]) -> None:
    """Not one statement more; who has some pays for loading them once."""
    square.make.post(bob.account, "A plum")
    square.settle()
    counts = []
    for number in range(3):
        if number == 1:
            make(ann, "plum")
            home(ann)  # makes them ready
        if number == 2:
            make(ann, *(f"word{each}" for each in range(50)))
            home(ann)
        square.make.post(bob.account, "Another")
        square.settle()  # what was known of the database is not so any more
        statements.clear()
        home(ann)
        counts.append(len(statements))
    assert len(set(counts)) == 1


def test_clients_that_listen_hear_that_filters_changed(square: Square, ann: Person) -> None:
    """Each change is a fact of the log."""
    made = make(ann, "foo")
    ann.client.put(f"/api/v2/filters/{made['id']}", json={"title": "Never"})
    ann.client.delete(f"/api/v2/filters/keywords/{made['keywords'][0]['id']}")
    ann.client.delete(f"/api/v2/filters/{made['id']}")
    assert square.app.database.write_now(_facts).count("FiltersChanged") == 4


def _facts(tx: WriteTx) -> list[str]:
    log.number_committed(tx)
    return [type(entry.event).__name__ for entry in log.after(tx, 0, 100)]
