"""The door: domains, addresses and networks that are kept away, and that a measure is obeyed and can be taken back."""

from collections.abc import Callable

import msgspec
import pytest

from bema.model.policy import Standing
from bema.outside.clock import ManualClock
from bema.settings import Settings
from tests.client import Client, Response
from tests.conftest import Person, Square

APP = {"client_name": "app", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write"}


@pytest.fixture
def boss(square: Square) -> Person:
    """The owner of the server."""
    return square.staff("boss")


def sign_up(square: Square, name: str, email: str, *, address: str = "192.0.2.1") -> Response:
    """Try to join with an app."""
    client = square.client(address=address)
    app = client.post("/api/v1/apps", json=APP).json()
    wanted = {"grant_type": "client_credentials", "scope": "read write"}
    named = {"client_id": app["client_id"], "client_secret": app["client_secret"]}
    client.token = client.post("/oauth/token", json=wanted | named).json()["access_token"]
    who = {"username": name, "email": email, "password": "long enough for us", "agreement": True}
    return client.post("/api/v1/accounts", json=who)


def test_nobody_joins_with_an_address_of_a_blocked_domain(square: Square, boss: Person) -> None:
    """Nor of a domain below it; who tried is counted, and without the measure they may."""
    path = "/api/v1/admin/email_domain_blocks"
    block = boss.client.post(path, json={"domain": "Spam.example"}).json()
    assert (block["domain"], len(block["history"])) == ("spam.example", 7)
    for email in ("ann@spam.example", "ann@mail.spam.example"):
        refused = sign_up(square, "ann", email)
        assert refused.status == 422
        assert refused.json()["details"]["email"][0]["error"] == "ERR_BLOCKED"
    assert sign_up(square, "cat", "cat@notspam.example").status == 200
    assert boss.client.get(f"{path}/{block['id']}").json()["history"][0]["accounts"] == "2"
    assert boss.client.post(path, json={"domain": "spam.example"}).status == 422
    assert boss.client.delete(f"{path}/{block['id']}").json() == {}
    assert boss.client.get(f"{path}/{block['id']}").status == 404
    assert sign_up(square, "ann", "ann@spam.example").status == 200


def test_nobody_joins_with_a_blocked_address_however_it_is_spelled(square: Square, boss: Person) -> None:
    """Dots, capitals and what follows a plus make no other address; only the digest is kept."""
    path = "/api/v1/admin/canonical_email_blocks"
    block = boss.client.post(path, json={"email": "An.N+spam@Mail.example"}).json()
    assert len(block["canonical_email_hash"]) == 64
    assert sign_up(square, "ann", "a.n.n@mail.example").status == 422
    assert boss.client.post(f"{path}/test", json={"email": "ANN+x@mail.example"}).json() == [block]
    assert boss.client.post(f"{path}/test", json={"email": "bob@mail.example"}).json() == []
    assert boss.client.post(f"{path}/test", json={"email": "nonsense"}).status == 422
    taken = boss.client.post(path, json={"canonical_email_hash": block["canonical_email_hash"]})
    assert taken.json()["error"] == "Validation failed: Canonical email hash has already been taken"
    assert boss.client.post(path, json={"canonical_email_hash": "short"}).status == 422
    assert boss.client.delete(f"{path}/{block['id']}").status == 200
    assert sign_up(square, "ann", "a.n.n@mail.example").status == 200


def test_a_network_is_kept_away_as_far_as_was_decided(square: Square, boss: Person, clock: ManualClock) -> None:
    """Approval, no joining, no access at all; for both kinds of address, and only as long as was said."""
    path = "/api/v1/admin/ip_blocks"
    block = boss.client.post(path, json={"ip": "198.51.100.7/24", "severity": "sign_up_block"}).json()
    assert block["ip"] == "198.51.100.0/24"
    assert sign_up(square, "ann", "ann@mail.example", address="198.51.100.200").status == 403
    assert sign_up(square, "ann", "ann@mail.example", address="::ffff:198.51.100.200").status == 403
    changed = boss.client.put(f"{path}/{block['id']}", json={"severity": "sign_up_requires_approval"}).json()
    assert (changed["ip"], changed["severity"]) == ("198.51.100.0/24", "sign_up_requires_approval")
    assert sign_up(square, "ann", "ann@mail.example", address="198.51.100.200").status == 200
    waiting = boss.client.get("/api/v2/admin/accounts?status=pending").json()
    assert [(each["username"], each["ip"]) for each in waiting] == [("ann", "198.51.100.200")]
    closing = {"ip": "2001:db8::/32", "severity": "no_access", "expires_in": 60, "comment": "a flood"}
    assert boss.client.post(path, json=closing).json()["comment"] == "a flood"
    guest = square.client(address="2001:db8::1")
    clock.advance(seconds=6)
    assert guest.get("/api/v1/timelines/public").status == guest.get("/about").status - 1 == 403
    assert square.stranger.get("/api/v1/timelines/public").status == 200
    clock.advance(seconds=60)
    assert guest.get("/api/v1/timelines/public").status == 200
    for wrong in ({"ip": "nonsense", "severity": "no_access"}, {"ip": "192.0.2.0/24"}, closing):
        assert boss.client.post(path, json=wrong).status == 422, wrong


def test_a_domain_is_kept_away_with_all_that_is_part_of_it(square: Square, boss: Person) -> None:
    """Its accounts vanish or are found by their followers alone, and come back when the measure ends."""
    ann, cat = square.make.account("ann", host="mail.bad.example"), square.make.account("cat", host="good.example")
    post = square.make.post(ann)
    path = "/api/v1/admin/domain_blocks"
    block = boss.client.post(
        path, json={"domain": "BAD.example", "severity": "suspend", "public_comment": "Spam"}
    ).json()
    assert (block["domain"], block["severity"], block["reject_media"]) == ("bad.example", "suspend", False)
    square.settle()
    assert square.stranger.get(f"/api/v1/accounts/{ann}").status == 404
    assert square.stranger.get(f"/api/v1/statuses/{post}").status == 404
    assert square.stranger.get(f"/api/v1/accounts/{cat}").status == 200
    existing = boss.client.post(path, json={"domain": "mail.bad.example", "severity": "silence"})
    assert (existing.status, existing.json()["existing_domain_block"]["id"]) == (422, block["id"])
    changed = boss.client.put(f"{path}/{block['id']}", json={"severity": "silence", "reject_media": True}).json()
    assert (changed["severity"], changed["reject_media"], changed["public_comment"]) == ("silence", True, "Spam")
    square.settle()
    assert square.stranger.get(f"/api/v1/accounts/{ann}").json()["limited"] is True
    assert boss.client.delete(f"{path}/{block['id']}").json() == {}
    square.settle()
    assert "limited" not in square.stranger.get(f"/api/v1/accounts/{ann}").json()
    for wrong in ("", "not a domain", "square.example", "example", "-x.example"):
        assert boss.client.post(path, json={"domain": wrong}).status == 422, wrong
    assert boss.client.post(path, json={"domain": "x.example", "severity": "nonsense"}).status == 422


def test_an_account_under_two_measures_stays_under_the_other(square: Square, boss: Person) -> None:
    """Ending the measure against its domain does not end what was decided about itself."""
    ann = square.make.account("ann", host="bad.example")
    path = "/api/v1/admin/domain_blocks"
    block = boss.client.post(path, json={"domain": "bad.example", "severity": "suspend"}).json()
    square.settle()
    assert boss.client.post(f"/api/v1/admin/accounts/{ann}/action", json={"type": "suspend"}).status == 200
    assert boss.client.delete(f"{path}/{block['id']}").status == 200
    square.settle()
    assert square.stranger.get(f"/api/v1/accounts/{ann}").status == 404
    assert boss.client.post(f"/api/v1/admin/accounts/{ann}/unsuspend").json()["suspended"] is False


@pytest.mark.parametrize(
    ("readers", "statuses"), [("everybody", (200, 200)), ("members", (401, 200)), ("nobody", (404, 404))]
)
def test_who_may_read_which_servers_are_kept_away_is_a_setting(
    settings: Settings, open_square: Callable[..., Square], readers: str, statuses: tuple[int, int]
) -> None:
    """With the reasons that are public, names veiled where that was wished, and not what is merely noted."""
    square = open_square(msgspec.structs.replace(settings, domain_blocks_for=readers))
    boss, ann = square.staff("boss"), square.person("ann")
    for body in (
        {"domain": "noted.example", "severity": "noop"},
        {"domain": "quiet.example", "private_comment": "Between us"},
        {"domain": "secret.example", "severity": "suspend", "public_comment": "Spam", "obfuscate": True},
    ):
        assert boss.client.post("/api/v1/admin/domain_blocks", json=body).status == 200
    answers = [client.get("/api/v1/instance/domain_blocks") for client in (square.stranger, ann.client)]
    assert tuple(answer.status for answer in answers) == statuses
    if statuses[1] == 200:
        listed = answers[1].json()
        assert [(each["domain"], each["severity"], each["comment"]) for each in listed] == [
            ("sec***.****ple", "suspend", "Spam"),
            ("quiet.example", "silence", ""),
        ]
        assert len(listed[0]["digest"]) == 64


def test_a_domain_is_allowed_once(square: Square, boss: Person) -> None:
    """Allowing it again answers with the first."""
    path = "/api/v1/admin/domain_allows"
    first = boss.client.post(path, json={"domain": "good.example"}).json()
    assert boss.client.post(path, json={"domain": "GOOD.example"}).json() == first
    assert boss.client.get(f"{path}/{first['id']}").json() == first
    assert boss.client.delete(f"{path}/{first['id']}").json() == {}
    assert boss.client.get(path).json() == []


def test_the_staff_lets_people_in_on_a_page(square: Square) -> None:
    """Reason, domain of the address and network are shown, and two buttons; members find no such page."""
    account = square.make.account("newcomer", standing=Standing.PENDING)
    square.make.login("newcomer@mail.example", account, approved=False)
    mod, ann = square.staff("mod"), square.person("ann")
    staff, member = _browser(square, mod), _browser(square, ann)
    page = staff.get("/staff/waiting")
    assert page.status == 200
    assert "@newcomer" in page.text
    assert "mail.example" in page.text
    assert "newcomer@mail" not in page.text
    assert member.get("/staff/waiting").status == 404
    assert "/staff/waiting" not in member.get("/home").text
    csrf = page.text.split('name="csrf" value="')[1].split('"')[0]
    assert staff.post(f"/staff/waiting/{account}/approve", form={"csrf": csrf}).status == 303
    assert "@newcomer" not in staff.get("/staff/waiting").text
    assert square.stranger.get("/api/v1/accounts/lookup?acct=newcomer").status == 200


def _browser(square: Square, who: Person) -> Client:
    client = square.client()
    client.cookies["bema_session"] = square.make.session(who.login, who.account)
    return client
