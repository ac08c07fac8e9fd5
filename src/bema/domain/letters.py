"""Letters that the server writes to people: short, in their language, and each says why it came."""

from typing import NamedTuple

from bema.model import limits
from bema.model.decisions import Act
from bema.model.events import LetterWritten
from bema.model.ids import LoginId
from bema.model.site import Site
from bema.store import attempts, letters
from bema.store.tx import WriteTx
from bema.wire.tongues import tongue, words


class To(NamedTuple):
    """Who gets a letter."""

    address: str
    locale: str  # of the login: pages and letters speak the same language


_CONFIRM = words(
    "Welcome!\n\n"
    "Somebody, we hope you, wants to join %(site)s (%(domain)s) with this address.\n"
    "Please confirm it here:\n\n"
    "%(link)s\n\n"
    "The link is good for a week. If it was not you, do nothing: without it the address is not used.\n"
)
_RESET = words(
    "Somebody, we hope you, asked for a new password on %(site)s (%(domain)s).\n"
    "Choose one here:\n\n"
    "%(link)s\n\n"
    "The link is good for an hour, once. If it was not you, do nothing: your password stays as it is.\n"
)
_APPROVED = words("Your request to join %(site)s was approved.\n\nSign in here:\n\n%(link)s\n")
_REJECTED = words("Your request to join %(site)s was not approved. What you entered was deleted.\n")


def confirm_address(tx: WriteTx, site: Site, *, to: To, secret: str) -> None:
    """Ask whether an address belongs to who gave it."""
    link = f"{site.base}/auth/confirm?token={secret}"
    _write(tx, site, to, words("Confirm your address for %(site)s"), _CONFIRM, link=link)


def reset_password(tx: WriteTx, site: Site, *, to: To, secret: str) -> None:
    """Send the link that sets a new password."""
    link = f"{site.base}/auth/reset?token={secret}"
    _write(tx, site, to, words("A new password for %(site)s"), _RESET, link=link)


def approved(tx: WriteTx, site: Site, *, to: To) -> None:
    """Tell somebody that they may take part."""
    _write(tx, site, to, words("Welcome to %(site)s"), _APPROVED, link=f"{site.base}/auth/sign_in")


def rejected(tx: WriteTx, site: Site, *, to: To) -> None:
    """Tell somebody that they may not take part."""
    _write(tx, site, to, words("Your request to join %(site)s"), _REJECTED)


_DECIDED = {
    Act.WARN: words("Your account got a warning. Nothing else was done."),
    Act.SUSPEND: words("Your account was suspended: nobody sees it at present. Nothing of it was deleted."),
    Act.LIMIT: words("Your account was limited: only those who follow it find it."),
    Act.FREEZE: words("Your account was frozen: nobody can sign in for it at present."),
    Act.SENSITIVE: words("All that your account posts is marked as sensitive."),
    Act.MARK_POSTS_SENSITIVE: words("Some of your posts were marked as sensitive."),
    Act.REMOVE_POSTS: words("Some of your posts were removed: nobody sees them at present."),
}
_REASONS = words("The reasons that were given:\n\n%(reasons)s\n")
_OBJECT = words("If you think that this is wrong, answer this letter, or write to the operators of %(domain)s.\n")


def decided(tx: WriteTx, site: Site, *, to: To, act: Act, reasons: str) -> None:
    """Tell somebody what was decided about their account, and why."""
    why = [_REASONS] if reasons.strip() else []
    subject = words("A decision about your account on %(site)s")
    _write(tx, site, to, subject, _DECIDED[act], *why, _OBJECT, reasons=reasons.strip())


PASSWORD_CHANGED = words("The password of your account on %(site)s (%(domain)s) was changed.")
CODES_ON = words("Signing in to %(site)s (%(domain)s) asks for a code from an app from now on.")
CODES_OFF = words("Signing in to %(site)s (%(domain)s) asks for no code from an app any more.")
PASSKEY_ADDED = words("A passkey was added to your account on %(site)s (%(domain)s).")
PASSKEY_REMOVED = words("A passkey was removed from your account on %(site)s (%(domain)s).")
CODES_RENEWED = words("New recovery codes were made for %(site)s (%(domain)s); the former ones are void.")
_NOT_YOU = words("If it was you, all is well. If not, set a new password at once:\n\n%(link)s\n")


def changed(tx: WriteTx, site: Site, *, to: To, what: str) -> None:
    """Tell somebody that how they sign in was changed, in case it was not them."""
    subject = words("Signing in to %(site)s was changed")
    _write(tx, site, to, subject, what, _NOT_YOU, link=f"{site.base}/auth/forgot")


def may_be_asked_for(tx: WriteTx, login_id: LoginId) -> bool:
    """Count a letter that somebody asks for, and tell whether it may be sent: anybody can ask for another's."""
    count = attempts.count(tx, f"letters to {login_id}", window_seconds=limits.LETTERS_WINDOW_SECONDS)
    return count <= limits.LETTERS_ASKED_FOR


def _write(tx: WriteTx, site: Site, to: To, subject: str, *parts: str, **more: str) -> None:
    """Write a letter of some parts, with what stands in them put in after translation."""
    speech = tongue(to.locale.partition("-")[0])
    named = {"site": site.title, "domain": site.domain, **more}
    text = "\n\n".join((speech.gettext(part) % named).rstrip("\n") for part in parts) + "\n"
    letter = letters.add(tx, recipient=to.address, subject=speech.gettext(subject) % named, text=text)
    tx.emit(LetterWritten(letter=letter))
