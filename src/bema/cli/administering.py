"""Making a server, its people and its tokens."""

import secrets
from pathlib import Path
from typing import Literal

from bema.cli.home import new_secret, opened, settings_of, write_settings
from bema.domain import appointing, joining, recording
from bema.model.errors import Invalid, NotFound
from bema.model.permissions import COMMAND_LINE
from bema.model.policy import SCOPES, Role
from bema.outside.clock import SystemClock
from bema.outside.log_keeper import keeper_at
from bema.outside.passwords import Passwords
from bema.settings import Settings, SettingsError
from bema.store import accounts, grants, logins
from bema.store import migrate as migrations
from bema.store.database import Database
from bema.store.tx import WriteTx


def init(
    *, home: Path, domain: str, scheme: Literal["http", "https"] = "https", database: str = "", title: str = "Bema"
) -> None:
    """Make a server: its home folder, settings and database. An existing one is left as it is.

    Parameters
    ----------
    home
        Folder for everything the server keeps.
    domain
        Host name (and port, where it is unusual) at which the outside reaches the server; it cannot change later.
    scheme
        How the outside reaches the server.
    database
        postgresql://… address; without one, SQLite in the home folder.
    title
        Name of the square.
    """
    home.mkdir(parents=True, exist_ok=True)
    file = home / "bema.toml"
    if file.exists():
        existing = settings_of(home)
        if (existing.domain, existing.scheme) != (domain, scheme):
            raise SettingsError(f"{file} is there and belongs to {existing.base}")
    else:
        values = {"domain": domain, "scheme": scheme, "title": title, "secret": new_secret()}
        if database:
            values["database"] = database
        write_settings(home, values)
    migrate(home=home)
    print(f"The server {scheme}://{domain} is ready in {home}.")


def migrate(*, home: Path) -> None:
    """Bring the database to the schema of this release.

    Parameters
    ----------
    home
        Folder of the server.
    """
    settings = settings_of(home)
    migrations.migrate(settings.database_url)
    store = Database(settings.database_url, SystemClock(), run_dir=home / "run")
    try:
        store.write_now(accounts.domain_id, settings.domain, local=True)
        _begin_log(settings, store)
    finally:
        store.close()


def _begin_log(settings: Settings, store: Database) -> None:
    """Make the keys of the public log where there are none, and enter what was decided before it began."""
    keeper = keeper_at(settings.home, settings.domain)
    vkey = store.read_now(recording.current_key)
    if vkey is None:
        vkey = str(keeper.verifier if keeper.exists else keeper.create())
    store.write_now(recording.open_log, keeper.origin, vkey)
    store.write_now(appointing.record_all)


def create_account(
    name: str,
    /,
    *,
    home: Path,
    email: str,
    password: str,
    role: Literal["owner", "admin", "moderator", "member"] = "member",
) -> None:
    """Create a confirmed login with an account.

    Parameters
    ----------
    name
        Username: letters, digits and underscores.
    home
        Folder of the server.
    email
        Address to sign in with.
    password
        Password to sign in with.
    role
        What the login may do on the server.
    """
    passwords = Passwords()
    hashed = passwords.hash_here(password)
    passwords.close()
    with opened(home) as (settings, database):
        applicant = joining.Applicant(
            username=name,
            email=email,
            password_hash=hashed,
            locale=settings.languages[0],
            role=Role[role.upper()],
            confirmed=True,
            approved=True,
            reserved_names=True,
        )
        database.write_now(joining.join, applicant)
        print(f"{name} can sign in at {settings.base} with {email}.")


def appoint(name: str, role: Literal["owner", "admin", "moderator", "member"], /, *, home: Path) -> None:
    """Give who signs in for an account another role; the public log tells of it, under a pseudonym.

    Parameters
    ----------
    name
        Username of the account.
    role
        What they may do on the server from now on.
    home
        Folder of the server.
    """

    def change(tx: WriteTx) -> None:
        account = accounts.by_handle(tx, name, None)
        if account is None:
            raise NotFound(f"There is no account {name}")
        appointing.appoint(tx, COMMAND_LINE, account.id, Role[role.upper()])

    with opened(home) as (_, database):
        database.write_now(change)
    print(f"{name} is {role} now.")


def create_token(name: str, /, *, home: Path, scopes: str = "read write follow push") -> None:
    """Create a token that acts for an account, and print it alone.

    Parameters
    ----------
    name
        Username of the account.
    home
        Folder of the server.
    scopes
        What the token allows, separated by spaces.
    """
    unknown = set(scopes.split()) - SCOPES
    if unknown or not scopes.split():
        raise Invalid(f"Unknown scopes: {' '.join(sorted(unknown)) or '(none given)'}")
    secret = secrets.token_urlsafe(32)

    def grant(tx: WriteTx) -> None:
        account = accounts.by_handle(tx, name, None)
        if account is None:
            raise NotFound(f"There is no account {name}")
        app_id = grants.add_app(
            tx,
            client_id=secrets.token_urlsafe(32),
            secret=secrets.token_urlsafe(32),
            name="Command line",
            website=None,
            redirect_uris=["urn:ietf:wg:oauth:2.0:oob"],
            scopes=scopes,
        )
        grants.add_token(
            tx,
            secret=secret,
            app_id=app_id,
            login_id=logins.logins_of(tx, account.id)[0],
            account_id=account.id,
            scopes=scopes,
        )

    with opened(home) as (_, database):
        database.write_now(grant)
    print(secret)
