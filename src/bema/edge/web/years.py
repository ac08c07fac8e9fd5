"""Years on pages: one's own, looked back on in December, and those that others show by a link."""

from bema.domain import people, reading, retrospecting
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web.pages import Page, Redirect, page
from bema.model.errors import NotFound
from bema.model.retrospect import Report, State, campaign
from bema.model.views import Account
from bema.store.tx import Tx, WriteTx

routes = Routes(Surface.WEB)


@routes.get("/years", needs=Needs.SESSION)
def years(call: Call, tx: Tx) -> Page:
    """See which of one's years were looked back on."""
    current = campaign(tx.now)
    state = None if current is None else retrospecting.state(tx, call.actor, current)[0].value
    return page(call, tx, "years.html", reports=retrospecting.reports(tx, call.actor), current=current, state=state)


@routes.get("/years/{year}", needs=Needs.SESSION, writes=True)
def year(call: Call, tx: WriteTx) -> Page:
    """Read what one's year was like, or how far it is worked out; what was seen is read."""
    wanted = _year(call)
    state, _ = retrospecting.state(tx, call.actor, wanted)
    if state is State.INELIGIBLE:
        raise NotFound
    if state is not State.AVAILABLE:
        return page(call, tx, "year_awaited.html", year=wanted, state=state.value)
    retrospecting.read(tx, call.actor, wanted)
    return _shown(call, tx, reading.account(tx, call.actor), retrospecting.report(tx, call.actor, wanted))


@routes.post("/years/{year}", needs=Needs.SESSION)
def ask(call: Call, tx: WriteTx) -> Redirect:
    """Ask to look back on one's year."""
    retrospecting.ask(tx, call.actor, _year(call))
    return Redirect(f"/years/{_year(call)}")


@routes.get("/@{acct}/years/{year}/{key}")
def shared(call: Call, tx: Tx) -> Page:
    """Read what somebody's year was like, who gave one the link."""
    account = people.by_acct(tx, call.site, call.path_values["acct"])
    return _shown(call, tx, account, retrospecting.shared(tx, account.id, _year(call), call.path_values["key"]))


def _shown(call: Call, tx: Tx, account: Account, report: Report) -> Page:
    top = report.body.top_post
    posts = [] if top is None else reading.posts_by_ids(tx, call.viewer, [top])
    link = call.site.shared_year(account.acct, report.year, report.share_key)
    portrait = account.avatar.original.key if account.avatar is not None else None
    return page(
        call,
        tx,
        "year.html",
        account=account,
        report=report,
        posts=posts,
        link=link,
        canonical=link,
        picture=call.site.media(portrait) if portrait else None,
        robots="noindex",
    )


def _year(call: Call) -> int:
    text = call.path_values["year"]
    if len(text) != 4 or not (text.isascii() and text.isdigit()) or not 1970 <= int(text) < 9999:
        raise NotFound
    return int(text)
