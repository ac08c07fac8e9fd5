"""Annual reports: what one's year was like; and whether what is worked out meanwhile is there."""

from collections.abc import Sequence

from bema.domain import reading, retrospecting
from bema.edge.answers import Json
from bema.edge.call import Call
from bema.edge.mastodon.render import Renderer
from bema.edge.routes import Routes, Surface
from bema.model import limits
from bema.model.errors import NotFound
from bema.model.retrospect import Refresh, Report
from bema.model.site import Site
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon import annual_reports as entities

routes = Routes(Surface.API)
_SCHEMA = 2  # Mastodon's, since 4.6
_LAST = 12  # the month that stands for the year


@routes.get("/api/v1/annual_reports", scope="read:accounts")
def reports(call: Call, tx: Tx) -> entities.WrappedAnnualReports:
    """View one's annual reports."""
    return _wrapped(call, tx, retrospecting.reports(tx, call.actor))


@routes.get("/api/v1/annual_reports/{year}", scope="read:accounts")
def view(call: Call, tx: Tx) -> entities.WrappedAnnualReports:
    """View one's annual report of a year."""
    return _wrapped(call, tx, [retrospecting.report(tx, call.actor, _year(call))])


@routes.get("/api/v1/annual_reports/{year}/state", scope="read:accounts", answer=entities.AnnualReportState)
def state(call: Call, tx: Tx) -> Json:
    """View whether there is an annual report of a year, or may be one."""
    reached, begun = retrospecting.state(tx, call.actor, _year(call))
    return Json(entities.AnnualReportState(state=reached.value), headers=_header(begun))


@routes.post("/api/v1/annual_reports/{year}/generate", scope="write:accounts", answer=None)
def generate(call: Call, tx: WriteTx) -> Json:
    """Ask for one's annual report of a year: 202 while it is worked out, 200 where there is nothing to wait for."""
    begun = retrospecting.ask(tx, call.actor, _year(call))
    return Json({}, status=200 if begun is None else 202, headers=_header(begun))


@routes.post("/api/v1/annual_reports/{year}/read", scope="write:accounts")
def read(call: Call, tx: WriteTx) -> None:
    """Mark an annual report as read."""
    retrospecting.read(tx, call.actor, _year(call))


@routes.get("/api/v1_alpha/async_refreshes/{id}", scope="read")
def refresh(call: Call, tx: Tx) -> entities.WrappedAsyncRefresh:
    """View whether something that one waits for is there."""
    found = retrospecting.refresh(tx, call.actor, call.path_id())
    status = entities.AsyncRefresh(
        id=str(found.id), status="finished" if found.finished else "running", result_count=found.results
    )
    return entities.WrappedAsyncRefresh(async_refresh=status)


def _year(call: Call) -> int:
    text = call.path_values["year"]
    if len(text) != 4 or not (text.isascii() and text.isdigit()) or not 1970 <= int(text) < 9999:
        raise NotFound
    return int(text)


def _header(begun: Refresh | None) -> Sequence[tuple[bytes, bytes]]:
    """Say what to ask about, and when."""
    if begun is None:
        return ()
    counted = "" if begun.results is None else f", result_count={begun.results}"
    value = f'id="{begun.id}", retry={limits.REFRESH_RETRY_SECONDS}{counted}'
    return ((b"mastodon-async-refresh", value.encode()),)


def _wrapped(call: Call, tx: Tx, found: list[Report]) -> entities.WrappedAnnualReports:
    renderer, owner = Renderer(call.site, call.viewer), reading.account(tx, call.actor)
    top = [each.body.top_post for each in found if each.body.top_post is not None]
    posts = reading.posts_by_ids(tx, call.viewer, top) if top else []
    return entities.WrappedAnnualReports(
        annual_reports=[_report(call.site, owner.acct, each) for each in found],
        accounts=[renderer.account(owner)] if found else [],
        statuses=renderer.statuses(posts),
    )


def _report(site: Site, acct: str, report: Report) -> entities.AnnualReport:
    body = report.body
    data = entities.AnnualReportData(
        archetype=body.archetype,
        time_series=[entities.Month(month=_LAST, statuses=body.posts, followers=body.followers)],
        top_hashtags=[] if body.top_tag is None else [entities.TopHashtag(name=body.top_tag[0], count=body.top_tag[1])],
        top_statuses=entities.TopStatuses(by_reblogs=None if body.top_post is None else str(body.top_post)),
    )
    return entities.AnnualReport(
        year=report.year,
        data=data,
        schema_version=_SCHEMA,
        share_url=site.shared_year(acct, report.year, report.share_key),
        account_id=str(report.account),
    )
