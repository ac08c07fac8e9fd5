"""Pages: what a handler returns becomes HTML here, in the reader's language, with the headers that keep a page safe."""

import hashlib
import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar
from urllib.parse import quote

import msgspec
from jinja2 import BytecodeCache, Environment, FileSystemLoader
from jinja2.bccache import Bucket

from bema.edge import forgery
from bema.edge.answers import Answer, Endless, Header, retry_after
from bema.edge.call import Call
from bema.edge.parts import Parts
from bema.edge.web import filters, sayings
from bema.model import limits
from bema.model.errors import Confined, NotFound, Refusal, Unauthenticated
from bema.model.ids import AccountId
from bema.model.permissions import Permission, may
from bema.model.views import Account
from bema.store import accounts, conversations, notices
from bema.store.tx import Tx
from bema.wire.tongues import LANGUAGES, Tongue, chosen, tongue

LANGUAGE_COOKIE = "bema_language"
SCHEME_COOKIE = "bema_scheme"
FLASH_COOKIE = "bema_flash"
_TEMPLATES = Path(__file__).parent / "templates"
_UNREAD_SHOWN = 100  # notifications and conversations that are counted; beyond it says "99+"
_SCHEMES = ("auto", "light", "dark")

_encode = msgspec.json.Encoder().encode
_CSP = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS: list[Header] = [
    (b"content-security-policy", (_CSP + "; form-action 'self'").encode()),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"vary", b"Cookie, Accept-Language, X-Requested-With"),
]
# Browsers apply form-action to redirects too; and an opener policy would take the window that an app opened for signing
# in from the app, which waits in the window behind for the code.
_HEADERS_ELSEWHERE: list[Header] = [
    (b"content-security-policy", _CSP.encode()),
    *(header for header in _HEADERS[1:] if header[0] != b"cross-origin-opener-policy"),
]
_HTML = b"text/html; charset=utf-8"


class Reader(msgspec.Struct, frozen=True):
    """Who reads the page, as its frame shows them."""

    viewer: Account | None = None
    unread: int = 0
    unread_conversations: int = 0


class Page(msgspec.Struct, frozen=True):
    """A page to be written."""

    template: str
    context: dict[str, Any]
    reader: Reader = Reader()
    status: int = 200
    leads_elsewhere: bool = False  # an app waits for what its form comes to, at another site or in the window behind
    headers: tuple[Header, ...] = ()  # besides those of every page


class Redirect(msgspec.Struct, frozen=True):
    """Go on elsewhere: to a page of ours, or to where an app waits."""

    location: str
    flash: str | None = None  # a key of `sayings.FLASHES`, said on the next page


class State(msgspec.Struct, frozen=True):
    """What an action came to, for script that shows it in place; without script one returns to `back`."""

    state: bool
    count: int | None = None


class Document(msgspec.Struct, frozen=True):
    """Something that is no page: a feed."""

    body: bytes
    content_type: bytes
    filename: str | None = None  # where it is for one reader alone, who keeps it
    private: bool = False  # for one reader alone, and for script


def page(call: Call, tx: Tx, template: str, *, status: int = 200, **context: Any) -> Page:
    """Make a page for the one who asks."""
    return Page(template, context, reader(call, tx), status)


def reader(call: Call, tx: Tx) -> Reader:
    """Load what the frame of a page says about its reader."""
    if call.session is None:
        return Reader()
    viewer_id = call.session.account
    viewer = accounts.by_id(tx, viewer_id)
    return Reader(viewer, *unread(tx, viewer_id))


def unread(tx: Tx, account: AccountId) -> tuple[int, int]:
    """Count the notifications and the conversations that somebody has not read, as far as the frame shows them."""
    told = notices.unread_count(tx, account, notices.last_read(tx, account), _UNREAD_SHOWN)
    return told, conversations.unread_count(tx, account, _UNREAD_SHOWN)


def tongue_of(call: Call) -> Tongue:
    """Choose the language of a page: the login's, else the browser's choice here, else what the browser asks for."""
    setting = call.session.locale if call.session is not None else None
    return chosen(setting, call.cookie(LANGUAGE_COOKIE), accept=call.header(b"accept-language"))


def scheme_of(call: Call) -> str:
    """Return the colours that were chosen in this browser."""
    scheme = call.cookie(SCHEME_COOKIE)
    return scheme if scheme in _SCHEMES else "auto"


def back(call: Call, default: str = "/home") -> str:
    """Return the local path that a form wants to return to; anything else is the default."""
    return local_path(call.parameters.get("back"), default)


def local_path(path: object, default: str) -> str:
    """Let through what is a path on this server."""
    if not isinstance(path, str) or not path.startswith("/") or path[1:2] in ("/", "\\") or len(path) > 8_000:
        return default
    if not path.isprintable() or "\\" in path:
        return default
    return quote(path, safe="/?&=#@%:+,;~.-_!$'()*[]")


def here(call: Call) -> str:
    """Return the path of the page with its query: where a form on it returns to."""
    query = call.query_string.decode("latin-1")
    path = quote(call.path, safe="/@:~.-_")
    return f"{path}?{query}" if query else path


def wants_state(call: Call) -> bool:
    """Tell whether script asks, which shows the outcome in place."""
    return call.header(b"x-requested-with") == "fetch"


class _Kept(msgspec.Struct, frozen=True):
    """A page for strangers as it was last written, and of what."""

    minute: int
    page: Page
    answer: Answer


class _Compiled(BytecodeCache):
    """What templates were compiled to: kept in this process, and beside them as Python keeps what it makes of modules.

    Compiling those of a page takes longer than anything else that its first visitor waits for.
    """

    _codes: ClassVar[dict[tuple[str, str], CodeType]] = {}  # by template and the digest of its text

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is known; a file that is of another text, or broken, is as none."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))
        if bucket.code is None:
            with suppress(OSError), _beside(bucket).open("rb") as file:
                bucket.load_bytecode(file)
            self._remember(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what is new; where nothing can be written, only in memory."""
        self._remember(bucket)
        if sys.dont_write_bytecode or bucket.code is None:
            return
        place = _beside(bucket)
        made = place.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        with suppress(OSError):
            place.parent.mkdir(exist_ok=True)
            with made.open("wb") as file:
                bucket.write_bytecode(file)
            made.replace(place)

    def _remember(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


def _beside(bucket: Bucket) -> Path:
    return _TEMPLATES / "__pycache__" / f"{bucket.key}.{sys.implementation.cache_tag}"


_PRIVATE = b"private, no-cache"


class WebPresenter:
    """Writes pages."""

    def __init__(self, parts: Parts, static: Callable[[str], str]) -> None:
        self._parts = parts
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            bytecode_cache=_Compiled(),
        )
        filters.install(self._environment, static)
        self._kept: dict[tuple[str, str, str], _Kept] = {}
        settings = parts.settings
        self._site = {
            "title": settings.title,
            "description": settings.description,
            "domain": settings.domain,
            "account_domain": parts.site.account_domain,
            "registration": settings.registration,
            "languages": list(LANGUAGES),
        }
        self._headers = list(_HEADERS)
        self._elsewhere = list(_HEADERS_ELSEWHERE)
        if settings.scheme == "https":
            strict = (b"strict-transport-security", b"max-age=31536000")
            self._headers.append(strict)
            self._elsewhere.append(strict)

    def answer(self, call: Call, result: Any) -> Answer:
        """Write what a handler returned."""
        match result:
            case Page():
                return self._page(call, result)
            case Redirect(location, flash):
                if flash is not None:
                    call.set_cookie(FLASH_COOKIE, flash, seconds=60)
                return _see(location)
            case State(state, count):
                if wants_state(call):
                    return Answer(_encode({"state": state, "count": count}))
                return _see(back(call))
            case Endless():
                return result
            case Document(body, content_type, str(filename)):
                attached = (b"content-disposition", f'attachment; filename="{filename}"'.encode())
                private = (b"cache-control", b"private, no-store")
                return Answer(body, content_type=content_type, headers=[*self._headers, attached, private])
            case Document(body, content_type, private=True):
                return Answer(
                    body, content_type=content_type, headers=[*self._headers, (b"cache-control", b"no-store")]
                )
            case Document(body, content_type):
                return _public(call, Answer(body, content_type=content_type, headers=self._headers))
        raise TypeError(f"no page can be made of {type(result).__name__}")

    def refuse(self, call: Call | None, refusal: Refusal) -> Answer:
        """Write an error page that says what to do next; who has to sign in is sent there."""
        if call is None:
            title, message = sayings.trouble(refusal, tongue(LANGUAGES[0]))
            return self._error(None, refusal.status, title, message)
        speech = tongue_of(call)
        if wants_state(call):
            words = sayings.of_refusal(refusal, speech)
            return Answer(_encode({"error": words}), refusal.status, headers=retry_after(refusal))
        if isinstance(refusal, Unauthenticated):
            where = here(call) if call.method in ("GET", "HEAD") else back(call)
            return _see(f"/auth/sign_in?back={quote(where, safe='/')}")
        if isinstance(refusal, Confined) and call.method in ("GET", "HEAD"):
            return _see("/settings/standing")
        if refusal.status == 403 and call.method in ("GET", "HEAD"):
            refusal = NotFound()  # forbidden and unknown look the same
        title, message = sayings.trouble(refusal, speech)
        answer = self._error(call, refusal.status, title, message)
        return Answer(answer.body, answer.status, _HTML, [*answer.headers, *retry_after(refusal)])

    def fail(self, call: Call | None, request_id: str) -> Answer:
        """Own up to a fault of the server."""
        speech = tongue_of(call) if call is not None else tongue(LANGUAGES[0])
        title, message = sayings.fault(request_id, speech)
        if call is not None and wants_state(call):
            return Answer(_encode({"error": message}), 500)
        return self._error(call, 500, title, message)

    def _error(self, call: Call | None, code: int, title: str, message: str) -> Answer:
        context = {"code": code, "title": title, "message": message}
        if call is not None:
            answer = self._page(call, Page("error.html", context, status=code))
            return Answer(answer.body, code, _HTML, answer.headers)
        frame = self._frame(tongue(LANGUAGES[0]), "auto")
        body = self._environment.get_template("error.html").render({**frame, **context})
        return Answer(body.encode(), code, _HTML, [*self._headers, (b"cache-control", b"no-store")])

    def _page(self, call: Call, made: Page) -> Answer:
        """Write a page; one for strangers is written once a minute, as long as all that it shows stays the same."""
        if call.session is not None or call.method not in ("GET", "HEAD") or call.cookie(FLASH_COOKIE) is not None:
            return self._written(call, made)
        key = (here(call), tongue_of(call).code, scheme_of(call))
        minute = self._parts.clock.now() // 60_000
        kept = self._kept.get(key)
        if kept is not None and kept.minute == minute and kept.page == made:
            return _public(call, kept.answer)
        answer = self._written(call, made)
        if not call.cookies_to_set and (b"cache-control", _PRIVATE) not in answer.headers:
            if len(self._kept) >= limits.KEPT_PAGES:
                self._kept.clear()
            self._kept[key] = _Kept(minute, made, answer)
            return _public(call, answer)
        return answer

    def _written(self, call: Call, made: Page) -> Answer:
        context = self._frame(tongue_of(call), scheme_of(call))
        said = call.cookie(FLASH_COOKIE)
        if said is not None:
            call.set_cookie(FLASH_COOKIE, "", seconds=0)
            context["flash"] = sayings.flash(said, context["tongue"])
        context.update(
            viewer=made.reader.viewer,
            unread=made.reader.unread,
            unread_conversations=made.reader.unread_conversations,
            lets_in=call.session is not None and may(call.session.role, Permission.MANAGE_USERS),
            works=call.session is not None and may(call.session.role, Permission.MANAGE_REPORTS),
            legislates=call.session is not None and may(call.session.role, Permission.MANAGE_RULES),
            announces=call.session is not None and may(call.session.role, Permission.MANAGE_ANNOUNCEMENTS),
            federates=call.session is not None and may(call.session.role, Permission.MANAGE_FEDERATION),
            reviews=call.session is not None and may(call.session.role, Permission.MANAGE_APPEALS),
            confined=call.session is not None and call.session.confined,
            csrf=forgery.token(call),
            reads_as=call.session.account if call.session is not None else "",
            path=here(call) if call.method in ("GET", "HEAD") else back(call),
        )
        context.update(made.context)
        body = self._environment.get_template(made.template).render(context).encode()
        headers = [*(self._elsewhere if made.leads_elsewhere else self._headers), *made.headers]
        answer = Answer(body, made.status, _HTML, headers)
        if call.session is not None or call.cookies_to_set or context["csrf"] or made.status != 200:
            return Answer(body, made.status, _HTML, [*headers, (b"cache-control", _PRIVATE)])
        return answer

    def _frame(self, speech: Tongue, scheme: str) -> dict[str, Any]:
        return {
            "tongue": speech,
            "now": self._parts.clock.now(),
            "site": self._site,
            "viewer": None,
            "unread": 0,
            "unread_conversations": 0,
            "lets_in": False,
            "works": False,
            "legislates": False,
            "announces": False,
            "federates": False,
            "reviews": False,
            "confined": False,
            "csrf": "",
            "reads_as": None,
            "locale": speech.code,
            "direction": speech.direction,
            "path": "/",
            "flash": None,
            "scheme": scheme,
        }


def _public(call: Call, answer: Answer) -> Answer:
    """Let shared caches keep what everybody may see for a moment, and send nothing to who has it already."""
    tag = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
    headers = [
        *answer.headers,
        (b"cache-control", b"public, max-age=0, s-maxage=15, must-revalidate"),
        (b"etag", tag.encode()),
    ]
    if tag in call.header(b"if-none-match"):
        return Answer(b"", 304, answer.content_type, headers)
    return Answer(answer.body, answer.status, answer.content_type, headers)


def _see(location: str) -> Answer:
    headers = [(b"location", location.encode()), (b"cache-control", b"no-store")]
    return Answer(b"", 303, b"text/plain; charset=utf-8", headers)
