"""A real server in processes of its own, as an operator starts it: for other people's clients, browsers and crashes."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path

from bema.cli import commands
from tests.patience import PATIENCE


class ServedSquare:
    """A square in `home` that is served on a port of its own."""

    def __init__(self, home: Path, *, database: str = "", environment: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.port = _free_port()
        self.domain = f"localhost:{self.port}"
        self.url = f"http://{self.domain}"
        self._environment = {**os.environ, "BEMA_RATE_LIMIT_FACTOR": "1000", **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None
        options = ["--database", database] if database else []
        self.command("init", "--home", str(home), "--domain", self.domain, "--scheme", "http", *options)

    def command(self, *words: str) -> str:
        """Run `bema` with these words and return what it prints; here, as starting a process for each takes seconds."""
        printed, before = io.StringIO(), dict(os.environ)
        os.environ.update(self._environment)
        try:
            with redirect_stdout(printed):
                commands(words, exit_on_error=False, result_action="return_value")
        finally:
            os.environ.clear()
            os.environ.update(before)
        return printed.getvalue()

    def create_account(self, name: str, *, password: str = "correct horse battery", role: str = "member") -> None:
        """Create somebody who can sign in."""
        email = f"{name}@example.org"
        options = ["--home", str(self.home), "--email", email, "--password", password, "--role", role]
        self.command("account", "create", name, *options)

    def create_token(self, name: str, scopes: str = "read write follow push profile") -> str:
        """Create a token for an account."""
        return self.command("token", "create", name, "--home", str(self.home), "--scopes", scopes).strip()

    def start(self, *options: str) -> None:
        """Serve, and return when the first request is answered."""
        with open(self.home / "server.log", "ab") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "bema.cli", "serve"),
                    *("--home", str(self.home), "--listen", f"127.0.0.1:{self.port}", *options),
                ],
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that a kill reaches all processes of this server and no other
            )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()  # or what could not start would try for ever
                raise AssertionError(f"the server does not answer: {self.log()}")
            time.sleep(0.05)

    def kill(self) -> None:
        """End all its processes at once, as a power failure would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, and wait until it has, in order."""
        status = self._end(signal.SIGTERM)
        assert status in (None, 0), f"the server ended with {status}: {self.log()}"

    def log(self) -> str:
        """Return what it has written so far."""
        return (self.home / "server.log").read_text(errors="replace")

    def _end(self, number: signal.Signals) -> int | None:
        process, self._process = self._process, None
        if process is None:
            return None
        if process.poll() is None:
            os.killpg(process.pid, number) if number == signal.SIGKILL else process.send_signal(number)
        return process.wait(PATIENCE)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/api/v1/timelines/public", timeout=PATIENCE):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
