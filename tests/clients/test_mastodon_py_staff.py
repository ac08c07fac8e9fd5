"""Mastodon.py's functions for the staff, unchanged, against a running server; its typed entities check every answer."""

import datetime as dt
import itertools
from typing import Any

import pytest
from mastodon import Mastodon, MastodonAPIError

from tests.clients.test_mastodon_py import _eventually
from tests.clients.typed import check
from tests.serving import ServedSquare

pytestmark = pytest.mark.slow  # real servers, and a process of its own for each command

_numbers = itertools.count(1)
SCOPES = "read write follow push profile admin:read admin:write"


def somebody(served: ServedSquare, role: str = "member") -> Mastodon:
    """Make an account with a role, and a client for it."""
    name = f"{role}{next(_numbers)}"
    served.create_account(name, role=role)
    token = served.create_token(name, SCOPES)
    return Mastodon(access_token=token, api_base_url=served.url, version_check_mode="none", ratelimit_method="throw")


def test_reports_are_worked_through(served: ServedSquare) -> None:
    """Reported, taken, left, resolved by an action, taken up again; those concerned are notified."""
    ann, bob, mod = somebody(served), somebody(served), somebody(served, "moderator")
    posted = bob.status_post("rude")
    made = ann.report(bob.me(), status_ids=[posted], comment="Rude", category="other")
    assert (made.category, made.status_ids, made.target_account.id) == ("other", [posted.id], bob.me().id)
    found: Any = mod.admin_reports(target_account_id=bob.me())[0]
    assert (found.account.email, found.category) == (f"{ann.me().username}@example.org", "other")
    check(found.statuses)  # its accounts are declared as plain ones, which they are not
    assert [each.id for each in found.statuses] == [posted.id]
    assert mod.admin_report_assign(found).assigned_account.username == mod.me().username
    assert mod.admin_report_unassign(found).assigned_account is None
    mod.admin_account_moderate(bob.me(), action="sensitive", report_id=found, text="Be kind")
    assert mod.admin_report(found).action_taken
    assert mod.admin_report_reopen(found).action_taken is False
    assert mod.admin_report_resolve(found).action_taken
    told = _eventually(lambda: mod.notifications(types=["admin.report"]))
    assert told[0].type == "admin.report"
    warned = _eventually(lambda: bob.notifications(types=["moderation_warning"]))
    assert warned[0].moderation_warning.action == "sensitive"


def test_accounts_are_found_restricted_and_released(served: ServedSquare) -> None:
    """Each action and what takes it back."""
    ann, boss = somebody(served), somebody(served, "owner")
    id_ = ann.me().id
    found = _eventually(lambda: boss.admin_accounts_v2(username=ann.me().username, origin="local"))
    assert [each.id for each in found] == [id_]
    check(found)
    older: Any = boss.admin_accounts_v1(email=found[0].email)  # declared as one account, hence left untyped
    assert [each["id"] for each in older] == [str(id_)]
    for action, flag, back in (
        ("silence", "silenced", boss.admin_account_unsilence),
        ("sensitive", "sensitized", boss.admin_account_unsensitive),
        ("disable", "disabled", boss.admin_account_enable),
        ("suspend", "suspended", boss.admin_account_unsuspend),
    ):
        boss.admin_account_moderate(id_, action=action)
        assert boss.admin_account(id_)[flag] is True
        assert back(id_)[flag] is False
    with pytest.raises(MastodonAPIError):
        ann.admin_accounts_v2()


def test_the_door_is_kept(served: ServedSquare) -> None:
    """Every kind of measure: made, listed, shown, changed and ended."""
    boss = somebody(served, "owner")
    number = next(_numbers)
    block = boss.admin_create_domain_block(f"bad{number}.example", severity="silence", public_comment="Spam")
    check(block)
    check(boss.admin_domain_blocks())
    check(boss.instance_domain_blocks())
    assert boss.admin_update_domain_block(block, severity="suspend").severity == "suspend"
    boss.admin_delete_domain_block(block)
    allow = boss.admin_create_domain_allow(f"good{number}.example")
    check(boss.admin_domain_allows())
    boss.admin_delete_domain_allow(boss.admin_domain_allow(allow))
    email_domain = boss.admin_create_email_domain_block(f"mail{number}.example")
    check(boss.admin_email_domain_blocks())
    boss.admin_delete_email_domain_block(boss.admin_email_domain_block(email_domain))
    email = boss.admin_create_canonical_email_block(email=f"a.b+c{number}@mail.example")
    check(boss.admin_canonical_email_blocks())
    boss.admin_delete_canonical_email_block(boss.admin_canonical_email_block(email))
    network = boss.admin_create_ip_block(f"198.51.100.{number}/32", "sign_up_block", comment="Flood", expires_in=60)
    check(boss.admin_ip_blocks())
    assert boss.admin_update_ip_block(network, severity="sign_up_requires_approval").comment == "Flood"
    boss.admin_delete_ip_block(boss.admin_ip_block(network))


def test_figures_are_counted(served: ServedSquare) -> None:
    """Measures, dimensions and retention, each with the library's own types."""
    boss = somebody(served, "owner")
    boss.status_post("counted", language="en")
    now = dt.datetime.now(dt.UTC)
    span = (now - dt.timedelta(days=3), now + dt.timedelta(days=1))
    measured = boss.admin_measures(*span, active_users=True, new_users=True, interactions=True, opened_reports=True)
    check(measured)
    assert int(measured[0].total) >= 1
    check(boss.admin_dimensions(*span, languages=True, sources=True, space_usage=True, software_versions=True))
    check(boss.admin_retention(*span, frequency="day"))
