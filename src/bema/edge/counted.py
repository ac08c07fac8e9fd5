"""What is known of the server as a whole and may be some minutes old: worked out once, for everybody who asks."""

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

from bema.model import limits
from bema.model.ids import Millis
from bema.store.database import Database
from bema.store.sizes import Sizes
from bema.store.sizes import sizes as count
from bema.store.tx import Tx

T = TypeVar("T")
_kept: WeakKeyDictionary[Database, dict[str, tuple[Millis, object]]] = WeakKeyDictionary()


def recent(database: Database, tx: Tx, name: str, make: Callable[[], T], *, seconds: int = limits.COUNTED_SECONDS) -> T:
    """Return what `make` gave within the last seconds, or let it give it anew."""
    kept = _kept.setdefault(database, {})
    found = kept.get(name)
    if found is None or not found[0] <= tx.now < found[0] + seconds * 1_000:
        found = kept[name] = (tx.now, make())
    return found[1]  # type: ignore[return-value]  # one name has one type


def sizes(database: Database, tx: Tx) -> Sizes:
    """Return how large the server is."""
    return recent(database, tx, "sizes", lambda: count(tx))
