"""What waits in the inbox: who has which places among what is taken."""

from collections import Counter

from bema.model import limits
from bema.store import incoming
from bema.store.database import Database
from bema.store.tx import WriteTx
from tests.conftest import Write
from tests.elsewhere import somebody


def test_whom_nobody_knows_takes_a_part_of_the_places(write: Write, database: Database) -> None:
    """However many there are, and however long they waited: their servers may all hang."""
    bob = somebody(database, "bob", "known.example")

    def fill(tx: WriteTx) -> None:
        for number in range(300):
            host = f"{number}.wild.example"
            incoming.add(tx, digest=b"?%d" % number, body="{}", sender=None, claim="{}", host=host)
        for number in range(30):
            incoming.add(tx, digest=b"!%d" % number, body="{}", sender=bob, claim=None, host="known.example")

    write(fill)
    taken = Counter(each.sender for each in write(incoming.take, limits.INCOMING_TAKEN))
    assert taken == {None: limits.INCOMING_TAKEN_UNPROVEN, bob: limits.INCOMING_TAKEN_OF_HOST}
    assert {each.sender for each in write(incoming.take, limits.INCOMING_TAKEN, 0)} == {bob}
