"""The staff writes policies: drafts in every language, what they change, asking everybody, and two people where it needs two."""

import pytest

from bema.domain import policies
from bema.model.policy import Role
from bema.outside.clock import ManualClock
from tests.client import Client, Response
from tests.conftest import Square
from tests.edge.web.test_finding_people import browser
from tests.edge.web.test_pages import csrf

RULES = "/staff/policies/rules"


@pytest.fixture
def ann(square: Square) -> Client:
    """The browser of an administrator."""
    return browser(square, square.staff("ann", Role.ADMIN))


def send(client: Client, path: str, **form: str) -> Response:
    """Send a form of the pages of the staff."""
    return client.post(path, form={"csrf": csrf(client.get("/staff/policies")), **form})


def clause(at: int, **said: str) -> dict[str, str]:
    """Fill the fields of a clause in."""
    return {f"clauses[{at}][{name}]": value for name, value in said.items()}


def test_a_document_is_written_looked_at_and_published(square: Square, ann: Client, clock: ManualClock) -> None:
    """From nothing to a version that holds from a day to come."""
    assert send(ann, "/staff/policies", name="rules").headers["location"] == RULES
    form = {"language": "en", "title": "Rules", **clause(0, text="Be kind", hint="Always")}
    assert send(ann, RULES, **form).headers["location"] == f"{RULES}?language=en"
    form |= clause(0, id="1", text="Be kind", hint="Always", place="1") | clause(1, text="No spam")
    assert send(ann, RULES, **form, preview="1").headers["location"] == f"{RULES}/preview?language=en"
    page = ann.get(f"{RULES}/preview").text
    assert "Be kind" in page
    assert "No spam" in page
    assert square.stranger.get("/trust/policies/rules").status == 404
    answer = send(ann, f"{RULES}/publish", day="2026-01-05")
    assert answer.headers["location"] == "/trust/policies/rules/1"
    assert "published without asking" in ann.get("/trust/policies/rules/1").text
    assert square.app.database.read_now(policies.rules) == []
    clock.advance(days=4)
    assert [each.id for each in square.app.database.read_now(policies.rules)] == ["1", "2"]


def test_clauses_are_moved_retired_and_translated(square: Square, ann: Client) -> None:
    """A form in one language leaves the others; what it did not show stays."""
    send(ann, "/staff/policies", name="rules")
    titled = {"language": "en", "title": "Rules"}
    for number, words in enumerate(("One", "Two", "Three")):
        send(ann, RULES, **titled, **clause(number, text=words))
    shown = [clause(at, id=str(at + 1), text=words) for at, words in enumerate(("One", "Two", "Three"))]
    send(ann, RULES, **titled, **shown[0], **shown[1], **shown[2], **clause(2, place="1"), **clause(1, retired="1"))
    page = ann.get(RULES).text
    assert page.index(">Three</textarea>") < page.index(">One</textarea>")
    assert ">Two</textarea>" not in page
    send(ann, RULES, language="ur", title="اصول", **clause(0, id="3", text="تین"))
    page = ann.get(f"{RULES}?language=ur").text
    assert ">تین</textarea>" in page
    assert ">Three</p>" in page
    assert ">Three</textarea>" in ann.get(RULES).text
    send(ann, f"{RULES}/publish")
    assert square.stranger.get("/api/v1/instance/rules").json() == [
        {"id": "3", "text": "Three", "hint": "", "translations": {"ur": {"text": "تین", "hint": ""}}},
        {"id": "1", "text": "One", "hint": "", "translations": {}},
    ]


def test_what_cannot_be_kept_is_said_and_not_lost(ann: Client) -> None:
    """The words are in the form again, with the reason."""
    send(ann, "/staff/policies", name="rules")
    answer = send(ann, RULES, language="en", title="Rules", **clause(0, text="x" * 20_001))
    assert answer.status == 422
    assert "x" * 20_001 in answer.text
    assert 'role="alert"' in answer.text
    for wrong in ("Rules", "rules/1", "-", "ا"):
        assert send(ann, "/staff/policies", other=wrong).status in (303, 422), wrong
    for path in ("propose", "publish"):
        assert send(ann, f"{RULES}/{path}").status == 422
    for day in ("2025-12-31", "nonsense"):
        send(ann, RULES, language="en", title="Rules", **clause(0, text="Be kind"))
        assert send(ann, f"{RULES}/publish", day=day).status == 422
    for path in ("/staff/policies/nothing", "/staff/policies/nothing/preview"):
        assert ann.get(path).status == 404


def test_everybody_is_asked_before_it_is_published(square: Square, ann: Client, clock: ManualClock) -> None:
    """While people are asked there is no button to publish it."""
    send(ann, "/staff/policies", name="rules")
    send(ann, RULES, language="en", title="Rules", **clause(0, text="Be kind"))
    assert send(ann, f"{RULES}/propose", days="3").headers["location"] == "/trust/policies/rules/1"
    assert "/rules/1/publish" not in ann.get("/staff/policies").text
    assert send(ann, f"{RULES}/1/publish").status == 422
    clock.advance(days=3)
    assert "/rules/1/publish" in ann.get("/staff/policies").text
    assert send(ann, f"{RULES}/1/publish").headers["location"] == "/trust/policies/rules/1"
    assert "without asking" not in square.stranger.get("/trust/policies/rules").text
    send(ann, RULES, language="en", title="Rules", **clause(0, id="1", text="Be kinder"))
    send(ann, f"{RULES}/propose", days="3")
    assert send(ann, f"{RULES}/2/withdraw").headers["location"] == "/staff/policies"
    assert "Withdrawn on" in square.stranger.get("/trust/policies/rules/2").text
    send(ann, RULES, language="en", title="Rules", **clause(0, id="1", text="Be the kindest"))
    assert "draft" in ann.get("/staff/policies").text
    send(ann, f"{RULES}/discard")
    assert ">Be kind</textarea>" in ann.get(RULES).text


def test_how_many_decide_is_changed_by_two(square: Square, ann: Client) -> None:
    """One asks, another agrees; neither both."""
    ben = browser(square, square.staff("ben", Role.ADMIN))
    place = "/staff/policies/enforcement"
    send(ann, "/staff/policies", name="enforcement")
    needs = {"approvals[0][effect]": "limit", "approvals[0][people]": "1"}
    send(ann, place, language="en", title="Who decides", **clause(0, text="So many"), **needs)
    assert send(ann, f"{place}/publish").headers["location"] == "/staff/policies"
    assert "another has to agree" in ann.get("/staff/policies").text
    assert square.stranger.get("/trust/policies/enforcement/1").status == 404
    assert "the usual holds" in square.stranger.get("/trust/policies/enforcement").text
    assert send(ann, f"{place}/1/approve").status == 403
    assert square.app.database.read_now(policies.approvals_needed, "limit") == 2
    assert send(ben, f"{place}/1/approve").headers["location"] == "/trust/policies/enforcement/1"
    assert square.app.database.read_now(policies.approvals_needed, "limit") == 1
    assert "Limiting an account or a server" in square.stranger.get("/trust/policies/enforcement").text


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR])
def test_policies_are_written_by_those_who_may(square: Square, ann: Client, role: Role) -> None:
    """To all others these pages are not there."""
    send(ann, "/staff/policies", name="rules")
    other = browser(square, square.staff("cem", role))
    for path in ("/staff/policies", RULES, f"{RULES}/preview"):
        assert other.get(path).status == 404, path
    token = csrf(other.get("/settings/profile"))
    for path in (RULES, f"{RULES}/propose", f"{RULES}/publish", f"{RULES}/1/approve", f"{RULES}/1/withdraw"):
        assert other.post(path, form={"csrf": token, "title": "Ours"}).status == 403, path
