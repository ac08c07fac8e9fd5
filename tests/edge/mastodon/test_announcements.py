"""Announcements and terms of service by the Mastodon API, and from the command line."""

from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bema.app import App
from bema.cli import administering
from bema.cli import announcing as commands
from bema.cli.home import settings_of
from bema.domain import agreeing, announcing
from bema.model import limits
from bema.model.errors import Forbidden, Invalid, NotFound
from bema.model.ids import Millis
from bema.model.permissions import COMMAND_LINE, Staff
from bema.model.policy import Role, Visibility
from bema.outside.clock import ManualClock
from bema.store import accounts, custom_emojis
from bema.store.tx import WriteTx
from tests.client import Client, TestServer
from tests.conftest import START, Person, Square

URL = "/api/v1/announcements"
_DAY = 86_400_000  # milliseconds


@pytest.fixture
def ann(square: Square) -> Person:
    """Who reads."""
    return square.person("ann")


def announce(square: Square, text: str = "We move on Sunday", **when: Any) -> int:
    """Say something to everybody."""
    return square.app.database.write_now(announcing.publish, COMMAND_LINE, text, **when)


def react(person: Person, id_: int, name: str, expected: int = 200, method: str = "PUT") -> None:
    """React, or take it back."""
    answer = person.client.request(method, f"{URL}/{id_}/reactions/{quote(name)}")
    assert answer.status == expected, answer.text


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_an_announcement_has_every_attribute(square: Square, ann: Person) -> None:
    """With whom and what it names; of posts those that the reader may see."""
    seen = square.make.post(ann.account)
    hidden = square.make.post(square.make.account("bob"), visibility=Visibility.DIRECT)
    here = "https://square.example/@ann"
    text = f"@ann moves #Sunday: {here}/{seen} {here}/{hidden} <b>"
    id_ = announce(square, text, starts_at=START + _DAY, all_day=True)
    (found,) = ann.client.get(URL).json()
    content = found.pop("content")
    assert 'class="u-url mention"' in content
    assert "&lt;b&gt;" in content
    assert found == {
        "id": str(id_),
        "starts_at": "2026-01-02T00:00:00.000Z",
        "ends_at": None,
        "all_day": True,
        "published_at": "2026-01-01T00:00:00.000Z",
        "updated_at": "2026-01-01T00:00:00.000Z",
        "read": False,
        "mentions": [{"id": str(ann.account), "username": "ann", "url": here, "acct": "ann"}],
        "statuses": [{"id": str(seen), "url": f"{here}/{seen}"}],
        "tags": [{"name": "Sunday", "url": "https://square.example/tags/Sunday"}],
        "emojis": [],
        "reactions": [],
    }


def test_what_is_over_or_dismissed_is_not_shown(square: Square, ann: Person, clock: ManualClock) -> None:
    """What was dismissed can be asked for; for others it is there."""
    first = announce(square, "First")
    announce(square, "Until noon", ends_at=START + _DAY // 2)
    assert [each["content"] for each in ann.client.get(URL).json()] == ["<p>First</p>", "<p>Until noon</p>"]
    assert ann.client.post(f"{URL}/{first}/dismiss").json() == {}
    assert ann.client.post(f"{URL}/{first}/dismiss").json() == {}
    clock.advance(days=1)
    assert ann.client.get(URL).json() == []
    assert [each["read"] for each in ann.client.get(f"{URL}?with_dismissed=true").json()] == [True]
    assert len(square.person("bob").client.get(URL).json()) == 1
    square.app.database.write_now(announcing.remove, COMMAND_LINE, first)
    assert ann.client.post(f"{URL}/{first}/dismiss").status == 404
    assert ann.client.get(f"{URL}?with_dismissed=true").json() == []


def test_many_announcements_take_few_statements(square: Square, ann: Person, statements: list[str]) -> None:
    """As many as one."""
    for number in range(5):
        id_ = announce(square, f"@ann #tag{number} :olive:")
        react(ann, id_, "🌱")
    statements.clear()
    assert len(ann.client.get(URL).json()) == 5
    assert len(statements) <= 6, statements


# --- Reacting ---------------------------------------------------------------------------------------------------------


def test_people_react_with_emojis(square: Square, ann: Person) -> None:
    """Each once, with pictures of the server too; counts follow."""
    bob = square.person("bob")
    square.app.database.write_now(_add_olive)
    id_ = announce(square)
    for name in ("🌱", "🌱", "olive", "👨‍👩‍👧‍👦"):
        react(ann, id_, name)
    react(bob, id_, "🌱")
    shown = ann.client.get(URL).json()[0]["reactions"]
    pictures = {"url": "https://square.example/olive.png", "static_url": "https://square.example/still.png"}
    assert max(shown, key=lambda each: int(each["count"])) == {"name": "🌱", "count": 2, "me": True}
    assert {"name": "olive", "count": 1, "me": True, **pictures} in shown
    react(ann, id_, "🌱", method="DELETE")
    react(ann, id_, "🌱", method="DELETE", expected=404)
    react(ann, id_, "olive", method="DELETE")
    left = {each["name"]: (each["count"], each["me"]) for each in ann.client.get(URL).json()[0]["reactions"]}
    assert left == {"🌱": (1, False), "👨‍👩‍👧‍👦": (1, True)}


def test_what_is_no_reaction_is_refused(square: Square, ann: Person) -> None:
    """Words, several emojis at once, too many kinds, and what is said no more."""
    id_ = announce(square)
    for name in ("a", "nonsense", "🌱🌱", "1", "🌱" + "\u200d🌱" * limits.REACTION_CHARACTERS):
        react(ann, id_, name, expected=422)
    for name in "🍎🍐🍊🍋🍌🍉🍇🍓":
        react(ann, id_, name)
    react(ann, id_, "🍒", expected=422)
    react(square.person("bob"), id_, "🍎")
    react(ann, 1, "🍎", expected=404)


def _add_olive(tx: WriteTx) -> None:
    still = "https://square.example/still.png"
    custom_emojis.add(tx, accounts.home_domain(tx), "olive", "https://square.example/olive.png", still, None)


# --- Publishing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "ends_at"), [("", None), ("x" * (limits.ANNOUNCEMENT_CHARACTERS + 1), None), ("Over", START - 1)]
)
def test_what_cannot_be_announced_is_refused(square: Square, text: str, ends_at: Millis | None) -> None:
    """Nothing, too much, and what is over."""
    with pytest.raises(Invalid):
        announce(square, text, ends_at=ends_at)


def test_announcing_is_for_who_may(square: Square) -> None:
    """A moderator is not enough; too many at a time are none."""
    with pytest.raises(Forbidden):
        square.app.database.write_now(announcing.publish, Staff(None, None, Role.MODERATOR), "Hello")
    for _ in range(limits.ANNOUNCEMENTS):
        announce(square)
    with pytest.raises(Invalid):
        announce(square)


# --- Terms of service -------------------------------------------------------------------------------------------------

TERMS = "/api/v1/instance/terms_of_service"


def test_terms_hold_from_their_day(square: Square, clock: ManualClock) -> None:
    """Each version stays readable under its day."""
    stranger = square.stranger
    assert stranger.get(TERMS).status == 404
    assert stranger.get("/api/v2/instance").json()["configuration"]["urls"]["terms_of_service"] is None
    today = START // _DAY
    publish = square.app.database.write_now
    publish(agreeing.publish_terms, COMMAND_LINE, "Be kind", today)
    publish(agreeing.publish_terms, COMMAND_LINE, "Be kinder", today + 7)
    old = {
        "effective_date": "2026-01-01",
        "effective": True,
        "content": "<p>Be kind</p>",
        "succeeded_by": "2026-01-08",
    }
    new = {**old, "effective_date": "2026-01-08", "content": "<p>Be kinder</p>", "succeeded_by": None}
    assert stranger.get(TERMS).json() == old
    assert stranger.get(f"{TERMS}/2026-01-08").json() == {**new, "effective": False}
    clock.advance(days=8)
    assert stranger.get(TERMS).json() == new
    assert stranger.get(f"{TERMS}/2026-01-01").json() == old
    for day in ("2026-01-02", "nonsense", "2026-13-01", "0", "9999-12-31"):
        assert stranger.get(f"{TERMS}/{day}").status == 404, day
    with pytest.raises(Invalid):
        publish(agreeing.publish_terms, COMMAND_LINE, "Backdated", today + 1)
    with pytest.raises(Invalid):
        publish(agreeing.publish_terms, COMMAND_LINE, "", today + 30)


# --- The command line -------------------------------------------------------------------------------------------------


def test_the_command_line_announces_and_publishes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What it did is there for clients at once."""
    home = tmp_path / "square"
    administering.init(home=home, domain="square.example")
    capsys.readouterr()
    ends = datetime.fromisoformat("2090-01-01T12:00+02:00")
    commands.create_announcement("We move", home=home, ends=ends)
    id_ = capsys.readouterr().out.strip()
    commands.list_announcements(home=home)
    assert capsys.readouterr().out.split("\t")[::2] == [id_, "We move\n"]
    (tmp_path / "terms.txt").write_text("Be kind", encoding="utf-8")
    commands.publish_terms(tmp_path / "terms.txt", home=home, effective=datetime.fromisoformat("2020-01-01"))
    assert capsys.readouterr().out.strip() == "https://square.example/terms-of-service/2020-01-01"
    server = TestServer(App(settings_of(home)))
    try:
        assert Client(server).get(TERMS).json()["content"] == "<p>Be kind</p>"
    finally:
        server.close()
    commands.delete_announcement(id_, home=home)
    for wrong in (id_, "nonsense"):
        with pytest.raises(NotFound):
            commands.delete_announcement(wrong, home=home)
    with pytest.raises(NotFound):
        commands.publish_terms(tmp_path / "missing.txt", home=home, effective=ends)
