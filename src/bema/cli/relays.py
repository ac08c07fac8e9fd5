"""Relays, for operators: which pass public posts on to this server and from it."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from bema.app import site_of
from bema.cli.home import opened
from bema.domain import relaying
from bema.model.permissions import COMMAND_LINE


def list_relays(*, home: Path) -> None:
    """List relays with how they stand.

    Parameters
    ----------
    home
        Folder of the server.
    """
    with opened(home) as (_, database):
        table = Table(box=None, pad_edge=False)
        for heading in ("relay", "state", "posts", "error"):
            table.add_column(heading)
        for relay in database.read_now(relaying.listed, COMMAND_LINE):
            table.add_row(relay.address, relay.state.value, f"{relay.brought:,}", relay.error or "")
        Console().print(table)


def add_relay(address: str, /, *, home: Path) -> None:
    """Ask a relay to take this server up: its answer comes while the server runs.

    Parameters
    ----------
    address
        Its inbox (https://relay.example/inbox) or its actor (https://relay.example/actor).
    home
        Folder of the server.
    """
    with opened(home) as (settings, database):
        relay = database.write_now(relaying.add, site_of(settings), COMMAND_LINE, address)
        print(f"{relay.host} is asked.")


def remove_relay(address: str, /, *, home: Path) -> None:
    """Take leave of a relay, and forget it.

    Parameters
    ----------
    address
        As it was added.
    home
        Folder of the server.
    """
    with opened(home) as (settings, database):
        id_ = database.read_now(relaying.named, COMMAND_LINE, address)
        relay = database.write_now(relaying.remove, site_of(settings), COMMAND_LINE, id_)
        print(f"{relay.host} is told, and forgotten.")
