"""What posts name is told by the addresses that all servers know."""

import pytest
from sqlalchemy import bindparam, update

from bema.domain import posting, saying
from bema.domain.posting import Draft
from bema.domain.receiving import people
from bema.domain.receiving import posts as receiving
from bema.model.ids import PostId
from bema.model.naming import NO_NAMES, Quoted
from bema.model.policy import QuotePolicy, QuoteState, Visibility
from bema.model.site import Site
from bema.store import posts
from bema.store.tables import post
from bema.store.tx import WriteTx
from bema.wire.activitypub import objects
from tests.conftest import Read, Write
from tests.domain.receiving.elsewhere import brought, note, person
from tests.make import HERE, Make

SITE = Site(HERE)
_set_uri = update(post).where(post.c.id == bindparam("key")).values(uri=bindparam("uri"), local=False)
_set_state = (
    update(post)
    .where(post.c.id == bindparam("key"))
    .values(quote_state=bindparam("state"), quote_approval_uri=bindparam("approval"))
)


def from_elsewhere(tx: WriteTx, id_: PostId, uri: str) -> None:
    """Let a post be one that came from another server."""
    tx.run(_set_uri, {"key": id_, "uri": uri})


def test_a_post_names_whom_it_mentions_and_what_it_answers(make: Make, read: Read, write: Write) -> None:
    """By their own ids where they are from elsewhere, by ours where they are from here."""
    ann, ben = make.account("ann"), make.account("ben", host="far.example")
    theirs = make.post(ben)
    write(from_elsewhere, theirs, "https://far.example/notes/1")
    mine = write(posting.publish, SITE, ann, Draft(text="@ben@far.example and @ann, yes", in_reply_to=theirs))
    answer = write(posting.publish, SITE, ann, Draft(text="and more", in_reply_to=mine))

    said = read(saying.post, SITE, mine)
    assert said is not None
    assert said[1].people == {ben: "https://far.example/users/ben", ann: f"https://{HERE}/users/ann"}
    assert said[1].in_reply_to == "https://far.example/notes/1"
    assert said[1].thread is None  # it began elsewhere: that server knows all of it
    said = read(saying.post, SITE, answer)
    assert said is not None
    assert said[1].in_reply_to == f"https://{HERE}/users/ann/statuses/{mine}"


@pytest.mark.parametrize("name", ["https://mastodon.example/contexts/1-2", "tag:old.example,2016:objectId=1"])
def test_an_answer_in_a_thread_of_another_server_has_its_name(make: Make, write: Write, read: Read, name: str) -> None:
    """FEP-7888: who knows all of it is asked there; a name of the old kind is no collection."""
    write(people.keep, SITE, person())
    first = write(receiving.keep, SITE, brought(), note(inReplyTo=None, context=name, conversation=name))
    ann = make.account("ann")
    answer = make.post(ann, in_reply_to=first)
    told = read(saying.post, SITE, answer)
    assert told is not None
    assert told[1].thread == name
    document = objects.post(SITE, *told)
    assert document["conversation"] == name
    assert document.get("context") == (None if name.startswith("tag:") else name)


def test_a_thread_that_began_here_has_one_name_for_all_its_posts(make: Make, read: Read) -> None:
    """So that others can ask for the whole of it."""
    ann = make.account("ann")
    first = make.post(ann)
    answer = make.post(ann, in_reply_to=first)
    told = [read(saying.post, SITE, each) for each in (first, answer)]
    assert [each[1].thread for each in told if each] == [f"https://{HERE}/contexts/{first}"] * 2


@pytest.mark.parametrize(
    ("state", "stamped"), [(QuoteState.ACCEPTED, True), (QuoteState.PENDING, False), (QuoteState.REVOKED, None)]
)
def test_a_quote_of_a_post_from_here_has_its_stamp_here(
    make: Make, read: Read, write: Write, state: QuoteState, stamped: bool | None
) -> None:
    """Other servers show a quote only when they could check that its author gave leave."""
    ann, ben = make.account("ann"), make.account("ben")
    quoted = make.post(ben, quote_policy=QuotePolicy.PUBLIC)
    quoting = make.post(ann, quote_of=quoted)
    write(lambda tx: tx.run(_set_state, {"key": quoting, "state": int(state), "approval": None}))
    said = read(saying.post, SITE, quoting)
    assert said is not None
    stamp = f"https://{HERE}/users/ben/quote_authorizations/{quoting}" if stamped else None
    address = Quoted(uri=SITE.object("ben", quoted), url=SITE.post("ben", quoted), approval=stamp)
    assert said[1].quoted == (None if stamped is None else address)


def test_a_quote_of_a_post_from_elsewhere_has_the_stamp_of_its_server(make: Make, read: Read, write: Write) -> None:
    """Only its own server can say whether its author gave leave."""
    ann, ben = make.account("ann"), make.account("ben", host="far.example")
    quoted = make.post(ben)
    write(from_elsewhere, quoted, "https://far.example/notes/1")
    quoting = make.post(ann, quote_of=quoted)
    approval = "https://far.example/stamps/1"
    write(lambda tx: tx.run(_set_state, {"key": quoting, "state": int(QuoteState.ACCEPTED), "approval": approval}))
    said = read(saying.post, SITE, quoting)
    assert said is not None
    assert said[1].quoted is not None
    assert (said[1].quoted.uri, said[1].quoted.approval) == ("https://far.example/notes/1", approval)


def test_nobody_needs_leave_to_quote_themselves(make: Make, read: Read) -> None:
    """A stamp of one's own would say nothing."""
    ann = make.account("ann")
    quoted = make.post(ann)
    said = read(saying.post, SITE, make.post(ann, quote_of=quoted))
    assert said is not None
    assert said[1].quoted is not None
    assert said[1].quoted.approval is None


def test_a_boost_names_nothing_and_what_is_gone_is_none(make: Make, read: Read) -> None:
    """Who tells of something later may find it gone."""
    ann = make.account("ann")
    boost = make.boost(ann, make.post(ann))
    said = read(saying.post, SITE, boost)
    assert said is not None
    assert said[1] is NO_NAMES
    make.delete(boost)
    assert read(saying.post, SITE, boost) is None


def test_a_page_of_posts_takes_as_many_statements_as_one(make: Make, read: Read, statements: list[str]) -> None:
    """However long a list is, it costs the same number of questions."""
    ann = make.account("ann")
    first = make.post(ann, visibility=Visibility.UNLISTED)
    more = [make.post(ann, in_reply_to=first) for _ in range(5)]

    def told(ids: list[PostId]) -> int:
        loaded = read(lambda tx: posts.load(tx, ids, None))
        statements.clear()
        read(saying.names_of, SITE, loaded)
        return len(statements)

    assert told(more) == told([first]) <= 2
