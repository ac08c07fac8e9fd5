"""Drafts on pages, without script: what one has begun to write is kept, gone on with, and let go."""

import json
import re
from collections.abc import Mapping

from bema.model import limits
from bema.outside.clock import ManualClock
from tests.client import Client, File, Response
from tests.conftest import Square
from tests.edge.mastodon.test_media import picture
from tests.edge.web.test_pages import browser, csrf, send


def write(client: Client, path: str, form: Mapping[str, object], files: dict[str, File] | None = None) -> Response:
    """Send a form whose fields have names that no parameter can have."""
    return client.post(path, form={"csrf": csrf(client.get("/compose")), **form}, files=files)


def keep(client: Client, **form: str) -> str:
    """Keep a draft by the composer's button, and return its id."""
    answer = write(client, "/drafts", form)
    assert answer.headers["location"] == "/drafts", answer.text
    return drafts(client)[0]


def drafts(client: Client) -> list[str]:
    """Return the ids of the drafts that the page lists."""
    return re.findall(r'href="/compose\?draft=(\d+)"', client.get("/drafts").text)


def test_a_draft_is_gone_on_with_and_is_no_draft_once_it_is_published(square: Square, clock: ManualClock) -> None:
    """All that was typed comes back; of two saved, the one that is published leaves the list."""
    ann = browser(square, square.make.account("ann"))
    assert "No drafts." in ann.get("/drafts").text
    first = keep(ann, text="Half a thou", warning="unfinished", visibility="followers", language="ur", sensitive="1")
    keep(ann, text="Another")
    page = ann.get(f"/compose?draft={first}").text
    assert ">Half a thou</textarea>" in page
    assert 'value="unfinished"' in page
    assert '<option value="followers" selected>' in page
    assert '<option value="ur" lang="ur" selected>' in page
    assert f'name="draft_id" value="{first}"' in page
    clock.advance(seconds=1)
    assert keep(ann, text="Half a thought", draft_id=first) == first
    assert len(drafts(ann)) == 2
    assert send(ann, "/posts", text="A whole thought", draft_id=first).status == 303
    assert first not in drafts(ann)
    assert "A whole thought" in ann.get("/@ann").text


def test_script_keeps_what_is_typed_in_one_place(square: Square) -> None:
    """The first time it is told where, and says so the next time; nothing typed keeps nothing."""
    ann = browser(square, square.make.account("ann"))
    assert send(ann, "/drafts/while_writing", text="  ").status == 422
    answer = send(ann, "/drafts/while_writing", text="It was a dark")
    assert answer.headers["cache-control"] == "no-store"
    id_ = json.loads(answer.text)["draft_id"]
    again = send(ann, "/drafts/while_writing", text="It was a dark and stormy night", draft_id=id_)
    assert json.loads(again.text)["draft_id"] == id_
    assert drafts(ann) == [id_]
    assert "stormy" in ann.get("/drafts").text


def test_a_draft_keeps_its_pictures_and_gives_them_to_its_post(square: Square, clock: ManualClock) -> None:
    """They are not cleared away with what nothing came of, and what is said about them can be changed."""
    ann = browser(square, square.make.account("ann"))
    send(ann, "/drafts", text="Look", description_1="A cat", files={"media_1": File("a.png", picture(), "image/png")})
    (id_,) = drafts(ann)
    clock.advance(hours=30)
    square.settle()
    page = ann.get(f"/compose?draft={id_}").text
    assert ">A cat</textarea>" in page
    found = re.search(r'name="media_ids\[\]" value="(\d+)" checked', page)
    assert found
    kept = {"media_ids[]": [found[1]], f"description_of_{found[1]}": "Two cats", "draft_id": id_}
    assert write(ann, "/drafts", {"text": "Look", **kept}).status == 303
    assert ">Two cats</textarea>" in ann.get(f"/compose?draft={id_}").text
    kept[f"description_of_{found[1]}"] = "Three cats"
    answer = write(ann, "/posts", {"text": "Look", "back": "/compose", **kept})
    assert "Three cats" in ann.get(answer.headers["location"]).text


def test_a_draft_is_its_authors_alone(square: Square) -> None:
    """For others it is not there, whatever they try; what they keep under its id is a draft of their own."""
    ann, eve = (browser(square, square.make.account(name)) for name in ("ann", "eve"))
    id_ = keep(ann, text="Secret")
    assert eve.get(f"/compose?draft={id_}").status == 404
    assert send(eve, f"/drafts/{id_}/delete").status == 404
    assert keep(eve, text="Mine", draft_id=id_) != id_
    assert send(eve, "/posts", text="Hello", draft_id=id_).status == 303
    assert drafts(ann) == [id_]
    assert square.stranger.get("/drafts").status == 303
    assert send(ann, f"/drafts/{id_}/delete").status == 303
    assert drafts(ann) == []


def test_a_draft_is_nothing_that_waits_for_its_time(square: Square) -> None:
    """Neither the page nor the API has it among what is scheduled, and nobody can give it a time there."""
    person = square.person("ann")
    ann, app = browser(square, person.account), person.client
    id_ = keep(ann, text="Not yet")
    assert "Not yet" not in ann.get("/scheduled").text
    assert app.get("/api/v1/scheduled_statuses").json() == []
    assert app.get(f"/api/v1/scheduled_statuses/{id_}").status == 404
    assert app.put(f"/api/v1/scheduled_statuses/{id_}", json={"scheduled_at": "2027-01-01T00:00:00Z"}).status == 404
    assert app.delete(f"/api/v1/scheduled_statuses/{id_}").status == 404
    assert drafts(ann) == [id_]


def test_drafts_are_bounded(square: Square) -> None:
    """In number, and each in size; what is too much is given back and not lost."""
    ann = browser(square, square.make.account("ann"))
    part = "x" * (limits.DRAFT_BYTES // 3)
    page = write(ann, "/drafts", {"text": part, "more[2][text]": part, "more[3][text]": part})
    assert page.status == 422
    assert "too long to be kept as a draft" in page.text
    for number in range(limits.DRAFTS):
        assert send(ann, "/drafts/while_writing", text=f"Draft {number}").status == 200
    page = send(ann, "/drafts", text="One more")
    assert page.status == 422
    assert "You have 100 drafts already" in page.text
    assert ">One more</textarea>" in page.text


def test_a_draft_about_a_post_that_is_gone_says_so(square: Square) -> None:
    """Nobody publishes by mistake as a post of its own what was an answer."""
    ann, bob = (square.make.account(name) for name in ("ann", "bob"))
    post = square.make.post(author=bob, text="Ask me")
    one, other = browser(square, ann), browser(square, bob)
    id_ = keep(one, text="Well,", in_reply_to=str(post))
    assert f'name="in_reply_to" value="{post}"' in one.get(f"/compose?draft={id_}").text
    send(other, f"/posts/{post}/delete")
    page = one.get(f"/compose?draft={id_}").text
    assert "The post that this was about is gone." in page
    assert "Well," in page


def test_garbage_for_a_draft_is_refused_and_breaks_nothing(square: Square) -> None:
    """Ids that are none, files of others, points that are no numbers, threads of the wrong shape."""
    ann, bob = (browser(square, square.make.account(name)) for name in ("ann", "bob"))
    send(bob, "/drafts", text="Look", files={"media_1": File("a.png", picture(), "image/png")})
    theirs = re.search(r'name="media_ids\[\]" value="(\d+)"', bob.get(f"/compose?draft={drafts(bob)[0]}").text)
    assert theirs
    assert write(ann, "/drafts", {"text": "Mine", "media_ids[]": theirs[1]}).status == 422
    assert send(ann, "/drafts", text="Mine", draft_id="x" * 500).status == 303
    assert (
        write(ann, "/drafts", {"text": "Mine", "more[2][text]": "b", "more[x]": "c", "more[99][text]": "d"}).status
        == 303
    )
    assert send(ann, "/drafts", text="Mine", more="b").status == 303
    assert ann.get("/compose?draft=nonsense").status == 404
