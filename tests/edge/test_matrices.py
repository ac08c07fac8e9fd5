"""Matrices made from the route table: who is refused where, and who sees what by which path. New routes join by themselves."""

from collections.abc import Callable
from itertools import product

import pytest

from bema.edge import oauth
from bema.edge.authentication import SESSION_COOKIE
from bema.edge.mastodon import ROUTES
from bema.edge.routes import Needs, Route
from bema.model.ids import AccountId, PostId
from bema.model.policy import SCOPES, Role, Visibility, may_see, scope_allows
from tests.client import Client, File
from tests.conftest import Person, Square

API = [route for route in [*ROUTES, *oauth.routes] if route.path.startswith("/api/")]
GUARDED = [route for route in API if route.needs is not Needs.NOBODY]
SCOPED = [route for route in API if route.scope is not None]


def _name(route: Route) -> str:
    return f"{route.method} {route.path}"


def _url(route: Route, id_: int | str = 1) -> str:
    path = route.path
    for place in (
        "{id}",
        "{account_id}",
        "{name}",
        "{hashtag}",
        "{quoting_status_id}",
        "{group_key}",
        "{item_id}",
        "{year}",
        "{date}",
    ):
        path = path.replace(place, str(id_))
    assert "{" not in path, f"{path}: say here what fills this place"
    return path


def test_every_guarded_route_refuses_a_missing_and_a_wrong_token(square: Square) -> None:
    """401 and a JSON sentence, whatever the route does with its parameters."""
    for route, token in product(GUARDED, (None, "nonsense", "a" * 2_000)):
        answer = square.client(token).request(route.method, _url(route))
        assert answer.status == 401, _name(route)
        assert isinstance(answer.json()["error"], str), _name(route)


def test_every_scoped_route_refuses_a_token_that_lacks_the_scope(square: Square) -> None:
    """All scopes but the wanted one and those that contain it are not enough, on public routes too."""
    ann = square.make.account("ann")
    login = square.make.login("ann@example.org", ann)
    clients: dict[str, Client] = {}
    for route in SCOPED:
        wanted = route.scope or ""
        names = wanted.split()
        others = " ".join(
            sorted(each for each in SCOPES if not any(scope_allows(frozenset((each,)), name) for name in names))
        )
        if wanted not in clients:
            clients[wanted] = square.client(square.make.token(login, ann, others))
        answer = clients[wanted].request(route.method, _url(route))
        assert answer.status == 403, f"{_name(route)}: {answer.status} {answer.text}"
        assert "scope" in answer.json()["error"], _name(route)


def test_a_pending_login_may_only_ask_for_its_confirmation(square: Square) -> None:
    """Who is not confirmed yet can do nothing but what leads to the confirmation."""
    ann = square.make.account("ann")
    login = square.make.login("ann@example.org", ann, confirmed=False)
    client = square.client(square.make.token(login, ann, "read write follow push profile"))
    for route in SCOPED:
        answer = client.request(route.method, _url(route))
        assert (answer.status == 403) is not route.unconfirmed, f"{_name(route)}: {answer.status} {answer.text}"


def test_every_route_of_a_post_says_nothing_about_a_hidden_one(square: Square) -> None:
    """A direct post between others and a post that never was get the same answer, byte for byte."""
    ann, eve = square.person("ann"), square.person("eve")
    mod = square.staff("mod", Role.MODERATOR)
    hidden = square.make.post(ann.account, visibility=Visibility.DIRECT)
    for route in API:
        if "/statuses/{id}" not in route.path:
            continue
        client = eve.client if route.permission is None else mod.client
        answers = [
            client.request(route.method, _url(route, id_), form={"status": "mine"} if route.writes else None)
            for id_ in (hidden, hidden + 1)
        ]
        assert [each.status for each in answers] == [404, 404], f"{_name(route)}: {answers[0].text}"
        assert answers[0].body == answers[1].body, _name(route)


def test_every_route_of_a_poll_says_nothing_about_a_hidden_one(square: Square) -> None:
    """A poll of a post that one must not see, a post without a poll and what never was get the same answer."""
    ann, eve = square.person("ann"), square.person("eve")
    poll = {"options": ["yes", "no"], "expires_in": 3_600}
    asked = {"status": "?", "visibility": "direct", "poll": poll}
    hidden = int(ann.client.post("/api/v1/statuses", json=asked).json()["poll"]["id"])
    plain = square.make.post(ann.account)
    for route in API:
        if "/polls/{id}" not in route.path:
            continue
        answers = [
            eve.client.request(route.method, _url(route, id_), form={"choices[]": "0"} if route.writes else None)
            for id_ in (hidden, plain, hidden + 1)
        ]
        assert [each.status for each in answers] == [404] * 3, f"{_name(route)}: {answers[0].text}"
        assert answers[0].body == answers[1].body == answers[2].body, _name(route)


def test_what_belongs_to_others_cannot_be_changed(square: Square) -> None:
    """Another's visible post, notification and file are not mine to edit, delete, pin or read about."""
    ann, eve = square.person("ann"), square.person("eve")
    post = square.make.post(ann.account)
    quote = square.make.post(ann.account, quote_of=post)
    square.make.favourite(square.make.account("bob"), post)
    square.settle()
    notification = ann.client.get("/api/v1/notifications").json()[0]["id"]
    picture = ann.client.post("/api/v2/media", files={"file": File("dot.png", DOT, "image/png")}).json()["id"]
    for_later = {"status": "Later", "scheduled_at": "2026-02-01"}
    later = ann.client.post("/api/v1/statuses", json=for_later).json()["id"]
    tried = [
        ("PUT", f"/api/v1/statuses/{post}"),
        ("DELETE", f"/api/v1/statuses/{post}"),
        ("GET", f"/api/v1/statuses/{post}/source"),
        ("POST", f"/api/v1/statuses/{post}/pin"),
        ("PUT", f"/api/v1/statuses/{post}/interaction_policy"),
        ("POST", f"/api/v1/statuses/{post}/quotes/{quote}/revoke"),
        ("GET", f"/api/v1/notifications/{notification}"),
        ("POST", f"/api/v1/notifications/{notification}/dismiss"),
        ("GET", f"/api/v1/media/{picture}"),
        ("PUT", f"/api/v1/media/{picture}"),
        ("DELETE", f"/api/v1/media/{picture}"),
        ("GET", f"/api/v1/scheduled_statuses/{later}"),
        ("PUT", f"/api/v1/scheduled_statuses/{later}"),
        ("DELETE", f"/api/v1/scheduled_statuses/{later}"),
    ]
    for method, path in tried:
        answer = eve.client.request(method, path, form={"status": "mine", "description": "mine"})
        allowed = (404, 422) if path.endswith("/pin") else (404,)
        if path.endswith(("/interaction_policy", "/revoke")):
            allowed = (403,)  # the post is no secret, as on Mastodon
        if path.endswith("/dismiss"):
            allowed = (200, 404)  # Mastodon says yes to what is gone already; it must still be there for its owner
        if path.endswith("/source"):
            allowed = (200, 404)  # the text of a post one sees is no secret
        assert answer.status in allowed, f"{method} {path}: {answer.status} {answer.text}"
    assert ann.client.get(f"/api/v1/statuses/{post}").json()["pinned"] is False
    assert ann.client.get(f"/api/v1/notifications/{notification}").status == 200
    assert ann.client.get(f"/api/v1/media/{picture}").json()["description"] is None
    assert ann.client.get(f"/api/v1/scheduled_statuses/{later}").status == 200


# --- Who sees what, by every path that reads ----------------------------------------------------------------------------

WORD = "Zwetschgenknödel"
Path = Callable[["Scene", Client], str]


class Scene:
    """A post with everything around it through which it might be read."""

    def __init__(self, square: Square, author: Person, visibility: Visibility, mentions: list[AccountId]) -> None:
        make = square.make
        self.author = author
        self.root = make.post(author.account, text="The beginning")
        self.post: PostId = make.post(
            author.account, text=WORD, visibility=visibility, mentions=mentions, in_reply_to=self.root, tags=["plums"]
        )
        self.answer = make.post(author.account, text="The end", in_reply_to=self.post)


def _text(url: str) -> Path:
    def ask(scene: Scene, client: Client) -> str:
        return client.get(
            url.format(post=scene.post, root=scene.root, answer=scene.answer, author=scene.author.account)
        ).text

    return ask


PATHS: dict[str, Path] = {
    url: _text(url)
    for url in (
        "/api/v1/statuses/{post}",
        "/api/v1/statuses?id[]={post}&id[]={root}",
        "/api/v1/statuses/{post}/history",
        "/api/v1/statuses/{post}/source",
        "/api/v1/statuses/{root}/context",
        "/api/v1/statuses/{answer}/context",
        "/api/v1/accounts/{author}/statuses",
        "/api/v1/accounts/{author}/statuses?tagged=plums",
        "/api/v1/timelines/home",
        "/api/v1/timelines/public",
        "/api/v1/timelines/public?local=true",
        "/api/v1/timelines/tag/plums",
        "/api/v1/notifications",
        "/api/v1/favourites",
        "/api/v1/bookmarks",
        "/api/v2/search?q=Zwetschgenknödel".replace("ö", "%C3%B6"),
        "/@author/{post}",
        "/@author/{answer}",
        "/@author/{root}",
        "/@author",
        "/@author/with_replies",
        "/tags/plums",
        "/public/local",
        "/explore",
    )
}


@pytest.mark.parametrize("visibility", list(Visibility), ids=lambda each: each.name.lower())
def test_no_path_shows_a_post_to_who_may_not_see_it(square: Square, visibility: Visibility) -> None:
    """Every visibility, every relation, every path that reads; who had reacted before a block is no exception."""
    author = square.person("author")
    relations = list(product((False, True), repeat=3))  # follows, is mentioned, is blocked
    readers = {relation: square.person(f"reader{number}") for number, relation in enumerate(relations)}
    for reader in readers.values():
        reader.client.cookies[SESSION_COOKIE] = square.make.session(reader.login, reader.account)  # for the pages
    for (follows, _, _), reader in readers.items():
        if follows:
            square.make.follow(reader.account, author.account)
    scene = Scene(square, author, visibility, [who.account for (_, mentioned, _), who in readers.items() if mentioned])
    for reader in readers.values():  # also of those who may not: rows from a time when they could
        square.make.favourite(reader.account, scene.post)
        square.make.bookmark(reader.account, scene.post)
    square.settle()
    for (_, _, blocked), reader in readers.items():
        if blocked:
            square.make.block(author.account, reader.account)
    square.settle()
    for (follows, mentioned, blocked), reader in readers.items():
        allowed = may_see(
            visibility,
            is_author=False,
            author_active=True,
            blocked_by_author=blocked,
            follows_author=follows,
            mentioned=mentioned,
        )
        for name, path in PATHS.items():
            if not allowed:
                shown = WORD in path(scene, reader.client)
                assert not shown, f"{name} shows it: follows={follows} mentioned={mentioned} blocked={blocked}"
        assert (WORD in PATHS["/api/v1/statuses/{post}"](scene, reader.client)) is allowed
    for name, path in PATHS.items():
        if visibility > Visibility.UNLISTED:
            assert WORD not in path(scene, square.stranger), f"{name} shows it to everybody"
    assert (WORD in PATHS["/api/v1/statuses/{post}"](scene, square.stranger)) is (visibility <= Visibility.UNLISTED)


DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
