"""Notices elsewhere: who is decided about on another server than their own hears of it, once, and can object there."""

import html
import json
import re
from typing import Any

import pytest
from sqlalchemy import delete, select

from bema.domain import deciding, guarding
from bema.domain.guarding import DomainTerms
from bema.model.decisions import Act, Effect, Grounds, Severity
from bema.model.errors import Invalid
from bema.model.ids import AccountId
from bema.model.permissions import COMMAND_LINE
from bema.outside.log_keeper import Keeper
from bema.store.tables import delivery, outgoing, public_salt
from bema.wire.tlog.checkpoints import read_proof
from bema.wire.tlog.entries import read_receipt
from tests.conftest import Square
from tests.edge.web.test_signing import fields_of, send
from tests.edge.web.test_standing import WHY, keeper, read_page
from tests.elsewhere import said, somebody

__all__ = ["keeper"]  # a fixture


def told(square: Square) -> list[tuple[str, dict[str, Any]]]:
    """Return what other servers are to be told: each with the inbox."""
    square.settle()
    there = delivery.join(outgoing, outgoing.c.id == delivery.c.outgoing_id)
    asked = select(delivery.c.inbox, outgoing.c.body).select_from(there).order_by(delivery.c.id)
    return [(row[0], json.loads(row[1])) for row in square.app.database.read_now(lambda tx: tx.all(asked))]


def decide(square: Square, about: AccountId, act: Act = Act.SUSPEND) -> int:
    """Decide something about somebody."""
    grounds = Grounds(reasons=WHY)
    return square.app.database.write_now(
        deciding.on_account, square.app.site, COMMAND_LINE, about, act, grounds, by_letter=False
    )


@pytest.fixture
def bob(square: Square, keeper: Keeper) -> AccountId:
    """Somebody of another server, whose people share an inbox."""
    return somebody(square.app.database, "bob", "one.example")


def link_in(note: dict[str, Any]) -> str:
    """Return the path that a notice leads to."""
    found = re.search(r'href="https://square\.example(/trust/notices/\d+/[0-9a-f]{32})"', note["content"])
    assert found, note["content"]
    return found[1]


@pytest.mark.parametrize("act", [Act.SUSPEND, Act.LIMIT, Act.LABEL, Act.WARN])
def test_somebody_elsewhere_is_told_by_the_server_itself(square: Square, bob: AccountId, act: Act) -> None:
    """In a direct message to their own inbox, whatever the decision hides here; with a link, and without the reasons."""
    if act is Act.LABEL:
        about = deciding.about(bob)
        what = [(Effect.LABEL, about)]
        square.app.database.write_now(
            deciding.decide, COMMAND_LINE, about, act, Grounds(reasons=WHY), what, words="satire"
        )
    else:
        decide(square, bob, act)
    ((inbox, activity),) = told(square)
    note, them = activity["object"], "https://one.example/users/bob"
    assert inbox == f"{them}/inbox", "nobody else reads what comes there"
    assert (activity["type"], activity["actor"], activity["to"]) == ("Create", "https://square.example/actor", [them])
    assert (note["type"], note["to"], note["cc"]) == ("Note", [them], [])
    assert note["tag"] == [{"type": "Mention", "href": them, "name": "@bob@one.example"}]
    assert "marigold" not in json.dumps(activity)
    assert WHY in read_page(square.stranger, link_in(note))


def test_it_is_said_once_and_again_when_it_is_over(square: Square, bob: AccountId) -> None:
    """An answer to what was said before; whoever is of this server, or of one that is kept away, is told nothing so."""
    decide(square, bob)
    assert len(told(square)) == len(told(square)) == 1
    square.app.database.write_now(deciding.release, COMMAND_LINE, bob, Effect.SUSPEND)
    first, second = (activity["object"] for _, activity in told(square))
    assert second["inReplyTo"] == first["id"]
    assert "was taken back" in second["content"]
    assert link_in(first) == link_in(second)
    assert "It is over." in read_page(square.stranger, link_in(second))
    decide(square, square.person("ann").account, Act.WARN)
    away = somebody(square.app.database, "eve", "two.example")
    square.app.database.write_now(
        guarding.block_domain, square.app.site, COMMAND_LINE, "two.example", DomainTerms(severity=Severity.SUSPEND)
    )
    decide(square, away, Act.LIMIT)
    assert len(told(square)) == 2


def test_nobody_is_warned_who_would_not_hear_it(square: Square, bob: AccountId) -> None:
    """A warning does nothing but to be heard; and nobody here can keep people of other servers from signing in there."""
    with pytest.raises(Invalid):
        decide(square, bob, Act.FREEZE)
    square.app.database.write_now(
        guarding.block_domain, square.app.site, COMMAND_LINE, "one.example", DomainTerms(severity=Severity.SUSPEND)
    )
    square.settle()
    with pytest.raises(Invalid):
        decide(square, bob, Act.WARN)
    with pytest.raises(Invalid):
        decide(square, square.make.account("shadow", host="three.example"), Act.WARN)  # without an inbox


def test_the_link_is_good_for_the_receipt_and_an_objection(square: Square, bob: AccountId) -> None:
    """Proved offline, answered on the same page, and taken back by whoever has it."""
    post = said(square.app.database, bob, "what bob said: saffron")
    grounds = Grounds(reasons=WHY, posts=[post])
    square.app.database.write_now(
        deciding.on_posts, square.app.site, COMMAND_LINE, bob, Act.REMOVE_POSTS, grounds, by_letter=False
    )
    here = link_in(next(activity["object"] for _, activity in told(square) if activity["type"] == "Create"))
    reader = square.client()
    shown = reader.get(here)
    assert shown.headers["cache-control"] == "private, no-cache"
    assert "what bob said: saffron" in html.unescape(shown.text)
    assert 'content="noindex"' in shown.text
    assert "marigold" not in shown.text.partition("</head>")[0], "nor in what other servers show of a link"
    answer = reader.get(f"{here}/receipt.tlog-proof")
    proof = read_proof(answer.text)
    content, opened = read_receipt(proof.extra)
    assert proof.holds(content)
    assert opened["reasons"] == WHY
    assert send(reader, here, f"{here}/appeal", text="It was satire").headers["location"] == here
    assert "It was satire" in read_page(reader, here)
    assert send(reader, here, f"{here}/withdraw").headers["location"] == here
    assert "The objection was withdrawn." in read_page(reader, here)


def test_nobody_else_finds_the_page(square: Square, bob: AccountId) -> None:
    """Another secret, another decision, one about somebody of this server, and a forgotten one all look alike."""
    ann = square.person("ann")
    id_, other = decide(square, bob, Act.LIMIT), decide(square, ann.account, Act.WARN)
    here = link_in(told(square)[0][1]["object"])
    token, stranger = here.rpartition("/")[2], square.stranger
    form = fields_of(stranger.get(here), f"{here}/appeal")
    for path in (
        f"/trust/notices/{id_}/{'0' * 32}",
        f"/trust/notices/{other}/{token}",
        f"/trust/notices/1/{token}",
        f"/trust/notices/{id_}/%C3%A9",
        f"/trust/notices/x/{token}",
    ):
        assert stranger.get(path).status == 404, path
        assert stranger.get(f"{path}/receipt.tlog-proof").status == 404, path
        assert stranger.post(f"{path}/appeal", form={**form, "text": "Mine"}).status in (403, 404), path
    square.app.database.write_now(lambda tx: tx.run(delete(public_salt)))
    assert stranger.get(here).status == 404
