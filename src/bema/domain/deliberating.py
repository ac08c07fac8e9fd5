"""Deliberating: what people say about a proposal while everybody is asked; everybody can read it, also afterwards."""

from bema.domain import deciding
from bema.model import limits
from bema.model.decisions import Act, Effect, Grounds, Subject, SubjectKind
from bema.model.errors import Invalid, NotFound
from bema.model.ids import AccountId, Millis, moment_of
from bema.model.permissions import Permission, Staff
from bema.model.policies import Version
from bema.model.site import Site
from bema.model.views import Account, View
from bema.store import accounts, policies, policy_comments
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx
from bema.wire import text as texts
from bema.wire.html import render


class Opinion(View, frozen=True):
    """What somebody said."""

    id: int
    author: Account
    html: str
    said_at: Millis


def opinions(tx: Tx, site: Site, version: Version, range_: Range) -> list[Opinion]:
    """Load a page of what people said about a version, the newest first."""
    rows = policy_comments.page(tx, version.id, range_)
    people = accounts.by_ids(tx, list({row.account_id for row in rows})) if rows else {}
    return [
        Opinion(row.id, people[row.account_id], render(row.text, {}, site.tag), moment_of(row.id))
        for row in rows
        if row.account_id in people
    ]


def say(tx: WriteTx, actor: AccountId, name: str, number: int, text: str) -> int:
    """Say what one thinks of a proposal, as long as people are asked."""
    version = policies.version(tx, name, number)
    if version is None or version.proposed_at is None:
        raise NotFound
    if not version.is_consulted_on(tx.now):
        raise Invalid("Validation failed: People are not asked about it any more")
    said = texts.clean_text(texts.strip_controls(text), limits.POLICY_COMMENT_CHARACTERS + 1).strip()
    if not said:
        raise Invalid("Validation failed: A comment can't be blank")
    if texts.character_count(said) > limits.POLICY_COMMENT_CHARACTERS:
        raise Invalid(f"Validation failed: Text is too long (maximum is {limits.POLICY_COMMENT_CHARACTERS} characters)")
    if policy_comments.count_of(tx, version.id, actor) >= limits.POLICY_COMMENTS_EACH:
        raise Invalid("Validation failed: You said as much about it as can be said")
    return policy_comments.add(tx, version.id, actor, said)


def take_back(tx: WriteTx, actor: AccountId, id_: int) -> None:
    """Remove what one said oneself."""
    if not policy_comments.remove(tx, id_, actor):
        raise NotFound


def hide(tx: WriteTx, staff: Staff, id_: int, reasons: str) -> int:
    """Hide what somebody said by a decision about them, which is as public as any; return its id."""
    staff.needs(Permission.MANAGE_USERS)
    row = policy_comments.by_id(tx, id_)
    if row is None:
        raise NotFound
    deciding.subordinate(tx, staff, AccountId(row.account_id))
    target = Subject(SubjectKind.COMMENT, id_)
    about = deciding.about(AccountId(row.account_id))
    return deciding.decide(tx, staff, about, Act.REMOVE_COMMENT, Grounds(reasons=reasons), [(Effect.REMOVE, target)])
