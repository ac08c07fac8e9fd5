"""The server as a whole: builds database, outside, edges and subscribers from the settings; nothing else builds objects."""

import asyncio
import signal

from bema.edge import metrics, oauth, openapi, wellknown
from bema.edge.answers import ApiPresenter
from bema.edge.files import MediaFiles, StaticFiles
from bema.edge.mastodon import ROUTES as MASTODON
from bema.edge.parts import Parts
from bema.edge.routes import Route, Surface
from bema.edge.server import Server
from bema.edge.tally import Tally
from bema.edge.web import ROUTES as WEB
from bema.edge.web.pages import WebPresenter
from bema.model.site import Site
from bema.outside.bell import Bell
from bema.outside.blobs import Blobs
from bema.outside.clock import Clock, SystemClock
from bema.outside.images import PictureWorkshop
from bema.outside.fetch import Fetcher
from bema.outside.mail import MailServer, Postman
from bema.outside.passwords import Passwords
from bema.settings import Settings
from bema.store.database import Database
from bema.store.tx import Observer
from bema.subscribers import SUBSCRIBERS, files, leaving, mail
from bema.subscribers.files import FILES
from bema.subscribers.leaving import LEAVING
from bema.subscribers.mail import MAIL
from bema.subscribers.runner import Runner

_DESCRIBED: list[Route] = [*MASTODON, *oauth.routes, *wellknown.routes, *metrics.routes]
API: list[Route] = [*_DESCRIBED, *openapi.serving(_DESCRIBED)]  # all routes but those of pages


class App:
    """A server, ready to be run; `close` lets go of everything."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        passwords: Passwords | None = None,
        observer: Observer | None = None,
        reads_log: bool = True,
    ) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.site = site_of(settings)
        self.database = Database(settings.database_url, self.clock, run_dir=settings.home / "run", observer=observer)
        self.passwords = passwords or Passwords()
        self.blobs = Blobs(
            settings.media_root, public_url=self.site.media("").rstrip("/"), secret=settings.secret.encode()
        )
        self.workshop = PictureWorkshop()
        self.static = StaticFiles()
        self.fetcher = Fetcher(
            settings.base, private_peers=settings.federation_private_peers, high_ports=settings.fetch_high_ports
        )
        self.parts = Parts(
            settings, self.site, self.database, self.clock, self.passwords, self.blobs, self.workshop, self.fetcher, Tally()
        )

        postman = Postman(
            self.clock,
            from_address=settings.smtp_from or f"notifications@{settings.domain.partition(':')[0]}",
            from_name=settings.title,
            outbox=settings.home / "outbox",
            server=mail_server_of(settings),
        )
        performers = {
            FILES.name: files.deleting(self.blobs),
            LEAVING.name: leaving.clearing(self.database),
            MAIL.name: mail.performer(self.database, postman, settings.domain),
        }
        self.runner = Runner(self.database, SUBSCRIBERS, performers)
        run_dir = settings.home / "run"
        run_dir.mkdir(parents=True, exist_ok=True)
        self.bell = Bell(run_dir)
        self.server = Server(
            self.parts,
            [*API, *WEB],
            {
                Surface.API: ApiPresenter(),
                Surface.PLAIN: ApiPresenter(),
                Surface.WEB: WebPresenter(self.parts, self.static.address),
            },
            {"static": self.static, "media": MediaFiles(self.blobs)},
            on_start=self._start,
            on_stop=self._stop,
        )
        self.reads_log = reads_log

    async def _start(self) -> None:
        if self.reads_log:
            self.database.on_events = self.runner.wake
            await self.runner.start()
            self.bell.listen(self.runner.wake)
        else:
            self.database.on_events = self.bell.ring

    async def _stop(self) -> None:
        if self.reads_log:
            await self.runner.stop()
        self.bell.close()

    async def work(self) -> None:
        await self.fetcher.close()
        """Read the log until the process is told to stop."""
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        await self._start()
        await stopping.wait()
        await self._stop()

    def close(self) -> None:
        """Finish what was begun and let go of everything."""
        self.bell.close()
        self.workshop.close()
        self.passwords.close()
        self.database.close()


def site_of(settings: Settings) -> Site:
    """Return the server's addresses."""
    return Site(settings.domain, settings.scheme, settings.title)


def mail_server_of(settings: Settings) -> MailServer | None:
    """Return where mails are handed in, or None where they are written as files."""
    if not settings.smtp_host:
        return None
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        tls=settings.smtp_security,
        user=settings.smtp_user or None,
        password=settings.smtp_password or None,
    )
