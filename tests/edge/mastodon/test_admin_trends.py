"""Trends for the staff: what would trend is listed, and what is judged trends or not."""

from bema.store import cards
from tests.conftest import Person, Square


def popular(square: Square) -> tuple[Person, int]:
    """Let four people use a tag, and favourite a post with it; return the owner, and the post."""
    boss = square.staff("boss")
    author = square.make.account("author")
    post = square.make.post(author, "tea", tags=["tea"])
    for number in range(4):
        other = square.make.account(f"person{number}")
        square.make.post(other, "tea", tags=["tea"])
        square.make.favourite(other, post)
    square.settle()
    return boss, post


def test_a_tag_and_a_post_trend_as_the_staff_says(square: Square) -> None:
    """Approved they are among what everybody sees, rejected they are not."""
    boss, post = popular(square)
    tag = boss.client.get("/api/v1/admin/trends/tags").json()[0]
    assert (tag["name"], tag["requires_review"], tag["trendable"]) == ("tea", True, False)
    assert [each["id"] for each in boss.client.get("/api/v1/admin/trends/statuses").json()] == [str(post)]
    for what, count in (("approve", 1), ("reject", 0)):
        judged = boss.client.post(f"/api/v1/admin/trends/tags/{tag['id']}/{what}").json()
        assert (judged["trendable"], judged["requires_review"]) == (what == "approve", False)
        assert boss.client.post(f"/api/v1/admin/trends/statuses/{post}/{what}").json()["id"] == str(post)
        assert len(square.stranger.get("/api/v1/trends/tags").json()) == count, what
        assert len(square.stranger.get("/api/v1/trends/statuses").json()) == count, what
    for path in ("tags/1", "statuses/1", "links/1", "links/publishers/1"):
        assert boss.client.post(f"/api/v1/admin/trends/{path}/approve").status == 404, path


def test_a_publisher_is_judged_once_for_all_its_pages(square: Square) -> None:
    """Before that, nobody has said anything."""
    boss = square.staff("boss")
    square.app.database.write_now(cards.ensure, "https://paper.example/1", "paper.example")
    listed = boss.client.get("/api/v1/admin/trends/links/publishers").json()
    assert [(each["domain"], each["trendable"], each["requires_review"]) for each in listed] == [
        ("paper.example", None, True)
    ]
    for what in ("approve", "reject"):
        judged = boss.client.post(f"/api/v1/admin/trends/links/publishers/{listed[0]['id']}/{what}").json()
        assert (judged["trendable"], judged["requires_review"]) == (what == "approve", False)
    assert boss.client.get("/api/v1/admin/trends/links").json() == []
