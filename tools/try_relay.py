"""Put a relay of another make between two squares: both of its ways are followed, used and left.

Run it as root, as `.venv/bin/python -m tools.try_relay PATH inbox` (or `actor`); PATH is the `activityrelay` command of
https://git.pleroma.social/pleroma/relay (PyPI: activityrelay), in an environment of its own. It makes network namespaces.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from bema.domain import relaying
from bema.model.permissions import COMMAND_LINE
from bema.model.relaying import Relay, State
from bema.model.site import Site
from bema.store.tx import WriteTx
from tests.federation.certificates import Authority
from tests.federation.front import Front
from tests.federation.network import Network
from tests.federation.town import Town

_HOSTS = {"alder.example": "9.9.9.11", "birch.example": "9.9.9.12", "relay.test": "9.9.9.20"}
_SECONDS = 90
_PREPARE = """
import sys, aputils
from relay.state import State
with State(sys.argv[1], False).database.session(True) as connection:
    connection.put_config("private-key", aputils.Signer.new("n/a").export())
"""


def main(command: Path, form: str) -> None:
    """Follow the relay from two squares, post, edit and delete on one, look at the other, and take leave."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        network, authority = stack.enter_context(Network(_HOSTS)), Authority(home)
        stack.enter_context(_relay(command, network, authority, home))
        towns = []
        for host in ("alder.example", "birch.example"):
            (home / host).mkdir()
            towns.append(Town(network.place(host), host, authority, home / host))
            stack.callback(towns[-1].close)
            towns[-1].start()
        for town in towns:
            town.carry_out(relaying.add, Site(town.host), COMMAND_LINE, f"https://relay.test/{form}")
        for town in towns:
            _until(f"{town.host} is taken up", partial(_is_taken_up, town))
        _use(*towns)
        for town in towns:
            [relay] = _relays(town)
            town.carry_out(relaying.remove, Site(town.host), COMMAND_LINE, relay.id)
            assert not _relays(town)


def _use(alder: Town, birch: Town) -> None:
    def shown() -> list[str]:
        found = birch.stranger.get("/api/v1/timelines/public", params={"remote": "true"}).json()
        return [each["content"] for each in found]

    ann = alder.person("ann")
    post = ann.client.post("/api/v1/statuses", data={"status": "Through the relay"}).json()
    _until("the post came", lambda: shown() == ["<p>Through the relay</p>"])
    ann.client.put(f"/api/v1/statuses/{post['id']}", data={"status": "Edited"})
    _until("the edit came", lambda: shown() == ["<p>Edited</p>"])
    ann.client.delete(f"/api/v1/statuses/{post['id']}")
    _until("the deletion came", lambda: shown() == [])


def _is_taken_up(town: Town) -> bool:
    return [each.state for each in _relays(town)] == [State.ACCEPTED]


def _relays(town: Town) -> list[Relay]:
    def listed(tx: WriteTx) -> list[Relay]:
        return relaying.listed(tx, COMMAND_LINE)

    return town.carry_out(listed)


@contextmanager
def _relay(command: Path, network: Network, authority: Authority, home: Path) -> Iterator[None]:
    place, settings = network.place("relay.test"), home / "relay.yaml"
    settings.write_text(
        "listen: 127.0.0.1\nport: 8080\ndomain: relay.test\nworkers: 1\ndatabase_type: sqlite\n"
        f"cache_type: database\nsqlite_path: {home}/relay.sqlite3\n"
    )
    front = Front("relay.test", place.address, authority.context("relay.test"), home / "relay.sock", 8080)
    place.run(front.start())
    environment = {**os.environ, "SSL_CERT_FILE": str(authority.file)}
    subprocess.run([command.parent / "python", "-c", _PREPARE, str(settings)], check=True, env=environment)
    words = place.command(str(command), "-c", str(settings), "run")
    with subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(20)
            place.run(front.stop())


def _until(what: str, holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _SECONDS
    while not holds():
        if time.monotonic() > end:
            sys.exit(f"It did not come to pass that {what}")
        time.sleep(0.2)
    sys.stdout.write(f"{what}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
