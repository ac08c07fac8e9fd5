"""Accounts as the staff sees them: finding them, letting people in, warning and restricting them, and taking it back."""

from typing import Literal

import msgspec
from msgspec import UNSET

from bema.domain import administering, deciding
from bema.edge.answers import Json, paged
from bema.edge.call import Call
from bema.edge.mastodon.admin import StaffPaging
from bema.edge.mastodon.render import Renderer
from bema.edge.mastodon.roles import IDS, role_of
from bema.edge.routes import Routes, Surface
from bema.model import limits
from bema.model.administering import AccountFilter, AccountStatus, Administered
from bema.model.decisions import Act, Effect, Grounds
from bema.model.errors import Invalid, NotFound
from bema.model.ids import AccountId, parse_id
from bema.model.permissions import Permission, roles_that_may
from bema.model.policy import Standing
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.admin import AdminAccount, AdminIp
from bema.wire.mastodon.times import iso

routes = Routes(Surface.API)
_READ, _WRITE = "admin:read:accounts", "admin:write:accounts"
_STAFF = tuple(roles_that_may(Permission.MANAGE_REPORTS))

# --- Finding ----------------------------------------------------------------------------------------------------------


class Asked(StaffPaging, frozen=True):
    """Which accounts are asked for."""

    origin: Literal["local", "remote"] | None = None
    status: AccountStatus | None = None
    permissions: str = ""
    role_ids: tuple[str, ...] = ()
    invited_by: str = ""
    username: str = ""
    display_name: str = ""
    by_domain: str = ""
    email: str = ""
    ip: str = ""


class AskedV1(StaffPaging, frozen=True):
    """Which accounts are asked for, by switches."""

    local: bool = False
    remote: bool = False
    active: bool = False
    pending: bool = False
    disabled: bool = False
    silenced: bool = False
    suspended: bool = False
    sensitized: bool = False
    staff: bool = False
    username: str = ""
    display_name: str = ""
    by_domain: str = ""
    email: str = ""
    ip: str = ""


@routes.get("/api/v2/admin/accounts", scope=_READ, permission=Permission.MANAGE_USERS, answer=list[AdminAccount])
def find(call: Call, tx: Tx, ask: Asked) -> Json:
    """Find accounts by what they are called, how they stand, and who signs in for them."""
    roles = _STAFF if ask.permissions == "staff" else None
    if ask.role_ids:
        named = tuple(IDS[each] for each in ask.role_ids if each in IDS)
        roles = named if roles is None else tuple(role for role in named if role in roles)
    filter_ = msgspec.structs.replace(
        _by_words(ask),
        local=None if ask.origin is None else ask.origin == "local",
        status=ask.status,
        roles=roles,
        invited_by=AccountId(parse_id(ask.invited_by) or 0) if ask.invited_by else None,
    )
    return _page(call, tx, ask, filter_)


@routes.get("/api/v1/admin/accounts", scope=_READ, permission=Permission.MANAGE_USERS, answer=list[AdminAccount])
def find_v1(call: Call, tx: Tx, ask: AskedV1) -> Json:
    """Find accounts (older form): of this server and not suspended, unless something else is asked for."""
    status: AccountStatus = "active"
    for each in ("pending", "disabled", "silenced", "suspended", "sensitized"):
        if getattr(ask, each):
            status = each
    roles = _STAFF if ask.staff else None
    filter_ = msgspec.structs.replace(_by_words(ask), local=not ask.remote, status=status, roles=roles)
    return _page(call, tx, ask, filter_)


def _by_words(ask: Asked | AskedV1) -> AccountFilter:
    return AccountFilter(
        username=ask.username.strip() or None,
        display_name=ask.display_name.strip() or None,
        domain=ask.by_domain.strip().lower() or None,
        email=ask.email.strip().lower() or None,
        address=ask.ip.strip() or None,
    )


def _page(call: Call, tx: Tx, ask: StaffPaging, filter_: AccountFilter) -> Json:
    found = administering.page(tx, filter_, ask.range())
    renderer = Renderer(call.site, call.viewer)
    ids = [each.account.id for each in found]
    return paged(call, [render(renderer, each) for each in found], ids[0] if ids else None, ids[-1] if ids else None)


@routes.get("/api/v1/admin/accounts/{id}", scope=_READ, permission=Permission.MANAGE_USERS)
def view(call: Call, tx: Tx) -> AdminAccount:
    """View one account, whatever its standing."""
    return _rendered(call, tx)


# --- At the door ------------------------------------------------------------------------------------------------------


@routes.post("/api/v1/admin/accounts/{id}/approve", scope=_WRITE, permission=Permission.MANAGE_USERS)
def approve(call: Call, tx: WriteTx) -> AdminAccount:
    """Let in somebody who waits."""
    administering.approve(tx, call.site, call.staff, call.path_id())
    return _rendered(call, tx)


@routes.post("/api/v1/admin/accounts/{id}/reject", scope=_WRITE, permission=Permission.MANAGE_USERS)
def reject(call: Call, tx: WriteTx) -> AdminAccount:
    """Send away somebody who waits; the answer is what they had entered."""
    gone = _rendered(call, tx)
    administering.reject(tx, call.site, call.staff, call.path_id())
    return gone


# --- Restricting, and taking it back ----------------------------------------------------------------------------------


class Action(msgspec.Struct, frozen=True):
    """What is to be done about an account, and why."""

    type: Literal["none", "disable", "sensitive", "silence", "suspend"] | None = None
    report_id: str = ""
    warning_preset_id: str = ""
    text: str = ""
    send_email_notification: bool = False


_ACTS = {
    "none": Act.WARN,
    "disable": Act.FREEZE,
    "sensitive": Act.SENSITIVE,
    "silence": Act.LIMIT,
    "suspend": Act.SUSPEND,
}


@routes.post(
    "/api/v1/admin/accounts/{id}/action", scope=_WRITE, permission=Permission.MANAGE_USERS | Permission.MANAGE_REPORTS
)
def act(call: Call, tx: WriteTx, ask: Action) -> None:
    """Warn or restrict an account, by a decision with its reasons; what was reported about it is resolved."""
    if ask.type is None:
        raise Invalid("Validation failed: Type can't be blank")
    if ask.warning_preset_id:
        raise NotFound  # there are no presets here
    call.staff.needs(Permission.MANAGE_REPORTS if ask.type == "none" else Permission.MANAGE_USERS)
    grounds = Grounds(
        reasons=ask.text[: limits.REASONS_CHARACTERS + 1],
        report=(parse_id(ask.report_id) or 0) if ask.report_id else None,
    )
    deciding.on_account(
        tx,
        call.site,
        call.staff,
        call.path_id(),
        _ACTS[ask.type],
        grounds,
        by_letter=ask.send_email_notification,
    )


@routes.post("/api/v1/admin/accounts/{id}/enable", scope=_WRITE, permission=Permission.MANAGE_USERS)
def enable(call: Call, tx: WriteTx) -> AdminAccount:
    """Let people sign in again for an account that was frozen."""
    return _released(call, tx, Effect.FREEZE)


@routes.post("/api/v1/admin/accounts/{id}/unsilence", scope=_WRITE, permission=Permission.MANAGE_USERS)
def unsilence(call: Call, tx: WriteTx) -> AdminAccount:
    """Let an account be found again."""
    return _released(call, tx, Effect.LIMIT)


@routes.post("/api/v1/admin/accounts/{id}/unsuspend", scope=_WRITE, permission=Permission.MANAGE_USERS)
def unsuspend(call: Call, tx: WriteTx) -> AdminAccount:
    """Let an account that was suspended come back, as it was."""
    return _released(call, tx, Effect.SUSPEND)


@routes.post("/api/v1/admin/accounts/{id}/unsensitive", scope=_WRITE, permission=Permission.MANAGE_USERS)
def unsensitive(call: Call, tx: WriteTx) -> AdminAccount:
    """Let what an account posts be sensitive only where it says so."""
    return _released(call, tx, Effect.SENSITIVE)


@routes.delete("/api/v1/admin/accounts/{id}", scope=_WRITE, permission=Permission.DELETE_USER_DATA)
def delete(call: Call, tx: WriteTx) -> AdminAccount:
    """Delete a suspended account for good; the answer is what it was."""
    return render(Renderer(call.site, call.viewer), administering.delete(tx, call.staff, call.path_id()))


def _released(call: Call, tx: WriteTx, effect: Effect) -> AdminAccount:
    deciding.release(tx, call.staff, call.path_id(), effect)
    return _rendered(call, tx)


# --- Rendering --------------------------------------------------------------------------------------------------------


def _rendered(call: Call, tx: Tx) -> AdminAccount:
    return render(Renderer(call.site, call.viewer), administering.one(tx, call.path_id()))


def render(renderer: Renderer, view: Administered) -> AdminAccount:
    """Render an account with its login."""
    account, sign_in = view.account, view.sign_in
    addresses = [] if sign_in is None else sign_in.addresses
    return AdminAccount(
        id=str(account.id),
        username=account.username,
        domain=account.domain,
        created_at=iso(account.created_at),
        email="" if sign_in is None else sign_in.email,
        ip=addresses[0].address if addresses else None,
        role=role_of(renderer.site, None if sign_in is None else sign_in.role),
        confirmed=sign_in is not None and sign_in.confirmed,
        suspended=account.standing is Standing.SUSPENDED,
        silenced=account.limited,
        sensitized=account.sensitized,
        disabled=sign_in is not None and sign_in.disabled,
        approved=sign_in is not None and sign_in.approved,
        locale=None if sign_in is None else sign_in.locale,
        invite_request=(sign_in.reason or None) if sign_in is not None else None,
        created_by_application_id=UNSET if sign_in is None or sign_in.app is None else str(sign_in.app),
        invited_by_account_id=UNSET if sign_in is None or sign_in.invited_by is None else str(sign_in.invited_by),
        ips=[AdminIp(ip=each.address, used_at=iso(each.used_at)) for each in addresses],
        account=renderer.account(account),
    )
