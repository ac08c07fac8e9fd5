"""The thin slice through every layer: somebody posts, another likes it, and it is in the home of who follows."""

from tests.conftest import Square


def test_a_post_reaches_the_home_of_a_follower(square: Square) -> None:
    """Publishing, following, favouriting and reading home work end to end, and say so in Mastodon's shapes."""
    ann, bob = square.person("ann"), square.person("bob")
    square.make.follow(bob.account, ann.account)
    posted = ann.client.post("/api/v1/statuses", json={"status": "Good morning, square! #hello"})
    assert posted.status == 200
    status = posted.json()
    assert status["account"]["username"] == "ann"
    assert 'class="mention hashtag"' in status["content"]
    square.settle()
    assert [each["id"] for each in bob.client.get("/api/v1/timelines/home").json()] == [status["id"]]
    liked = bob.client.post(f"/api/v1/statuses/{status['id']}/favourite").json()
    assert liked["favourited"] is True
    square.settle()
    assert ann.client.get(f"/api/v1/statuses/{status['id']}").json()["favourites_count"] == 1


def test_an_author_sees_the_own_post_at_once(square: Square) -> None:
    """What the actor must see at once does not wait for the readers of the log."""
    ann = square.person("ann")
    posted = ann.client.post("/api/v1/statuses", form={"status": "here"}).json()
    assert [each["id"] for each in ann.client.get("/api/v1/timelines/home").json()] == [posted["id"]]


def test_a_home_page_takes_a_handful_of_statements(square: Square, statements: list[str]) -> None:
    """The number of statements does not depend on the number of posts."""
    ann, bob = square.person("ann"), square.person("bob")
    square.make.follow(bob.account, ann.account)
    for number in range(30):
        square.make.post(ann.account, text=f"post {number}")
    square.settle()
    statements.clear()
    assert len(bob.client.get("/api/v1/timelines/home?limit=30").json()) == 30
    assert len(statements) == 6, statements  # the token, whom to merge, the page, the posts, their authors, the flags


def test_pages_of_home_join_without_gap_or_repeat(square: Square) -> None:
    """Walking by the links of both directions passes every post once."""
    ann = square.person("ann")
    made = [str(square.make.post(ann.account, text=f"post {number}")) for number in range(25)]
    square.settle()
    walked: list[str] = []
    page = ann.client.get("/api/v1/timelines/home?limit=10")
    while (url := page.link("next")) is not None:
        walked += [each["id"] for each in page.json()]
        page = ann.client.get(url)
    assert walked == made[::-1]
    assert page.json() == []
    newer = ann.client.get(f"/api/v1/timelines/home?limit=10&min_id={made[4]}")
    assert [each["id"] for each in newer.json()] == made[14:4:-1]
    first = ann.client.get("/api/v1/timelines/home?limit=10")
    newest = first.link("prev")
    assert newest is not None
    assert ann.client.get(newest).json() == []
