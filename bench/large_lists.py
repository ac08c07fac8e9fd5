"""Every list and timeline that a client asks for, and what a reader needs for them to have something in them.

Each is asked for by one connection, and SQLite's file is changed before each question, so that the server can answer
none from what it read before: what is measured is what the statements cost.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from bench.large_people import LargeWorld
from bench.load import Connection, Request
from bench.processes import Server
from bench.world import TAG

_KEPT = 60  # posts that the reader keeps, people whom the reader blocks or mutes: more than a page


def furnish(port: int, world: LargeWorld) -> None:
    """Let the first account keep, block, mute, filter and list, as much in each world; once is enough."""
    token = world.tokens[0]
    with closing(Connection(port)) as connection:

        def ask(method: str, path: str, form: dict[str, str] | None = None) -> Request:
            return Request(method, path, token, form if method != "POST" else form or {})

        if connection.ask(ask("GET", "/api/v1/lists")).json():
            return
        posts = world.posts[:_KEPT]
        wanted = [ask("POST", f"/api/v1/statuses/{post}/{verb}") for post in posts for verb in ("bookmark", "reblog")]
        wanted += [ask("POST", f"/api/v1/statuses/{post}/favourite") for post in posts]
        others = world.anybody[-2 * _KEPT :]
        wanted += [ask("POST", f"/api/v1/accounts/{other}/block") for other in others[:_KEPT]]
        wanted += [ask("POST", f"/api/v1/accounts/{other}/mute") for other in others[_KEPT:]]
        wanted += [ask("POST", f"/api/v1/tags/{name}/follow") for name in (TAG, "ferry")]
        wanted += [ask("POST", "/api/v1/featured_tags", {"name": TAG})]
        words = {"title": "gulls", "context[]": "home", "keywords_attributes[][keyword]": "gulls"}
        wanted += [ask("POST", "/api/v2/filters", words)]
        for name in world.names[2:22]:
            said = {"status": f"@{name} are you there?", "visibility": "direct"}
            wanted.append(ask("POST", "/api/v1/statuses", said))
        for request in wanted:
            answer = connection.ask(request)
            if answer.status != 200:
                raise RuntimeError(f"{request.method} {request.path}: {answer.status} {answer.body[:300]!r}")
        made = connection.ask(ask("POST", "/api/v1/lists", {"title": "some"})).json()["id"]
        members = connection.ask(ask("GET", f"/api/v1/accounts/{world.accounts[0]}/following")).json()[:20]
        for member in members:
            connection.ask(ask("POST", f"/api/v1/lists/{made}/accounts", {"account_ids[]": member["id"]}))


# How each is asked for; in braces what differs from world to world: see `paths`.
LISTS = (
    "/api/v1/timelines/list/{list}",
    "/api/v1/timelines/public?local=true",
    "/api/v1/timelines/public?remote=true",
    "/api/v1/timelines/public?only_media=true",
    "/api/v1/timelines/public?min_id={post}",
    "/api/v1/timelines/home?min_id={post}",
    f"/api/v1/timelines/tag/{TAG}?any[]=ferry&none[]=weather",
    f"/api/v1/timelines/tag/{TAG}?all[]=ferry&local=true",
    "/api/v1/accounts/{star}",
    "/api/v1/accounts/{star}/statuses?exclude_replies=true",
    "/api/v1/accounts/{star}/statuses?only_media=true",
    "/api/v1/accounts/{star}/statuses?pinned=true",
    f"/api/v1/accounts/{{star}}/statuses?tagged={TAG}",
    "/api/v1/accounts/{star}/following",
    "/api/v1/accounts/{star}/featured_tags",
    "/api/v1/accounts/{star}/endorsements",
    "/api/v1/accounts/{me}/followers",
    "/api/v1/accounts/{me}/lists",
    "/api/v1/accounts/relationships?id[]={star}&id[]={busy}",
    "/api/v1/accounts/familiar_followers?id[]={star}&id[]={busy}",
    "/api/v1/accounts/lookup?acct={name}",
    "/api/v1/accounts/search?q=person1",
    "/api/v1/accounts/search?q=bench4&following=true",
    "/api/v1/accounts/verify_credentials",
    "/api/v1/statuses/{single}/favourited_by",
    "/api/v1/statuses/{single}/reblogged_by",
    "/api/v1/statuses/{single}/quotes",
    "/api/v1/statuses/{post}/context",
    "/api/v1/bookmarks",
    "/api/v1/favourites",
    "/api/v1/conversations",
    "/api/v1/notifications?types[]=mention",
    "/api/v1/notifications?exclude_types[]=favourite",
    "/api/v1/notifications/unread_count",
    "/api/v1/notifications/requests",
    "/api/v2/notifications",
    "/api/v2/notifications/unread_count",
    "/api/v2/notifications/policy",
    "/api/v1/trends/tags",
    "/api/v1/trends/statuses",
    "/api/v1/trends/links",
    "/api/v1/directory?order=active",
    "/api/v1/directory?order=new&local=true",
    "/api/v2/suggestions",
    "/api/v1/featured_tags/suggestions",
    f"/api/v1/tags/{TAG}",
    "/api/v1/followed_tags",
    "/api/v1/blocks",
    "/api/v1/mutes",
    "/api/v1/follow_requests",
    "/api/v1/endorsements",
    "/api/v1/lists/{list}/accounts",
    "/api/v2/filters",
    "/api/v1/scheduled_statuses",
    "/api/v2/instance",
    "/api/v1/instance/peers",
    "/api/v1/instance/activity",
    "/api/v2/search?q=har&type=hashtags",
    "/api/v2/search?q=lem&type=statuses",
    "/api/v2/search?q=lemons&type=statuses&offset=200",
    f"/api/v2/search?type=statuses&q={quote('ferry from:')}{{name}}",
    f"/api/v2/search?type=statuses&q={quote('gulls has:link language:en')}",
    f"/api/v2/search?type=statuses&q={quote('lemons -ferry')}",
    f"/api/v2/search?type=statuses&q={quote('lemons before:')}{{day}}",
    f"/api/v2/search?type=statuses&q={quote('in:library lemons')}",
    "/users/{star_name}/outbox",
    "/users/{star_name}/followers?page=1",
    "/explore",
    "/directory",
    f"/tags/{TAG}",
    "/public/local",
    "/@{star_name}/followers",
    "/search?q=lemons",
)


def paths(port: int, world: LargeWorld) -> dict[str, str]:
    """Return each of the lists as it is asked for in a world."""
    with closing(Connection(port)) as connection:
        lists = connection.ask(Request("GET", "/api/v1/lists", world.tokens[0])).json()
        newest = connection.ask(Request("GET", f"/api/v1/statuses/{world.posts[0]}", world.tokens[0])).json()
    values = {
        "list": lists[0]["id"],
        "post": world.posts[0],
        "single": world.single,
        "star": world.star.id,
        "star_name": world.star.name,
        "busy": world.busy.id,
        "me": world.accounts[0],
        "name": world.names[2],
        "day": newest["created_at"][:10],
    }
    return {each: each.format(**values) for each in LISTS}


def milliseconds(server: Server, path: str, token: str, count: int) -> float:
    """Return the processor time of an answer for which nothing is known yet."""
    asked = Request("GET", path, token)
    with closing(Connection(server.port)) as connection, closing(_Changing(server.home / "bema.db")) as changing:
        for _ in range(2):  # what is prepared once, is
            changing.change()
            if (answer := connection.ask(asked)).status != 200:
                raise RuntimeError(f"{path}: {answer.status} {answer.body[:300]!r}")
        used = 0.0
        for _ in range(count):
            changing.change()
            before = server.cpu_seconds()
            connection.ask(asked)
            used += server.cpu_seconds() - before
    return round(used / count * 1_000, 3)


class _Changing:
    """Changes nothing in SQLite's file, but as everybody sees: somebody has committed."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None, timeout=60) if file.exists() else None

    def change(self) -> None:
        if self._connection is not None:
            self._connection.execute("update alembic_version set version_num = version_num")

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
