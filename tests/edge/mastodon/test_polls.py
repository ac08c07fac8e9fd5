"""Polls by the Mastodon API: asking, voting, changing what is asked, and the end."""

from typing import Any

import pytest

from bema.domain import leaving
from bema.model import limits
from bema.model.ids import PostId
from bema.model.policy import Visibility
from bema.outside.clock import ManualClock
from tests.conftest import Person, Square, Write
from tests.edge.mastodon.test_statuses import upload

URL = "/api/v1/statuses"
HOUR = 3_600


def ask(person: Person, *options: str, **more: Any) -> Any:
    """Post a poll, and return the answer."""
    poll = {"options": list(options) or ["tea", "coffee"], "expires_in": HOUR, **more}
    answer = person.client.post(URL, json={"status": "What would you like?", "poll": poll})
    assert answer.status == 200, answer.text
    return answer.json()


def vote(person: Person, poll: str, *choices: Any) -> Any:
    """Vote, and return the answer."""
    return person.client.post(f"/api/v1/polls/{poll}/votes", json={"choices": list(choices)})


def counts(poll: Any) -> list[int | None]:
    """Return the votes for each option."""
    return [option["votes_count"] for option in poll["options"]]


# --- Asking -----------------------------------------------------------------------------------------------------------


def test_a_poll_comes_with_its_post(square: Square) -> None:
    """With every key that clients read, and without those about the reader where nobody is signed in."""
    ann = square.person("ann")
    status = ask(ann, " tea ", "coffee", "", multiple=True)
    assert status["poll"] == {
        "id": status["poll"]["id"],
        "expires_at": "2026-01-01T01:00:00.000Z",
        "expired": False,
        "multiple": True,
        "votes_count": 0,
        "voters_count": 0,
        "voted": True,
        "own_votes": [],
        "options": [{"title": "tea", "votes_count": 0}, {"title": "coffee", "votes_count": 0}],
        "emojis": [],
    }
    seen = square.stranger.get(f"/api/v1/polls/{status['poll']['id']}").json()
    assert seen == {name: value for name, value in status["poll"].items() if name not in ("voted", "own_votes")}
    assert square.stranger.get(f"{URL}/{status['id']}").json()["poll"] == seen


def test_a_poll_is_asked_by_a_form_too(square: Square) -> None:
    """Most clients send `poll[options][]`, and numbers and flags as texts."""
    form = {
        "status": "?",
        "poll[options][]": ["yes", "no"],
        "poll[expires_in]": "300",
        "poll[multiple]": "false",
        "poll[hide_totals]": "1",
    }
    poll = square.person("ann").client.post(URL, form=form).json()["poll"]
    assert [option["title"] for option in poll["options"]] == ["yes", "no"]
    assert counts(poll) == [None, None]
    assert poll["multiple"] is False


@pytest.mark.parametrize(
    "poll",
    [
        {"options": ["one"], "expires_in": HOUR},
        {"options": ["one", " "], "expires_in": HOUR},
        {"options": ["one", "one"], "expires_in": HOUR},
        {"options": ["1", "2", "3", "4", "5"], "expires_in": HOUR},
        {"options": ["one", "x" * 51], "expires_in": HOUR},
        {"options": ["one", "x" + "\u0301" * 2_000], "expires_in": HOUR},
        {"options": ["one", "two"], "expires_in": 299},
        {"options": ["one", "two"], "expires_in": limits.POLL_SECONDS_MAX + 1},
        {"options": ["one", "two"], "expires_in": -(2**62)},
        {"options": ["one", "two"], "expires_in": 2**62},
        {"options": ["one", "two"]},
        {"options": [], "expires_in": HOUR},
        {"options": {"a": "b"}, "expires_in": HOUR},
        {"options": ["one", "two"], "expires_in": "soon"},
        "yes or no",
    ],
)
def test_what_is_no_poll_is_refused(square: Square, poll: Any) -> None:
    """With a sentence, and nothing is published."""
    ann = square.person("ann")
    answer = ann.client.post(URL, json={"status": "?", "poll": poll})
    assert (answer.status, "error" in answer.json()) == (422, True)
    assert ann.client.get(f"/api/v1/accounts/{ann.account}/statuses").json() == []


def test_bounds_are_counted_as_people_count(square: Square) -> None:
    """Fifty families of four are fifty characters, and the shortest and the longest time are allowed."""
    ann = square.person("ann")
    ask(ann, "👨‍👩‍👧‍👦" * 40, "no", expires_in=limits.POLL_SECONDS_MAX)
    ask(ann, "x" * 50, "no", expires_in=limits.POLL_SECONDS_MIN)


def test_no_poll_comes_with_files_or_without_words(square: Square) -> None:
    """As on Mastodon, whose clients do not offer it either."""
    ann = square.person("ann")
    poll = {"options": ["yes", "no"], "expires_in": HOUR}
    file = upload(square, ann.account, 7)
    assert ann.client.post(URL, json={"status": "?", "poll": poll, "media_ids": [file]}).status == 422
    assert ann.client.post(URL, json={"poll": poll}).status == 422
    assert ann.client.post(URL, json={"status": "!", "media_ids": [file]}).status == 200


def test_the_instance_says_what_a_poll_may_be(square: Square) -> None:
    """Clients show as many fields as it says."""
    for path in ("/api/v1/instance", "/api/v2/instance"):
        assert square.stranger.get(path).json()["configuration"]["polls"] == {
            "max_options": 4,
            "max_characters_per_option": 50,
            "min_expiration": 300,
            "max_expiration": 2_629_746,
        }


# --- Voting -----------------------------------------------------------------------------------------------------------


def test_a_vote_counts_once(square: Square) -> None:
    """The answer has it, everybody sees it, and a second one is refused."""
    ann, bob, eve = square.person("ann"), square.person("bob"), square.person("eve")
    status = ask(ann)
    poll = status["poll"]["id"]
    voted = vote(bob, poll, 1).json()
    assert (counts(voted), voted["votes_count"], voted["voters_count"]) == ([0, 1], 1, 1)
    assert (voted["voted"], voted["own_votes"]) == (True, [1])
    for choice in (0, 1):
        again = vote(bob, poll, choice)
        assert (again.status, again.json()["error"]) == (
            422,
            "Validation failed: You have already voted on this poll",
        )
    assert counts(vote(eve, poll, "1").json()) == [0, 2]  # many clients send texts
    seen = ann.client.get(f"{URL}/{status['id']}").json()["poll"]
    assert (counts(seen), seen["voters_count"], seen["own_votes"], seen["voted"]) == ([0, 2], 2, [], True)


def test_several_options_are_one_vote(square: Square) -> None:
    """Where the author allows several; the same one twice is one."""
    ann, bob = square.person("ann"), square.person("bob")
    poll = ask(ann, "a", "b", "c", multiple=True)["poll"]["id"]
    form = {"choices[]": ["2", "0", "2"]}
    voted = bob.client.post(f"/api/v1/polls/{poll}/votes", form=form).json()
    assert (counts(voted), voted["votes_count"], voted["voters_count"]) == ([1, 0, 1], 2, 1)
    assert voted["own_votes"] == [0, 2]
    assert vote(bob, poll, 1).status == 422


@pytest.mark.parametrize("choices", [[], [2], [-1], [0, 1], ["tea"], [2**62], None])
def test_what_is_no_choice_is_refused(square: Square, choices: Any) -> None:
    """And nothing is counted."""
    ann, bob = square.person("ann"), square.person("bob")
    poll = ask(ann)["poll"]["id"]
    assert bob.client.post(f"/api/v1/polls/{poll}/votes", json={"choices": choices}).status == 422
    assert square.stranger.get(f"/api/v1/polls/{poll}").json()["votes_count"] == 0
    assert vote(bob, poll, 0).status == 200


def test_who_asks_has_no_vote(square: Square) -> None:
    """Their clients show them the numbers from the beginning."""
    ann = square.person("ann")
    answer = vote(ann, ask(ann)["poll"]["id"], 0)
    assert (answer.status, answer.json()["error"]) == (422, "Validation failed: You cannot vote in your own polls")


def test_after_the_end_nobody_votes(square: Square, clock: ManualClock) -> None:
    """From the very moment on, whether the end was told already or not."""
    ann, bob = square.person("ann"), square.person("bob")
    poll = ask(ann)["poll"]["id"]
    clock.advance(seconds=HOUR)
    answer = vote(bob, poll, 0)
    assert (answer.status, answer.json()["error"]) == (422, "Validation failed: The poll has already ended")
    assert square.stranger.get(f"/api/v1/polls/{poll}").json()["expired"] is True


def test_hidden_totals_are_told_at_the_end(square: Square, clock: ManualClock) -> None:
    """Until then nobody knows them, the author and who voted neither."""
    ann, bob = square.person("ann"), square.person("bob")
    poll = ask(ann, hide_totals=True)["poll"]["id"]
    assert counts(vote(bob, poll, 0).json()) == [None, None]
    for person in (ann, bob):
        assert counts(person.client.get(f"/api/v1/polls/{poll}").json()) == [None, None]
    clock.advance(seconds=HOUR)
    assert counts(square.stranger.get(f"/api/v1/polls/{poll}").json()) == [1, 0]


def test_a_poll_is_for_those_who_see_its_post(square: Square) -> None:
    """To all others it is missing, as are polls that never were and posts without one."""
    ann, bob, eve = square.person("ann"), square.person("bob"), square.person("eve")
    square.make.follow(bob.account, ann.account)
    hidden = ann.client.post(
        URL,
        json={"status": "?", "visibility": "private", "poll": {"options": ["a", "b"], "expires_in": HOUR}},
    ).json()["id"]
    plain = square.make.post(ann.account)
    for id_ in (hidden, str(plain), "5", "nonsense"):
        assert eve.client.get(f"/api/v1/polls/{id_}").status == 404
        assert square.stranger.get(f"/api/v1/polls/{id_}").status == 404
        assert vote(eve, id_, 0).status == 404
    assert vote(bob, hidden, 0).status == 200
    square.make.block(bob.account, ann.account)
    assert vote(bob, ask(ann)["poll"]["id"], 0).status == 403


def test_who_leaves_takes_their_vote_along(square: Square, write: Write) -> None:
    """What is counted is what is there."""
    ann, bob, eve = square.person("ann"), square.person("bob"), square.person("eve")
    poll = ask(ann)["poll"]["id"]
    vote(bob, poll, 0)
    vote(eve, poll, 0)
    write(leaving.leave, bob.account)
    square.settle()
    left = square.stranger.get(f"/api/v1/polls/{poll}").json()
    assert (counts(left), left["voters_count"]) == ([1, 0], 1)


# --- Where posts are shown --------------------------------------------------------------------------------------------


def test_polls_cost_a_page_one_statement_and_pages_without_them_none(square: Square, statements: list[str]) -> None:
    """However many there are."""
    ann, bob = square.person("ann"), square.person("bob")
    square.make.post(ann.account)
    page = f"/api/v1/accounts/{ann.account}/statuses"
    statements.clear()
    bob.client.get(page)
    without = len(statements)
    for _ in range(5):
        vote(bob, ask(ann)["poll"]["id"], 1)
    statements.clear()
    shown = bob.client.get(page).json()
    assert [each["poll"] and each["poll"]["own_votes"] for each in shown] == [[1]] * 5 + [None]
    assert len(statements) == without + 1


def test_a_boost_shows_the_poll(square: Square) -> None:
    """As the one who reads it sees it."""
    ann, bob = square.person("ann"), square.person("bob")
    status = ask(ann)
    vote(bob, status["poll"]["id"], 0)
    boost = bob.client.post(f"{URL}/{status['id']}/reblog").json()
    assert boost["reblog"]["poll"]["own_votes"] == [0]


def test_the_words_of_a_poll_are_found(square: Square) -> None:
    """They are part of what the post says."""
    ann = square.person("ann")
    status = ask(ann, "rhubarb", "gooseberries")
    square.settle()
    found = ann.client.get("/api/v2/search?q=gooseberries").json()["statuses"]
    assert [each["id"] for each in found] == [status["id"]]


# --- Changing and deleting --------------------------------------------------------------------------------------------


def edit(person: Person, post: Any, **changes: Any) -> Any:
    """Edit a post, and return the answer."""
    answer = person.client.put(f"{URL}/{post['id']}", json={"status": "What would you like?", **changes})
    assert answer.status == 200, answer.text
    return answer.json()


def test_other_options_forget_the_votes(square: Square) -> None:
    """Nobody voted for what is asked now; the history knows what was asked before."""
    ann, bob = square.person("ann"), square.person("bob")
    status = ask(ann)
    vote(bob, status["poll"]["id"], 0)
    changed = edit(ann, status, poll={"options": ["tea", "coffee", "water"], "expires_in": HOUR})
    assert counts(changed["poll"]) == [0, 0, 0]
    assert vote(bob, changed["poll"]["id"], 2).json()["own_votes"] == [2]
    versions = bob.client.get(f"{URL}/{status['id']}/history").json()
    assert [[option["title"] for option in each["poll"]["options"]] for each in versions] == [
        ["tea", "coffee"],
        ["tea", "coffee", "water"],
    ]


def test_the_same_options_keep_the_votes(square: Square, clock: ManualClock) -> None:
    """A longer time alone is no new version."""
    ann, bob = square.person("ann"), square.person("bob")
    status = ask(ann)
    vote(bob, status["poll"]["id"], 0)
    clock.advance(minutes=10)
    again = {"options": ["tea", "coffee"], "expires_in": HOUR}
    changed = edit(ann, status, poll=again)
    assert (counts(changed["poll"]), changed["poll"]["expires_at"]) == ([1, 0], "2026-01-01T01:10:00.000Z")
    assert changed["edited_at"] is None
    changed = edit(ann, status, poll=again, status="And now?")
    assert (counts(changed["poll"]), changed["edited_at"]) == ([1, 0], "2026-01-01T00:10:00.000Z")
    assert counts(edit(ann, status, poll={**again, "multiple": True})["poll"]) == [0, 0]


def test_an_edit_without_the_poll_takes_it_away(square: Square) -> None:
    """What is not named, the post has no more; another may come later."""
    ann, bob = square.person("ann"), square.person("bob")
    status = ask(ann)
    vote(bob, status["poll"]["id"], 0)
    assert edit(ann, status)["poll"] is None
    assert bob.client.get(f"/api/v1/polls/{status['poll']['id']}").status == 404
    assert vote(bob, status["poll"]["id"], 0).status == 404
    versions = bob.client.get(f"{URL}/{status['id']}/history").json()
    assert ["poll" in each for each in versions] == [True, False]
    assert counts(edit(ann, status, poll={"options": ["a", "b"], "expires_in": HOUR})["poll"]) == [0, 0]


def test_a_deleted_poll_can_be_asked_anew(square: Square) -> None:
    """The answer has what was asked; nothing is left to vote on."""
    ann, bob = square.person("ann"), square.person("bob")
    status = ask(ann)
    vote(bob, status["poll"]["id"], 0)
    deleted = ann.client.delete(f"{URL}/{status['id']}").json()
    assert [option["title"] for option in deleted["poll"]["options"]] == ["tea", "coffee"]
    assert vote(bob, status["poll"]["id"], 1).status == 404


# --- The end ----------------------------------------------------------------------------------------------------------


def told(person: Person) -> list[tuple[str, str, str]]:
    """Say which ends of polls somebody was told of: type, by whom, which post."""
    found = person.client.get("/api/v1/notifications?types[]=poll").json()
    return [(each["type"], each["account"]["username"], each["status"]["id"]) for each in found]


def test_the_end_is_told_once_to_who_asked_and_who_voted(square: Square, clock: ManualClock) -> None:
    """Not before, not twice, and to nobody else."""
    ann, bob, eve = square.person("ann"), square.person("bob"), square.person("eve")
    status = ask(ann)
    vote(bob, status["poll"]["id"], 0)
    clock.advance(seconds=HOUR - 1)
    square.settle()
    assert told(ann) == told(bob) == []
    clock.advance(seconds=1)
    square.settle()
    clock.advance(days=1)
    square.settle()
    assert told(ann) == told(bob) == [("poll", "ann", status["id"])]
    assert told(eve) == []
    square.server.run(square.app.runner.rebuild("notifications"))
    assert told(ann) == told(bob) == [("poll", "ann", status["id"])]


def test_a_poll_that_goes_on_ends_later(square: Square, clock: ManualClock) -> None:
    """What was told of its first end is taken back; only the last end is told."""
    ann, bob = square.person("ann"), square.person("bob")
    status = ask(ann)
    vote(bob, status["poll"]["id"], 0)
    clock.advance(minutes=30)
    edit(ann, status, poll={"options": ["tea", "coffee"], "expires_in": HOUR})
    clock.advance(minutes=30)
    square.settle()
    assert told(bob) == []
    clock.advance(minutes=30)
    square.settle()
    assert len(told(bob)) == 1
    edit(ann, status, poll={"options": ["tea", "coffee"], "expires_in": HOUR})
    square.settle()
    assert told(bob) == told(ann) == []
    clock.advance(seconds=HOUR)
    square.settle()
    assert len(told(bob)) == len(told(ann)) == 1


def test_the_end_of_what_is_gone_is_not_told(square: Square, clock: ManualClock) -> None:
    """Neither of a deleted post nor of a poll that was taken away."""
    ann, bob = square.person("ann"), square.person("bob")
    gone, changed = ask(ann), ask(ann)
    vote(bob, gone["poll"]["id"], 0)
    vote(bob, changed["poll"]["id"], 0)
    ann.client.delete(f"{URL}/{gone['id']}")
    edit(ann, changed)
    clock.advance(hours=2)
    square.settle()
    assert told(bob) == told(ann) == []


def test_a_hidden_post_keeps_its_poll_to_itself(square: Square) -> None:
    """A direct poll is for those it addresses."""
    ann, bob, eve = square.person("ann"), square.person("bob"), square.person("eve")
    poll = {"options": ["a", "b"], "expires_in": HOUR}
    status = ann.client.post(URL, json={"status": "@bob ?", "visibility": "direct", "poll": poll}).json()
    assert status["visibility"] == Visibility.DIRECT.name.lower()
    assert vote(bob, str(PostId(int(status["id"]))), 1).status == 200
    assert vote(eve, status["id"], 1).status == 404
