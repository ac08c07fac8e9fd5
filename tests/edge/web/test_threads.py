"""Threads of several posts that are written together, and the point of a picture that stays in view, without script."""

import re
from collections.abc import Callable

import msgspec

from bema.edge.rates import RATES
from bema.model import limits
from bema.outside.clock import ManualClock
from bema.settings import Settings
from tests.client import Client, File
from tests.conftest import Square
from tests.edge.mastodon.test_media import picture
from tests.edge.web.test_drafts import write
from tests.edge.web.test_pages import browser, send


def thread(*texts: str, **more: str) -> dict[str, str]:
    """Write a thread as its form would send it."""
    first, *others = texts
    return {"text": first, **{f"more[{number}][text]": text for number, text in enumerate(others, 2)}, **more}


def image() -> File:
    """A picture of a form."""
    return File("a.png", picture(), "image/png")


def attached(page: str, name: str = "media_ids") -> list[str]:
    """Return the files that a composer holds for one of its posts."""
    return re.findall(rf'name="{re.escape(name)}\[\]" value="(\d+)" checked', page)


def test_a_thread_is_published_in_order_each_post_an_answer_to_the_one_before(square: Square) -> None:
    """With the warning, audience and language of the first; what was left empty is left out."""
    reader = square.person("bob").client
    ann = browser(square, square.make.account("ann"))
    form = thread("One", "Two", "  ", "Three", warning="Numbers", language="de", visibility="unlisted", back="/compose")
    first = write(ann, "/posts", form).headers["location"].rpartition("/")[2]
    context = reader.get(f"/api/v1/statuses/{first}/context").json()
    posts = [reader.get(f"/api/v1/statuses/{first}").json(), *context["descendants"]]
    assert [re.sub("<[^>]+>", "", post["content"]) for post in posts] == ["One", "Two", "Three"]
    assert [post["in_reply_to_id"] for post in posts] == [None, posts[0]["id"], posts[1]["id"]]
    assert {(post["spoiler_text"], post["language"], post["visibility"]) for post in posts} == {
        ("Numbers", "de", "unlisted")
    }


def test_each_post_of_a_thread_counts_as_one_that_is_published(
    settings: Settings, open_square: Callable[..., Square]
) -> None:
    """Else ten times as much could be published as one may; what is too much comes back, and nothing of it is published."""
    square = open_square(msgspec.structs.replace(settings, rate_limit_factor=0.02))
    ann = browser(square, square.make.account("ann"))
    most = round(RATES["publish"].requests * 0.02)
    texts = [f"Number {number}" for number in range(most - 1)]
    assert write(ann, "/posts", thread(*texts, back="/compose")).status == 303
    page = write(ann, "/posts", thread("One more", "Too many"))
    assert page.status == 429
    assert ">Too many<" in page.text
    assert "One more" not in ann.get("/@ann").text


def test_files_that_come_together_count_one_by_one(settings: Settings, open_square: Callable[..., Square]) -> None:
    """Wherever they come: with a draft, or with a form that asks for room for one more post."""
    square = open_square(msgspec.structs.replace(settings, rate_limit_factor=0.05))
    ann = browser(square, square.make.account("ann"))
    most = round(RATES["media"].requests * 0.05)
    assert most == 3
    files = {"media_1": image(), "media_2": image()}
    assert write(ann, "/drafts", {"text": "Two"}, files=files).status == 303
    assert write(ann, "/posts/more", {"text": "Two more"}, files=files).status == 429


def test_nothing_of_a_thread_is_published_if_one_of_its_posts_is_refused(square: Square) -> None:
    """It is said which, and all of it comes back, its files with it."""
    ann = browser(square, square.make.account("ann"))
    long = "x" * (limits.POST_CHARACTERS + 1)
    form = thread("Fine", "Also fine", long)
    page = write(ann, "/posts", form, files={"more[2][media_1]": image()})
    assert page.status == 422
    assert "Post 3 of the thread:" in page.text
    assert all(text in page.text for text in (">Fine<", ">Also fine<", f">{long}<"))
    (file,) = attached(page.text, "more[2][media_ids]")
    assert "Fine" not in ann.get("/@ann").text
    form["more[3][text]"] = "Short"
    answer = write(ann, "/posts", {"back": "/compose", **form, "more[2][media_ids][]": file})
    assert answer.status == 303
    seen = ann.get(answer.headers["location"]).text
    assert "Short" in seen
    assert seen.count("<figure") == 1


def test_another_post_is_added_by_a_button(square: Square) -> None:
    """What was typed and attached comes back with room for one more, as long as a thread can have more."""
    ann = browser(square, square.make.account("ann"))
    page = send(ann, "/posts/more", files={"media_1": image()}, text="One", description_1="A square")
    assert page.status == 200
    assert 'name="more[2][text]"' in page.text
    assert ">A square</textarea>" in page.text
    assert len(attached(page.text)) == 1
    texts = [str(number) for number in range(limits.THREAD_POSTS - 1)]
    page = write(ann, "/posts/more", thread(*texts))
    assert f'name="more[{limits.THREAD_POSTS}][text]"' in page.text
    assert 'formaction="/posts/more"' not in page.text
    page = write(ann, "/posts/more", thread(*texts, "last"))
    assert f'name="more[{limits.THREAD_POSTS + 1}][text]"' not in page.text


def test_a_thread_for_few_goes_on_to_the_same_people(square: Square) -> None:
    """Each post names whom the first names, as those who are not named do not see it."""
    square.make.account("bob")
    ann = browser(square, square.make.account("ann"))
    page = send(ann, "/posts/more", text="@bob between us", visibility="direct")
    assert re.search(r'name="more\[2\]\[text\]"[^>]*>@bob </textarea>', page.text)


def test_a_thread_is_kept_as_a_draft_and_can_be_taken_back(square: Square, clock: ManualClock) -> None:
    """All of it comes back, and all of it is published when its time comes."""
    ann = browser(square, square.make.account("ann"))
    write(ann, "/drafts", thread("One", "Two"), files={"more[2][media_1]": image()})
    assert "a thread of 2 posts" in ann.get("/drafts").text
    found = re.search(r"/compose\?draft=(\d+)", ann.get("/drafts").text)
    assert found
    page = ann.get(found[0]).text
    (file,) = attached(page, "more[2][media_ids]")
    send(ann, "/settings/appearance", undo_seconds="5")
    kept = {"more[2][media_ids][]": file, "draft_id": found[1]}
    where = write(ann, "/posts", {**thread("One", "Two"), **kept}).headers["location"]
    assert "Two" in ann.get(where).text
    clock.advance(seconds=6)
    square.settle()
    seen = square.stranger.get("/@ann/with_replies").text
    assert "One" in seen
    assert seen.count("<figure") == 1


def test_a_scheduled_thread_is_published_as_one(square: Square, clock: ManualClock) -> None:
    """Where one of it is refused at its time, nothing of it is published, and the reason stands beside it."""
    ann = browser(square, square.make.account("ann"))
    assert write(ann, "/posts", {"later": "2026-01-01T22:00", **thread("First", "Second")}).status == 303
    clock.advance(days=1)
    square.settle()
    seen = square.stranger.get("/@ann/with_replies").text
    assert "First" in seen
    assert "Second" in seen


def focus_of(client: Client, post: str) -> list[tuple[str, str]]:
    """Return the points that the pictures of a post keep in view."""
    return re.findall(r'data-focus-x="([^"]+)" data-focus-y="([^"]+)"', client.get(post).text)


def test_the_point_of_a_picture_that_stays_in_view_is_chosen(square: Square) -> None:
    """With the picture, and later when the post is changed; leaving it as it is changes nothing."""
    person = square.person("ann")
    ann = browser(square, person.account)
    form = {"text": "Look", "focus_x_1": "0.5", "focus_y_1": "-0.25", "back": "/compose"}
    post = write(ann, "/posts", form, files={"media_1": image()}).headers["location"]
    assert focus_of(ann, post) == [("0.5", "-0.25")]
    id_ = post.rpartition("/")[2]
    page = ann.get(f"/posts/{id_}/edit").text
    (file,) = attached(page)
    assert re.search(rf'name="focus_x_of_{file}"[^>]*value="0.5"', page)
    kept = {"media_ids[]": file, f"focus_x_of_{file}": "0.5", f"focus_y_of_{file}": "-0.25"}
    write(ann, f"/posts/{id_}/edit", {"text": "Look", **kept})
    assert person.client.get(f"/api/v1/statuses/{id_}").json()["edited_at"] is None
    kept[f"focus_x_of_{file}"] = "7"
    write(ann, f"/posts/{id_}/edit", {"text": "Look", **kept})
    assert focus_of(ann, post) == [("1.0", "-0.25")]


def test_a_point_that_is_none_changes_nothing(square: Square) -> None:
    """Words, numbers without end, and half a point."""
    ann = browser(square, square.make.account("ann"))
    for across, up in (("nan", "0"), ("inf", "x"), ("", ""), ("1" * 5_000, "0.1")):
        form = {"text": "Look", "focus_x_1": across, "focus_y_1": up, "back": "/compose"}
        post = write(ann, "/posts", form, files={"media_1": image()}).headers["location"]
        assert focus_of(ann, post) == []
