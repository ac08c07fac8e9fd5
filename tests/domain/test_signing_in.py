"""Signing in and what it is secured with: each proof is good once, each failure is counted, each change is told."""

from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from bema.domain import joining, securing, signing_in
from bema.domain.joining import Applicant, Door, Joined
from bema.domain.signing_in import Opened, SecondStep, Visitor, Waiting
from bema.model import limits
from bema.model.errors import Forbidden, Invalid, NotFound, Refusal, TooMany, Unauthenticated
from bema.model.ids import LoginId
from bema.model.policy import Role, Standing
from bema.model.site import Site
from bema.outside.clock import ManualClock
from bema.outside.passkeys import Passkey
from bema.store import accounts, grants, letters, logins, recovery_codes, sessions
from bema.store.tx import Tx
from tests.conftest import Read, Write
from tests.make import HERE, Make

SITE = Site(HERE)
VISITOR = Visitor("192.0.2.1", "192.0.2.1", "Firefox")
OPEN = Door(registration="open", email_confirmation=False)
APPLICANT = Applicant(username="ann", email="Ann@example.org", password_hash="hash", locale="en")


@pytest.fixture
def ann(write: Write) -> Joined:
    """Somebody who joined."""
    return write(joining.sign_up, SITE, OPEN, APPLICANT)


@pytest.fixture
def letter(read: Read) -> Callable[[], Any]:
    """Reads the newest letter."""

    def newest(tx: Tx) -> Any:
        ids = letters.all_ids(tx)
        return letters.by_id(tx, ids[-1]) if ids else None

    return lambda: read(newest)


def secret_in(text: str) -> str:
    """Find the secret of the link in a letter."""
    return text.partition("token=")[2].split()[0]


def change(write: Write, login: LoginId, **values: Any) -> None:
    """Set columns of a login."""
    write(lambda tx: logins.change(tx, login, **values))


def sign_in(write: Write, name: str = "ann", *, right: bool = True, visitor: Visitor = VISITOR) -> Any:
    """Sign in with a password that is right or wrong."""
    candidate = write(signing_in.begin, name, visitor)
    return write(signing_in.finish, candidate, visitor, right=right)


# --- Passwords --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ann", "ANN", " @ann ", "ann@example.org", "ANN@EXAMPLE.org"])
def test_one_signs_in_with_name_or_address(write: Write, read: Read, ann: Joined, name: str) -> None:
    """People remember one or the other, in any case."""
    opened = sign_in(write, name)
    assert (opened.login, opened.account) == (ann.login, ann.account)
    session = read(sessions.by_secret, opened.secret, 0)
    assert session is not None
    assert session.account == ann.account


def test_a_new_session_ends_the_one_it_takes_the_place_of(write: Write, read: Read, ann: Joined) -> None:
    """A secret that somebody prepared in this browser before is worth nothing after signing in."""
    first = sign_in(write)
    session = read(sessions.by_secret, first.secret, 0)
    assert session is not None
    again = sign_in(write, visitor=Visitor("192.0.2.1", "192.0.2.1", "x" * 1_000, ann.login, session.id))
    assert again.secret != first.secret
    assert read(sessions.by_secret, first.secret, 0) is None
    [kept] = read(sessions.of_login, ann.login)
    assert len(kept.user_agent) == limits.USER_AGENT_CHARACTERS


def test_wrong_and_unknown_are_refused_alike(write: Write, make: Make, ann: Joined) -> None:
    """Nobody learns here who has an account."""
    said = set()
    for name in ("ann", "nobody", "nobody@example.org", ""):
        with pytest.raises(Invalid) as refusal:
            sign_in(write, name, right=False)
        said.add(refusal.value.message)
    assert len(said) == 1


def test_failures_are_counted_for_each_login_and_end_with_time(write: Write, clock: ManualClock, ann: Joined) -> None:
    """Many networks that guess at one login are stopped together; its owner comes in when the window has passed."""
    for number in range(limits.SIGN_IN_FAILURES):
        with pytest.raises(Invalid):
            sign_in(write, right=False, visitor=Visitor(f"192.0.2.{number}", f"192.0.2.{number}", ""))
    with pytest.raises(TooMany):
        sign_in(write)
    clock.advance(seconds=limits.SIGN_IN_WINDOW_SECONDS)
    assert isinstance(sign_in(write), Opened)


def test_failures_are_counted_for_each_network(write: Write, ann: Joined) -> None:
    """One network that tries one password on many people is stopped too."""
    for number in range(limits.SIGN_IN_FAILURES_PER_ADDRESS):
        with pytest.raises(Invalid):
            sign_in(write, f"person{number}", right=False)
    with pytest.raises(TooMany):
        sign_in(write)
    assert isinstance(sign_in(write, visitor=Visitor("192.0.2.2", "192.0.2.2", "")), Opened)


def test_success_is_not_counted(write: Write, ann: Joined) -> None:
    """A whole school signs in from one address."""
    for _ in range(limits.SIGN_IN_FAILURES_PER_ADDRESS + 1):
        assert isinstance(sign_in(write), Opened)


def test_a_password_that_changed_meanwhile_is_wrong(write: Write, ann: Joined) -> None:
    """Checking takes a moment, in which the owner may have locked an intruder out."""
    candidate = write(signing_in.begin, "ann", VISITOR)
    write(securing.change_password, SITE, ann.login, "new hash", keep_session=0)
    with pytest.raises(Invalid):
        write(signing_in.finish, candidate, VISITOR, right=True)


def test_who_is_shut_out_comes_in_to_what_concerns_that(write: Write, read: Read, ann: Joined) -> None:
    """They must be able to read why, and to object; nobody is fooled about what the session is good for."""
    change(write, ann.login, disabled_at=1)
    opened = sign_in(write)
    assert opened.confined
    session = read(sessions.by_secret, opened.secret, 0)
    assert session is not None
    assert session.confined


def test_a_new_password_ends_other_sessions(write: Write, read: Read, ann: Joined, letter: Any) -> None:
    """The one it was changed in stays; the mailbox hears of it."""
    mine, other = sign_in(write), sign_in(write)
    session = read(sessions.by_secret, mine.secret, 0)
    assert session is not None
    write(securing.change_password, SITE, ann.login, "new hash", keep_session=session.id)
    assert read(sessions.by_secret, mine.secret, 0) is not None
    assert read(sessions.by_secret, other.secret, 0) is None
    assert letter().text.startswith("The password of your account on ")


# --- Second step ------------------------------------------------------------------------------------------------------


@pytest.fixture
def totp(write: Write, ann: Joined, clock: ManualClock) -> tuple[pyotp.TOTP, list[str]]:
    """The app of somebody who turned the second step on, and the recovery codes."""
    app = pyotp.TOTP(write(securing.begin_totp, ann.login))
    codes = write(securing.enable_totp, SITE, ann.login, app.at(clock.now() // 1_000))
    assert codes is not None
    return app, codes


def test_the_second_step_is_asked_for(
    write: Write, clock: ManualClock, ann: Joined, totp: tuple[pyotp.TOTP, list[str]]
) -> None:
    """A password alone opens nothing, and the step is done once."""
    step = sign_in(write)
    assert isinstance(step, SecondStep)
    clock.advance(seconds=60)
    code = totp[0].at(clock.now() // 1_000)
    assert isinstance(write(signing_in.prove_by_code, step.secret, code, VISITOR), Opened)
    with pytest.raises(Unauthenticated):
        write(signing_in.prove_by_code, step.secret, code, VISITOR)


def test_a_code_is_good_once(write: Write, clock: ManualClock, ann: Joined, totp: tuple[pyotp.TOTP, list[str]]) -> None:
    """Who reads it over a shoulder is too late, also with the one that turned the second step on."""
    first = totp[0].at(clock.now() // 1_000)
    assert write(signing_in.prove_by_code, sign_in(write).secret, first, VISITOR) is None
    clock.advance(seconds=60)
    code = totp[0].at(clock.now() // 1_000)
    assert isinstance(write(signing_in.prove_by_code, sign_in(write).secret, code, VISITOR), Opened)
    assert write(signing_in.prove_by_code, sign_in(write).secret, code, VISITOR) is None


def test_a_recovery_code_opens_once(write: Write, read: Read, ann: Joined, totp: tuple[pyotp.TOTP, list[str]]) -> None:
    """Typed in capitals it is the same code."""
    code = totp[1][0].upper()
    assert isinstance(write(signing_in.prove_by_code, sign_in(write).secret, code, VISITOR), Opened)
    assert write(signing_in.prove_by_code, sign_in(write).secret, code, VISITOR) is None
    assert read(recovery_codes.left, ann.login) == limits.RECOVERY_CODES - 1


def test_wrong_codes_are_counted(write: Write, ann: Joined, totp: tuple[pyotp.TOTP, list[str]]) -> None:
    """Beginning anew with the password does not give more guesses, and a right code comes too late."""
    for _ in range(limits.SECOND_STEP_FAILURES):
        assert write(signing_in.prove_by_code, sign_in(write).secret, "000 000", VISITOR) is None
    with pytest.raises(TooMany):
        write(signing_in.prove_by_code, sign_in(write).secret, totp[1][0], VISITOR)


def test_the_second_step_waits_ten_minutes(
    write: Write, clock: ManualClock, ann: Joined, totp: tuple[pyotp.TOTP, list[str]]
) -> None:
    """A browser left open half-way opens nothing later."""
    step = sign_in(write)
    clock.advance(seconds=limits.SECOND_STEP_SECONDS)
    with pytest.raises(Unauthenticated):
        write(signing_in.prove_by_code, step.secret, totp[1][0], VISITOR)


def test_the_second_step_is_turned_on_by_a_right_code_only(write: Write, ann: Joined) -> None:
    """Who mistyped the secret would be locked out."""
    with pytest.raises(Invalid):
        write(securing.enable_totp, SITE, ann.login, "000000")
    write(securing.begin_totp, ann.login)
    assert write(securing.enable_totp, SITE, ann.login, "000000") is None
    assert isinstance(sign_in(write), Opened)


def test_turning_the_second_step_off_voids_its_codes(
    write: Write, read: Read, ann: Joined, totp: tuple[pyotp.TOTP, list[str]], letter: Any
) -> None:
    """And the mailbox hears of it."""
    write(securing.disable_totp, SITE, ann.login)
    assert isinstance(sign_in(write), Opened)
    assert read(recovery_codes.left, ann.login) == 0
    assert "no code" in letter().text
    assert not read(securing.overview, ann.login).totp


def test_new_recovery_codes_void_the_former(write: Write, ann: Joined, totp: tuple[pyotp.TOTP, list[str]]) -> None:
    """A lost card is worth nothing."""
    new = write(securing.renew_recovery_codes, SITE, ann.login)
    assert write(signing_in.prove_by_code, sign_in(write).secret, totp[1][0], VISITOR) is None
    assert isinstance(write(signing_in.prove_by_code, sign_in(write).secret, new[0], VISITOR), Opened)


# --- Passkeys ---------------------------------------------------------------------------------------------------------


def test_a_passkey_opens_and_its_challenge_is_good_once(write: Write, read: Read, ann: Joined) -> None:
    """A signature that was overheard is of no use, even where the device does not count."""
    passkey = Passkey(credential_id=b"device", public_key=b"key", sign_count=0)
    write(securing.add_passkey, SITE, ann.login, passkey, " my phone ")
    opened = write(signing_in.by_passkey, b"device", b"challenge", VISITOR, before=0, after=0)
    assert isinstance(opened, Opened)
    with pytest.raises(Unauthenticated):
        write(signing_in.by_passkey, b"device", b"challenge", VISITOR, before=0, after=0)
    [key] = read(securing.overview, ann.login).passkeys
    assert key.name == "my phone"
    assert key.last_used_at is not None


def test_a_copied_passkey_is_noticed(write: Write, ann: Joined) -> None:
    """Of two that sign with the same count only one comes in."""
    write(securing.add_passkey, SITE, ann.login, Passkey(credential_id=b"d", public_key=b"k", sign_count=3), "x")
    assert isinstance(write(signing_in.by_passkey, b"d", b"one", VISITOR, before=3, after=4), Opened)
    with pytest.raises(Unauthenticated):
        write(signing_in.by_passkey, b"d", b"two", VISITOR, before=3, after=4)


def test_a_passkey_belongs_to_one_login(write: Write, make: Make, ann: Joined) -> None:
    """Nobody adds another's, nor removes it."""
    passkey = Passkey(credential_id=b"d", public_key=b"k", sign_count=0)
    write(securing.add_passkey, SITE, ann.login, passkey, "x")
    bea = make.login("bea@example.org", make.account("bea"))
    with pytest.raises(Invalid):
        write(securing.add_passkey, SITE, bea, passkey, "x")


def test_the_last_way_in_cannot_be_removed(write: Write, read: Read, ann: Joined) -> None:
    """Who has no password needs one passkey."""
    write(securing.add_passkey, SITE, ann.login, Passkey(credential_id=b"d", public_key=b"k", sign_count=0), "x")
    [key] = read(securing.overview, ann.login).passkeys
    with pytest.raises(NotFound):
        write(securing.remove_passkey, SITE, LoginId(1), key.id)
    change(write, ann.login, password_hash=None)
    with pytest.raises(Invalid):
        write(securing.remove_passkey, SITE, ann.login, key.id)
    change(write, ann.login, password_hash="hash")
    write(securing.remove_passkey, SITE, ann.login, key.id)
    assert read(securing.overview, ann.login).passkeys == []


# --- A lost password --------------------------------------------------------------------------------------------------


def test_a_lost_password_is_set_anew_by_mail_once(
    write: Write, read: Read, make: Make, ann: Joined, letter: Any
) -> None:
    """It ends all sessions and what apps may do: whoever had the old one is out."""
    opened = sign_in(write)
    token = make.token(ann.login, ann.account)
    write(securing.ask_for_reset, SITE, " ANN@example.org ")
    secret = secret_in(letter().text)
    assert letter().recipient == "Ann@example.org"
    read(securing.check_reset, secret)
    write(securing.reset, SITE, secret, "new hash")
    assert read(sessions.by_secret, opened.secret, 0) is None
    assert read(grants.by_secret, token) is None
    with pytest.raises(NotFound):
        read(securing.check_reset, secret)
    with pytest.raises(NotFound):
        write(securing.reset, SITE, secret, "another hash")


def test_a_reset_link_lasts_an_hour_and_the_newest_counts(
    write: Write, read: Read, clock: ManualClock, ann: Joined, letter: Any
) -> None:
    """Old letters in a mailbox open nothing."""
    write(securing.ask_for_reset, SITE, "ann@example.org")
    first = secret_in(letter().text)
    write(securing.ask_for_reset, SITE, "ann@example.org")
    with pytest.raises(NotFound):
        read(securing.check_reset, first)
    clock.advance(seconds=limits.RESET_SECONDS)
    with pytest.raises(NotFound):
        read(securing.check_reset, secret_in(letter().text))


def test_nobody_floods_a_mailbox_or_learns_who_is_here(write: Write, read: Read, ann: Joined) -> None:
    """Asking is always answered the same, and only a few letters go out."""
    for _ in range(limits.LETTERS_ASKED_FOR + 3):
        write(securing.ask_for_reset, SITE, "ann@example.org")
        write(securing.ask_for_reset, SITE, "nobody@example.org")
    assert len(read(letters.all_ids)) == limits.LETTERS_ASKED_FOR


# --- Joining ----------------------------------------------------------------------------------------------------------


def test_a_confirmed_address_lets_an_account_take_part(write: Write, read: Read, letter: Any) -> None:
    """Before, signing in says what is missing; the link is good once."""
    door = Door(registration="open", email_confirmation=True)
    joined = write(joining.sign_up, SITE, door, APPLICANT)
    waiting = sign_in(write)
    assert isinstance(waiting, Waiting)
    assert waiting.why == signing_in.UNCONFIRMED
    secret = secret_in(letter().text)
    assert write(joining.confirm, secret) == joined.login
    assert isinstance(sign_in(write), Opened)
    account = read(accounts.by_id, joined.account)
    assert account is not None
    assert account.standing is Standing.ACTIVE
    with pytest.raises(NotFound):
        write(joining.confirm, secret)


def test_a_letter_to_a_former_address_confirms_nothing(write: Write, letter: Any) -> None:
    """Whoever corrects a mistyped address must not be confirmed by who got the first letter."""
    joined = write(joining.sign_up, SITE, Door(registration="open", email_confirmation=True), APPLICANT)
    first = secret_in(letter().text)
    write(joining.ask_again, SITE, joined.login, "anna@example.org")
    assert letter().recipient == "anna@example.org"
    with pytest.raises(NotFound):
        write(joining.confirm, first)
    write(joining.confirm, secret_in(letter().text))
    with pytest.raises(Forbidden):
        write(joining.ask_again, SITE, joined.login)


def test_where_joining_needs_approval_somebody_decides(write: Write, read: Read, make: Make, letter: Any) -> None:
    """Only staff do; who is refused leaves nothing behind, and the name is free."""
    door = Door(registration="approval", email_confirmation=False)
    with pytest.raises(Invalid) as refusal:
        write(joining.sign_up, SITE, door, APPLICANT)
    assert list(refusal.value.details or ()) == ["reason"]
    applicant = Applicant(username="ann", email="a@example.org", password_hash="hash", locale="en", reason="To talk")
    joined = write(joining.sign_up, SITE, door, applicant)
    waiting = sign_in(write)
    assert isinstance(waiting, Waiting)
    assert waiting.why == signing_in.UNAPPROVED
    member = make.login("bea@example.org", make.account("bea"))
    staff = make.login("cleo@example.org", make.account("cleo"), role=Role.MODERATOR)
    for decide in (joining.approve, joining.reject):
        with pytest.raises(Forbidden):
            write(decide, SITE, member, joined.login)
    write(joining.reject, SITE, staff, joined.login)
    assert "not approved" in letter().text
    again = write(joining.sign_up, SITE, door, applicant)
    write(joining.approve, SITE, staff, again.login)
    assert "approved" in letter().text
    assert isinstance(sign_in(write), Opened)
    with pytest.raises(NotFound):
        write(joining.reject, SITE, staff, again.login)


def test_an_invitation_lets_in_as_many_as_it_says(write: Write, clock: ManualClock, make: Make) -> None:
    """It also stands for approval; what is used up, expired or invented lets in nobody."""
    bea = make.login("bea@example.org", make.account("bea"))

    def come(door: str, code: str, name: str) -> Joined:
        applicant = Applicant(username=name, email=f"{name}@example.org", password_hash="hash", locale="en")
        return write(
            joining.sign_up,
            SITE,
            Door(registration=door, email_confirmation=False),
            applicant,
            invitation=code,
        )

    once = write(joining.invite, bea, max_uses=1)
    assert come("invite", once, "cleo").approved
    today = write(joining.invite, bea, expires_at=clock.now() + 1_000)
    assert come("approval", today, "dora").approved
    clock.advance(seconds=1)
    for door, code in (("invite", once), ("invite", today), ("invite", ""), ("invite", "x"), ("open", "x")):
        with pytest.raises(Invalid):
            come(door, code, "eve")
    with pytest.raises(Forbidden):
        come("closed", write(joining.invite, bea), "eve")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "ünal"}, "username"),
        ({"username": "x" * 31}, "username"),
        ({"username": "Admin"}, "username"),
        ({"username": "BEA"}, "username"),
        ({"email": ""}, "email"),
        ({"email": "nowhere"}, "email"),
        ({"email": "a@b@c"}, "email"),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "email"),
        ({"email": "BEA@example.org"}, "email"),
        ({"reason": "x" * 2_001}, "reason"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(write: Write, make: Make, wrong: dict[str, str], field: str) -> None:
    """Names and addresses are taken whatever their case."""
    make.login("bea@example.org", make.account("bea"))
    values = {"username": "ann", "email": "ann@example.org", "password_hash": "hash", "locale": "en", **wrong}
    with pytest.raises(Refusal) as refusal:
        write(joining.sign_up, SITE, OPEN, Applicant(**values))  # type: ignore[arg-type]  # all of them are texts
    assert list(refusal.value.details or ()) == [field]
