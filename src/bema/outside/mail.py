"""Mail: letters go to the configured mail server, or as files into the outbox of a server that has none."""

import asyncio
import re
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.headerregistry import Address, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, EmailPolicy
from email.utils import format_datetime
from pathlib import Path
from typing import Literal

import aiosmtplib
import msgspec

from bema.model import limits
from bema.model.errors import Invalid
from bema.outside.clock import Clock
from bema.outside.files import write_durably


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One mail to one person."""

    to: str  # an address alone, without a name
    subject: str
    text: str
    html: str | None = None
    message_id: str  # <unique@domain>; the same when the same letter is sent again, so that a mailbox shows it once
    headers: Mapping[str, str] = {}


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """Where letters are handed in."""

    host: str
    port: int
    tls: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: str | None = None


class Undeliverable(Exception):  # noqa: N818 -- it says what the letter is: nothing went wrong here
    """The mail server refuses this letter for good; sending it again is of no use."""


class Postman:
    """Send letters `from_address`, through `server` or, without one, into the folder `outbox`."""

    def __init__(
        self,
        clock: Clock,
        *,
        from_address: str,
        from_name: str = "",
        outbox: Path,
        server: MailServer | None = None,
        tls_context: ssl.SSLContext | None = None,
    ) -> None:
        self._clock = clock
        self._from = _address(from_address, from_name)
        self._outbox = outbox
        self._server = server
        self._tls = tls_context
        if server is not None and server.tls != "none" and tls_context is None:
            self._tls = ssl.create_default_context()  # built once: reading the machine's certificates takes 20 ms

    async def send(self, letter: Letter) -> None:
        """Hand a letter over; raise `Undeliverable` when it was refused for good, anything else may pass."""
        now = self._clock.now()
        message = compose(letter, self._from, now)
        if self._server is None:
            name = f"{now:013d}-{_file_name(letter.message_id)}.eml"
            await asyncio.to_thread(write_durably, self._outbox / name, message.as_bytes())
            return
        try:
            await aiosmtplib.send(
                message,
                hostname=self._server.host,
                port=self._server.port,
                username=self._server.user,
                password=self._server.password,
                use_tls=self._server.tls == "tls",
                start_tls=self._server.tls == "starttls",
                tls_context=self._tls,
                timeout=limits.MAIL_TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(refused.code >= 500 for refused in error.recipients):
                raise Undeliverable(str(error)) from error
            raise
        except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as error:
            if error.code >= 500:
                raise Undeliverable(str(error)) from error
            raise


def check_address(address: str) -> str:
    """Let an e-mail address through that mail can be sent to; refuse what is none, or is more than one."""
    local, at, domain = address.rpartition("@")
    if (
        not at
        or len(address) > limits.EMAIL_CHARACTERS
        or len(local.encode(errors="replace")) > 64
        or _LOCAL.fullmatch(local) is None
        or _DOMAIN.fullmatch(domain) is None
        or any(not 1 <= len(label) <= 63 for label in domain.split("."))
    ):
        raise Invalid(
            "Validation failed: E-mail is invalid",
            details={"email": [{"error": "ERR_INVALID", "description": "is invalid"}]},
        )
    return address


def compose(letter: Letter, from_address: Address, now: int) -> EmailMessage:
    """Write a letter as RFC 5322 has it; a line break in any header is an error, whoever put it there."""
    to = _address(letter.to)
    plain_addresses = to.addr_spec.isascii() and from_address.addr_spec.isascii()
    message = EmailMessage(policy=_POLICY if plain_addresses else _POLICY_UTF8)
    headers = {
        "From": from_address,
        "To": to,
        "Subject": letter.subject[: limits.MAIL_SUBJECT_CHARACTERS],
        "Date": format_datetime(datetime.fromtimestamp(now / 1_000, UTC)),
        "Message-ID": letter.message_id,
        "Auto-Submitted": "auto-generated",  # RFC 3834: holiday notices do not answer it
        **letter.headers,
    }
    if _MESSAGE_ID.fullmatch(letter.message_id) is None:
        raise ValueError("a message id is <something@domain>")
    for name, value in headers.items():
        if _HEADER_NAME.fullmatch(name) is None or _CONTROL.search(str(value)):
            raise ValueError(f"the header {name!r} cannot hold this")
        message[name] = value
    if len(letter.text) + len(letter.html or "") > limits.MAIL_BYTES:
        raise ValueError("the letter is too long")
    message.set_content(letter.text)
    if letter.html is not None:
        message.add_alternative(letter.html, subtype="html")
    return message


class _Whole(UniqueUnstructuredHeader):
    """A header that programs read: a long one stays in one line, since words of one that is encoded are no address."""

    name: str  # given by the registry, as its base

    def fold(self, *, policy: EmailPolicy) -> str:
        """Write the header."""
        value = str(self)
        if len(value) > limits.MAIL_LINE_CHARACTERS or not value.isascii():
            raise ValueError(f"the header {self.name!r} cannot hold this")
        return f"{self.name}: {value}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("List-Id", "List-Unsubscribe"):
    _HEADERS.map_to_type(_name, _Whole)  # type: ignore[arg-type]  # the registry adds the base that it asks for
_POLICY, _POLICY_UTF8 = (policy.clone(header_factory=_HEADERS) for policy in (SMTP, SMTPUTF8))
# Quoted local parts ("a b"@example.org) are legal, used by nobody but attackers, and refused.
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_DOMAIN = re.compile(r"[^\W_](?:[^\W_]|[\w.-]*[^\W_])?")
_MESSAGE_ID = re.compile(r"<[!-~]{1,200}@[!-~]{1,200}>", re.ASCII)
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def _address(address: str, name: str = "") -> Address:
    local, _, domain = check_address(address).rpartition("@")
    return Address(display_name=name, username=local, domain=domain)


def _file_name(message_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9@._-]", "_", message_id.strip("<>"))[:150]
