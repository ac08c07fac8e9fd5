"""Concluding: what follows at once when a decision takes effect: reports are resolved, cases closed, letters written."""

from bema.domain import letters, weighing
from bema.model.decisions import Act, Decision, State, Subject, SubjectKind
from bema.model.permissions import Staff
from bema.model.site import Site
from bema.store import cases, decisions, logins, reports
from bema.store.tx import WriteTx


def settle_reports(tx: WriteTx, staff: Staff, decision: Decision) -> None:
    """Resolve what a decision answers, as on Mastodon: a warning its report or case, anything more all about the account."""
    account_id = weighing.account_of(decision.subject)
    if account_id is None or _waits(tx, decision):
        return
    found = set() if decision.report is None else {decision.report}
    cases_of = set() if decision.case is None else {decision.case}
    if decision.case is not None:
        found.update(cases.open_reports_of(tx, decision.case))
    if decision.act is not Act.WARN:
        found.update(reports.open_about(tx, account_id))
    for report_id in sorted(found):
        if reports.resolve(tx, report_id, staff.account):
            weighing.note(tx, staff, "resolve", Subject(SubjectKind.REPORT, report_id))
    cases_of.update(each.case for each in reports.by_ids(tx, sorted(found)).values() if each.case is not None)
    for case_id in sorted(cases_of):
        if cases.settle(tx, case_id, staff.account):
            weighing.note(tx, staff, "close", Subject(SubjectKind.CASE, case_id))


def _waits(tx: WriteTx, decision: Decision) -> bool:
    """Tell whether something else is proposed in the same case: that has to be answered first."""
    found = [] if decision.case is None else decisions.of_case(tx, decision.case)
    return any(each.state is State.PROPOSED and each.id != decision.id for each in found)


def write_letters(tx: WriteTx, site: Site, decision: Decision) -> None:
    """Tell whom a decision affects by letter."""
    account_id = weighing.account_of(decision.subject)
    for login_id in [] if account_id is None else logins.logins_of(tx, account_id):
        row = logins.by_id(tx, login_id)
        if row is not None:
            letters.decided(tx, site, to=letters.To(row.email, row.locale), act=decision.act, reasons=decision.reasons)
