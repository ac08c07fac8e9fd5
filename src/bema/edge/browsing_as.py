"""Several accounts in one browser: each has a session of its own, one of them is the one that reads and writes.

The cookie of the session is what counts everywhere; the secrets of the others wait in a second cookie, which is read here and
where somebody signs in, and nowhere else. A form of a page that was made for another account is refused, because each session
has a secret for its forms; what script asks for on behalf of a page says for whom the page was made.
"""

import re

from bema.domain import signing_in
from bema.edge.authentication import SESSION_COOKIE
from bema.edge.call import Call
from bema.model import limits
from bema.store.sessions import Session
from bema.store.tx import Tx

BESIDE_COOKIE = "bema_beside"
_SECRETS = re.compile(rf"[\w-]{{1,128}}(?:\.[\w-]{{1,128}}){{0,{limits.ACCOUNTS_IN_BROWSER - 2}}}", re.ASCII)


def beside(call: Call) -> tuple[str, ...]:
    """Return the secrets of the sessions that wait in this browser; a cookie that is none of ours has none."""
    cookie = call.cookie(BESIDE_COOKIE) or ""
    return tuple(dict.fromkeys(cookie.split("."))) if _SECRETS.fullmatch(cookie) else ()


def waiting(tx: Tx, call: Call) -> list[tuple[str, Session]]:
    """Load the sessions that wait in this browser, as far as they are still valid."""
    now = call.session.login if call.session is not None else None
    found = [(secret, each) for secret in beside(call) for each in signing_in.sessions_of(tx, [secret])]
    return [(secret, each) for secret, each in found if each.login != now]


def wait(call: Call, secrets: list[str]) -> None:
    """Let these sessions wait in this browser, and no others."""
    kept = secrets[: limits.ACCOUNTS_IN_BROWSER - 1]
    call.set_cookie(BESIDE_COOKIE, ".".join(kept), seconds=limits.SESSION_SECONDS if kept else 0)


def make_room(call: Call) -> None:
    """Let the session of now wait, because another begins."""
    current = call.cookie(SESSION_COOKIE)
    if call.session is not None and current:
        wait(call, [current, *(each for each in beside(call) if each != current)])
