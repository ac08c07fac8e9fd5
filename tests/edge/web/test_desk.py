"""The desk of the staff: reports become a case, a case a decision, and a decision waits for the second person."""

import html
import re
from collections.abc import Iterable
from typing import Any

import pytest

from bema.domain import auditing, deciding
from bema.edge.authentication import SESSION_COOKIE
from bema.edge.routes import Needs
from bema.edge.web import ROUTES, rulings
from bema.model.decisions import Act, Course, Deed, Effect, Grounds, State, SubjectKind, Voice
from bema.model.ids import PostId
from bema.model.permissions import Staff, may
from bema.model.policy import Role
from bema.outside.clock import ManualClock
from bema.wire.tongues import tongue
from tests.client import Client
from tests.conftest import Person, Square

TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
DESK = [route for route in ROUTES if route.path.startswith("/staff")]


def browser(square: Square, person: Person) -> Client:
    """Sign somebody in with a browser."""
    client = square.client()
    client.cookies[SESSION_COOKIE] = square.make.session(person.login, person.account)
    return client


def read_page(client: Client, path: str, status: int = 200) -> str:
    """Read a page."""
    answer = client.get(path)
    assert answer.status == status, (path, answer.status, answer.text[:500])
    return html.unescape(answer.text)


def send(client: Client, page: str, path: str, **form: object) -> str:
    """Send a form that stands on a page; return where it leads."""
    token = TOKEN.search(client.get(page).text)
    assert token is not None
    answer = client.post(path, form={"csrf": token[1], **form})
    assert answer.status == 303, (path, answer.status, html.unescape(answer.text)[:3000])
    return str(answer.headers["location"])


@pytest.fixture
def mod(square: Square) -> Person:
    """A moderator."""
    return square.staff("mod", Role.MODERATOR)


@pytest.fixture
def peer(square: Square) -> Person:
    """Another one."""
    return square.staff("peer", Role.MODERATOR)


@pytest.fixture
def ann(square: Square) -> Person:
    """Somebody who wrote something."""
    return square.person("ann")


def reported(square: Square, ann: Person, by: str = "ben", category: str = "violation") -> PostId:
    """Let somebody report a post."""
    post = square.make.post(author=ann.account, text="A quince")
    ben = square.person(by)
    asked = {
        "account_id": str(ann.account),
        "status_ids": [str(post)],
        "comment": "They threaten me",
        "category": category,
    }
    assert ben.client.post("/api/v1/reports", json=asked).status == 200
    return post


def the_case(client: Client) -> str:
    """Return the address of the one case."""
    found = re.findall(r'href="(/staff/cases/\d+)"', read_page(client, "/staff/cases"))
    assert len(set(found)) == 1, found
    return str(found[0])


def test_the_desk_is_for_the_staff_alone(square: Square, ann: Person, mod: Person) -> None:
    """Each page and each act: a member finds nothing there, a stranger is asked to sign in."""
    assert len(DESK) > 15
    assert all(route.needs is Needs.SESSION and route.permission is not None for route in DESK)
    member, moderator = browser(square, ann), browser(square, mod)
    for route in DESK:
        if route.method == "GET":
            path = route.path.replace("{id}", "1").replace("{name}", "rules")
            assert member.get(path).status == 404, path
            assert square.stranger.get(path).status == 303, path
            seen = moderator.get(path).status in (200, 404)
            assert route.permission is not None
            assert seen or not may(Role.MODERATOR, route.permission), path


def test_reports_about_one_account_are_one_case(square: Square, ann: Person, mod: Person) -> None:
    """It is looked at sooner when several people, or the law, stand behind it, and closes with the last report."""
    reported(square, ann)
    client = browser(square, mod)
    case = the_case(client)
    assert "Urgent" not in read_page(client, "/staff").split("</nav>", 3)[-1]
    reported(square, ann, "cat", "legal")
    assert the_case(client) == case
    assert "Urgent" in read_page(client, "/staff")
    page = read_page(client, case)
    for words in ("A quince", "They threaten me", "@ben", "@cat", "As it was seen"):
        assert words in page, words
    ids = [each["id"] for each in mod.client.get("/api/v1/admin/reports").json()]
    assert mod.client.post(f"/api/v1/admin/reports/{ids[0]}/assign_to_self").status == 200
    assert "@mod</bdi> works on it" in read_page(client, case)
    assert mod.client.post(f"/api/v1/admin/reports/{ids[0]}/resolve").status == 200
    assert the_case(client) == case
    assert mod.client.post(f"/api/v1/admin/reports/{ids[1]}/resolve").status == 200
    assert "No such case." in read_page(client, "/staff/cases")
    assert case in read_page(client, "/staff/cases?state=closed")
    assert mod.client.post(f"/api/v1/admin/reports/{ids[1]}/reopen").status == 200
    assert the_case(client) == case
    send(client, case, f"{case}/close")
    assert mod.client.get("/api/v1/admin/reports").json() == []


def test_a_case_is_given_to_a_colleague(square: Square, ann: Person, mod: Person, peer: Person) -> None:
    """Who works on it stands on it, with its reports; the audit says who gave it to whom, and either may leave it."""
    reported(square, ann)
    first, second = browser(square, mod), browser(square, peer)
    case = the_case(first)
    assert f'<option value="{mod.account}"' not in read_page(first, case)  # one's own button is beside it
    send(first, case, f"{case}/assign", to=peer.account)
    assert "@peer</bdi> works on it" in read_page(first, case)
    assert "@peer</bdi> works on it" in read_page(second, "/staff")
    [report] = mod.client.get("/api/v1/admin/reports").json()
    assert report["assigned_account"]["username"] == "peer"
    audit = read_page(first, "/staff/audit")
    assert re.search(r"@mod</bdi> <strong>handed over</strong>.*?given to .*?@peer", audit, re.DOTALL)
    send(second, case, f"{case}/unassign")
    assert "Nobody works on it yet." in read_page(first, case)


def test_a_case_is_given_to_nobody_who_could_not_work_on_it(square: Square, mod: Person, peer: Person) -> None:
    """Neither to a member, nor to whom it is about, by this name of theirs or another; nor by a member."""
    ben = square.person("ben")
    twin, other_name = square.make.account("twin"), square.make.account("other_name")
    square.make.login("twin@example.org", twin, other_name, role=Role.MODERATOR)
    asked = {"account_id": str(other_name), "comment": "They threaten me"}
    assert ben.client.post("/api/v1/reports", json=asked).status == 200
    case = the_case(browser(square, mod))
    [report] = mod.client.get("/api/v1/admin/reports").json()
    path = f"/api/v1/admin/reports/{report['id']}/assign"
    page = read_page(browser(square, mod), case)
    assert f'<option value="{peer.account}"' in page
    assert f'<option value="{twin}"' not in page
    assert f'<option value="{other_name}"' not in page
    for to, status in ((twin, 403), (other_name, 403), (ben.account, 422), (1, 422), ("x", 422)):
        assert mod.client.post(path, json={"account_id": str(to)}).status == status, to
    assert ben.client.post(path, json={"account_id": str(mod.account)}).status == 403
    given = mod.client.post(path, json={"account_id": str(mod.account)}).json()
    assert given["assigned_account"]["username"] == "mod"


def test_a_case_is_decided_by_two(square: Square, ann: Person, mod: Person, peer: Person) -> None:
    """Proposed by one, approved by the other; meanwhile nothing happens, and afterwards all of it has."""
    post, other = reported(square, ann), reported(square, ann, "cat")
    both = [str(post), str(other)]
    first, second = browser(square, mod), browser(square, peer)
    case = the_case(first)
    where = send(
        first,
        case,
        f"{case}/decide",
        act="remove_posts",
        facts="A threat",
        reasons="Do not threaten",
        **{"posts[]": both},
    )
    assert square.stranger.get(f"/api/v1/statuses/{post}").status == 200
    assert "Waits for a second person" in read_page(first, where)
    assert f"{where}/approve" not in read_page(first, where)
    for page in ("/staff", "/staff/decisions"):
        assert f'href="{where}"' in read_page(second, page), page
    page = read_page(second, where)
    assert "A quince" in page
    assert "Do not threaten" in page
    send(second, where, f"{where}/approve")
    assert [square.stranger.get(f"/api/v1/statuses/{each}").status for each in both] == [404, 404]
    page = read_page(second, where)
    assert "In force" in page
    assert "@mod" in page
    assert "@peer" in page
    assert "No such case." in read_page(first, "/staff/cases")
    square.settle()
    assert "/trust/decisions/0" in read_page(second, where)
    send(second, where, f"{where}/reverse", reasons="It was a quotation")
    assert square.stranger.get(f"/api/v1/statuses/{post}").status == 200
    assert list(auditing.audit(square.app.database.read_now)) == []


def test_a_case_stays_open_while_something_waits_in_it(square: Square, ann: Person, mod: Person, peer: Person) -> None:
    """What one may decide alone does not settle it as long as a second person has to answer the rest."""
    reported(square, ann)
    first, second = browser(square, mod), browser(square, peer)
    case = the_case(first)
    where = send(first, case, f"{case}/decide", act="suspend")
    send(first, case, f"{case}/decide", act="label", label="satire")
    assert the_case(first) == case
    send(second, where, f"{where}/approve")
    assert "No such case." in read_page(first, "/staff/cases")


def test_an_emergency_hides_at_once(square: Square, ann: Person, mod: Person, peer: Person, clock: ManualClock) -> None:
    """In the request itself, without asking anybody; who was in doubt refuses, and it is back."""
    post = reported(square, ann)
    first, second = browser(square, mod), browser(square, peer)
    case = the_case(first)
    page = first.get(case).text
    form = {"csrf": TOKEN.findall(page)[0], "act": "remove_posts", "posts[]": [str(post)], "course": "at_once"}
    where = str(first.post(f"{case}/decide", form=form).headers["location"])
    assert square.stranger.get(f"/api/v1/statuses/{post}").status == 404
    assert "In force as provisional" in read_page(second, "/staff/decisions")
    send(second, where, f"{where}/refuse")
    assert square.stranger.get(f"/api/v1/statuses/{post}").status == 200


def test_a_form_that_is_wrong_comes_back_with_what_was_typed(square: Square, ann: Person, mod: Person) -> None:
    """And says what is wrong; nothing was decided."""
    reported(square, ann)
    client = browser(square, mod)
    case = the_case(client)
    token = TOKEN.search(client.get(case).text)
    assert token is not None
    asked = {"csrf": token[1], "act": "warn", "clauses[]": ["77"], "reasons": "Kept as it was typed"}
    answer = client.post(f"{case}/decide", form=asked)
    assert answer.status == 422
    assert "Kept as it was typed" in answer.text
    assert "not in force" in answer.text
    assert "Waits for" not in read_page(client, "/staff")


def test_nobody_decides_without_a_token_about_themselves_or_an_equal(
    square: Square, ann: Person, mod: Person, peer: Person
) -> None:
    """The forms are not there, and the acts refuse."""
    reported(square, peer)
    client = browser(square, mod)
    case = the_case(client)
    assert f"{case}/decide" not in read_page(client, case)
    token = TOKEN.search(client.get(case).text)
    assert token is not None
    assert client.post(f"{case}/decide", form={"csrf": token[1], "act": "warn"}).status == 403
    assert client.post(f"{case}/note", form={"text": "hello"}).status == 403


def test_the_staff_opens_a_case_takes_it_on_and_writes_to_it(square: Square, ann: Person, mod: Person) -> None:
    """And all of it stands in the audit, for those who may see that."""
    client = browser(square, mod)
    case = send(client, "/staff/cases", "/staff/cases", name="@ann")
    assert send(client, "/staff/cases", "/staff/cases", name="ann") == case
    send(client, case, f"{case}/note", text="Look at this")
    send(client, case, f"{case}/rank", priority="2")
    send(client, case, f"{case}/unassign")
    page = read_page(client, case)
    assert "Look at this" in page
    assert "Nobody works on it yet" in page
    assert case in read_page(client, "/staff/cases?whose=nobody&order=newest&queue=other")
    assert case not in read_page(client, "/staff/cases?queue=spam")
    audit = read_page(client, "/staff/audit")
    for words in ("opened", "wrote a note to", "changed how urgent it is", "No decision is in force by too few"):
        assert words in audit, words


def test_pages_of_the_desk_cost_the_same_whatever_is_on_them(
    square: Square, ann: Person, mod: Person, peer: Person, statements: list[str]
) -> None:
    """More decisions that wait need no more statements than few, but for whom they are about."""
    client, staff = browser(square, mod), Staff(peer.login, peer.account, Role.MODERATOR)

    def propose(name: str) -> None:
        about = deciding.about(square.make.account(name))
        what = [(Effect.SUSPEND, about)]
        write = square.app.database.write_now
        write(deciding.decide, staff, about, Act.SUSPEND, Grounds(), what, course=Course.PROPOSED)

    def cost(path: str) -> int:
        client.get(path)
        statements.clear()
        client.get(path)
        return len(statements)

    reported(square, ann)
    propose("p1")
    paths = ("/staff/cases", "/staff/audit")
    few = [cost(path) for path in paths]
    for number in range(2, 8):
        propose(f"p{number}")
        reported(square, square.person(f"q{number}"), f"r{number}")
    assert [cost(path) for path in paths] == few


@pytest.mark.parametrize("language", ["en", "ur", "ar"])
def test_whatever_the_staff_does_is_called_something(language: str) -> None:
    """Each act, deed, state, effect and thing, in each language of the pages; what has no word cannot be noted at all."""
    speech = tongue(language)
    named = rulings.named(speech)
    parts: dict[str, Iterable[Any]] = {
        "done": (*Act, *Deed),
        "acts": Act,
        "states": State,
        "effects": Effect,
        "things": SubjectKind,
        "voices": Voice,
    }
    for part, codes in parts.items():
        assert {str(each) for each in codes} <= set(named[part]), part
        assert not any(code == said or "_" in said for code, said in named[part].items()), part


def test_what_is_called_nothing_cannot_be_noted(square: Square, mod: Person) -> None:
    """A deed without a word would stand in the list as a code: it is a bug, and shows at once."""
    staff = Staff(mod.login, mod.account, Role.MODERATOR)
    with pytest.raises(ValueError, match="called nothing"):
        square.app.database.write_now(deciding.note, staff, "conjure", deciding.about(mod.account))
