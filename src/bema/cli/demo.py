"""The demo square: built once, then served; a fresh machine needs nothing but this command to be in a lived-in place."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bema.cli import logs, serving
from bema.cli.administering import migrate
from bema.cli.home import new_secret, settings_of, write_settings
from bema.demo.building import address_of, build
from bema.demo.script import GUIDES, PASSWORD
from bema.outside.clock import SystemClock
from bema.settings import Settings, SettingsError
from bema.store import readdressing, slots
from bema.store.database import Database

_NOTE = "demo-square.txt"  # in the home folder of a demo square, and of no other
_TITLE = "Halmyra"
_DESCRIPTION = "The public square of Halmyra, a harbour city that does not exist. Everybody here is invented."
_RULES = (
    ("Speak as you would on the marble steps.", "The person you answer may be standing behind you at the baker's."),
    ("Say where you have it from.", "A link, a name, a date. “Everybody knows” is not a source."),
    ("What is told to a few stays with the few.", "Posts for followers are not passed on as pictures either."),
    ("Describe your pictures.", "Some of us listen to the square."),
)


def demo(*, home: Path, port: int = 8000) -> None:
    """Build a living square with people, threads and pictures, where there is none yet, and serve it on this machine.

    Parameters
    ----------
    home
        Folder of the demo square.
    port
        Port of 127.0.0.1 to serve it on.
    """
    listener = serving.bind(f"127.0.0.1:{port}")
    home = home.absolute()
    home.parent.mkdir(parents=True, exist_ok=True)
    with _alone(home.parent):
        if not (home / "bema.toml").exists():
            _make(home, port)
        _prepare(home, port)
    settings = settings_of(home)
    logs.configure(settings)
    _tell(f"The square is open: {settings.base}")
    _tell(_sign_in())
    serving.run(settings, listener, reads_log=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let others who would build in this folder wait."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make(home: Path, port: int) -> None:
    """Build the square beside its place and move it there when it is whole; what was left half-built is thrown away."""
    unfinished = home.with_name(f"{home.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    if home.exists() and any(home.iterdir()):
        raise SettingsError(f"{home} is not empty, and no square: give another --home")
    _tell("Building the demo square; this takes less than a minute.")
    write_settings(
        unfinished,
        {
            "domain": f"localhost:{port}",
            "scheme": "http",
            "title": _TITLE,
            "description": _DESCRIPTION,
            "contact_account": "cityhall",
            "contact_email": address_of("cityhall"),
            "languages": ["en", "ur", "ar", "el", "fa", "ps", "hi", "zh", "fr", "es", "de", "tr"],
            "rules": [{"text": text, "hint": hint} for text, hint in _RULES],
            "secret": new_secret(),
        },
    )
    (unfinished / _NOTE).write_text(f"Built by `bema demo`. {_sign_in()}\n", encoding="utf-8")
    migrate(home=unfinished)
    build(settings_of(unfinished), SystemClock().now(), _tell)
    unfinished.rename(home)


def _prepare(home: Path, port: int) -> None:
    """Bring a square of an earlier run to this release and to this port."""
    if not (home / _NOTE).exists():
        raise SettingsError(f"{home} is a square of its own: serve it with `bema serve --home {home}`")
    settings = settings_of(home)
    migrate(home=home)
    if settings.domain != f"localhost:{port}":
        _move(settings, f"localhost:{port}")


def _move(settings: Settings, domain: str) -> None:
    """Give the square another port. Doing it again, after it was broken off, ends the same."""
    slot = slots.take(settings.home / "run")
    slot.release()
    if slot.number != 0:
        raise SettingsError(f"{settings.home} is being served at {settings.base} already")
    database = Database(settings.database_url, SystemClock(), run_dir=settings.home / "run")
    try:
        database.write_now(readdressing.readdress, settings.domain, domain, settings.scheme)
    finally:
        database.close()
    file = settings.home / "bema.toml"
    text = file.read_text(encoding="utf-8").replace(f'"{settings.domain}"', f'"{domain}"')
    temporary = file.with_suffix(".new")
    temporary.touch(mode=0o600)
    temporary.write_text(text, encoding="utf-8")
    temporary.rename(file)


def _tell(sentence: str) -> None:
    print(sentence, flush=True)  # also where nobody sits at a terminal: others wait for these lines


def _sign_in() -> str:
    """Tell how to sign in."""
    people = " or ".join(f"{name} ({address_of(name)})" for name in GUIDES)
    return f"Sign in as {people}; the password of everybody here is {PASSWORD}"
