"""Roles at the desk: the staff is seen there, and given and taken by as many as policy asks for."""

import pytest

from bema.domain import appointing, auditing
from bema.model.policy import Role
from bema.settings import Settings
from tests.conftest import Person, Square
from tests.edge.web.test_desk import TOKEN, browser, read_page, send
from tests.edge.web.test_trusting import begun

PATH = "/staff/roles"


@pytest.fixture
def boss(square: Square) -> Person:
    """The owner."""
    return square.staff("boss")


@pytest.fixture
def admin(square: Square) -> Person:
    """An administrator."""
    return square.staff("admin", Role.ADMIN)


def test_a_role_is_given_on_the_web(square: Square, settings: Settings, boss: Person, admin: Person) -> None:
    """Proposed and agreed to on one page; the desk opens to who has it, and the entry says by how many."""
    ann = square.person("ann")
    first, second = browser(square, boss), browser(square, admin)
    begun(square, settings)
    square.app.database.write_now(appointing.record_all)
    send(first, PATH, PATH, name="@ann", role="1", reasons="They help <b>everybody</b>")
    page = read_page(second, PATH)
    for words in ("@ann", "@boss", "@admin", "Proposed", "They help"):
        assert words in page, words
    assert browser(square, ann).get("/staff").status == 404
    id_ = page.split('action="/staff/roles/')[1].split("/")[0]
    assert f"/staff/roles/{id_}/approve" not in read_page(first, PATH)
    send(second, PATH, f"{PATH}/{id_}/approve")
    assert browser(square, ann).get("/staff").status == 200
    assert "What came of earlier ones" in read_page(first, PATH)
    square.settle()
    entry = read_page(square.stranger, "/trust/decisions/3")
    for words in ("Somebody got another role on the staff: moderator; before: none.", "Approved by an administrator."):
        assert words in entry, words
    assert "@ann" not in entry
    audit = read_page(first, "/staff/audit")
    for words in ("proposed another role for", "agreed to another role for"):
        assert words in audit, words
    assert list(auditing.audit(square.app.database.read_now)) == []


def test_roles_are_for_those_who_give_them(square: Square, boss: Person, admin: Person) -> None:
    """A moderator does not see the page; nonsense comes back as typed; nothing happens without a token."""
    mod, client = browser(square, square.staff("mod", Role.MODERATOR)), browser(square, admin)
    assert mod.get(PATH).status == 404
    assert PATH not in read_page(mod, "/staff")
    assert client.post(PATH, form={"name": "@mod", "role": "0"}).status == 403
    token = TOKEN.search(client.get(PATH).text)
    assert token is not None
    answer = client.post(PATH, form={"csrf": token[1], "name": "@nobody", "role": "1", "reasons": "Kept as typed"})
    assert answer.status == 422
    assert "Kept as typed" in answer.text
    assert '<option value="2"' not in client.get(PATH).text, "no role as high as one's own is offered"
    assert client.post(PATH, form={"csrf": token[1], "name": "@boss", "role": "1"}).status == 403
    assert client.post(f"{PATH}/1/approve", form={"csrf": token[1]}).status == 404
    send(browser(square, boss), PATH, PATH, name="mod", role="0")
    page = read_page(client, PATH)
    id_ = page.split('action="/staff/roles/')[1].split("/")[0]
    send(client, PATH, f"{PATH}/{id_}/refuse")
    assert mod.get("/staff").status == 200
