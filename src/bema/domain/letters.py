"""Letters that the server writes to people: short, and each says why it came."""

from bema.model import limits
from bema.model.decisions import Act
from bema.model.events import LetterWritten
from bema.model.ids import LoginId
from bema.model.site import Site
from bema.store import attempts, letters
from bema.store.tx import WriteTx


def confirm_address(tx: WriteTx, site: Site, *, to: str, secret: str) -> None:
    """Ask whether an address belongs to who gave it."""
    _write(
        tx,
        to,
        f"Confirm your address for {site.title}",
        "Welcome!\n\n"
        f"Somebody, we hope you, wants to join {site.title} ({site.domain}) with this address.\n"
        "Please confirm it here:\n\n"
        f"{site.base}/auth/confirm?token={secret}\n\n"
        "The link is good for a week. If it was not you, do nothing: without it the address is not used.\n",
    )


def reset_password(tx: WriteTx, site: Site, *, to: str, secret: str) -> None:
    """Send the link that sets a new password."""
    _write(
        tx,
        to,
        f"A new password for {site.title}",
        f"Somebody, we hope you, asked for a new password on {site.title} ({site.domain}).\n"
        "Choose one here:\n\n"
        f"{site.base}/auth/reset?token={secret}\n\n"
        "The link is good for an hour, once. If it was not you, do nothing: your password stays as it is.\n",
    )


def approved(tx: WriteTx, site: Site, *, to: str) -> None:
    """Tell somebody that they may take part."""
    _write(
        tx,
        to,
        f"Welcome to {site.title}",
        f"Your request to join {site.title} was approved.\n\nSign in here:\n\n{site.base}/auth/sign_in\n",
    )


def rejected(tx: WriteTx, site: Site, *, to: str) -> None:
    """Tell somebody that they may not take part."""
    _write(
        tx,
        to,
        f"Your request to join {site.title}",
        f"Your request to join {site.title} was not approved. What you entered was deleted.\n",
    )


_DECIDED = {
    Act.WARN: "Your account got a warning. Nothing else was done.",
    Act.SUSPEND: "Your account was suspended: nobody sees it at present. Nothing of it was deleted.",
    Act.LIMIT: "Your account was limited: only those who follow it find it.",
    Act.FREEZE: "Your account was frozen: nobody can sign in for it at present.",
    Act.SENSITIVE: "All that your account posts is marked as sensitive.",
    Act.MARK_POSTS_SENSITIVE: "Some of your posts were marked as sensitive.",
    Act.REMOVE_POSTS: "Some of your posts were removed: nobody sees them at present.",
}


def decided(tx: WriteTx, site: Site, *, to: str, act: Act, reasons: str) -> None:
    """Tell somebody what was decided about their account, and why."""
    why = f"The reasons that were given:\n\n{reasons.strip()}\n\n" if reasons.strip() else ""
    _write(
        tx,
        to,
        f"A decision about your account on {site.title}",
        f"{_DECIDED[act]}\n\n{why}If you think that this is wrong, answer this letter, or write to the operators of "
        f"{site.domain}.\n",
    )


PASSWORD_CHANGED = "the password was changed"  # noqa: S105 - a sentence about one
CODES_ON = "signing in asks for a code from an app from now on"
CODES_OFF = "signing in asks for no code from an app any more"
PASSKEY_ADDED = "a passkey was added"
PASSKEY_REMOVED = "a passkey was removed"
CODES_RENEWED = "new recovery codes were made; the former ones are void"


def changed(tx: WriteTx, site: Site, *, to: str, what: str) -> None:
    """Tell somebody that how they sign in was changed, in case it was not them."""
    _write(
        tx,
        to,
        f"Signing in to {site.title} was changed",
        f"For your account on {site.title} ({site.domain}) {what}.\n\n"
        "If it was you, all is well. If not, set a new password at once:\n\n"
        f"{site.base}/auth/forgot\n",
    )


def may_be_asked_for(tx: WriteTx, login_id: LoginId) -> bool:
    """Count a letter that somebody asks for, and tell whether it may be sent: anybody can ask for another's."""
    count = attempts.count(tx, f"letters to {login_id}", window_seconds=limits.LETTERS_WINDOW_SECONDS)
    return count <= limits.LETTERS_ASKED_FOR


def _write(tx: WriteTx, to: str, subject: str, text: str) -> None:
    tx.emit(LetterWritten(letter=letters.add(tx, recipient=to, subject=subject, text=text)))
