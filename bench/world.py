"""The standard world: 50 accounts, 578 follows, 2,041 posts, 1,500 favourites and 300 boosts, made through the Mastodon API.

The first account is followed by all others, the second by one. The same world comes of every run.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from random import Random
from threading import local
from typing import Any

from bench.load import CONNECTIONS, Connection, Request

ACCOUNTS, FOLLOWS, POSTS, FAVOURITES, BOOSTS = 50, 578, 2_041, 1_500, 300
REPLIES_IN_THREAD = 40
TAG = "harbour"
# What posts link to: an address for documentation (RFC 5737), which no server may ask, so that no card is fetched.
LINKED = "https://203.0.113.80"


def _words(text: str) -> list[str]:
    return text.split()


WORDS = _words(
    "the ferry leaves at seven and nobody on board speaks before the second bridge while gulls argue about bread "
    "somebody repaired the lamp outside the library so the steps are safe again and the market sells lemons"
)
URDU = _words("آج بندرگاہ پر ہوا تیز ہے اور کشتیاں دیر سے آئیں گی مگر چائے گرم ہے اور لوگ خوش ہیں")
_TAGS = ("ferry", "lemons", "books", "بندرگاہ", "weather")


@dataclass
class World:
    """What the load needs to know of the world."""

    tokens: list[str] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)  # ids
    names: list[str] = field(default_factory=list)
    posts: list[str] = field(default_factory=list)  # ids
    thread: str = ""  # the post with the many replies
    single: str = ""  # a post with mentions, tags and a link


class Maker:
    """Makes a world on one server, over as many connections as the load uses."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._own = local()
        self._opened: list[Connection] = []
        self._chance = Random(2041)
        self.world = World()

    def make(self) -> World:
        """Make it."""
        with ThreadPoolExecutor(CONNECTIONS) as hands:
            self._sign_up()
            self._follow(hands)
            self._post(hands)
            self._react(hands)
        for connection in self._opened:
            connection.close()
        return self.world

    def _ask(self, method: str, path: str, token: str | None = None, **form: str) -> Any:
        connection: Connection | None = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = Connection(self._port)
            self._opened.append(connection)
        response = connection.ask(Request(method, path, token, form))
        if response.status != 200:
            raise RuntimeError(f"{method} {path}: {response.status} {response.body[:300]!r}")
        return response.json()

    # --- Who ----------------------------------------------------------------------------------------------------------

    def _sign_up(self) -> None:
        app = self._ask(
            "POST", "/api/v1/apps", client_name="bench", redirect_uris=_NOWHERE, scopes="read write follow push"
        )
        client = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
        answer = self._ask(
            "POST",
            "/oauth/token",
            grant_type="client_credentials",
            scope="read write follow push",
            redirect_uri=_NOWHERE,
            **client,
        )
        for number in range(ACCOUNTS):
            name = f"bench{number:02}"
            made = self._ask(
                "POST",
                "/api/v1/accounts",
                answer["access_token"],
                username=name,
                email=f"{name}@bench.example",
                password="a long enough password",
                agreement="true",
                locale="en",
            )
            token = made["access_token"]
            own = self._ask(
                "PATCH",
                "/api/v1/accounts/update_credentials",
                token,
                display_name=f"Bench {number}",
                note=f"I am number {number} of fifty. https://bench.example/{number} #{TAG}",
                discoverable="true",
                indexable="true",
            )
            self.world.tokens.append(token)
            self.world.accounts.append(own["id"])
            self.world.names.append(name)

    def _follow(self, hands: ThreadPoolExecutor) -> None:
        pairs = {(follower, 0): None for follower in range(1, ACCOUNTS)} | {(0, 1): None}
        while len(pairs) < FOLLOWS:
            follower, followed = self._chance.sample(range(ACCOUNTS), 2)
            if followed not in (0, 1):
                pairs[follower, followed] = None
        world = self.world
        self._all(
            hands,
            [
                partial(self._ask, "POST", f"/api/v1/accounts/{world.accounts[other]}/follow", world.tokens[one])
                for one, other in pairs
            ],
        )

    # --- What ---------------------------------------------------------------------------------------------------------

    def _post(self, hands: ThreadPoolExecutor) -> None:
        world = self.world
        world.thread = self._publish(0, status="Who takes part in the count of the boats on Sunday?")
        world.posts.append(world.thread)
        world.single = self._publish(
            2, status=f"@{world.names[3]} @{world.names[4]} look: {LINKED}/boats #{TAG} #{_TAGS[0]}"
        )
        world.posts.append(world.single)
        replies = [
            partial(
                self._publish,
                number % ACCOUNTS,
                status=f"@{world.names[0]} I do, number {number}",
                in_reply_to_id=world.thread,
            )
            for number in range(1, REPLIES_IN_THREAD + 1)
        ]
        world.posts += self._all(hands, replies)
        while len(world.posts) < POSTS:
            some = min(100, POSTS - len(world.posts))
            drafts = [(self._chance.randrange(ACCOUNTS), self._draft()) for _ in range(some)]
            world.posts += self._all(hands, [partial(self._publish, author, **draft) for author, draft in drafts])

    def _publish(self, author: int, **form: str) -> str:
        return str(self._ask("POST", "/api/v1/statuses", self.world.tokens[author], **form)["id"])

    def _draft(self) -> dict[str, str]:
        """Make up a post of one of the kinds that people write."""
        chance = self._chance
        text = " ".join(chance.choices(WORDS, k=chance.randint(8, 40)))
        match chance.randrange(8):
            case 0:
                return {"status": f"{text} @{chance.choice(self.world.names)}"}
            case 1 | 2:
                return {"status": f"{text} #{TAG} #{chance.choice(_TAGS)}"}
            case 3:
                return {"status": f"{text} {LINKED}/{chance.randrange(10_000)}?q=boats"}
            case 4:
                parent = chance.choice(self.world.posts[REPLIES_IN_THREAD + 2 :] or self.world.posts[1:2])
                return {"status": text, "in_reply_to_id": parent}
            case 5:
                return {"status": " ".join(chance.choices(URDU, k=chance.randint(8, 40))), "language": "ur"}
            case 6:
                return {"status": text, "spoiler_text": "work, weather"}
            case _:
                return {"status": text}

    def _react(self, hands: ThreadPoolExecutor) -> None:
        for verb, wanted in (("favourite", FAVOURITES), ("reblog", BOOSTS)):
            pairs: dict[tuple[int, str], None] = {}
            while len(pairs) < wanted:
                pairs[self._chance.randrange(ACCOUNTS), self._chance.choice(self.world.posts)] = None
            self._all(
                hands,
                [
                    partial(self._ask, "POST", f"/api/v1/statuses/{post}/{verb}", self.world.tokens[one])
                    for one, post in pairs
                ],
            )

    @staticmethod
    def _all(hands: ThreadPoolExecutor, deeds: Sequence[Callable[[], Any]]) -> list[Any]:
        return [made.result() for made in [hands.submit(deed) for deed in deeds]]


_NOWHERE = "urn:ietf:wg:oauth:2.0:oob"


def make_world(port: int) -> World:
    """Make the standard world on the empty server at this port."""
    return Maker(port).make()


def pages_of_home(port: int, token: str, pages: int) -> list[str]:
    """Return the paths of the pages that follow each other down a home timeline."""
    paths = ["/api/v1/timelines/home"]
    with closing(Connection(port)) as connection:
        while len(paths) < pages:
            page = connection.ask(Request("GET", paths[-1], token)).json()
            if not page:
                break
            paths.append(f"/api/v1/timelines/home?max_id={page[-1]['id']}")
    return paths
