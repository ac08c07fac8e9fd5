"""Standing for programs: what was decided about oneself, proved and objected to with a token, also when shut out."""

from typing import Any

import pytest

from bema.domain import appealing, deciding
from bema.edge.routes import Surface
from bema.model.appealing import AppealState
from bema.model.decisions import Act, Grounds
from bema.model.permissions import Staff
from bema.model.policy import Role
from bema.outside.log_keeper import Keeper
from bema.wire.tlog.checkpoints import read_proof
from bema.wire.tlog.entries import read_receipt
from bema.wire.tlog.notes import parse
from tests.conftest import Person, Square
from tests.edge.web.test_standing import WHY, keeper, shut_out

__all__ = ["keeper"]  # a fixture
HERE = "/api/trust/v1/standing"


def told(person: Person, id_: int) -> dict[str, Any]:
    """View one decision."""
    answer = person.client.get(f"{HERE}/{id_}")
    assert answer.status == 200, answer.text
    decision: dict[str, Any] = answer.json()["decision"]
    return decision


def test_a_client_shows_what_was_decided_and_keeps_the_proof(square: Square, keeper: Keeper) -> None:
    """With the reasons, what it does, until when one can object, and a receipt that verifies without the server."""
    ann = square.person("ann")
    post = square.make.post(ann.account)
    grounds = Grounds(reasons=WHY, posts=[post], law="Penal code 241", territory=["DE"])
    owner = Staff(square.staff("owner").login, None, Role.OWNER)
    id_ = square.app.database.write_now(
        deciding.on_posts, square.app.site, owner, ann.account, Act.REMOVE_POSTS, grounds, by_letter=False
    )
    assert told(ann, id_)["receipt_url"] is None, "it is not signed yet"
    square.settle()
    decision = told(ann, id_)
    assert (decision["act"], decision["reasons"], decision["over"]) == ("remove_posts", WHY, False)
    assert decision["effects"] == [{"effect": "remove", "on": "post", "status_id": str(post), "over": False}]
    assert (decision["law"], decision["territory"], decision["status_ids"]) == ("Penal code 241", ["DE"], [str(post)])
    assert decision["contestable"] is True
    assert decision["entry_url"].endswith(f"/trust/decisions/{decision['entry']}")
    listed = ann.client.get(HERE).json()
    assert listed["tree_size"] > decision["entry"]
    assert listed["decisions"] == [decision]
    answer = ann.client.get(decision["receipt_url"].removeprefix(square.app.site.base))
    assert answer.headers["cache-control"] == "private, no-store"
    proof = read_proof(answer.text)
    content, opened = read_receipt(proof.extra)
    assert proof.holds(content)
    parse(proof.note).require([keeper.verifier])
    assert (opened["reasons"], opened["law"]) == (WHY, "Penal code 241")


def test_what_was_decided_about_others_looks_like_what_there_never_was(square: Square, keeper: Keeper) -> None:
    """To read, to prove and to object to."""
    ann, bob = square.person("ann"), square.person("bob")
    id_ = shut_out(square, ann, Act.WARN)
    square.settle()
    bob.client.token = square.make.token(bob.login, bob.account)
    for verb, path in (
        ("GET", f"{HERE}/{id_}"),
        ("GET", f"{HERE}/{id_}/receipt"),
        ("POST", f"{HERE}/{id_}/appeal"),
        ("POST", f"{HERE}/{id_}/appeal/answer"),
        ("DELETE", f"{HERE}/{id_}/appeal"),
    ):
        theirs = bob.client.request(verb, path, json={"text": "No"} if verb == "POST" else None)
        unknown = bob.client.request(verb, path.replace(str(id_), "1"), json={"text": "No"} if verb == "POST" else None)
        assert (theirs.status, theirs.text) == (unknown.status, unknown.text) == (404, theirs.text), path
    assert bob.client.get(HERE).json()["decisions"] == []


@pytest.mark.parametrize("act", [Act.SUSPEND, Act.FREEZE])
def test_a_token_of_who_is_shut_out_is_good_for_this_and_for_nothing_else(
    square: Square, keeper: Keeper, act: Act
) -> None:
    """Whatever scopes it has, and whoever they were of the staff; without a scope it is refused here, too."""
    ann = square.staff("ann", Role.ADMIN)
    bare = square.client(square.make.token(ann.login, ann.account, "read:statuses"))
    id_ = shut_out(square, ann, act)
    square.settle()
    assert told(ann, id_)["reasons"] == WHY
    assert ann.client.get(f"{HERE}/{id_}/receipt").status == 200
    assert ann.client.post(f"{HERE}/{id_}/appeal", json={"text": "It was satire"}).status == 200
    assert bare.get(HERE).status == 403
    open_here = {HERE, *(f"{HERE}/{{id}}{rest}" for rest in ("", "/receipt", "/appeal", "/appeal/answer"))}
    from bema.app import API

    assert {route.path for route in API if route.confined} == open_here
    for route in API:
        if route.confined or route.surface is not Surface.API or route.scope is None:
            continue
        path = "/".join("1" if "{" in part else part for part in route.path.split("/"))
        assert ann.client.request(route.method, path).status == 403, (route.method, route.path)


def test_an_objection_is_a_conversation_by_the_client(square: Square, keeper: Keeper) -> None:
    """Opened once, asked back, answered, decided by somebody else; each step as the person is to see it."""
    ann, owner = square.person("ann"), square.staff("owner")
    id_ = shut_out(square, ann, Act.LIMIT)
    assert ann.client.post(f"{HERE}/{id_}/appeal", json={"text": " "}).status == 422
    assert ann.client.post(f"{HERE}/{id_}/appeal/answer", json={"text": "What?"}).status == 404
    opened = ann.client.post(f"{HERE}/{id_}/appeal", json={"text": "It was satire"}).json()["decision"]
    assert (opened["appeal"]["state"], opened["appeal"]["text"]) == ("open", "It was satire")
    assert (opened["appeal"]["awaits_you"], opened["appeal"]["turns"], opened["contestable"]) == (False, [], False)
    assert ann.client.post(f"{HERE}/{id_}/appeal", json={"text": "Again"}).status == 422
    staff, database = Staff(owner.login, owner.account, Role.OWNER), square.app.database
    (appeal,) = database.read_now(appealing.queue)
    database.write_now(appealing.take, staff, appeal.id)
    assert ann.client.post(f"{HERE}/{id_}/appeal/answer", json={"text": "Hello?"}).status == 409
    database.write_now(appealing.ask, square.app.site, staff, appeal.id, "Of whom?")
    assert told(ann, id_)["appeal"]["awaits_you"] is True
    assert ann.client.get(HERE).json()["decisions"][0]["appeal"]["turns"] is None
    answered = ann.client.post(f"{HERE}/{id_}/appeal/answer", json={"text": "Of the mayor"}).json()["decision"]
    assert [(each["by"], each["text"]) for each in answered["appeal"]["turns"]] == [
        ("reviewer", "Of whom?"),
        ("you", "Of the mayor"),
    ]
    database.write_now(appealing.decide, square.app.site, staff, appeal.id, AppealState.REVERSED, "So it was")
    decision = told(ann, id_)
    assert (decision["state"], decision["over"]) == ("reversed", True)
    assert (decision["appeal"]["state"], decision["appeal"]["reasons"]) == ("reversed", "So it was")
    assert decision["appeal"]["decided_entry"] > decision["appeal"]["opened_entry"] > decision["entry"]
    assert ann.client.delete(f"{HERE}/{id_}/appeal").status in (404, 409, 422)


def test_an_objection_can_be_taken_back_and_made_again(square: Square, keeper: Keeper) -> None:
    """It says so, and the way is open again."""
    ann = square.person("ann")
    id_ = shut_out(square, ann, Act.WARN)
    ann.client.post(f"{HERE}/{id_}/appeal", json={"text": "It was satire"})
    taken_back = ann.client.delete(f"{HERE}/{id_}/appeal").json()["decision"]
    assert (taken_back["appeal"]["state"], taken_back["contestable"]) == ("withdrawn", True)
    assert ann.client.post(f"{HERE}/{id_}/appeal", json={"text": "It was"}).status == 200


def test_the_list_is_paged_at_a_constant_price(square: Square, keeper: Keeper, statements: list[str]) -> None:
    """However much was decided about somebody."""
    ann = square.person("ann")
    ids = [str(shut_out(square, ann, Act.WARN)) for _ in range(5)][::-1]
    square.settle()
    first = ann.client.get(f"{HERE}?limit=2")
    assert [each["id"] for each in first.json()["decisions"]] == ids[:2]
    assert f'{HERE}?limit=2&max_id={ids[1]}>; rel="next"' in first.headers["link"]
    older = ann.client.get(f"{HERE}?limit=2&max_id={ids[1]}").json()
    assert [each["id"] for each in older["decisions"]] == ids[2:4]
    counts = []
    for limit in (1, 5):
        statements.clear()
        assert len(ann.client.get(f"{HERE}?limit={limit}").json()["decisions"]) == limit
        counts.append(len(statements))
    assert counts[0] == counts[1], counts
