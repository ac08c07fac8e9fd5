"""The server as a whole: builds database, outside, edges and subscribers from the settings; nothing else builds objects."""

import asyncio
import signal
from collections.abc import Sequence
from functools import cache

from bema.domain import (
    archiving,
    bringing_along,
    deciding,
    electing,
    importing_lists,
    legislating,
    polling,
    relaying,
    restoring,
    retrospecting,
    scheduling,
    trending,
    uploading,
)
from bema.domain.keeping_out import Ledger
from bema.domain.keyring import Keyring
from bema.domain.preparing import PREPARING
from bema.domain.receiving import moving
from bema.domain.receiving.caching import RemoteFiles
from bema.domain.receiving.gathering import Gatherer
from bema.domain.synchronizing import SYNCHRONIZING
from bema.domain.verifying import Verifier
from bema.edge import decided, metrics, oauth, openapi, policies, public_log, server_record, standing, wellknown
from bema.edge.activitypub import ROUTES as ACTIVITYPUB
from bema.edge.activitypub.verifying import know
from bema.edge.answers import ApiPresenter
from bema.edge.archive_files import ArchiveFiles
from bema.edge.files import MediaFiles, StaticFiles
from bema.edge.gate import Gate
from bema.edge.mastodon import ROUTES as MASTODON
from bema.edge.mastodon.live import teller
from bema.edge.mastodon.streaming import converse
from bema.edge.parts import Parts
from bema.edge.routes import Route, Surface, Table
from bema.edge.server import Server
from bema.edge.streaming.follower import Follower
from bema.edge.streaming.hub import Hub
from bema.edge.tally import Tally
from bema.edge.web import ROUTES as WEB
from bema.edge.web.pages import WebPresenter
from bema.model import limits
from bema.model.events import Event
from bema.model.site import Site
from bema.outside.bell import Bell, Chime
from bema.outside.blobs import Blobs
from bema.outside.clock import Clock, SystemClock
from bema.outside.fetch import Fetcher
from bema.outside.finding import Finder
from bema.outside.images import PictureWorkshop
from bema.outside.log_keeper import keeper_at
from bema.outside.mail import MailServer, Postman
from bema.outside.passwords import Passwords
from bema.outside.peers import Peers
from bema.outside.resolving import Resolver
from bema.outside.translator import Translator
from bema.outside.vapid import Signer
from bema.settings import Settings
from bema.store.database import Database
from bema.store.log import Entry
from bema.store.tx import Observer
from bema.subscribers import (
    SUBSCRIBERS,
    annual_reports,
    archives,
    brought_lists,
    cards,
    decisions,
    delivery,
    domain_blocks,
    domains,
    email_issues,
    endings,
    files,
    filling,
    leaving,
    list_imports,
    mail,
    moves,
    polls,
    pushes,
    recordings,
    relays,
    restorations,
    scheduled,
    sending,
    severing,
    trends,
)
from bema.subscribers.cards import CARDS
from bema.subscribers.conversations import CONVERSATIONS
from bema.subscribers.counts import COUNTS
from bema.subscribers.domain_blocks import DOMAIN_BLOCKS
from bema.subscribers.domains import DOMAINS
from bema.subscribers.email_issues import EMAIL_ISSUES
from bema.subscribers.endings import ENDINGS
from bema.subscribers.files import FILES
from bema.subscribers.filling import FILLING
from bema.subscribers.inbox import Inbox
from bema.subscribers.leaving import LEAVING
from bema.subscribers.mail import MAIL
from bema.subscribers.notifications import NOTIFICATIONS
from bema.subscribers.public_log import (
    PUBLIC_LOG,
    WITNESSES,
    asking_witnesses,
    lacks_signature,
    sign_rest,
    signing,
)
from bema.subscribers.pushes import PUSHES
from bema.subscribers.runner import Performer, Runner
from bema.subscribers.sending import Sender
from bema.subscribers.severing import SEVERING
from bema.subscribers.spreading import SPREADING, spreading_all
from bema.subscribers.synchronizing import putting_right
from bema.subscribers.tidying import Tidying
from bema.subscribers.timelines import TIMELINES
from bema.subscribers.watching import Watching
from bema.wire.mastodon.sentences import sentence
from bema.wire.tongues import tongue

_DESCRIBED: list[Route] = [
    *MASTODON,
    *oauth.routes,
    *wellknown.routes,
    *public_log.routes,
    *policies.routes,
    *policies.plain,
    *server_record.routes,
    *standing.routes,
    *decided.routes,
    *metrics.routes,
]
API: list[Route] = [*_DESCRIBED, *openapi.serving(_DESCRIBED)]  # all routes but those of pages


@cache
def _table() -> Table:
    """Find routes: the same for all servers of a process."""
    return Table([*API, *ACTIVITYPUB, *WEB])


@cache
def _own_files() -> StaticFiles:
    """Hold the files that come with the server: the same for all servers of a process."""
    return StaticFiles()


class App:
    """A server, ready to be run; `close` lets go of everything."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock | None = None,
        passwords: Passwords | None = None,
        observer: Observer | None = None,
        fetcher: Fetcher | None = None,
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
        self.fetcher = fetcher or Fetcher(
            settings.base, private_peers=settings.federation_private_peers, high_ports=settings.fetch_high_ports
        )
        self.keyring = Keyring(self.database, self.site, settings.secret.encode())
        self.peers = Peers(
            self.fetcher,
            self.keyring,
            Ledger(self.database, self.site),
            self.clock,
            scheme=settings.scheme if settings.federation_private_peers else "https",
        )
        self.translator = (
            Translator(settings.translate_url, settings.translate_key, settings.base)
            if settings.translate_url
            else None
        )
        self.static = _own_files()
        self.gate = Gate(self.database, self.clock)
        self.streams = Follower(
            self.database,
            self.gate,
            Hub(settings.rate_limit_factor),
            [COUNTS.name, TIMELINES.name, NOTIFICATIONS.name, CONVERSATIONS.name],
            teller(self.site),
        )
        self.parts = Parts(
            settings,
            self.site,
            self.database,
            self.clock,
            self.passwords,
            self.blobs,
            self.workshop,
            self.fetcher,
            Tally(),
            self.streams,
            self.keyring,
            self.peers,
            Verifier(self.database, self.site, self.peers, self.clock),
            Gatherer(self.database, self.site, Finder(self.peers)),
            self.translator,
        )

        postman = Postman(
            self.clock,
            from_address=settings.smtp_from or f"notifications@{settings.domain.partition(':')[0]}",
            from_name=settings.title,
            outbox=settings.home / "outbox",
            server=mail_server_of(settings),
        )
        deliverer = fetcher or Fetcher(  # with connections of its own: what others are asked for never waits for these
            settings.base,
            private_peers=settings.federation_private_peers,
            high_ports=settings.fetch_high_ports,
            resolve=Resolver(),
            at_once=limits.DELIVERY_CONNECTIONS,
        )
        self.deliverer = deliverer
        self.sender = Sender(
            self.database,
            sending.through(
                Peers(deliverer, self.keyring, Ledger(self.database, self.site), self.clock),
                self.database,
                self.site,
                self.clock,
            ),
            self.clock,
        )
        performers = {
            delivery.COUNTS: delivery.counting(self.database, self.site),
            FILES.name: files.deleting(self.blobs),
            uploading.CLEARING: files.clearing(self.database),
            LEAVING.name: leaving.clearing(self.database),
            DOMAIN_BLOCKS.name: domain_blocks.parting(self.database),
            DOMAINS.name: domains.reaching(self.database),
            SEVERING.name: severing.severed(self.database),
            EMAIL_ISSUES.name: email_issues.writing(self.database, self.site, settings.secret.encode()),
            PUBLIC_LOG.name: signing(self.database, keeper_at(settings.home, settings.domain)),
            polling.ENDING: polls.ending(self.database),
            moving.MOVING: moves.following(self.database),
            deciding.DECISIONS: decisions.ending(self.database),
            ENDINGS.name: endings.telling(self.database, self.site),
            electing.ROLES: endings.of_roles(self.database, self.site),
            restoring.MEASURING: restorations.measuring(self.database),
            restoring.PURGING: restorations.purging(self.database),
            trending.FORGETTING: trends.forgetting(self.database),
            retrospecting.LOOKING_BACK: annual_reports.looking_back(self.database),
            scheduling.PUBLISHING: scheduled.publishing(self.database, self.site),
        }
        waiting: list[dict[str, Performer]] = [
            {MAIL.name: mail.performer(self.database, postman, settings.domain)},
            {FILLING.name: filling.filling(self.parts.gatherer)},
            {relaying.ASKING: relays.asking(self.parts.gatherer)},
            {importing_lists.IMPORTING: list_imports.importing(self.database, self.site)},
            {PUSHES.name: self._bell_of_devices().ring},
            {SYNCHRONIZING: putting_right(self.database, self.peers, self.site)},
            {SPREADING: spreading_all(self.database, self.sender.wake)},
            {bringing_along.BRINGING: brought_lists.bringing(self.parts.gatherer)},
            {archiving.ARCHIVES: archives.archiving_all(self.database, self.blobs, self.site)},
            {CARDS.name: cards.asking(self.database, self.fetcher, self.blobs, self.workshop, self.site)},
            {WITNESSES: asking_witnesses(self.database, keeper_at(settings.home, settings.domain), self.fetcher)},
        ]
        slow = {PREPARING: recordings.preparing_recordings(self.database, self.blobs)}
        self.runner = Runner(
            self.database,
            [*SUBSCRIBERS, delivery.delivering(self.site)],
            performers,
            waiting=waiting,
            slow=slow,
            others=[
                Inbox(self.database, self.peers, self.site),
                Tidying(self.database, settings.remote_days),
                Watching(self.database),
            ],
        )
        run_dir = settings.home / "run"
        run_dir.mkdir(parents=True, exist_ok=True)
        self.bell, self.chime = Bell(run_dir), Chime(run_dir)
        self.runner.on_applied = self._applied
        self.server = Server(
            self.parts,
            _table(),
            {
                Surface.API: ApiPresenter(),
                Surface.PLAIN: ApiPresenter(),
                Surface.FEDERATION: ApiPresenter(),
                Surface.WEB: WebPresenter(self.parts, self.static.address),
            },
            {
                "static": self.static,
                "media": MediaFiles(self.blobs, self.database, self._remote_files()),
                "archives": ArchiveFiles(self.blobs, self.database),
            },
            {"/api/v1/streaming": converse},
            gate=self.gate,
            know=know,
            on_start=self._start,
            on_stop=self._stop,
        )
        self.gate.open()
        if reads_log:
            self._adopt()
            if self.database.read_now(lacks_signature):
                self.database.write_now(sign_rest)
        self.reads_log = reads_log

    def _adopt(self) -> None:
        """Let the policies that stand in the settings hold, where there are none."""
        rules = [(each.text, each.hint) for each in self.settings.rules]
        privacy, about = self.settings.privacy_policy, self.settings.extended_description
        if rules or privacy or about:
            self.database.write_now(
                legislating.adopt, legislating.Before(self.settings.languages[0], rules, privacy, about)
            )

    def _bell_of_devices(self) -> pushes.Bell:
        secret, contact = self.settings.secret.encode(), self.settings.contact_email
        signer = Signer(secret, f"mailto:{contact}" if contact else self.settings.base)
        return pushes.Bell(self.database, self.clock, self.fetcher, self.site, signer, secret, _happened)

    def _remote_files(self) -> RemoteFiles:
        most = round(self.settings.remote_media_gigabytes * 1_000_000_000)
        return RemoteFiles(self.database, self.fetcher, self.blobs, self.site, self.clock, most)

    async def _start(self) -> None:
        if self.reads_log:
            await self._read_log()
        else:
            self.database.on_events = self.bell.ring
        await self.streams.start()
        self.chime.listen(self.streams.wake)

    async def _read_log(self) -> None:
        self.database.on_events = self.runner.wake
        await self.runner.start()
        await self.sender.start()
        self.bell.listen(self.runner.wake)

    def _applied(self, _entries: Sequence[Entry[Event]]) -> None:
        """Let those who listen, in whichever process, hear of what the projections have taken up."""
        self.sender.wake()
        self.streams.wake()
        self.chime.ring()

    def hang_up(self) -> None:
        """End what would go on for ever, so that the server can stop."""
        self.streams.hub.close()

    async def _stop(self) -> None:
        await self.streams.stop()
        if self.reads_log:
            await self.runner.stop()
            await self.sender.stop()
        await self.fetcher.close()
        await self.deliverer.close()
        if self.translator is not None:
            await self.translator.close()
        self.bell.close()
        self.chime.close()

    async def work(self) -> None:
        """Read the log until the process is told to stop."""
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        await self._read_log()
        await stopping.wait()
        await self._stop()

    def close(self) -> None:
        """Finish what was begun and let go of everything."""
        self.bell.close()
        self.chime.close()
        self.workshop.close()
        self.passwords.close()
        self.database.close()


def _happened(language: str, type_: str, name: str) -> str:
    return sentence(type_, name, tongue(language.partition("-")[0]).gettext)


def site_of(settings: Settings) -> Site:
    """Return the server's addresses."""
    return Site(
        settings.domain,
        settings.scheme,
        settings.title,
        settings.email_subscriptions,
        settings.account_domain,
        settings.limited_federation,
    )


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
