"""What people say about a proposal: all can read it, one removes what one said oneself, the staff hides it by a decision."""

import pytest

from bema.domain import auditing, legislating
from bema.model.permissions import COMMAND_LINE
from bema.model.policies import RULES, Clause, Text
from bema.model.policy import Role
from bema.outside.clock import ManualClock
from bema.store import public_log
from tests.client import Client, Response
from tests.conftest import Square
from tests.edge.web.test_finding_people import browser
from tests.edge.web.test_pages import csrf

PAGE = "/trust/policies/rules/1"


@pytest.fixture(autouse=True)
def proposed(square: Square) -> None:
    """Everybody is asked about the rules for three days."""
    text = Text(
        document=RULES, version=0, language="en", title={"en": "Rules"}, clauses=[Clause("", {"en": "Be kind"})]
    )
    square.app.database.write_now(legislating.save, COMMAND_LINE, text)
    square.app.database.write_now(legislating.propose, COMMAND_LINE, RULES, 3)


@pytest.fixture
def ann(square: Square) -> Client:
    """The browser of a member."""
    return browser(square, square.person("ann"))


def send(client: Client, path: str, **form: str) -> Response:
    """Send a form of the page of the proposal."""
    return client.post(f"{PAGE}/{path}", form={"csrf": csrf(client.get("/settings/profile")), **form})


def first(square: Square) -> str:
    """Return the id of the newest opinion."""
    return square.stranger.get(PAGE).text.partition('id="opinion-')[2].partition('"')[0]


def test_everybody_reads_what_people_say(square: Square, ann: Client, clock: ManualClock) -> None:
    """While people are asked they can say it, and afterwards it can be read."""
    assert "Sign in to say what you think of it" in square.stranger.get(PAGE).text
    assert send(ann, "opinions", text="Not <b>enough").headers["location"] == f"{PAGE}#opinions"
    page = square.stranger.get(PAGE).text
    assert "Not &lt;b&gt;enough" in page
    assert "/@ann" in page
    clock.advance(days=3)
    answer = send(ann, "opinions", text="Too late")
    assert answer.status == 422
    assert "not asked about it any more" in answer.text
    assert "Not &lt;b&gt;enough" in square.stranger.get(PAGE).text


def test_what_cannot_be_said_is_given_back(square: Square, ann: Client) -> None:
    """Nothing, too much, too often, about nothing, or by nobody."""
    for words in ("", " \n ", "x" * 5_001):
        answer = send(ann, "opinions", text=words)
        assert answer.status == 422
        assert words.strip() in answer.text
    for number in range(10):
        assert send(ann, "opinions", text=f"Again {number}").status == 303
    assert send(ann, "opinions", text="Once more").status == 422
    assert (
        ann.post("/trust/policies/rules/7/opinions", form={"csrf": csrf(ann.get("/compose")), "text": "?"}).status
        == 404
    )
    assert square.stranger.post(f"{PAGE}/opinions", form={"text": "Me, too"}).status in (303, 403)
    assert "Me, too" not in square.stranger.get(PAGE).text


def test_one_removes_what_one_said_oneself(square: Square, ann: Client) -> None:
    """And nothing of others."""
    send(ann, "opinions", text="Hasty words")
    bob = browser(square, square.person("bob"))
    id_ = first(square)
    assert send(bob, f"opinions/{id_}/remove").status == 404
    assert send(bob, f"opinions/{id_}/hide", reasons="Mine").status == 403
    assert send(ann, f"opinions/{id_}/remove").status == 303
    assert "Hasty words" not in square.stranger.get(PAGE).text


def test_the_staff_hides_what_was_said_by_a_decision(square: Square, ann: Client) -> None:
    """It stands in the public log, and the audit finds nothing to say."""
    send(ann, "opinions", text="Rude words")
    mod = browser(square, square.staff("mod", Role.MODERATOR))
    assert "Hide it" in mod.get(PAGE).text
    assert send(mod, f"opinions/{first(square)}/hide", reasons="It is rude").status == 303
    assert "Rude words" not in square.stranger.get(PAGE).text
    content = square.app.database.read_now(public_log.entries, 1, 5)
    assert [b'"act":"remove_comment"' in each for each in content] == [True]
    assert list(auditing.audit(square.app.database.read_now)) == []
