"""Appointing: who is of the staff, and as what; it stands in the public log before it holds."""

from collections.abc import Sequence

from msgspec import UNSET, UnsetType

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
    login_id, before = holder(tx, account_id)
    if staff.login is not None and (login_id == staff.login or max(before, role) >= staff.role):
        raise Forbidden
    if before is role:
        return
    record(tx, login_id, before, role, recording.signature(tx, staff.login, staff.role))
    change(tx, login_id, account_id, role)
    deciding.note(tx, staff, "appoint", deciding.about(account_id))


def holder(tx: Tx, account_id: AccountId) -> tuple[LoginId, Role]:
    """Return who alone signs in for an account, and the role that they have."""
    found = logins.logins_of(tx, account_id)
    row = logins.by_id(tx, found[0]) if len(found) == 1 else None
    if row is None:
        raise NotFound("Nobody signs in for this account, or several people do")
    return found[0], Role(row.role)


def change(tx: WriteTx, login: LoginId, account_id: AccountId, role: Role) -> None:
    """Let somebody have a role that the public log says they have."""
    logins.change(tx, login, role=int(role))
    accounts.change(tx, account_id, badge=int(role))
    tx.emit(LoginChanged(login=login))


def record(
    tx: WriteTx,
    login: LoginId,
    before: Role,
    after: Role,
    by: entries.By,
    *,
    agreed: Sequence[entries.By] = (),
    needs: int | UnsetType = UNSET,
    single_operator: bool | UnsetType = UNSET,
) -> int:
    """Enter into the public log that somebody gets another role; return the place of the entry."""
    whom = recording.signature(tx, login, after)
    assert whom.pseudonym is not None
    body = entries.Appointment(
        whom.pseudonym,
        before.name.lower(),
        after.name.lower(),
        by,
        agreed=list(agreed) or UNSET,
        needs=needs,
        single_operator=single_operator,
    )
    at = recording.moment(tx.now)
    return recording.enter(tx, "operator.role_changed", lambda seq: entries.RoleChanged(at=at, type_seq=seq, body=body))


def record_all(tx: WriteTx) -> None:
    """Enter those into the public log who got their role before there was one."""
    after = 0
    while rows := staff_people.page(tx, after, limits.AUDIT_BATCH):
        for login, recorded in recorded_roles(tx, [login for login, _ in rows]).items():
            if recorded is None:
                by = recording.signature(tx, None, COMMAND_LINE.role)
                record(tx, login, Role.MEMBER, dict(rows)[login], by)
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
