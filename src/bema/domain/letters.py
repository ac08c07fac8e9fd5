"""Letters that the server writes to people: short, in their language, and each says why it came."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bema.model import limits
from bema.model.appealing import AppealState
from bema.model.decisions import Act
from bema.model.events import LetterWritten
from bema.model.ids import LoginId, Millis
from bema.model.site import Site
from bema.model.views import Account, Post
from bema.store import attempts, letters
from bema.store.tx import WriteTx
from bema.wire.html import plain
from bema.wire.text import clean_text, length
from bema.wire.tongues import Tongue, tongue, words


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


DECIDED = {
    Act.WARN: words("Your account got a warning. Nothing else was done."),
    Act.SUSPEND: words("Your account was suspended: nobody sees it at present. Nothing of it was deleted."),
    Act.LIMIT: words("Your account was limited: only those who follow it find it."),
    Act.FREEZE: words("Your account was frozen: nobody can sign in for it at present."),
    Act.SENSITIVE: words("All that your account posts is marked as sensitive."),
    Act.MARK_POSTS_SENSITIVE: words("Some of your posts were marked as sensitive."),
    Act.REMOVE_POSTS: words("Some of your posts were removed: nobody sees them at present."),
    Act.NOTE: words("Words of those who keep the square stand beside your account or posts."),
    Act.LABEL: words("Your account or posts bear a label."),
    Act.COVER: words("Some of your posts were put behind a warning."),
    Act.DEMOTE: words("Nobody is led to your account or posts by trends, suggestions or search at present."),
    Act.QUIET: words("Only your followers, and those whom you mention, can answer you at present."),
}
_REASONS = words("The reasons that were given:\n\n%(reasons)s\n")
_OBJECT = words(
    "All about it, with a receipt that proves it to anybody, stands here, also if you cannot sign in otherwise:\n\n"
    "%(link)s\n\n"
    "If you think that it is wrong, you can object there until %(until)s. "
    "Somebody who took no part in the decision answers, unless the page says otherwise.\n"
)


def decided(tx: WriteTx, site: Site, *, to: To, act: Act, reasons: str) -> None:
    """Tell somebody what was decided about their account, and why."""
    why = [_REASONS] if reasons.strip() else []
    subject = words("A decision about your account on %(site)s")
    named = {
        "reasons": reasons.strip(),
        "link": f"{site.base}/settings/standing",
        "until": _speech(to.locale).exact(Millis(tx.now + limits.APPEAL_WINDOW_SECONDS * 1_000)),
    }
    _write(tx, site, to, subject, DECIDED[act], *why, _OBJECT, **named)


_ASKED_IN_APPEAL = words("About your objection, the following is asked of you:\n\n%(question)s\n")
_ANSWER_THERE = words("Please answer here. Until you do, the time for a decision stands still:\n\n%(link)s\n")
_OUTCOMES = {
    AppealState.UPHELD: words("Your objection was looked at. The decision stays as it is."),
    AppealState.REVERSED: words("Your objection was right: the decision was taken back, and all is as it was before."),
    AppealState.PARTLY: words("Your objection was right in part: some of the decision was taken back."),
}
_READ_THERE = words("All that was said, and the receipt, stand here:\n\n%(link)s\n")


def appeal_asked(tx: WriteTx, site: Site, *, to: To, decision: int, question: str) -> None:
    """Tell somebody that the reviewer of their appeal asks them something."""
    link = f"{site.base}/settings/standing/{decision}"
    subject = words("A question about your objection on %(site)s")
    _write(tx, site, to, subject, _ASKED_IN_APPEAL, _ANSWER_THERE, question=question, link=link)


def appeal_decided(tx: WriteTx, site: Site, *, to: To, decision: int, outcome: AppealState, reasons: str) -> None:
    """Tell somebody what came of their appeal, and why."""
    link = f"{site.base}/settings/standing/{decision}"
    subject = words("The answer to your objection on %(site)s")
    _write(tx, site, to, subject, _OUTCOMES[outcome], _REASONS, _READ_THERE, reasons=reasons, link=link)


_ENDED = {
    Act.REVERSE: words("A decision about your account, or some of it, was taken back."),
    Act.LAPSE: words("A decision about your account lapsed: it was provisional, and no second person approved it."),
    Act.EXPIRE: words("A decision about your account is over: its time has passed."),
}


def ended(tx: WriteTx, site: Site, *, to: To, act: Act, decision: int, reasons: str) -> None:
    """Tell somebody that a decision about their account is over, wholly or in part."""
    link = f"{site.base}/settings/standing/{decision}"
    why = [_REASONS] if reasons.strip() else []
    subject = words("A decision about your account on %(site)s")
    _write(tx, site, to, subject, _ENDED[act], *why, _READ_THERE, reasons=reasons.strip(), link=link)


_UNANSWERED = words(
    "What you proposed on %(site)s had not all whom it needed in time, and never took effect. You can propose it again:\n\n"
    "%(link)s\n"
)


def unanswered(tx: WriteTx, site: Site, *, to: To, path: str) -> None:
    """Tell somebody of the staff that nobody answered what they proposed, and where that stands."""
    link = f"{site.base}{path}"
    _write(tx, site, to, words("Nobody answered what you proposed on %(site)s"), _UNANSWERED, link=link)


_ARCHIVE = words(
    "All that is yours on %(site)s is in one file, as you asked. It is there for you alone until %(until)s:\n\n%(link)s\n"
)


def archive_ready(tx: WriteTx, site: Site, *, to: To, until: Millis) -> None:
    """Tell somebody that the file of all that is theirs is there."""
    named = {"link": f"{site.base}/settings/export", "until": _speech(to.locale).exact(until)}
    _write(tx, site, to, words("Your archive from %(site)s"), _ARCHIVE, **named)


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


# --- Posts by e-mail --------------------------------------------------------------------------------------------------


class Reader(NamedTuple):
    """Who gets somebody's posts by e-mail, and the address that ends it."""

    address: str
    locale: str
    list_name: str  # the author's, by which mail programs sort letters
    subscription: int
    way_out: str


_SUBSCRIBE = words(
    "Somebody, we hope you, wants to get the public posts of %(name)s (%(page)s) at this address.\n"
    "Please confirm it here:\n\n"
    "%(link)s\n\n"
    "The link is good for a week. If it was not you, do nothing: you get no posts, and your address is forgotten.\n"
)
_SUBSCRIBED = words(
    "You get this because you asked for the public posts of %(name)s (%(page)s).\n"
    "To get no more of them:\n\n"
    "%(way_out)s\n"
)
_WARNED = words("Content warning: %(warning)s")
_ATTACHED = words("Attached: %(description)s")
_UNDESCRIBED = words("a file without a description")
_ASKED = words("Poll: %(options)s")
_BETWEEN_POSTS = "\n\n* * *\n\n"


def confirm_subscription(tx: WriteTx, site: Site, author: Account, *, to: Reader, secret: str) -> None:
    """Ask whether somebody wants an author's posts."""
    link = f"{site.base}/subscriptions/confirm?token={secret}"
    subject = words("Do you want the posts of %(name)s?")
    _write(tx, site, to, subject, _SUBSCRIBE, link=link, **_of(site, author, _speech(to.locale)))


def new_posts(tx: WriteTx, site: Site, author: Account, posts: Sequence[Post], *, to: Iterable[Reader]) -> None:
    """Send some posts of an author; what has a warning is to be opened by the reader's own will."""
    subject, excerpt = words("New posts of %(name)s"), ""
    if len(posts) == 1:
        excerpt = _excerpt(posts[0].warning or plain(posts[0].content_html))
        subject = "%(name)s: %(excerpt)s" if excerpt else words("New post of %(name)s")
    told: dict[str, str] = {}
    for reader in to:
        speech = _speech(reader.locale)
        if speech.code not in told:
            told[speech.code] = _BETWEEN_POSTS.join(_told(site, post, speech) for post in posts)
        named = {"excerpt": excerpt, "posts": told[speech.code], **_of(site, author, speech)}
        _write(tx, site, reader, subject, "%(posts)s", _SUBSCRIBED, **named)


def _excerpt(text: str) -> str:
    line = " ".join(text.split())
    shown = clean_text(line, limits.EMAIL_EXCERPT_CHARACTERS)
    return shown if length(line) <= limits.EMAIL_EXCERPT_CHARACTERS else f"{shown.rstrip()}…"


def _told(site: Site, post: Post, speech: Tongue) -> str:
    """Write a post as plain text, with where it stands."""
    page = post.url or site.post(post.author.acct, post.id)
    if post.warning:
        return "\n\n".join((_cut(speech.gettext(_WARNED) % {"warning": post.warning}), page))
    parts = [_cut(plain(post.content_html))]
    if post.poll is not None:
        parts.append(_cut(speech.gettext(_ASKED) % {"options": " · ".join(post.poll.terms.options)}))
    for attachment in post.attachments:
        described = attachment.description or speech.gettext(_UNDESCRIBED)
        parts.append(_cut(speech.gettext(_ATTACHED) % {"description": described}))
    return "\n\n".join(part for part in (*parts, page) if part)


def _cut(text: str) -> str:
    most = limits.EMAIL_POST_CHARACTERS
    return text if len(text) <= most else text[: most - 1] + "…"


def _of(site: Site, author: Account, speech: Tongue) -> dict[str, str]:
    return {"name": speech.isolated(author.display_name or author.username), "page": site.profile(author.username)}


# --- What all letters have in common ----------------------------------------------------------------------------------


def may_be_asked_for(tx: WriteTx, login_id: LoginId) -> bool:
    """Count a letter that somebody asks for, and tell whether it may be sent: anybody can ask for another's."""
    count = attempts.count(tx, f"letters to {login_id}", window_seconds=limits.LETTERS_WINDOW_SECONDS)
    return count <= limits.LETTERS_ASKED_FOR


def _write(tx: WriteTx, site: Site, to: To | Reader, subject: str, *parts: str, **more: str) -> None:
    """Write a letter of some parts, with what stands in them put in after translation."""
    speech = _speech(to.locale)
    named = {"site": site.title, "domain": site.domain, **more}
    subscription, headers = None, _NO_HEADERS
    if isinstance(to, Reader):
        named["way_out"] = to.way_out
        subscription, headers = to.subscription, _of_list(site, to)
    letter = letters.add(
        tx,
        recipient=to.address,
        subject=speech.gettext(subject) % named,
        text="\n\n".join((speech.gettext(part) % named).rstrip("\n") for part in parts) + "\n",
        headers=headers,
        subscription=subscription,
    )
    tx.emit(LetterWritten(letter=letter))


def _speech(locale: str) -> Tongue:
    return tongue(locale.partition("-")[0])


_NO_HEADERS: dict[str, str] = {}


def _of_list(site: Site, to: Reader) -> dict[str, str]:
    """Let mail programs offer the way out, and go it by themselves (RFC 2369, RFC 2919, RFC 8058)."""
    return {
        "List-Id": f"<{to.list_name}.{site.domain.partition(':')[0]}>",
        "List-Unsubscribe": f"<{to.way_out}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
