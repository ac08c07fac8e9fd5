"""Operators of a search: each finds what it names and nothing else, in any combination, on both databases."""

import io
from datetime import UTC, datetime
from typing import Any

from PIL import Image

from tests.client import File
from tests.conftest import Person, Square
from tests.edge.mastodon.test_search import found, indexable


def published(person: Person, **fields: Any) -> str:
    """Publish a status and return its id."""
    answer = person.client.post("/api/v1/statuses", json=fields)
    assert answer.status == 200, answer.text
    return str(answer.json()["id"])


def uploaded(person: Person) -> str:
    """Upload a picture and return its id."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(out, "PNG")
    answer = person.client.post("/api/v2/media", files={"file": File("a.png", out.getvalue(), "image/png")})
    return str(answer.json()["id"])


def found_names(person: Person, names: dict[str, str], query: str, **more: Any) -> str:
    """Search, and return the names that the test gave to what is found."""
    named = {id_: name for name, id_ in names.items()}
    return " ".join(named[id_] for id_ in found(person, query.replace(" ", "%20"), **more))


def test_operators_find_what_posts_are(square: Square) -> None:
    """Alone, together, with words, and turned round by a minus."""
    ann, bob = square.person("ann"), square.person("bob")
    indexable(square, bob)
    made = {"plain": published(ann, status="green tea", language="en")}
    made["picture"] = published(ann, status="tea", media_ids=[uploaded(ann)], language="en")
    made["poll"] = published(ann, status="tea?", poll={"options": ["yes", "no"], "expires_in": 3600}, language="ur")
    made["link"] = published(ann, status="tea https://tea.example/ @bob #tea", language="pt-BR")
    made["answer"] = published(bob, status="tea", in_reply_to_id=made["plain"], language="pt")
    made["warned"] = published(bob, status="tea", spoiler_text="hot", language="en")
    made["quote"] = published(ann, status="tea", quoted_status_id=made["plain"], language="en")
    square.settle()
    for query, names in {
        "has:media": "picture",
        "has:image tea": "picture",
        "has:video": "",
        "has:poll": "poll",
        "has:link": "link",
        "is:reply": "answer",
        "is:sensitive": "warned",
        "is:quote": "quote",
        "language:ur": "poll",
        "language:pt": "answer link",
        "language:pt-BR": "link",
        "language:ur language:pt tea": "answer link poll",
        "from:bob": "warned answer",
        "from:bob is:reply tea": "answer",
        "-from:me tea": "warned answer",
        "from:bob from:ann -has:media -has:poll -has:link -is:quote": "warned answer plain",
        "from:nobody": "",
        "-from:nobody has:poll": "poll",
        "-language:en": "answer link poll",
        "tea -green from:me -is:quote": "link poll picture",
        '-"green tea" -is:quote -has:media': "warned answer link poll",
        "has:poll -has:poll": "",
    }.items():
        assert found_names(ann, made, query) == names, query


def test_operators_find_when(square: Square) -> None:
    """Days, months and years end where they end; a time left out parts what is before from what is after."""
    ann = square.person("ann")
    days = ("2024-12-31", "2025-01-01", "2025-01-31", "2025-02-01", "2025-12-31")
    moments = {
        day: int(datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=UTC).timestamp()) * 1_000 for day in days
    }
    made = {day: str(square.make.post(ann.account, "snow", at=moment)) for day, moment in moments.items()}
    square.settle()
    for query, names in {
        "before:2025": days[:1],
        "after:2025-01": days[3:],
        "snow during:2025-01": days[1:3],
        "during:2025-01-31": days[2:3],
        "-during:2025-01": (*days[:1], *days[3:]),
        "-during:2025-01 -during:2025-12-31": (*days[:1], *days[3:4]),
        "after:2024 before:2025-02": days[1:3],
        "before:2024 after:2025": (),
    }.items():
        assert found_names(ann, made, query) == " ".join(reversed(names)), query
    assert found_names(ann, made, "-during:2025-01", limit=2) == f"{days[4]} {days[3]}"
    assert found_names(ann, made, "-during:2025-01", limit=2, max_id=made[days[4]]) == f"{days[3]} {days[0]}"
    assert found_names(ann, made, "-during:2025-01", limit=2, min_id=made[days[0]]) == f"{days[4]} {days[3]}"
    assert found_names(ann, made, "-during:2025-01", limit=1, offset=2) == days[0]


def test_a_library_is_what_is_ones_own_or_was_kept(square: Square) -> None:
    """And what is public is what its author lets all search; a minus leaves either out."""
    ann, bob, cat = square.person("ann"), square.person("bob"), square.person("cat")
    indexable(square, cat)
    made = {"other": published(ann, status="book")}
    for way in ("favourite", "bookmark", "reblog"):
        made[way] = published(ann, status=f"book {way}")
        assert bob.client.post(f"/api/v1/statuses/{made[way]}/{way}").status == 200
    made["vote"] = published(ann, status="book?", poll={"options": ["yes", "no"], "expires_in": 3600})
    poll = ann.client.get(f"/api/v1/statuses/{made['vote']}").json()["poll"]["id"]
    assert bob.client.post(f"/api/v1/polls/{poll}/votes", json={"choices": [0]}).status == 200
    made["mention"] = published(ann, status="@bob book", visibility="private")
    made["own"] = published(bob, status="book", visibility="private")
    made["open"] = published(cat, status="book")
    made["unlisted"] = published(cat, status="book", visibility="unlisted")
    made["liked"] = published(cat, status="book")
    assert bob.client.post(f"/api/v1/statuses/{made['liked']}/favourite").status == 200
    square.settle()
    kept = "mention vote reblog bookmark favourite"
    for query, names in {
        "book": f"liked open own {kept}",
        "in:all book": f"liked open own {kept}",
        "in:library": f"liked own {kept}",
        "in:library book has:poll": "vote",
        "in:public": "liked open",
        "-in:library book": "open",
        "-in:public book": f"own {kept}",
        "in:library in:public": "liked",
    }.items():
        assert found_names(bob, made, query) == names, query
    assert square.stranger.get("/api/v2/search?q=in:library").json()["statuses"] == []
