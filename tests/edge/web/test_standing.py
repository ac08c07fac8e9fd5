"""Your standing: whoever was decided about reads what and why, keeps what proves it, and can do so when shut out."""

import html
import re
from collections.abc import Callable

import msgspec
import pytest

from bema.domain import deciding, recording
from bema.edge.authentication import SESSION_COOKIE
from bema.edge.routes import Needs, Route
from bema.edge.web import ROUTES
from bema.model.decisions import Act, Grounds
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import Role
from bema.outside.log_keeper import Keeper, keeper_at
from bema.settings import Rule, Settings
from bema.store import logins
from bema.wire.tlog.checkpoints import read_proof
from bema.wire.tlog.entries import read_receipt
from bema.wire.tlog.notes import parse
from tests.client import Client
from tests.conftest import Person, Square
from tests.edge.web.test_signing import ANN, fields_of, join, letter, send
from tests.mailing import sent, text_of

WHY = "It was a threat: marigold"


@pytest.fixture
def keeper(square: Square, settings: Settings) -> Keeper:
    """The keeper of a log that has begun."""
    kept = keeper_at(settings.home, settings.domain)
    square.app.database.write_now(recording.open_log, kept.origin, str(kept.create()))
    return kept


def browser(square: Square, person: Person) -> Client:
    """Sign somebody in with a browser."""
    client = square.client()
    client.cookies[SESSION_COOKIE] = square.make.session(person.login, person.account)
    return client


def shut_out(square: Square, person: Person, act: Act = Act.SUSPEND) -> int:
    """Decide something about somebody, from the command line."""
    grounds = Grounds(reasons=WHY)
    return square.app.database.write_now(
        deciding.on_account, square.app.site, COMMAND_LINE, person.account, act, grounds, by_letter=False
    )


def read_page(client: Client, path: str) -> str:
    """Read a page."""
    answer = client.get(path)
    assert answer.status == 200, (path, answer.status, answer.headers)
    return html.unescape(answer.text)


def test_one_reads_what_was_decided_about_oneself_and_why(square: Square, keeper: Keeper) -> None:
    """In the list and by itself, with reasons, by whom, and the post that nobody else sees any more."""
    ann, mod = square.person("ann"), square.staff("mod")
    post = square.make.post(ann.account, text="what ann said: saffron")
    grounds = Grounds(reasons=WHY, posts=[post])
    id_ = square.app.database.write_now(
        deciding.on_posts, square.app.site, COMMAND_LINE, ann.account, Act.REMOVE_POSTS, grounds, by_letter=False
    )
    square.settle()
    anns = browser(square, ann)
    assert "Nothing was decided about you." in read_page(browser(square, mod), "/settings/standing")
    listed = read_page(anns, "/settings/standing")
    assert f'href="/settings/standing/{id_}"' in listed
    assert "Some of your posts were removed: nobody sees them at present." in listed
    shown = read_page(anns, f"/settings/standing/{id_}")
    for words in (WHY, "what ann said: saffron", "In force until it is taken back.", "by the operator"):
        assert words in shown
    for other in (browser(square, mod), browser(square, square.person("eve"))):
        for path in (f"/settings/standing/{id_}", f"/settings/standing/{id_}/receipt.tlog-proof"):
            assert other.get(path).status == 404, path
    deciding_again = read_page(anns, "/settings/standing")
    square.app.database.write_now(deciding.restore_post, COMMAND_LINE, post)
    assert "It is over." not in deciding_again
    assert "It is over." in read_page(anns, "/settings/standing")


def test_the_receipt_opens_what_the_log_promised_to_its_owner_alone(square: Square, keeper: Keeper) -> None:
    """It is there as soon as the entry is signed, verifies without the server, and no cache keeps it."""
    ann = square.person("ann")
    id_ = shut_out(square, ann, Act.WARN)
    anns, path = browser(square, ann), f"/settings/standing/{id_}"
    assert anns.get(f"{path}/receipt.tlog-proof").status == 404
    assert 'http-equiv="refresh"' in read_page(anns, path)
    square.settle()
    assert 'http-equiv="refresh"' not in read_page(anns, path)
    answer = anns.get(f"{path}/receipt.tlog-proof")
    assert answer.status == 200
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-disposition"] == f'attachment; filename="decision-{id_}.tlog-proof"'
    proof = read_proof(answer.text)
    content, opened = read_receipt(proof.extra)
    assert proof.holds(content)
    parse(proof.note).require([keeper.verifier])
    assert opened["reasons"] == WHY
    assert opened["subject"] == f"account:{ann.account}"
    public = square.stranger.get(f"/trust/decisions/{standing_place(anns, path)}/entry.tlog-proof")
    assert WHY.encode() not in public.body


def standing_place(client: Client, path: str) -> str:
    """Return the place of the entry that a page leads to."""
    found = re.search(r'href="/trust/decisions/(\d+)"', client.get(path).text)
    assert found
    return found[1]


@pytest.mark.parametrize("act", [Act.SUSPEND, Act.FREEZE])
def test_whoever_is_shut_out_signs_in_to_their_standing_and_to_nothing_else(square: Square, act: Act) -> None:
    """Every other page that asks who one is leads back there, and every other form is refused."""
    ann = square.person("ann")
    shut_out(square, ann, act)
    client = browser(square, ann)
    for route in ROUTES:
        if route.needs is not Needs.SESSION or route.confined:
            continue
        answer = client.request(route.method, _url_of(route))
        if route.method == "GET":
            assert (answer.status, answer.headers.get("location")) == (303, "/settings/standing"), route.path
        else:
            assert answer.status == 403, f"{route.path}: {answer.status}"
    open_to_them = {route.path for route in ROUTES if route.confined}
    assert open_to_them == CONFINED
    assert WHY in read_page(client, re.findall(r"/settings/standing/\d+", read_page(client, "/settings/standing"))[0])
    assert "Leave the square" in read_page(client, "/settings/account")
    assert "Muted accounts" not in read_page(client, "/settings/account")
    for path in ("/about", "/trust", "/explore"):
        assert "/auth/sign_in" in read_page(client, path), "they see what strangers see"
    assert ann.client.get("/api/v1/accounts/verify_credentials").status == 403
    for path in ("/about", "/settings/standing"):
        assert client.post("/settings/language", form={"language": "ur", "back": path}).status == 303
    assert 'lang="ur"' in read_page(client, "/settings/standing")
    signed_out = send(client, "/settings/standing", "/auth/sign_out")
    assert signed_out.status == 303


CONFINED = {
    "/settings/standing",
    "/settings/standing/{id}",
    "/settings/standing/{id}/receipt.tlog-proof",
    "/settings/standing/{id}/appeal",
    "/settings/standing/{id}/answer",
    "/settings/standing/{id}/withdraw",
    "/settings/export",
    "/settings/export/{name}",
    "/settings/account",
    "/settings/account/delete",
    "/settings/language",
    "/auth/sign_out",
    "/accounts",  # whoever is shut out as one is not as another
    "/accounts/switch",
    "/accounts/sign_out",
    "/accounts/sign_out_all",
}


def _url_of(route: Route) -> str:
    path = route.path
    for place in ("{acct}", "{post}", "{username}", "{place}", "{version}", "{digest}", "{slug}"):
        path = path.replace(place, "1")
    return re.sub(r"\{\w+\}", "1", path)


@pytest.mark.parametrize("act", [Act.SUSPEND, Act.FREEZE])
def test_the_form_lets_in_whom_a_decision_shut_out(
    settings: Settings, open_square: Callable[..., Square], act: Act
) -> None:
    """With their password, to their standing wherever they wanted to go; the letter told them so."""
    square = open_square(msgspec.structs.replace(settings, email_confirmation=False))
    join(square)
    found = square.app.database.read_now(logins.by_email, ANN["email"])
    assert found is not None
    account = square.app.database.read_now(logins.accounts_of, found.id)[0]
    square.app.database.write_now(
        deciding.on_account, square.app.site, COMMAND_LINE, account, act, Grounds(reasons=WHY), by_letter=True
    )
    assert letter(square) == "/settings/standing"
    client = square.client()
    values = {"email": ANN["email"], "password": ANN["password"]}
    answer = send(client, "/auth/sign_in?back=/compose", "/auth/sign_in", **values)
    assert (answer.status, answer.headers.get("location")) == (303, "/settings/standing")
    assert WHY in read_page(client, re.findall(r"/settings/standing/\d+", read_page(client, "/settings/standing"))[0])
    left = send(client, "/settings/account", "/settings/account/delete", password=ANN["password"], sure="1")
    assert (left.status, left.headers.get("location")) == (303, "/")


# --- Appeals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [Act.SUSPEND, Act.FREEZE])
def test_who_is_shut_out_objects_and_is_let_in_again(square: Square, keeper: Keeper, act: Act) -> None:
    """From the form to the answer: a question, an answer, reasons; then everything is open as before."""
    ann, owner = square.person("ann"), square.staff("owner")
    id_ = shut_out(square, ann, act)
    anns, owners = browser(square, ann), browser(square, owner)
    here = f"/settings/standing/{id_}"
    assert send(anns, here, f"{here}/appeal", text="It was satire").headers["location"] == here
    page = read_page(owners, "/staff/appeals")
    assert "Nobody reviews it yet." in page
    appeal = re.findall(r"/staff/appeals/\d+", page)[0]
    assert "It was satire" in read_page(owners, appeal)
    send(owners, appeal, f"{appeal}/take")
    send(owners, appeal, f"{appeal}/ask", text="Satire of whom?")
    assert "Satire of whom?" in read_page(anns, here)
    send(anns, here, f"{here}/answer", text="Of the harbour")
    assert "Of the harbour" in read_page(owners, appeal)
    answer = send(owners, appeal, f"{appeal}/decide", outcome="reversed", reasons="So it was")
    assert answer.headers["location"] == "/staff/appeals"
    assert "The decision was taken back." in read_page(owners, "/staff/appeals")
    if act is Act.FREEZE:  # freezing ended the session
        anns = browser(square, ann)
    assert "So it was" in read_page(anns, here)
    assert anns.get("/home").status == 200
    assert ann.client.get("/api/v1/accounts/verify_credentials").status == 200
    square.settle()
    entry = standing_place(anns, here)
    public = read_page(square.stranger, f"/trust/decisions/{entry}")
    assert "Somebody objected" in public
    assert "the decision was taken back" in read_page(square.stranger, "/trust/decisions/4")
    for private in ("satire", "harbour", "So it was"):
        assert private not in public
    overview = read_page(square.stranger, "/trust")
    assert "Objections" in overview


def test_a_warning_can_be_objected_to_and_the_objection_withdrawn(square: Square) -> None:
    """By whoever is not shut out, too; blank words and a second objection are refused with a sentence."""
    ann = square.person("ann")
    here = f"/settings/standing/{shut_out(square, ann, Act.WARN)}"
    anns = browser(square, ann)
    blank = send(anns, here, f"{here}/appeal", text=" ")
    assert (blank.status, "Please say why." in blank.text) == (422, True)
    send(anns, here, f"{here}/appeal", text="Why?")
    assert "Object to the decision" not in read_page(anns, here)
    send(anns, here, f"{here}/withdraw")
    assert "The objection was withdrawn." in read_page(anns, here)
    assert "Object to the decision" in read_page(anns, here)


def test_others_neither_see_nor_touch_an_objection(square: Square) -> None:
    """Other members, and those of the staff who do not answer appeals."""
    ann, eve, mod = square.person("ann"), square.person("eve"), square.staff("mod", Role.MODERATOR)
    here = f"/settings/standing/{shut_out(square, ann, Act.WARN)}"
    anns = browser(square, ann)
    send(anns, here, f"{here}/appeal", text="Why?")
    for other in (browser(square, eve), browser(square, mod)):
        assert other.get("/staff/appeals").status == 404
        for path in ("appeal", "answer", "withdraw"):
            csrf = fields_of(other.get("/settings/standing"), "/auth/sign_out")
            assert other.post(f"{here}/{path}", form=csrf | {"text": "x"}).status == 404, path


def test_whoever_is_shut_out_gets_a_letter_whatever_the_app_of_the_staff_says_and_another_when_it_is_over(
    square: Square, keeper: Keeper
) -> None:
    """They can read nothing else; both lead to their standing, and with the first the receipt is there by itself."""
    ann, owner = square.person("ann"), square.staff("owner")
    asked = {"type": "suspend", "text": WHY, "send_email_notification": False}
    assert owner.client.post(f"/api/v1/admin/accounts/{ann.account}/action", json=asked).status == 200
    began = sent(square, "ann@example.org")
    assert ["https://square.example/settings/standing" in text_of(each) for each in began] == [True]
    anns = browser(square, ann)
    here = re.findall(r"/settings/standing/\d+", read_page(anns, "/settings/standing"))[0]
    assert anns.get(f"{here}/receipt.tlog-proof").status == 200
    assert owner.client.post(f"/api/v1/admin/accounts/{ann.account}/unsuspend").status == 200
    ended = text_of(sent(square, "ann@example.org")[-1])
    assert "was taken back" in ended
    assert f"https://square.example{here}" in ended


def test_apps_hear_of_a_decision_with_where_to_object_and_what_came_of_it(square: Square, keeper: Keeper) -> None:
    """The notification of a warning has the addresses, and the appeal as it stands."""
    ann, owner = square.person("ann"), square.staff("owner")
    id_ = shut_out(square, ann, Act.WARN)
    square.settle()

    def warning() -> dict[str, object]:
        found: dict[str, object] = ann.client.get("/api/v1/notifications").json()[0]["moderation_warning"]
        return found

    statement = f"https://square.example/settings/standing/{id_}"
    told = warning()
    assert (told["statement_url"], told["appeal"]) == (statement, None)
    assert told["receipt_url"] == f"{statement}/receipt.tlog-proof"
    anns, owners, here = browser(square, ann), browser(square, owner), f"/settings/standing/{id_}"
    send(anns, here, f"{here}/appeal", text="It was satire")
    assert warning()["appeal"] == {"text": "It was satire", "state": "pending"}
    appeal = re.findall(r"/staff/appeals/\d+", read_page(owners, "/staff/appeals"))[0]
    send(owners, appeal, f"{appeal}/take")
    send(owners, appeal, f"{appeal}/decide", outcome="upheld", reasons="It was not")
    assert warning()["appeal"] == {"text": "It was satire", "state": "rejected"}


def test_the_page_of_an_appeal_names_the_rules(settings: Settings, open_square: Callable[..., Square]) -> None:
    """As they stood: whoever reviews a decision reads what it rests on."""
    square = open_square(msgspec.structs.replace(settings, rules=[Rule("Be kind")]))
    ann, owner = square.person("ann"), square.staff("owner")
    grounds = Grounds(reasons=WHY, clauses=["1"])
    id_ = square.app.database.write_now(
        deciding.on_account, square.app.site, COMMAND_LINE, ann.account, Act.WARN, grounds, by_letter=False
    )
    anns, owners = browser(square, ann), browser(square, owner)
    send(anns, f"/settings/standing/{id_}", f"/settings/standing/{id_}/appeal", text="I was kind")
    page = read_page(owners, re.findall(r"/staff/appeals/\d+", read_page(owners, "/staff/appeals"))[0])
    assert "Rule 1, version 1" in re.sub(r"<[^>]+>", "", page)
