"""Squares in which there is something of everything, for the fuzzing of the API: what exists, and what one could ask."""

from collections.abc import Callable
from typing import Any, NamedTuple

from bema.domain import agreeing, legislating, profiles, recording
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import QuotePolicy, Visibility
from bema.outside.log_keeper import keeper_at
from tests.client import Client, File
from tests.conftest import Square
from tests.make import HERE
from tests.push_receiver import Device

BASE = f"https://{HERE}"
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


class Scene(NamedTuple):
    """Who asks, and what they could ask."""

    client: Client
    places: dict[str, list[dict[str, str]]]  # beginning of the path -> what exists, as parameters of the path
    sensible: dict[str, dict[str, Any]]  # route -> a request that should succeed


def strangers_scene(square: Square) -> Scene:
    """What somebody sees who has no token."""
    scene = somebodys_scene(square)
    return scene._replace(client=square.stranger)


def somebodys_scene(square: Square) -> Scene:
    """A member who has been here for a while."""
    ann = square.person("ann", scopes="read write follow push profile")
    make, client = square.make, ann.client
    bob, cat, dan, eve, fay, guy = (make.account(name) for name in ("bob", "cat", "dan", "eve", "fay", "guy"))
    mine = make.post(ann.account, tags=["sea"], quote_policy=QuotePolicy.PUBLIC)
    theirs = make.post(bob, in_reply_to=mine, mentions=[ann.account])
    quoting = make.post(bob, quote_of=mine)
    make.boost(cat, mine)
    for each in (dan, eve):  # nobody blocks those
        make.favourite(each, mine)
    make.follow(ann.account, bob)
    for each in (dan, eve, fay):
        make.follow_request(each, ann.account)
    make.mute(ann.account, cat)
    changes = profiles.Changes(email_subscriptions=True)
    square.app.database.write_now(profiles.change, square.app.site, bob, changes)
    make.post(bob, visibility=Visibility.DIRECT, mentions=[ann.account])
    square.settle()
    client.patch("/api/v2/notifications/policy", json={"for_not_following": "filter"})
    for each in (eve, fay, guy):
        make.post(each, mentions=[ann.account])
    square.settle()
    told = [each["id"] for each in client.get("/api/v1/notifications?types[]=mention").json()]
    group = client.get("/api/v2/notifications?types[]=favourite").json()["notification_groups"][0]["group_key"]
    picture = made(client, "/api/v2/media", files={"file": File("dot.png", DOT, "image/png")})
    app = client.post("/api/v1/apps", json={"client_name": "Boat", "redirect_uris": ["https://boat.example/"]}).json()
    proof = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    token = square.stranger.post("/oauth/token", json={"grant_type": "client_credentials", **proof}).json()
    list_ = made(client, "/api/v1/lists", json={"title": "Authors"})
    words = [{"keyword": "rain"}, {"keyword": "hail"}]
    filters = [
        client.post("/api/v2/filters", json={"title": title, "context": ["home"], "keywords_attributes": words}).json()
        for title in ("Weather", "Storms")
    ]
    filtered = made(client, f"/api/v2/filters/{filters[0]['id']}/statuses", json={"status_id": str(theirs)})
    asked = client.post("/api/v1/statuses", json={"status": "Tea?", "poll": {"options": ["a", "b"], "expires_in": 600}})
    their_poll = square.person("hal").client.post(
        "/api/v1/statuses", json={"status": "Salt?", "poll": {"options": ["a", "b"], "expires_in": 600}}
    )
    later = made(client, "/api/v1/statuses", json={"status": "Later", "scheduled_at": "2026-01-02T00:00:00Z"})
    featured = made(client, "/api/v1/featured_tags", json={"name": "sea"})
    collection = client.post("/api/v1/collections", json={"name": "Sailors"}).json()["collection"]["id"]
    talks = [each["id"] for each in client.get("/api/v1/conversations").json()]
    requests = [each["id"] for each in client.get("/api/v1/notifications/requests").json()]
    words_of = [each["id"] for filter_ in filters for each in filter_["keywords"]]
    polls = [each.json()["poll"]["id"] for each in (asked, their_poll)]
    keeper = keeper_at(square.app.settings.home, square.app.settings.domain)
    square.app.database.write_now(recording.open_log, keeper.origin, str(keeper.create()))
    square.app.database.write_now(agreeing.publish_terms, COMMAND_LINE, "Be kind", square.app.clock.now() // 86_400_000)
    privacy = legislating.Before("en", [("Be kind", "Always")], "Little is kept", "")
    square.app.database.write_now(legislating.adopt, privacy)
    digest = client.get("/api/trust/v1/policies/rules").json()["policy"]["version"]["digest"]
    square.settle()
    places = {
        "/log/tile/": [{"rest": "0/000.p/1"}],  # of the public log
        "/trust/decisions/": [{"place": "0"}],
        "/trust/texts/": [{"digest": digest}],
        "/api/trust/v1/decisions/": [{"id": "0"}],
        "/api/trust/v1/policies/": [{"id": "rules"}],
        "/api/v1/instance/terms_of_service/": [{"date": "2026-01-01"}],
        "/api/v1/statuses/": [{"id": str(each), "quoting_status_id": str(quoting)} for each in (mine, theirs)],
        "/api/v1/accounts/": at(bob, cat, ann.account),
        "/api/v1/follow_requests/": at(dan, eve),
        "/api/v1/notifications/": at(*told[:1]),
        "/api/v1/notifications/requests/": at(*requests[1:]),
        "/api/v2/notifications/": [{"group_key": group}],
        "/api/v2_alpha/notifications/": [{"group_key": group}],
        "/api/v1/media/": at(picture),
        "/api/v1/lists/": at(list_),
        "/api/v1/timelines/list/": at(list_),
        "/api/v1/filters/": at(*words_of[:2]),
        "/api/v2/filters/": at(*(each["id"] for each in filters)),
        "/api/v2/filters/keywords/": at(*words_of[2:]),
        "/api/v2/filters/statuses/": at(filtered),
        "/api/v1/polls/": at(*polls),
        "/api/v1/scheduled_statuses/": at(later),
        "/api/v1/featured_tags/": at(featured),
        "/api/v1/collections/": at(collection),
        "/api/v1/conversations/": at(*talks),
    }
    updates: dict[str, dict[str, Any]] = {
        "/api/v1/statuses/{id}": {"status": "Good evening, edited"},
        "/api/v1/statuses/{id}/interaction_policy": {"quote_approval_policy": "public"},
        "/api/v1/lists/{id}": {"title": "Writers"},
        "/api/v1/filters/{id}": {"phrase": "snow", "context": ["home"]},
        "/api/v2/filters/{id}": {"title": "Sky"},
        "/api/v2/filters/keywords/{id}": {"keyword": "fog"},
        "/api/v1/scheduled_statuses/{id}": {"scheduled_at": "2026-01-03T00:00:00Z"},
        "/api/v1/collections/{id}": {"name": "Rowers"},
    }
    writes: dict[str, dict[str, Any]] = {
        "/api/v1/accounts/{id}/email_subscriptions": {"email": "reader@there.example"},
        "/api/v1/apps": {"client_name": "Boat", "redirect_uris": ["urn:ietf:wg:oauth:2.0:oob"]},
        "/api/v1/statuses": {"status": "Good evening"},
        "/api/v1/push/subscription": {"subscription": {"endpoint": "https://push.example/x", "keys": Device().keys()}},
        "/api/v1/notifications/dismiss": {"id": told[1]},
        "/api/v1/lists": {"title": "Readers"},
        "/api/v1/lists/{id}/accounts": {"account_ids": [str(bob)]},
        "/api/v1/filters": {"phrase": "wind", "context": ["home"]},
        "/api/v2/filters": {"title": "Wind", "context": ["home"]},
        "/api/v2/filters/{id}/keywords": {"keyword": "gale"},
        "/api/v2/filters/{id}/statuses": {"status_id": str(mine)},
        "/api/v1/featured_tags": {"name": "harbour"},
        "/api/v1/domain_blocks": {"domain": "rude.example"},
        "/api/v1/reports": {"account_id": str(bob)},
        "/oauth/token": {"grant_type": "client_credentials", **proof},
        "/oauth/revoke": {"token": token["access_token"], **proof},
    }
    sensible = {
        **_sent("POST", writes, places),
        **_sent("PUT", updates, places),
        **_sent("PATCH", updates, places),
        "POST /api/v2/media": {"body": {"file": DOT}, "media_type": "multipart/form-data"},
        "POST /api/v1/media": {"body": {"file": DOT}, "media_type": "multipart/form-data"},
        "POST /api/v1/polls/{id}/votes": {
            "path_parameters": {"id": polls[1]},
            "body": {"choices": ["0"]},
            "media_type": "application/json",
        },
        "POST /api/v1/notifications/requests/{id}/dismiss": {"path_parameters": {"id": requests[0]}},
        "POST /api/v1/follow_requests/{id}/reject": {"path_parameters": {"id": str(fay)}},
        "GET /api/v1/accounts/lookup": {"query": {"acct": "ann"}},
        "GET /.well-known/webfinger": {"query": {"resource": f"acct:ann@{HERE}"}},
        "GET /api/oembed": {"query": {"url": f"{BASE}/@ann/{mine}"}},
    }
    return Scene(client, places, sensible)


def staffs_scene(square: Square) -> Scene:
    """An owner of the square, and what is before the staff."""
    client, make = square.staff("zoe").client, square.make
    bob, cat = make.account("bob"), make.account("cat")
    post = make.post(bob, tags=["sea"])
    report = made(square.person("ann").client, "/api/v1/reports", json={"account_id": str(bob)})
    square.settle()
    tag = client.get("/api/v1/admin/tags").json()[0]["id"]
    door = "/api/v1/admin/"
    ip = made(client, f"{door}ip_blocks", json={"ip": "198.51.100.1/32", "severity": "sign_up_block"})
    places = {
        f"{door}accounts/": at(bob, cat),
        f"{door}reports/": at(report),
        f"{door}tags/": at(tag),
        f"{door}trends/tags/": at(tag),
        f"{door}trends/statuses/": at(post),
        f"{door}domain_blocks/": at(made(client, f"{door}domain_blocks", json={"domain": "rude.example"})),
        f"{door}domain_allows/": at(made(client, f"{door}domain_allows", json={"domain": "kind.example"})),
        f"{door}email_domain_blocks/": at(made(client, f"{door}email_domain_blocks", json={"domain": "junk.example"})),
        f"{door}canonical_email_blocks/": at(
            made(client, f"{door}canonical_email_blocks", json={"email": "a@x.example"})
        ),
        f"{door}ip_blocks/": at(ip),
    }
    days = {"start_at": "2025-12-01", "end_at": "2025-12-31"}
    writes: dict[str, dict[str, Any]] = {
        f"{door}accounts/{{id}}/action": {"type": "sensitive"},
        f"{door}domain_blocks": {"domain": "worse.example", "severity": "silence"},
        f"{door}domain_allows": {"domain": "kinder.example"},
        f"{door}email_domain_blocks": {"domain": "trash.example"},
        f"{door}canonical_email_blocks": {"email": "b@x.example"},
        f"{door}canonical_email_blocks/test": {"email": "b@x.example"},
        f"{door}ip_blocks": {"ip": "198.51.100.2", "severity": "sign_up_block"},
        f"{door}measures": {"keys": ["active_users"], **days},
        f"{door}dimensions": {"keys": ["languages"], **days},
        f"{door}retention": {"frequency": "day", **days},
    }
    category: dict[str, dict[str, Any]] = {f"{door}reports/{{id}}": {"category": "spam"}}
    changes = _sent("PUT", category, places) | _sent("PATCH", category, places)
    return Scene(client, places, _sent("POST", writes, places) | changes)


SCENES: dict[str, Callable[[Square], Scene]] = {
    "somebody": somebodys_scene,
    "staff": staffs_scene,
    "nobody": strangers_scene,
}


def at(*ids: object) -> list[dict[str, str]]:
    """Say that the ids of a place are these."""
    return [{"id": str(each)} for each in ids]


def made(client: Client, path: str, **sent: Any) -> str:
    """Make something, and return its id."""
    answer = client.post(path, **sent)
    assert answer.status == 200, f"{path}: {answer.text}"
    return str(answer.json()["id"])


def _sent(
    method: str, bodies: dict[str, dict[str, Any]], places: dict[str, list[dict[str, str]]]
) -> dict[str, dict[str, Any]]:
    """Describe requests with bodies of JSON, each at the first place that there is."""
    sensible: dict[str, dict[str, Any]] = {}
    for path, body in bodies.items():
        place = places[path.partition("{")[0]][0] if "{" in path else {}
        sensible[f"{method} {path}"] = {"body": body, "media_type": "application/json"} | (
            {"path_parameters": {"id": place["id"]}} if place else {}
        )
    return sensible
