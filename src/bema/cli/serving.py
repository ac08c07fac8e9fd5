"""Serving: one process that does everything, or several over one database of which one reads the log."""

import gc
import os
import resource
import signal
import socket
import sys
import time
from pathlib import Path
from typing import Literal

import msgspec
import structlog
import uvicorn
import uvloop

from bema.app import App
from bema.cli import logs
from bema.cli.home import opened, settings_of
from bema.domain import configuring
from bema.edge.connections import Connection
from bema.edge.streaming.sockets import Socket
from bema.outside.log_keeper import keeper_at
from bema.settings import Settings
from bema.subscribers.public_log import check

log = structlog.get_logger("bema.serve")

_BACKLOG = 2_048  # connections that wait to be accepted
_RESTART_SECONDS = 1.0  # between the death of a process and its successor
_RESTARTS_IN_A_ROW = 10  # of processes that died young: then the server ends, and whoever started it sees why
_YOUNG_SECONDS = 10.0


def serve(
    *,
    home: Path,
    listen: str = "127.0.0.1:8000",
    role: Literal["all", "web", "worker"] = "all",
    processes: int = 1,
) -> None:
    """Run the server until it is told to stop (SIGTERM, SIGINT).

    Parameters
    ----------
    home
        Folder of the server.
    listen
        Address and port to listen on.
    role
        `web` answers requests, `worker` reads the event log, `all` does both.
    processes
        How many processes answer requests; with more than one, another reads the log.
    """
    settings = settings_of(home)
    logs.configure(settings)
    with opened(home) as (_, database):
        check(database, keeper_at(settings.home, settings.domain))
        database.write_now(configuring.record, msgspec.structs.asdict(settings))
    if settings.federation_private_peers:
        log.warning(
            "PRIVATE PEERS ARE ALLOWED: whatever is fetched or delivered may reach this network. Never in production."
        )
    if role == "worker":
        work(settings)
        return
    listener = bind(listen)
    if processes == 1:
        run(settings, listener, reads_log=role == "all")
    else:
        _supervise(settings, listener, processes, with_worker=role == "all")


def run(settings: Settings, listener: socket.socket, *, reads_log: bool) -> None:
    """Answer requests on a socket, and read the log where that is this process's part."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))  # 1,024 connections, the usual limit, are soon taken
    app = App(settings, reads_log=reads_log)
    gc.freeze()  # all that is there now stays: the collector need not look at it again
    config = uvicorn.Config(
        app.server,
        loop="uvloop",
        http=Connection,
        ws=Socket,
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,  # believed by us alone, and only of trusted_proxies
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
    )
    listener.listen(_BACKLOG)
    host, port = listener.getsockname()[:2]
    log.info("listening", address=f"{host}:{port}", url=settings.base, reads_log=reads_log)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)  # when it has stopped, uvicorn raises again what stopped it
    try:
        Serving(config, app).run(sockets=[listener])
    finally:
        app.close()


def _end(*_: object) -> None:
    """End the process in order, so that the database is closed."""
    sys.exit(0)


class Serving(uvicorn.Server):
    """Serves until it is told to stop; then streams, which would go on for ever, are ended first."""

    def __init__(self, config: uvicorn.Config, app: App) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        self._app.hang_up()
        await super().shutdown(sockets)


def work(settings: Settings) -> None:
    """Read the event log and do what follows from it, without answering requests."""
    app = App(settings)
    try:
        uvloop.run(app.work())
    finally:
        app.close()


def bind(listen: str) -> socket.socket:
    """Take an address and port; nobody can connect before something listens there."""
    host, _, port = listen.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]") or "127.0.0.1", int(port)))
    except OSError as error:
        sys.exit(f"bema: cannot listen on {listen}: {error.strerror}")
    listener.set_inheritable(True)
    return listener


def _supervise(settings: Settings, listener: socket.socket, processes: int, *, with_worker: bool) -> None:
    """Keep the processes running: one that dies is replaced; told to stop, tell all to."""
    children: dict[int, bool] = {}  # process id -> whether it is the worker
    born: dict[int, float] = {}
    died_young = 0

    def start(worker: bool) -> None:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            if worker:
                listener.close()
                work(settings)
            else:
                run(settings, listener, reads_log=False)
            os._exit(0)
        children[pid] = worker
        born[pid] = time.monotonic()

    stopping = failed = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True
        for pid in children:
            os.kill(pid, signal.SIGTERM)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for _ in range(processes):
        start(worker=False)
    if with_worker:
        start(worker=True)
    while children:
        pid, status = os.wait()
        worker = children.pop(pid, None)
        if worker is not None and not stopping:
            died_young = died_young + 1 if time.monotonic() - born.pop(pid) < _YOUNG_SECONDS else 0
            if died_young > _RESTARTS_IN_A_ROW:
                log.error(
                    "processes end as soon as they are started; giving up", status=os.waitstatus_to_exitcode(status)
                )
                failed = True
                stop()
                continue
            log.error("a process ended and is replaced", process=pid, status=os.waitstatus_to_exitcode(status))
            time.sleep(_RESTART_SECONDS)
            if not stopping:  # it may have been told to meanwhile
                start(worker)
    if failed:
        sys.exit(1)
