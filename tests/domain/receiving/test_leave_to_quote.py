"""Leave to quote, as other servers ask for it and give it: by the one who may, about what is theirs, and by nobody else."""

from typing import Any

import pytest
from sqlalchemy import bindparam, update

from bema.domain import posting
from bema.domain.posting import Draft
from bema.domain.receiving import posts
from bema.model.errors import Refusal
from bema.model.ids import AccountId, PostId
from bema.model.policy import QuotePolicy, Visibility
from bema.store import quote_leaves
from bema.store.posts import load
from bema.store.tables import post
from tests.conftest import Read, Write
from tests.domain.receiving.elsewhere import ANN, BOB, EVE, SITE, Hear, brought, note, person
from tests.make import Make

NOTE = f"{ANN}/statuses/1"
_allow = update(post).where(post.c.id == bindparam("key")).values(quote_policy=int(QuotePolicy.PUBLIC))


def asking(quoted: str, instrument: Any = NOTE, actor: str = ANN) -> dict[str, Any]:
    """Ask to quote."""
    return {"id": f"{NOTE}#ask", "type": "QuoteRequest", "actor": actor, "object": quoted, "instrument": instrument}


def answer(kind: str, asked: Any, by: str = ANN, **more: Any) -> dict[str, Any]:
    """Answer to having been asked."""
    return {"id": f"{by}#answers/1", "type": kind, "actor": by, "object": asked, **more}


@pytest.mark.parametrize("instrument", [NOTE, {"id": NOTE, "type": "Note", "attributedTo": ANN}])
def test_who_asks_has_leave_whether_the_post_came_with_it_or_not(
    make: Make, read: Read, ann: AccountId, bob: AccountId, hear: Hear, instrument: Any
) -> None:
    """Mastodon sends the whole post along, others its id."""
    quoted = make.post(bob, quote_policy=QuotePolicy.PUBLIC)
    hear(ann, asking(f"{BOB}/statuses/{quoted}", instrument))
    given = read(quote_leaves.of, quoted, NOTE)
    assert given is not None
    assert given.asker == ann


def test_a_quote_with_leave_is_shown_when_it_comes(
    make: Make, write: Write, read: Read, ann: AccountId, bob: AccountId, hear: Hear
) -> None:
    """And one that came before it from then on."""
    quoted = make.post(bob, quote_policy=QuotePolicy.PUBLIC)
    address = f"{BOB}/statuses/{quoted}"
    hear(ann, asking(address))
    first = write(posts.keep, SITE, brought(person()), note(number=1, quote=address))
    second = write(posts.keep, SITE, brought(person()), note(number=2, quote=address))
    assert _states(read, first, second) == ["accepted", "pending"]
    hear(ann, asking(address, f"{ANN}/statuses/2"))
    assert _states(read, first, second) == ["accepted", "accepted"]


def test_nobody_asks_for_another_or_for_what_is_not_theirs_to_see(
    make: Make, read: Read, ann: AccountId, eve: AccountId, bob: AccountId, hear: Hear
) -> None:
    """Else anybody could have leave for posts of any server, or learn that a hidden post exists."""
    public = make.post(bob, quote_policy=QuotePolicy.PUBLIC)
    hidden = make.post(bob, visibility=Visibility.DIRECT)
    address = f"{BOB}/statuses/{public}"
    for sender, document in (
        (eve, asking(address, NOTE, EVE)),  # the post is of another server than the one who asks
        (ann, asking(f"{BOB}/statuses/{hidden}")),
        (ann, asking(f"{BOB}/statuses/{PostId(hidden + 1)}")),
        (ann, asking(f"{EVE}/statuses/1")),  # what is quoted is not of this server
    ):
        with pytest.raises(Refusal):
            hear(sender, document)
    assert read(quote_leaves.of, public, NOTE) is None


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("yes", [True, False])
def test_who_was_asked_says_yes_or_no(
    write: Write, read: Read, ann: AccountId, bob: AccountId, hear: Hear, whole: bool, yes: bool
) -> None:
    """With the asking in the answer, or its id alone."""
    mine = _quoting(write, bob)
    asked = f"{BOB}/statuses/{mine}#quote-request"
    thing = asking(NOTE, f"{BOB}/statuses/{mine}", BOB) | {"id": asked} if whole else asked
    kind, more = ("Accept", {"result": f"{ANN}/stamps/1"}) if yes else ("Reject", {})
    hear(ann, answer(kind, thing, **more))
    assert _states(read, mine) == ["accepted" if yes else "rejected"]


def test_origin_nobody_else_says_yes_and_a_stamp_is_of_the_server_that_gives_it(
    write: Write, read: Read, ann: AccountId, eve: AccountId, bob: AccountId, hear: Hear
) -> None:
    """A leave that somebody else gave, or that nobody can check, is none."""
    mine = _quoting(write, bob)
    asked = asking(NOTE, f"{BOB}/statuses/{mine}", BOB) | {"id": f"{BOB}/statuses/{mine}#quote-request"}
    for sender, document in (
        (eve, answer("Accept", asked, EVE, result=f"{EVE}/stamps/1")),
        (ann, answer("Accept", asked, result=f"{EVE}/stamps/1")),
        (ann, answer("Accept", asked)),
        (eve, answer("Reject", asked, EVE)),
    ):
        with pytest.raises(Refusal):
            hear(sender, document)
    assert _states(read, mine) == ["pending"]


def _quoting(write: Write, bob: AccountId) -> PostId:
    """Let Bob quote a post of Ann's; the answer is not there yet."""
    theirs = write(posts.keep, SITE, brought(person()), note(number=1))
    write(lambda tx: tx.run(_allow, {"key": theirs}))
    return write(posting.publish, SITE, bob, Draft(text="Look", quote_of=theirs))


def _states(read: Read, *ids: PostId) -> list[str]:
    return [each.quote.state for each in read(load, list(ids), None) if each.quote is not None]
