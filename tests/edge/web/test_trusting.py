"""What everybody can see of the decisions: all that the log says, with its proofs, and nothing of whom or why."""

import html
import json
import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

import pytest

from bema.domain import deciding, legislating, recording
from bema.model import limits
from bema.model.decisions import Act, Effect, Grounds, Subject, SubjectKind
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import Role
from bema.outside.clock import ManualClock
from bema.outside.log_keeper import Keeper, keeper_at
from bema.settings import Settings
from bema.store import public_log
from bema.wire.tlog import entries
from bema.wire.tlog.checkpoints import read_proof
from bema.wire.tlog.notes import Signer, parse
from bema.wire.tlog.tree import leaf_hash
from tests.conftest import Square, Write
from tests.edge.test_public_log import WORD, suspend

ATOM = "{http://www.w3.org/2005/Atom}"
PAGES = ("/trust", "/trust/decisions", "/trust/log", "/trust/decisions.atom")
A_PLACE = re.compile(r'class="verdict-said"><a href="/trust/decisions/(\d+)"')


def begun(square: Square, settings: Settings) -> Keeper:
    """Let the log begin."""
    kept = keeper_at(settings.home, settings.domain)
    square.app.database.write_now(recording.open_log, kept.origin, str(kept.create()))
    return kept


@pytest.fixture
def keeper(square: Square, settings: Settings) -> Keeper:
    """The keeper of a log that has begun."""
    return begun(square, settings)


def decide(
    square: Square, act: Act = Act.WARN, kind: SubjectKind = SubjectKind.ACCOUNT, clauses: Sequence[str] = ()
) -> int:
    """Decide something about somebody or something."""
    about = Subject(kind, 1) if kind is SubjectKind.ACCOUNT else Subject(kind, name="far.example")
    effect = {Act.BLOCK: Effect.SUSPEND, Act.LIMIT: Effect.LIMIT}.get(act)
    what = [] if effect is None else [(effect, Subject(SubjectKind.DOMAIN, name="far.example"))]
    grounds = Grounds(reasons=WORD, clauses=list(clauses))
    return square.app.database.write_now(deciding.decide, COMMAND_LINE, about, act, grounds, what)


def shown(square: Square, path: str) -> str:
    """Read a page as a stranger, when all that was decided is signed."""
    square.settle()
    answer = square.stranger.get(path)
    assert answer.status == 200, path
    return html.unescape(answer.text)


def places(page: str) -> list[int]:
    """Return the entries that a page lists."""
    return [int(each) for each in A_PLACE.findall(page)]


def test_a_stranger_reads_what_was_decided_and_taken_back(square: Square, keeper: Keeper) -> None:
    """Each in a sentence, by which role, and what ended it; in the list, on the overview, and by itself."""
    mod, ann = square.staff("mod", Role.MODERATOR), square.person("ann")
    suspend(mod, ann)
    assert mod.client.post(f"/api/v1/admin/accounts/{ann.account}/unsuspend").status == 200
    for page in (shown(square, "/trust"), shown(square, "/trust/decisions")):
        assert places(page) == [2, 1]
        for words in ("An account was suspended.", "Decided by a moderator.", "was taken back, wholly or in part."):
            assert words in page
        assert 'Taken back by <a href="/trust/decisions/2">' in page
    made, ended, opened = (shown(square, f"/trust/decisions/{place}") for place in (1, 2, 0))
    assert "Taken back as a whole" in made
    assert "vanishes, with all that was said there" in made
    assert 'It is about <a href="/trust/decisions/1">' in ended
    assert "The log began" in opened
    assert 'href="/trust"' in shown(square, "/about")


def test_nothing_private_is_on_any_page(square: Square, keeper: Keeper) -> None:
    """Neither names, reasons, posts nor reports, in no language, signed in or not."""
    mod, ann = square.staff("mod-lavender", Role.MODERATOR), square.person("ann-saffron")
    post = square.make.post(ann.account, "what ann-saffron said: marigold")
    suspend(mod, ann)
    grounds = Grounds(reasons=WORD, posts=[post])
    removed = [(Effect.REMOVE, Subject(SubjectKind.POST, int(post)))]
    database, about = square.app.database, deciding.about(ann.account)
    database.write_now(deciding.decide, COMMAND_LINE, about, Act.REMOVE_POSTS, grounds, removed)
    decide(square, Act.BLOCK, SubjectKind.DOMAIN)
    square.settle()
    private = (WORD, "saffron", "lavender", "marigold", str(ann.account), str(mod.login), str(post), "far.example")
    of_all = [*PAGES, *(f"/trust/decisions/{place}" for place in range(4)), "/trust/decisions/1/entry.tlog-proof"]
    for path in of_all:
        for language in ("en", "ur", "ar"):
            answer = square.stranger.get(path, headers={"Accept-Language": language})
            assert answer.status == 200, path
            assert not [each for each in private if each in answer.text], path


def test_each_entry_is_shown_letter_by_letter_with_its_proof(square: Square, keeper: Keeper) -> None:
    """The receipt that is downloaded proves it with nothing but the log's key, and opens no promise."""
    for _ in range(5):
        decide(square)
    square.settle()
    for place in range(6):
        answer = square.stranger.get(f"/trust/decisions/{place}/entry.tlog-proof")
        assert answer.status == 200
        assert answer.headers["content-disposition"] == f'attachment; filename="entry-{place}.tlog-proof"'
        proof = read_proof(answer.text)
        content, opened = entries.read_receipt(proof.extra)
        parse(proof.note).require([keeper.verifier])
        assert (proof.holds(content), proof.place, opened) == (True, place, {})
        page = shown(square, f"/trust/decisions/{place}")
        assert content.decode() in page
        assert leaf_hash(content).hex() in page
        assert str(keeper.verifier) in page


def test_nothing_is_shown_that_is_not_signed(square: Square) -> None:
    """Nor told as if there had been nothing to decide."""
    decide(square)
    assert "Nothing is signed yet." in shown(square, "/trust")
    assert "Nothing is signed yet." in shown(square, "/trust/log")
    assert places(shown(square, "/trust/decisions")) == []
    for path in ("/trust/decisions/0", "/trust/decisions/0/entry.tlog-proof"):
        assert square.stranger.get(path).status == 404


@pytest.mark.parametrize("place", ["2", "00", "-1", "+1", "x", "1.0", "%D9%A0", "9" * 19, "9" * 40])
def test_what_is_no_entry_is_not_found(square: Square, keeper: Keeper, place: str) -> None:
    """Whatever is written in its place."""
    decide(square)
    square.settle()
    for path in (f"/trust/decisions/{place}", f"/trust/decisions/{place}/entry.tlog-proof"):
        assert square.stranger.get(path).status == 404


# --- Narrowed down ----------------------------------------------------------------------------------------------------


def test_the_list_is_turned_both_ways(square: Square, keeper: Keeper) -> None:
    """From the newest to the oldest and back, every decision once."""
    count = 2 * limits.PAGE_DEFAULT + 5
    for _ in range(count):
        decide(square)

    def turn(path: str, rel: str) -> tuple[list[list[int]], str]:
        found: list[list[int]] = []
        last = path
        while path and (listed := places(page := shown(square, path))):
            found.append(listed)
            link = re.search(rf'rel="{rel}" href="([^"]+)"', page)
            last, path = path, link[1] if link else ""
        return found, last

    down, last = turn("/trust/decisions", "next")
    assert [each for page in down for each in page] == list(range(count, 0, -1))
    up, _ = turn(last, "prev")
    assert [each for page in reversed(up) for each in page] == list(range(count, 0, -1))


def test_the_list_is_narrowed_down(square: Square, keeper: Keeper) -> None:
    """By what was done, about what, and whether it was taken back; what nobody can choose narrows nothing."""
    far = Subject(SubjectKind.DOMAIN, name="far.example")
    decide(square)
    decide(square, Act.BLOCK, SubjectKind.DOMAIN)
    decide(square, Act.LIMIT)
    square.app.database.write_now(deciding.reverse, COMMAND_LINE, far, far, [Effect.SUSPEND])
    for query, expected in (
        ("", [4, 3, 2, 1]),
        ("act=warn", [1]),
        ("act=block", [2]),
        ("act=reverse", [4]),
        ("kind=account", [3, 1]),
        ("kind=domain", [4, 2]),
        ("act=limit&kind=account", [3]),
        ("act=limit&kind=domain", []),
        ("reversed=1", [2]),
        ("reversed=1&act=block&kind=domain", [2]),
        ("reversed=1&act=warn", []),
        ("act=sing&kind='--", [4, 3, 2, 1]),
        ("kind=account&max_id=3", [1]),
        ("min_id=2", [4, 3]),
        ("min_id=99999", []),
    ):
        assert places(shown(square, f"/trust/decisions?{query}")) == expected, query


def test_what_is_taken_back_in_part_is_not_told_as_the_whole(square: Square, keeper: Keeper) -> None:
    """One of two removed posts, then the other."""
    ann = square.person("ann")
    about = deciding.about(ann.account)
    posts = [Subject(SubjectKind.POST, int(square.make.post(ann.account))) for _ in range(2)]
    what = [(Effect.REMOVE, each) for each in posts]
    database = square.app.database
    database.write_now(deciding.decide, COMMAND_LINE, about, Act.REMOVE_POSTS, Grounds(), what)
    assert "2 posts were removed." in shown(square, "/trust/decisions/1")
    database.write_now(deciding.reverse, COMMAND_LINE, about, posts[0])
    assert "Taken back in part, lately by" in shown(square, "/trust/decisions")
    assert "Taken back in part" in shown(square, "/trust/decisions/1")
    database.write_now(deciding.reverse, COMMAND_LINE, about, posts[1])
    assert "Taken back in part" not in shown(square, "/trust/decisions")
    page = shown(square, "/trust/decisions/1")
    assert "Taken back as a whole" in page
    assert page.index('href="/trust/decisions/3"') < page.index('href="/trust/decisions/2"')


def test_clauses_lead_to_the_rules(square: Square, keeper: Keeper) -> None:
    """A clause leads to the version that it is pinned to."""
    write = square.app.database.write_now
    write(legislating.adopt, legislating.Before("en", [("Be kind", ""), ("No spam", "")], "We keep little", ""))
    place = square.app.database.read_now(public_log.size)
    decide(square, clauses=["1", "privacy.1"])
    for path in ("/trust/decisions", f"/trust/decisions/{place}"):
        page = shown(square, path)
        assert '<a href="/trust/policies/rules/1#clause-1">Rule 1, version 1</a>' in page
        assert '<a href="/trust/policies/privacy/1#clause-privacy.1">Privacy policy, 1, version 1</a>' in page


# --- In numbers -------------------------------------------------------------------------------------------------------


def test_decisions_are_counted_by_month(square: Square, keeper: Keeper, clock: ManualClock) -> None:
    """The figures of the chart are those of the table, and those of the log."""
    decide(square)
    clock.advance(seconds=32 * 86_400)
    for _ in range(3):
        decide(square)
    decide(square, Act.BLOCK, SubjectKind.DOMAIN)
    page = shown(square, "/trust")
    table = page[page.index("<table") : page.index("</table>")]
    rows = [re.findall(r"<td>(\d+)</td>", row) for row in table.split("<tr>")]
    rows = [row for row in rows if row]
    assert rows[0] == ["3", "1", "4"]
    assert rows[-2] == ["1", "0", "1"]
    assert rows[-1] == ["4", "1", "5"]
    assert re.findall(r'chart-count number">(\d+)<', page) == [row[-1] for row in rows[:-1]]


def test_what_was_before_the_last_months_is_in_the_sum(square: Square, keeper: Keeper, clock: ManualClock) -> None:
    """Twelve rows at the most."""
    decide(square)
    clock.advance(seconds=400 * 86_400)
    decide(square)
    page = shown(square, "/trust")
    assert re.findall(r'chart-count number">(\d+)<', page) == ["1"]
    assert "<td>2</td>" in page


def test_the_log_is_told_by_type_and_by_witness(square: Square, keeper: Keeper) -> None:
    """Its size, its key, and who else signed the newest state."""
    decide(square)
    square.settle()
    database = square.app.database
    signed = database.read_now(public_log.newest_signed)
    assert signed is not None
    assert "Nobody but the square itself" in shown(square, "/trust/log")
    north = Signer("north.example/witness", bytes(32), witness=True)
    line = north.line(parse(signed.note).text, time=1_700_000_000)
    database.write_now(public_log.add_signed, signed.size, signed.root, signed.note + line)
    page = shown(square, "/trust/log")
    for words in ("north.example/witness", "2023-11-14T22:13:20Z", str(keeper.verifier), "/log/checkpoint"):
        assert words in page
    assert re.findall(r'<code class="muted" dir="ltr">([a-z.]+)</code></th><td>(\d+)</td>', page) == [
        ("log.opened", "1"),
        ("decision.made", "1"),
    ]


def test_entries_that_were_put_back_are_found(square: Square, keeper: Keeper, write: Write) -> None:
    """They are of decisions that the database does not know any more."""
    decide(square)
    content = square.app.database.read_now(lambda tx: public_log.entries(tx, 1, 1)[0])
    again = json.loads(content) | {"type_seq": 1}
    write(recording.readmit, [json.dumps(again, sort_keys=True, separators=(",", ":")).encode()])
    assert places(shown(square, "/trust/decisions?act=warn")) == [2, 1]
    assert "1 entry was put back from a copy" in shown(square, "/trust/decisions/3")


# --- Followed, and what it costs --------------------------------------------------------------------------------------


def test_decisions_can_be_followed_as_a_feed(square: Square, keeper: Keeper) -> None:
    """In Atom, the newest first, in the language of who asks."""
    decide(square)
    decide(square, Act.BLOCK, SubjectKind.DOMAIN)
    feed = ET.fromstring(shown(square, "/trust/decisions.atom"))
    found = [each.findtext(f"{ATOM}title") for each in feed.iter(f"{ATOM}entry")]
    assert found == ["Another server was kept away.", "An account was warned."]
    assert 'type="application/atom+xml"' in shown(square, "/trust/decisions")


def test_a_page_costs_the_same_whatever_is_on_it(square: Square, keeper: Keeper, statements: list[str]) -> None:
    """Two decisions or twenty, half of them taken back."""

    def cost(path: str) -> int:
        shown(square, path)
        statements.clear()
        square.stranger.get(path)
        return len(statements)

    far = Subject(SubjectKind.DOMAIN, name="far.example")
    decide(square)
    few = [cost(path) for path in PAGES]
    for _ in range(10):
        decide(square, Act.BLOCK, SubjectKind.DOMAIN)
        square.app.database.write_now(deciding.reverse, COMMAND_LINE, far, far, [Effect.SUSPEND])
    assert [cost(path) for path in PAGES] == few
    assert max(few) <= 9
