"""Who comes in: answering those who asked to join, and inviting others."""

from collections.abc import Callable
from pathlib import Path

from bema.app import site_of
from bema.cli.home import opened
from bema.domain import joining
from bema.model.errors import NotFound
from bema.model.ids import LoginId
from bema.model.site import Site
from bema.store import logins
from bema.store.tx import WriteTx

_DAY = 86_400_000  # milliseconds
Decision = Callable[[WriteTx, Site, LoginId | None, LoginId], None]


def approve(name: str, /, *, home: Path) -> None:
    """Let in somebody who asked to join, and tell them by mail.

    Parameters
    ----------
    name
        Username that was asked for.
    home
        Folder of the server.
    """
    _decide(name, home, joining.approve)
    print(f"{name} may take part.")


def reject(name: str, /, *, home: Path) -> None:
    """Send away somebody who asked to join, and tell them by mail.

    Parameters
    ----------
    name
        Username that was asked for; it can be taken by another afterwards.
    home
        Folder of the server.
    """
    _decide(name, home, joining.reject)
    print(f"{name} was sent away.")


def create_invite(name: str, /, *, home: Path, uses: int | None = None, days: int | None = None) -> None:
    """Make an invitation in the name of a member, and print its address alone.

    Parameters
    ----------
    name
        Username of the member who invites.
    home
        Folder of the server.
    uses
        How many may join by it; without it, any number.
    days
        How long it is good; without it, for ever.
    """

    def make(tx: WriteTx) -> str:
        expires_at = None if days is None else tx.now + days * _DAY
        return joining.invite(tx, _login_of(tx, name), expires_at=expires_at, max_uses=uses)

    with opened(home) as (settings, database):
        print(f"{settings.base}/auth/sign_up?invite={database.write_now(make)}")


def _decide(name: str, home: Path, decision: Decision) -> None:
    with opened(home) as (settings, database):
        site = site_of(settings)
        database.write_now(lambda tx: decision(tx, site, None, _login_of(tx, name)))


def _login_of(tx: WriteTx, name: str) -> LoginId:
    row = logins.by_username(tx, name)
    if row is None:
        raise NotFound(f"There is no account {name}")
    return LoginId(row.id)
