"""Reporting: somebody says what is wrong; what they saw is kept as it was, whatever its author does to it afterwards."""

from collections.abc import Mapping, Sequence

import msgspec

from bema.domain import casework, deciding, reading
from bema.model import limits
from bema.model.decisions import Subject, SubjectKind
from bema.model.errors import Invalid, NotFound
from bema.model.events import ReportFiled
from bema.model.ids import AccountId, PostId
from bema.model.permissions import Staff
from bema.model.policy import QuotePolicy
from bema.model.reporting import Category, Evidence, Report, ReportMade
from bema.model.views import Account, Flags, Post
from bema.store import cases, posts, reports
from bema.store.reports import ReportFilter
from bema.store.timelines import Range
from bema.store.tx import Tx, WriteTx


class Complaint(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody reports."""

    target: AccountId
    posts: Sequence[PostId] = ()
    comment: str = ""
    category: Category = "other"
    rules: Sequence[str] = ()
    forward: bool = False


def file(tx: WriteTx, actor: AccountId, complaint: Complaint, known_rules: Sequence[str]) -> ReportMade:
    """Report an account, with those of its posts that the reporter can see."""
    target = reading.account(tx, complaint.target)
    if target.id == actor:
        raise Invalid("Validation failed: You cannot report yourself")
    if len(complaint.comment) > limits.REPORT_CHARACTERS:
        raise Invalid(f"Validation failed: Comment is too long (maximum is {limits.REPORT_CHARACTERS} characters)")
    category, rules = checked(complaint.category, complaint.rules, known_rules)
    named = list(dict.fromkeys(complaint.posts))
    if len(named) > limits.REPORT_POSTS:
        raise Invalid(f"Validation failed: Statuses are too many (maximum is {limits.REPORT_POSTS})")
    seen = [post for post in _seen(tx, actor, named) if post.author.id == target.id]
    if len(seen) < len(named):
        raise NotFound
    case = casework.take_in(tx, target.id, category)
    id_ = reports.add(
        tx,
        case=case,
        by=actor,
        target=target.id,
        category=category,
        comment=complaint.comment,
        forward=complaint.forward and target.domain is not None,
        rules=rules,
        evidence=[_copy(post) for post in seen],
    )
    casework.weigh(tx, case)
    tx.emit(ReportFiled(report=id_))
    return ReportMade(reports.by_ids(tx, [id_])[id_], target)


def _seen(tx: Tx, actor: AccountId, named: Sequence[PostId]) -> list[Post]:
    """Load what the reporter sees, or could see signed out: whoever is blocked by somebody can report what is open to all."""
    found = {post.id: post for post in reading.posts_by_ids(tx, actor, list(named))}
    if len(found) < len(named):
        found |= {
            post.id: post for post in reading.posts_by_ids(tx, None, [each for each in named if each not in found])
        }
    return [found[each] for each in named if each in found]


def checked(category: Category, rules: Sequence[str], known: Sequence[str]) -> tuple[Category, list[str]]:
    """Return what a report is about: who names rules says that they were violated, and they must be ours."""
    named = list(dict.fromkeys(rules))[: limits.REPORT_RULES]
    if any(each not in known for each in named):
        raise Invalid("Validation failed: Rule ids does not reference valid rules")
    return ("violation" if named else category), named


def _copy(post: Post) -> Evidence:
    return Evidence(
        id=post.id,
        created_at=post.created_at,
        visibility=post.visibility,
        content_html=post.content_html,
        edited_at=post.edited_at,
        warning=post.warning,
        sensitive=post.sensitive,
        language=post.language,
        attachments=post.attachments,
        mentions=post.mentions,
        tags=post.tags,
        emojis=post.emojis,
        uri=post.uri,
        url=post.url,
    )


# --- What the staff does with it --------------------------------------------------------------------------------------


def page(tx: Tx, filter_: ReportFilter, range_: Range) -> list[Report]:
    """Load a page of reports, the newest first."""
    return reports.page(tx, filter_, range_)


def one(tx: Tx, id_: int) -> Report:
    """Load a report."""
    found = reports.by_ids(tx, [id_]).get(id_)
    if found is None:
        raise NotFound
    return found


def reported_posts(tx: Tx, viewer: AccountId, reports_: Sequence[Report]) -> dict[PostId, Post]:
    """Load the posts of reports for the staff, whoever may see them."""
    ids = list(dict.fromkeys(id_ for each in reports_ for id_ in each.posts))
    return {post.id: post for post in posts.load(tx, ids, viewer)}


def as_it_was(copy: Evidence, author: Account) -> Post:
    """Show a copy in the place of a post that is gone."""
    return Post(
        id=copy.id,
        author=author,
        visibility=copy.visibility,
        content_html=copy.content_html,
        warning=copy.warning,
        sensitive=copy.sensitive,
        language=copy.language,
        in_reply_to=None,
        in_reply_to_author=None,
        thread=copy.id,
        attachments=copy.attachments,
        mentions=copy.mentions,
        tags=copy.tags,
        emojis=copy.emojis,
        app=None,
        local=author.domain is None,
        uri=copy.uri,
        url=copy.url,
        created_at=copy.created_at,
        edited_at=copy.edited_at,
        replies=0,
        boosts=0,
        favourites=0,
        quotes=0,
        quote_policy=QuotePolicy.NOBODY,
        card=None,
        label=None,
        staff_note=None,
        reactions=[],
        allowance=None,
        wanted=None,
        flags=Flags(),
    )


def copies_of_gone(tx: Tx, found: Sequence[Report], posts_: Mapping[PostId, Post]) -> dict[PostId, Evidence]:
    """Load the copies of those posts of reports that are gone."""
    lacking = [each.id for each in found if any(id_ not in posts_ for id_ in each.posts)]
    return {copy.id: copy for copy in reports.evidence(tx, lacking)} if lacking else {}


def assign(tx: WriteTx, staff: Staff, id_: int, to: AccountId | None) -> Report:
    """Give a report to somebody of the staff, or to nobody, with its case and all that is open in it."""
    report = one(tx, id_)
    if to is not None:
        casework.check_colleague(tx, to, report.target)
    reports.assign(tx, id_, to)
    if report.case is not None and report.resolved_at is None:
        cases.assign(tx, report.case, to)
    casework.note_assigned(tx, staff, _subject(id_), to)
    return one(tx, id_)


def resolve(tx: WriteTx, staff: Staff, id_: int) -> Report:
    """Mark a report as resolved, with no more done about it; with the last one of its case, that is closed."""
    report = one(tx, id_)
    if reports.resolve(tx, id_, staff.account):
        deciding.note(tx, staff, "resolve", _subject(id_))
        casework.settle(tx, staff, [report.case])
    return one(tx, id_)


def reopen(tx: WriteTx, staff: Staff, id_: int) -> Report:
    """Take a report up again, with its case."""
    report = one(tx, id_)
    if reports.reopen(tx, id_):
        deciding.note(tx, staff, "reopen", _subject(id_))
        casework.take_up(tx, id_, report.target, report.case)
    return one(tx, id_)


def classify(
    tx: WriteTx,
    staff: Staff,
    id_: int,
    category: Category | None,
    rules: Sequence[str] | None,
    known_rules: Sequence[str],
) -> Report:
    """Say what a report is about; what is not named stays. Only a violation is one of rules."""
    report = one(tx, id_)
    named = report.rules if rules is None else rules
    wanted = category or report.category
    if rules is None and wanted != "violation":
        named = []
    wanted, named = checked(wanted, named, known_rules)
    reports.classify(tx, id_, wanted, named)
    deciding.note(tx, staff, "classify", _subject(id_))
    return one(tx, id_)


def _subject(id_: int) -> Subject:
    return Subject(SubjectKind.REPORT, id_)
