"""Walking: every list that is paged, 500 things long and more, both ways, while others write between the pages."""

import pytest

from bema.domain import blocking_domains, guarding, reporting
from bema.domain.posting import Draft
from bema.edge.mastodon.paging import Paging
from bema.model.decisions import DoorSeverity, Severity
from bema.model.ids import ListId, PostId, ScheduledId
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import Kind, Standing, Visibility
from bema.model.views import CardFacts
from bema.store import bookmarks, cards, endorsements, lists, scheduled
from bema.store.follows import Terms
from bema.store.tx import WriteTx, text_of
from tests import make
from tests.client import Client
from tests.conformance.test_paging import LISTS, _names
from tests.conftest import Square

LENGTH = 500
PAGE = 80  # at the most, so that each list has several

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # lists of that length


class Scene:
    """Somebody who keeps a square, and in all of whose lists something arrives whenever others write."""

    def __init__(self, square: Square) -> None:
        self.square = square
        self.reader = square.staff("ann")
        self.author, self.writer = square.make.account("author"), square.make.account("writer", at=1)
        square.make.follow(self.reader.account, self.author)
        self.famous = square.make.post(self.reader.account, visibility=Visibility.UNLISTED)
        client = self.reader.client
        client.patch(
            "/api/v2/notifications/policy", json={"for_new_accounts": "filter", "for_private_mentions": "accept"}
        )
        self.authors, self.friends = (
            int(client.post("/api/v1/lists", json={"title": title}).json()["id"]) for title in ("Authors", "Friends")
        )
        client.post(f"/api/v1/lists/{self.authors}/accounts", json={"account_ids": [str(self.author)]})
        self.posts: list[PostId] = []
        self.arrived = 0

    def arrive(self, part: str, times: int) -> None:
        """Let something new come to the top of every list of a part."""
        write = {"posts": self._posts, "people": self._people, "measures": self._measures}[part]
        self.square.app.database.write_now(lambda tx: [write(tx, self.arrived + number) for number in range(times)])
        self.arrived += times
        if part != "measures":  # no list waits for what follows from these
            self.square.settle()
        self.square.app.database.write_now(self._link)  # what followed from a post is that it has no card

    def _posts(self, tx: WriteTx, number: int) -> None:
        """Something to read, which the reader keeps; something to read for them alone; something for later."""
        me = self.reader.account
        tags = ("sea", f"tag{number}")
        make._follow_tag(tx, me, tags[1])
        post = make._post(tx, self.author, "Hello", Visibility.PUBLIC, None, (), tags, "en", None, self.famous, None)
        self.posts.append(post)
        cards.ensure(tx, f"https://paper{number}.example/", f"paper{number}.example")
        make._favourite(tx, me, post)
        bookmarks.add(tx, post, me)
        make._post(tx, self.writer, "A word", Visibility.DIRECT, None, (me,), (), "en", None, None, None)
        later = tx.now + 86_400_000 + number
        scheduled.add(tx, scheduled.Row(ScheduledId(tx.new_id()), me, None, later, _LATER, None, tx.now))

    def _link(self, tx: WriteTx) -> None:
        card = cards.ensure(tx, _PAGE, "courier.example")
        cards.record(tx, card.id, CardFacts(title="The bridge"))
        while self.posts:
            cards.give(tx, self.posts.pop(), card.id)

    def _people(self, tx: WriteTx, number: int) -> None:
        """A friend who is fond of what the reader wrote, somebody who asks, somebody who is far, somebody who is too near."""
        me = self.reader.account
        friend, asker, bore, foe = (
            make._account(tx, f"{name}{number}", None, Kind.PERSON, Standing.ACTIVE, "en", tx.now + number, {})
            for name in ("friend", "asker", "bore", "foe")
        )
        make._follow(tx, me, friend, Terms())
        make._follow(tx, friend, me, Terms())
        endorsements.add(tx, me, friend)
        lists.add_members(tx, ListId(self.friends), [friend], lists.ties(tx, me, [friend]))
        make._favourite(tx, friend, self.famous)
        make._follow_request(tx, asker, me)
        make._boost(tx, asker, self.famous, None)
        make._mute(tx, me, bore, True, None)
        make._block(tx, me, foe)

    def _measures(self, tx: WriteTx, number: int) -> None:
        """What the reader does not want to hear of, and what the staff decides."""
        reporting.file(tx, self.reader.account, reporting.Complaint(target=self.author), ())
        blocking_domains.block(tx, self.reader.account, f"host{number}.example")
        site = self.square.app.site
        guarding.block_domain(
            tx, site, COMMAND_LINE, f"server{number}.example", guarding.DomainTerms(severity=Severity.NOOP)
        )
        guarding.allow_domain(tx, COMMAND_LINE, f"guest{number}.example")
        guarding.block_email_domain(tx, COMMAND_LINE, f"mail{number}.example")
        guarding.block_email(tx, COMMAND_LINE, f"somebody{number}@example.com", "")
        network = f"198.51.{number // 256}.{number % 256}/32"
        guarding.block_network(tx, COMMAND_LINE, network, DoorSeverity.NO_SIGN_UP, "", None)


_PAGE = "https://courier.example/bridge"
_LATER = text_of(Draft(text="Later"))
_MENTIONS = "types[]=mention"


def _url(scene: Scene, path: str, group: str) -> str:
    """Return where a list of the scene is, with what narrows it to what arrives."""
    of = {
        "/api/v1/accounts/{id}/statuses": scene.author,
        "/api/v1/lists/{id}/accounts": scene.friends,
        "/api/v1/timelines/list/{id}": scene.authors,
        **{f"/api/v1/statuses/{{id}}/{what}": scene.famous for what in ("favourited_by", "quotes", "reblogged_by")},
    }
    narrowed = {"/api/v1/timelines/link": f"url={_PAGE}&"}
    narrowed |= dict.fromkeys(
        ("/api/v1/notifications", "/api/v2/notifications", "/api/v2_alpha/notifications"), f"{_MENTIONS}&"
    )
    found = path.format(id=of.get(path, scene.reader.account), hashtag="sea", group_key=group)
    return f"{found}?{narrowed.get(path, '')}"


# How many things arrive in a list each time, where it is not one.
_SEVERAL = {"/api/v1/admin/accounts": 4, "/api/v2/admin/accounts": 4}
_OF_PEOPLE = {
    *("/api/v1/admin/accounts", "/api/v2/admin/accounts", "/api/v1/blocks", "/api/v1/mutes", "/api/v1/endorsements"),
    *(f"/api/v1/accounts/{{id}}/{what}" for what in ("followers", "following", "endorsements")),
    *("/api/v1/follow_requests", "/api/v1/lists/{id}/accounts", "/api/v1/notifications/requests"),
    "/api/v2/notifications/{group_key}/accounts",
    *(f"/api/v1/statuses/{{id}}/{what}" for what in ("favourited_by", "reblogged_by")),
}
_OF_MEASURES = {
    *("/api/v1/domain_blocks", "/api/v1/admin/reports", "/api/v1/admin/domain_blocks", "/api/v1/admin/domain_allows"),
    *("/api/v1/admin/email_domain_blocks", "/api/v1/admin/canonical_email_blocks", "/api/v1/admin/ip_blocks"),
}
_MOST = {route.path: route.ask.MOST for route in LISTS if route.ask is not None and issubclass(route.ask, Paging)}


_PARTS = {
    "posts": _MOST.keys() - _OF_PEOPLE - _OF_MEASURES,  # a list that is new is filled here, or named above
    "people": _OF_PEOPLE,
    "measures": _OF_MEASURES,
}


@pytest.mark.parametrize("part", _PARTS)
def test_long_lists_are_walked_both_ways_while_others_write(square: Square, part: str) -> None:
    """Downward one sees what was there at the start, upward all that came meanwhile; nothing twice, nothing left out."""
    scene = Scene(square)
    scene.arrive(part, LENGTH)
    group = ""
    if part == "people":
        answer = scene.reader.client.get("/api/v2/notifications?types[]=favourite").json()
        group = answer["notification_groups"][0]["group_key"]
    urls = {path: f"{_url(scene, path, group)}limit={min(_MOST[path], PAGE)}" for path in sorted(_PARTS[part])}
    down = {path: Walk(url, "next") for path, url in urls.items()}
    _go(scene, list(down.values()), part)
    up = {path: Walk(walk.back, "prev") for path, walk in down.items()}
    _go(scene, list(up.values()), part)
    again = {path: Walk(url, "next") for path, url in urls.items()}
    _go(scene, list(again.values()), None)
    for path in urls:
        truth, each = again[path].items, _SEVERAL.get(path, 1)
        assert len(truth) == len(set(truth)) >= scene.arrived * each, path
        assert down[path].items == truth[(scene.arrived - LENGTH) * each :], path
        assert up[path].items == truth[: -len(down[path].pages[-1])], path


class Walk:
    """A way through a list by its links."""

    def __init__(self, url: str, rel: str) -> None:
        self.url = url
        self.next: str | None = url
        self.rel = rel
        self.back = ""  # where its last page begins in the other direction
        self.pages: list[list[str]] = []

    @property
    def items(self) -> list[str]:
        """All that was seen, the newest first."""
        pages = self.pages if self.rel == "next" else reversed(self.pages)
        return [item for page in pages for item in page]

    def step(self, client: Client) -> None:
        """Read the next page."""
        assert self.next is not None
        answer = client.get(self.next)
        assert answer.status == 200, f"{self.next}: {answer.text}"
        page = _names(answer)
        if page:
            self.pages.append(page)
            self.back = answer.link("prev") or ""
        self.next = answer.link(self.rel) if page else None


def _go(scene: Scene, walks: list[Walk], part: str | None) -> None:
    """Walk all ways to their ends, a page of each in turn; others write while each of them is still on its way."""
    turn = 0
    while walks:
        for walk in walks:
            walk.step(scene.reader.client)
        turn += 1
        if part is not None and turn in (1, 3):
            short = [walk.url for walk in walks if not walk.next]
            assert not short, "too short to be walked while others write"
            scene.arrive(part, 1)
        walks = [walk for walk in walks if walk.next]
