"""Publishing and boosting, where the same comes twice at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bema.domain import posting, reading
from bema.model.site import Site
from bema.store.timelines import Filter, Range
from tests.conftest import Read, Write
from tests.make import HERE, Make

SITE = Site(HERE)


def at_once(act: Callable[[], Any]) -> set[Any]:
    """Do the same eight times at once, and return the different results."""
    with ThreadPoolExecutor(8) as pool:
        return {future.result() for future in [pool.submit(act) for _ in range(8)]}


def test_the_same_request_sent_at_once_is_published_once(write: Write, read: Read, make: Make) -> None:
    """A client that does not wait for the answer of its first try gets the same post from each."""
    ann = make.account("ann")
    draft = posting.Draft(text="Once", idempotency_key="4f3c")
    found = at_once(lambda: write(posting.publish, SITE, ann, draft))
    assert len(found) == 1
    assert {post.id for post in read(reading.public, ann, Filter(), Range(20))} == found


def test_the_same_boost_made_at_once_is_one_boost(write: Write, read: Read, make: Make) -> None:
    """And everybody who made it is told of the one that is there."""
    ann, bob = make.account("ann"), make.account("bob")
    post = make.post(ann)
    found = at_once(lambda: write(posting.boost, bob, post))
    assert len(found) == 1
    assert read(reading.post, bob, found.pop()).boost_of is not None
