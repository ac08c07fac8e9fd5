"""Lets GoToSocial, a whole server which we did not write, live beside ours, and prints each sentence that held.

    .venv/bin/python -m tools.gotosocial.beside_ours COMMAND FOLDER

as root. COMMAND is the program `gotosocial`, FOLDER has its `web/template` and `web/assets`; releases bring both. It makes
network namespaces with names and certificates of their own: both servers are behind TLS, and ours has its guard of addresses on.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from bema.model.ids import LoginId
from tests.federation.certificates import Authority
from tests.federation.front import Front
from tests.federation.network import Network, Place
from tests.federation.town import Person, Town, eventually
from tests.patience import PATIENCE
from tools.gotosocial.living import live

_HOSTS = {"alder.example": "9.9.9.11", "gts.example": "9.9.9.30"}
_PASSWORD = "Xk9!correct-Horse_77battery"  # noqa: S105 - of people who live for minutes
_OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
_SCOPES = "read write follow"
_PORT = 8080


def main(command: Path, folder: Path) -> int:
    """Start both, let people of both live together, and tell how much of it came to pass."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        network, authority = stack.enter_context(Network(_HOSTS)), Authority(home)
        for each in ("alder", "gts"):
            (home / each).mkdir()
        alder = Town(network.place("alder.example"), "alder.example", authority, home / "alder")
        stack.callback(alder.close)
        alder.start()
        theirs = Theirs(network.place("gts.example"), authority, home / "gts", command, folder)
        stack.enter_context(theirs.served())
        failed = live(alder.person("ann"), alder.person("bob"), theirs.person("gus"), theirs.person("gil"))
        if failed:
            sys.stdout.write(alder.log()[-5_000:])
        return 1 if failed else 0


class Theirs:
    """Their server, and whoever is at home there."""

    host = "gts.example"

    def __init__(self, place: Place, authority: Authority, home: Path, command: Path, folder: Path) -> None:
        self._place, self._home, self._command = place, home, command
        self._file = home / "front.sock"
        self._front = Front(self.host, place.address, authority.context(self.host), self._file, _PORT)
        settings = {
            "HOST": self.host,
            "BIND_ADDRESS": "127.0.0.1",
            "PORT": str(_PORT),
            "DB_TYPE": "sqlite",
            "DB_ADDRESS": str(home / "their.db"),
            "STORAGE_LOCAL_BASE_PATH": str(home / "storage"),
            "WEB_TEMPLATE_BASE_DIR": str(folder / "web/template"),
            "WEB_ASSET_BASE_DIR": str(folder / "web/assets"),
            "ADVANCED_RATE_LIMIT_REQUESTS": "0",
            "ADVANCED_THROTTLING_MULTIPLIER": "0",
        }
        names = {f"GTS_{name}": value for name, value in settings.items()}
        self._environment = {**os.environ, "SSL_CERT_FILE": str(authority.file), **names}

    @contextmanager
    def served(self) -> Iterator[None]:
        """Serve, from the first answer on."""
        self._place.run(self._front.start())
        words = self._place.command(str(self._command), "server", "start")
        with (
            open(self._home / "log", "wb") as log,
            subprocess.Popen(words, env=self._environment, stdout=log, stderr=log, cwd=self._home) as process,
        ):
            try:
                with self._client() as client:
                    eventually(lambda: client.get("/api/v1/instance").status_code == 200, "they do not answer")
                yield
            finally:
                process.terminate()
                process.wait(PATIENCE)
                self._place.run(self._front.stop())

    def person(self, name: str) -> Person:
        """Make somebody there, who lets everybody follow; return them signed in."""
        words = ("--username", name, "--email", f"{name}@{self.host}", "--password", _PASSWORD)
        self._administer("create", *words)
        self._administer("confirm", *words[:2])
        client = self._client(self._token(name))
        client.patch("/api/v1/accounts/update_credentials", json={"locked": False})
        id_ = client.get("/api/v1/accounts/verify_credentials").json()["id"]
        return Person(self, name, id_, LoginId(0), client)  # type: ignore[arg-type]  # ids of theirs are words

    def _administer(self, *words: str) -> None:
        command = self._place.command(str(self._command), "admin", "account", *words)
        subprocess.run(command, env=self._environment, cwd=self._home, check=True, capture_output=True)

    def _client(self, token: str | None = None) -> httpx.Client:
        headers = {"User-Agent": "beside-ours"} | ({} if token is None else {"Authorization": f"Bearer {token}"})
        transport = httpx.HTTPTransport(uds=str(self._file))
        return httpx.Client(transport=transport, base_url=f"http://{self.host}", headers=headers, timeout=PATIENCE)

    def _token(self, name: str) -> str:
        """Sign in as a browser does, whose cookies are kept by hand: they are for TLS alone."""
        client, cookies = self._client(), dict[str, str]()

        def ask(method: str, path: str, **more: str) -> httpx.Response:
            cookie = "; ".join(f"{key}={value}" for key, value in cookies.items())
            asked, told = (more, None) if method == "GET" else (None, more)
            answer = client.request(method, path, headers={"Cookie": cookie}, params=asked, data=told)
            for each in answer.headers.get_list("set-cookie"):
                key, _, value = each.partition(";")[0].partition("=")
                cookies[key] = value
            return answer

        app = client.post(
            "/api/v1/apps", json={"client_name": "beside", "redirect_uris": _OUT_OF_BAND, "scopes": _SCOPES}
        ).json()
        known = {"client_id": app["client_id"], "redirect_uri": _OUT_OF_BAND}
        ask("GET", "/oauth/authorize", response_type="code", scope=_SCOPES, **known)
        ask("POST", "/auth/sign_in", username=f"{name}@{self.host}", password=_PASSWORD)
        ask("GET", "/oauth/authorize", response_type="code", scope=_SCOPES, **known)
        sent_to = ask("POST", "/oauth/authorize").headers["location"]
        [code] = parse_qs(urlsplit(sent_to).query)["code"]
        told = {**known, "client_secret": app["client_secret"], "grant_type": "authorization_code", "code": code}
        token: str = client.post("/oauth/token", json=told).json()["access_token"]
        return token


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
