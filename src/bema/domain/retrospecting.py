"""Looking back on a year: it is offered in December, worked out apart from the request, and kept."""

import hmac
import secrets

from bema.model import limits
from bema.model.errors import NotFound
from bema.model.events import AnnualReportMade
from bema.model.ids import AccountId
from bema.model.retrospect import Refresh, Report, State, Year, campaign
from bema.store import annual_reports, refreshes, tasks
from bema.store.tx import Tx, WriteTx

LOOKING_BACK = "annual_reports"  # the name under which years wait to be looked back on


def reports(tx: Tx, actor: AccountId) -> list[Report]:
    """Load one's reports, the newest first."""
    return annual_reports.of(tx, actor)


def report(tx: Tx, actor: AccountId, year: int) -> Report:
    """Load one's report of a year."""
    found = annual_reports.one(tx, actor, year)
    if found is None:
        raise NotFound
    return found


def shared(tx: Tx, account_id: AccountId, year: int, share_key: str) -> Report:
    """Load somebody's report for whoever was given its key; with another key it looks missing."""
    found = report(tx, account_id, year)
    if not hmac.compare_digest(found.share_key.encode(), share_key.encode()):
        raise NotFound
    return found


def read(tx: WriteTx, actor: AccountId, year: int) -> None:
    """Note that one has read a report."""
    if not annual_reports.read(tx, actor, year):
        raise NotFound


def state(tx: Tx, actor: AccountId, year: int) -> tuple[State, Refresh | None]:
    """Tell how far one's report of a year is, and what to ask about while it is worked out."""
    if annual_reports.one(tx, actor, year) is not None:
        return State.AVAILABLE, None
    begun = refreshes.of_key(tx, actor, _key(year))
    if begun is not None and not begun.finished and tx.now - begun.begun_at < limits.REFRESH_SECONDS * 1_000:
        return State.GENERATING, begun
    eligible = campaign(tx.now) == year and annual_reports.wrote(tx, actor, year)
    return (State.ELIGIBLE if eligible else State.INELIGIBLE), None


def ask(tx: WriteTx, actor: AccountId, year: int) -> Refresh | None:
    """Ask for one's report of a year; None where it is there, or cannot be."""
    reached, begun = state(tx, actor, year)
    if reached is not State.ELIGIBLE:
        return begun
    name = f"{actor}:{year}"
    tasks.withdraw(tx, LOOKING_BACK, name)  # one that was given up
    tasks.add(tx, LOOKING_BACK, name, name)
    refreshes.begin(tx, actor, _key(year))
    return refreshes.of_key(tx, actor, _key(year))


def look_back(tx: Tx, asked: str) -> Year:
    """Work out a year that somebody asked for."""
    account_id, year = _asked(asked)
    return annual_reports.look_back(tx, account_id, year)


def keep(tx: WriteTx, asked: str, found: Year) -> None:
    """Keep what was worked out, and tell who asked; doing it twice changes nothing."""
    account_id, year = _asked(asked)
    if annual_reports.add(tx, Report(account_id, year, found, secrets.token_urlsafe(12))):
        tx.emit(AnnualReportMade(account=account_id, year=year))
    refreshes.finish(tx, account_id, _key(year), 1)


def refresh(tx: Tx, actor: AccountId, id_: int) -> Refresh:
    """Load what is worked out for oneself; others' looks missing."""
    found = refreshes.one(tx, actor, id_)
    if found is None:
        raise NotFound
    return found


def _key(year: int) -> str:
    return f"annual_report:{year}"


def _asked(asked: str) -> tuple[AccountId, int]:
    account_id, _, year = asked.partition(":")
    return AccountId(int(account_id)), int(year)
