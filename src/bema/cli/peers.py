"""Other servers, for operators: how each takes what it is told, what waits for it, and which are kept away."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from bema.app import site_of
from bema.cli.home import opened
from bema.domain import tending
from bema.model import limits
from bema.model.errors import NotFound
from bema.model.ids import Millis
from bema.model.permissions import COMMAND_LINE
from bema.store.database import Database
from bema.store.peers import Peer, Selection


def list_peers(
    *, home: Path, begins: str = "", failing: bool = False, waiting: bool = False, json: bool = False
) -> None:
    """List other servers with what waits for them and what went wrong.

    Parameters
    ----------
    home
        Folder of the server.
    begins
        Only those whose names begin like this.
    failing
        Only those that did not take what they were given last.
    waiting
        Only those that something waits for.
    json
        Print them as JSON, one a line.
    """
    with opened(home) as (_, database):
        found = _all(database, Selection(begins.lower(), failing, waiting))
        if json:
            for peer in found:
                print(msgspec.json.encode(peer).decode())
            return
        table = Table(box=None, pad_edge=False)
        for heading in ("server", "state", "waits", "given up", "took last", "last error"):
            table.add_column(heading)
        for peer in found:
            waits, given_up = f"{peer.waiting:,}", f"{peer.given_up:,}"
            table.add_row(peer.host, state(peer), waits, given_up, _day(peer.last_success_at), peer.last_error or "")
        Console().print(table)


def retry_peer(host: str, /, *, home: Path) -> None:
    """Deliver to a server now, whatever went wrong before.

    Parameters
    ----------
    host
        Its name.
    home
        Folder of the server.
    """
    with opened(home) as (_, database):
        print(f"{database.write_now(tending.retry, COMMAND_LINE, host.lower()):,} things are tried now.")


def drop_peer(host: str, /, *, home: Path) -> None:
    """Throw away what waits for a server.

    Parameters
    ----------
    host
        Its name.
    home
        Folder of the server.
    """
    with opened(home) as (_, database):
        print(f"{database.write_now(tending.drop, COMMAND_LINE, host.lower()):,} things are not delivered.")


def export_blocks(*, home: Path) -> None:
    """Print the domains that are kept away, as CSV that other servers read.

    Parameters
    ----------
    home
        Folder of the server.
    """
    with opened(home) as (_, database):
        print(database.read_now(tending.exported, COMMAND_LINE), end="")


def import_blocks(file: Path, /, *, home: Path) -> None:
    """Keep domains away as a CSV list of another server says; each is a decision, and none that exists is loosened.

    Parameters
    ----------
    file
        The list.
    home
        Folder of the server.
    """
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise NotFound(f"{file} cannot be read: {error.strerror}") from None
    added = known = 0
    with opened(home) as (settings, database):
        site = site_of(settings)
        entries = tending.entries(text)
        for start in range(0, len(entries), limits.DOMAIN_LIST_AT_ONCE):
            some = entries[start : start + limits.DOMAIN_LIST_AT_ONCE]
            done = database.write_now(tending.import_some, site, COMMAND_LINE, some)
            added, known = added + len(done.added), known + len(done.known)
            for domain in done.refused:
                print(f"{domain!r} is no domain that can be kept away.")
    print(f"{added:,} domains are kept away from now on; {known:,} were already.")


def state(peer: Peer) -> str:
    """Say in a word how a server stands."""
    if peer.dead:
        return "dead"
    return "failing" if peer.failures else "well"


def _all(database: Database, selection: Selection) -> Iterator[Peer]:
    after = ""
    while some := database.read_now(tending.servers, COMMAND_LINE, selection, after, limits.PEERS_SHOWN):
        yield from some
        after = some[-1].host


def _day(at: Millis | None) -> str:
    return "never" if at is None else datetime.fromtimestamp(at / 1_000, UTC).strftime("%Y-%m-%d %H:%M")
