"""Appointing: who is of the staff, and as what; it stands in the public log before it holds."""

from bema.domain import deciding, recording
from bema.model import limits
from bema.model.errors import Forbidden, NotFound
from bema.model.events import LoginChanged
from bema.model.ids import AccountId, LoginId
from bema.model.permissions import COMMAND_LINE, Permission, Staff
from bema.model.policy import Role
from bema.store import accounts, logins, public_facets, public_log, staff_people
from bema.store.tx import Tx, WriteTx
from bema.wire.tlog import entries


def appoint(tx: WriteTx, staff: Staff, account_id: AccountId, role: Role) -> None:
    """Give who signs in for an account another role: below one's own, and to nobody who has as much as oneself."""
    staff.needs(Permission.MANAGE_ROLES)
    found = logins.logins_of(tx, account_id)
    if len(found) != 1:
        raise NotFound("Nobody signs in for this account, or several people do")
    row = logins.by_id(tx, found[0])
    assert row is not None
    before = Role(row.role)
    if staff.login is not None and (found[0] == staff.login or max(before, role) >= staff.role):
        raise Forbidden
    if before is role:
        return
    record(tx, staff, found[0], before, role)
    logins.change(tx, found[0], role=int(role))
    accounts.change(tx, account_id, badge=int(role))
    deciding.note(tx, staff, "appoint", deciding.about(account_id))
    tx.emit(LoginChanged(login=found[0]))


def record(tx: WriteTx, staff: Staff, login: LoginId, before: Role, after: Role) -> None:
    """Enter into the public log that somebody gets another role."""
    by, whom = recording.signature(tx, staff.login, staff.role), recording.signature(tx, login, after)
    assert whom.pseudonym is not None
    body = entries.Appointment(whom.pseudonym, before.name.lower(), after.name.lower(), by)
    at = recording.moment(tx.now)
    recording.enter(tx, "operator.role_changed", lambda seq: entries.RoleChanged(at=at, type_seq=seq, body=body))


def record_all(tx: WriteTx) -> None:
    """Enter those into the public log who got their role before there was one."""
    after = 0
    while rows := staff_people.page(tx, after, limits.AUDIT_BATCH):
        for login, recorded in recorded_roles(tx, [login for login, _ in rows]).items():
            if recorded is None:
                record(tx, COMMAND_LINE, login, Role.MEMBER, dict(rows)[login])
        after = rows[-1][0]


def recorded_roles(tx: Tx, ids: list[LoginId]) -> dict[LoginId, str | None]:
    """Return which role the public log says that logins have; None where it says nothing."""
    names = public_log.names(tx, recording.LOGIN, ids)
    newest = public_facets.newest(tx, [f"role {name}" for name in names.values()], public_log.size(tx))
    contents = public_log.at_places(tx, [each.place for each in newest.values()])
    found: dict[LoginId, str | None] = dict.fromkeys(ids)
    for id_ in ids:
        standing = newest.get(f"role {names.get(id_)}")
        entry = None if standing is None else entries.decode(contents[standing.place])
        if isinstance(entry, entries.RoleChanged):
            found[id_] = entry.body.after
    return found
