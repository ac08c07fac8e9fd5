"""Mastodon.py, unchanged, reads groups of notifications, sets policies, answers requests and has a device rung."""

from collections.abc import Callable

import pytest
from mastodon import Mastodon

from tests.clients.test_mastodon_py import _eventually
from tests.clients.typed import check
from tests.push_receiver import Device

pytestmark = pytest.mark.slow  # real servers, and a process of its own for each command


def test_groups_policies_requests_and_devices(somebody: Callable[[], Mastodon]) -> None:
    """Each answer has the fields and types that the library declares."""
    ann, bob, cat = somebody(), somebody(), somebody()
    name = ann.me().acct
    post = ann.status_post("The harbour at dawn")
    for fan in (bob, cat):
        fan.status_favourite(post)
    grouped = _eventually(lambda: [each for each in [ann.grouped_notifications()] if sum(_counts(each)) == 2] or None)
    assert grouped
    check(grouped[0])
    (group,) = grouped[0].notification_groups
    assert (group.type, group.notifications_count) == ("favourite", 2)
    check(ann.grouped_notifications(expand_accounts="partial_avatars"))
    check(ann.grouped_notification(group.group_key))
    people = ann.grouped_notification_accounts(group.group_key)
    check(people)
    assert len(people) == 2
    assert ann.unread_grouped_notifications_count() == 1
    ann.dismiss_grouped_notification(group.group_key)
    assert ann.grouped_notifications().notification_groups == []

    check(ann.update_notifications_policy(for_not_following="filter"))
    for fan in (bob, cat):
        fan.status_post(f"@{name} may I?")
    requests = _eventually(lambda: (len(found := ann.notification_requests()) == 2 and found) or None)
    assert requests
    check(requests)
    check(ann.notification_request(requests[0]))
    assert ann.notifications_policy().summary.pending_requests_count == 2
    ann.accept_notification_request(requests[0])
    ann.dismiss_notification_request(requests[1])
    assert ann.notifications_merged()
    check(ann.notifications())
    assert len(ann.notifications()) == 1

    device = Device()
    key = {"pubkey": device.public, "auth": device.auth}
    made = ann.push_subscription_set("https://push.example/ring", key, mention_events=True, policy="followed")
    check(made)
    assert (made.policy, made.alerts.mention, made.alerts.follow) == ("followed", True, False)
    check(ann.push_subscription_update(follow_events=True, policy="follower"))
    assert ann.push_subscription().policy == "follower"
    ann.push_subscription_delete()


def _counts(grouped: object) -> list[int]:
    return [each.notifications_count for each in grouped.notification_groups]  # type: ignore[attr-defined]  # untyped
