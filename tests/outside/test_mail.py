"""Letters arrive at a real mail server, or in the outbox, and nobody can add to their headers."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import aiosmtplib
import msgspec
import pytest
from aiosmtpd.smtp import SMTP, AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from bema.model.errors import Invalid
from bema.outside.clock import ManualClock
from bema.outside.mail import Letter, MailServer, Postman, Undeliverable, check_address

NOON = 1_790_000_000_000
LETTER = Letter(
    to="daphne@square.example",
    subject="تصدیق: confirm your address",
    text="Welcome.\nhttps://square.example/confirm\n",
    html="<p>خوش آمدید</p>",
    message_id="<confirm.7@square.example>",
    headers={"List-Unsubscribe": "<https://square.example/unsubscribe>"},
)


class Sink:
    """A mailbox that keeps what comes, and refuses whom it was told to."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.written: list[bytes] = []
        self.refusals: dict[str, str] = {}

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802 -- aiosmtpd's name for it
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name for it
        if "DATA" in self.refusals:
            return self.refusals["DATA"]
        self.written.append(envelope.content)
        self.received.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def sink() -> Sink:
    return Sink()


@asynccontextmanager
async def listening(sink: Sink, ssl_context: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[int]:
    """Run a mail server on a free port of this machine, and tell the port."""
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(sink, enable_SMTPUTF8=True, hostname="sink.example", **options), "127.0.0.1", 0, ssl=ssl_context
    )
    async with server:
        yield server.sockets[0].getsockname()[1]


def deliver(tmp_path: Path, sink: Sink, letter: Letter) -> None:
    async def send() -> None:
        async with listening(sink) as port:
            await postman(tmp_path, MailServer(host="127.0.0.1", port=port, tls="none")).send(letter)

    asyncio.run(send())


def postman(tmp_path: Path, server: MailServer | None = None, tls: ssl.SSLContext | None = None) -> Postman:
    return Postman(
        ManualClock(NOON),
        from_address="noreply@square.example",
        from_name="The Square",
        outbox=tmp_path / "outbox",
        server=server,
        tls_context=tls,
    )


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def check_letter(message: EmailMessage) -> None:
    assert message["To"] == "daphne@square.example"
    assert message["From"] == "The Square <noreply@square.example>"
    assert message["Subject"] == LETTER.subject
    assert message["Message-ID"] == LETTER.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == "<https://square.example/unsubscribe>"
    assert message["Date"].datetime == datetime.fromtimestamp(NOON / 1_000, UTC)
    assert body(message, "plain") == LETTER.text
    assert body(message, "html").strip() == LETTER.html


def test_a_letter_arrives_at_the_mail_server(tmp_path: Path, sink: Sink) -> None:
    """In any script, with text and HTML."""
    deliver(tmp_path, sink, LETTER)
    check_letter(sink.received[0])
    assert not (tmp_path / "outbox").exists()


def test_without_a_mail_server_letters_are_files_in_the_order_of_time(tmp_path: Path) -> None:
    """A square on somebody's desk works without mail: the operator opens the folder."""
    clock = ManualClock(NOON)
    sender = Postman(clock, from_address="noreply@square.example", from_name="The Square", outbox=tmp_path / "outbox")
    asyncio.run(sender.send(LETTER))
    clock.advance(seconds=1)
    asyncio.run(sender.send(Letter(to="omar@square.example", subject="s", text="t", message_id="<../../a@b>")))
    files = sorted((tmp_path / "outbox").iterdir())
    assert [file.name for file in files] == [
        "1790000000000-confirm.7@square.example.eml",
        "1790000001000-.._.._a@b.eml",
    ]
    content = files[0].read_bytes()
    assert b"\r\n" in content
    check_letter(message_from_bytes(content, policy=policy.default))


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # the sink does not see that it has TLS
@pytest.mark.parametrize("mode", ["starttls", "tls"])
def test_a_letter_travels_encrypted_and_signed_in(tmp_path: Path, sink: Sink, mode: Any) -> None:
    """As mail providers ask for; the password is not sent before the line is encrypted."""
    certificate, key = certified(tmp_path)
    receiving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    receiving.load_cert_chain(certificate, key)
    trusting = ssl.create_default_context(cafile=str(certificate))

    def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
        return AuthResult(success=(login.login, login.password) == (b"square", b"secret"), handled=False)

    secured: dict[str, Any] = (
        {"tls_context": receiving, "require_starttls": True}
        if mode == "starttls"
        else {"ssl_context": receiving, "auth_require_tls": False}
    )

    async def send() -> None:
        async with listening(sink, authenticator=authenticate, auth_required=True, **secured) as port:
            right = MailServer(host="127.0.0.1", port=port, tls=mode, user="square", password="secret")
            await postman(tmp_path, right, trusting).send(LETTER)
            with pytest.raises((aiosmtplib.SMTPException, ssl.SSLError)):  # a certificate that nobody vouches for
                await postman(tmp_path, right).send(LETTER)
            wrong = MailServer(host="127.0.0.1", port=port, tls=mode, user="square", password="wrong")
            with pytest.raises(aiosmtplib.SMTPAuthenticationError):  # the operator's mistake: tried again, not given up
                await postman(tmp_path, wrong, trusting).send(LETTER)

    asyncio.run(send())
    assert len(sink.received) == 1
    check_letter(sink.received[0])


def test_a_long_way_out_stays_in_one_line(tmp_path: Path, sink: Sink) -> None:
    """Mail programs read the header as it is sent: an address in encoded words is none. What no line holds is refused."""
    way_out = f"<https://a-rather-long-name.of-a-square.example/unsubscribe?token={'7' * 80}>"
    deliver(tmp_path, sink, msgspec.structs.replace(LETTER, headers={"List-Unsubscribe": way_out}))
    assert f"\nList-Unsubscribe: {way_out}\r\n".encode() in sink.written[0]
    outbox = postman(tmp_path)
    asyncio.run(outbox.send(msgspec.structs.replace(LETTER, headers={"List-Unsubscribe": way_out})))
    (file,) = (tmp_path / "outbox").iterdir()
    assert f"\nList-Unsubscribe: {way_out}\r\n".encode() in file.read_bytes()
    for hopeless in ("<https://square.example/" + "7" * 1_000 + ">", "<https://square.example/\u062a>"):
        with pytest.raises(ValueError, match="List-Unsubscribe"):
            asyncio.run(outbox.send(msgspec.structs.replace(LETTER, headers={"List-Unsubscribe": hopeless})))


@pytest.mark.parametrize(
    ("place", "answer", "error"),
    [
        ("daphne@square.example", "550 No such mailbox", Undeliverable),
        ("daphne@square.example", "450 Mailbox busy", aiosmtplib.SMTPRecipientsRefused),
        ("DATA", "554 Looks like spam", Undeliverable),
        ("DATA", "451 Try again", aiosmtplib.SMTPDataError),
    ],
)
def test_refused_for_good_and_refused_for_now_differ(
    tmp_path: Path, sink: Sink, place: str, answer: str, error: type[Exception]
) -> None:
    """The reader of the event log repeats the second and gives up the first."""
    sink.refusals[place] = answer
    with pytest.raises(error):
        deliver(tmp_path, sink, LETTER)


def test_a_mail_server_that_is_away_raises(tmp_path: Path) -> None:
    """So that the letter is sent later."""
    with pytest.raises(aiosmtplib.SMTPConnectError):
        asyncio.run(postman(tmp_path, MailServer(host="127.0.0.1", port=1, tls="none")).send(LETTER))


def test_an_address_in_another_script_is_written_to(tmp_path: Path, sink: Sink) -> None:
    """RFC 6531, where the mail server knows it."""
    letter = Letter(to="اردو@square.example", subject="s", text="t", message_id="<1@square.example>")
    deliver(tmp_path, sink, letter)
    assert "اردو@square.example" in str(sink.received[0]["To"])


@given(
    hostile=st.text(max_size=30).map(lambda text: f"x{text}\r\nBcc: everybody@victim.example")
    | st.text(max_size=9).map(lambda text: f"{text}\nBcc: victim@victim.example")
    | st.text(max_size=9).map(lambda text: f"{text}\r\r\n\nBcc: x@victim.example"),
    field=st.sampled_from(["to", "subject", "message_id", "header", "header name"]),
)
def test_no_header_can_be_smuggled_in(hostile: str, field: str) -> None:
    """Whatever name, subject or address somebody chose."""
    fields: dict[str, Any] = {"to": "omar@square.example", "subject": "s", "text": "t", "message_id": "<1@x.example>"}
    match field:
        case "header":
            fields["headers"] = {"X-Note": hostile}
        case "header name":
            fields["headers"] = {hostile: "x"}
        case _:
            fields[field] = hostile
    nowhere = Postman(ManualClock(NOON), from_address="noreply@square.example", outbox=Path("/nonexistent/outbox"))
    with pytest.raises((ValueError, Invalid)):
        asyncio.run(nowhere.send(Letter(**fields)))


@pytest.mark.parametrize(
    "address", ["a@b.example", "a.b+c@xn--bcher-kva.example", "o'neil@b.example", "用户@例子.example"]
)
def test_addresses_that_exist_are_accepted(address: str) -> None:
    """Plus signs, apostrophes, other scripts."""
    assert check_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "a@",
        "@b",
        "a b@c.example",
        "a@b.example, c@d.example",
        '"a b"@c.example',
        "a@b@c.example",
        "<a@b.example>",
        "a@b..example",
        "a@-b.example",
        "a@b.example\n",
        "a@[127.0.0.1]",
        ".a@b.example",
        "a\0@b.example",
        "a" * 65 + "@b.example",
        "a@" + "b" * 64 + ".example",
        "a@" + "b." * 200 + "example",
        "\ud800@b.example",
    ],
)
def test_what_is_no_single_address_is_refused(address: str) -> None:
    """With Mastodon's detail beside the field of the sign-up form."""
    with pytest.raises(Invalid) as refusal:
        check_address(address)
    assert refusal.value.details == {"email": [{"error": "ERR_INVALID", "description": "is invalid"}]}


def certified(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "certificate.pem", folder / "key.pem"
    files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files
