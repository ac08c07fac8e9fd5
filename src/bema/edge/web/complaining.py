"""Reporting on pages: somebody tells the staff what is wrong with a post or an account; nobody else hears who did."""

from typing import Annotated

import msgspec
from msgspec import Meta

from bema.domain import policies, reading, reporting
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.filters import profile_url
from bema.edge.web.pages import Page, Redirect, page, tongue_of
from bema.model import limits
from bema.model.errors import Invalid, NotFound
from bema.model.ids import AccountId, PostId, parse_id
from bema.model.reporting import Category
from bema.model.views import Account, Post
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)


class About(msgspec.Struct, frozen=True):
    """What is to be reported: a post, or an account."""

    post: str = ""
    account: str = ""


@routes.get("/report", needs=Needs.SESSION)
def ask_what(call: Call, tx: Tx, ask: About) -> Page:
    """See what will be reported, and say why."""
    target, post = _about(call, tx, ask.post, ask.account)
    return _form(call, tx, target, post, Complaint())


class Complaint(msgspec.Struct, frozen=True):
    """What somebody says is wrong."""

    post: str = ""
    account: str = ""
    category: Category = "violation"
    rules: list[str] = []
    comment: Annotated[str, Meta(max_length=limits.REPORT_CHARACTERS * 4)] = ""
    forward: bool = False


@routes.post("/report", needs=Needs.SESSION, rate="report")
def report(call: Call, tx: WriteTx, ask: Complaint) -> Page | Redirect:
    """Tell the staff."""
    target, post = _about(call, tx, ask.post, ask.account)
    category = ask.category
    complaint = reporting.Complaint(
        target=target.id,
        posts=[] if post is None else [post.id],
        comment=ask.comment.strip(),
        category=category,
        rules=ask.rules[: limits.REPORT_RULES] if category == "violation" else [],
        forward=ask.forward,
    )
    try:
        with tx.savepoint():
            reporting.file(tx, call.actor, complaint, [each.id for each in policies.rules(tx)])
    except Invalid as refusal:
        return _form(call, tx, target, post, ask, str(refusal))
    return Redirect(profile_url(target), "reported")


def _form(call: Call, tx: Tx, target: Account, post: Post | None, typed: Complaint, error: str | None = None) -> Page:
    return page(
        call,
        tx,
        "report.html",
        status=200 if error is None else 422,
        target=target,
        post=post,
        typed=typed,
        error=error,
        rules=policies.rules(tx),
        language=tongue_of(call).code,
        most=limits.REPORT_CHARACTERS,
    )


def _about(call: Call, tx: Tx, post_id: str, account_id: str) -> tuple[Account, Post | None]:
    """Return who is reported, and the post; nobody reports themselves."""
    named = parse_id(post_id)
    if named is not None:
        loaded = reading.post(tx, call.actor, PostId(named))
        post = loaded.boost_of or loaded
        target = post.author
    else:
        post, target = None, reading.account(tx, AccountId(parse_id(account_id) or 0))
    if target.id == call.actor:
        raise NotFound
    return target, post
