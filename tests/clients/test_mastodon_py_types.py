"""A tour of what Mastodon.py can ask for, noun by noun: its typed entities check every answer, at every depth."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from mastodon import Mastodon
from PIL import Image

from tests.clients.test_mastodon_py import _eventually
from tests.clients.typed import complaints

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]  # real servers, and a process of its own for each command


class Tour:
    """Two people and what they were told; what was wrong is said at the end, all at once."""

    def __init__(self, ann: Mastodon, bob: Mastodon) -> None:
        self.ann, self.bob = ann, bob
        self.me, self.them = ann.me(), bob.me()
        bob.account_follow(self.me)
        self.wrong: list[str] = []

    def see(self, answer: Any) -> Any:
        """Look at an answer."""
        self.wrong += complaints(answer)
        return answer

    def ask(self, client: Mastodon, *names: str, of: Any = None) -> None:
        """Call functions that need nothing, or one thing, and look at their answers."""
        for name in names:
            function = getattr(client, name)
            self.wrong += [f"{name}: {each}" for each in complaints(function() if of is None else function(of))]


@pytest.fixture
def tour(somebody: Callable[[], Mastodon]) -> Tour:
    """The tour begins."""
    return Tour(somebody(), somebody())


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (32, 20), (9, 200, 9)).save(file, "PNG")
    return file.getvalue()


def test_people_and_what_is_between_them(tour: Tour) -> None:
    """Profiles, relationships, tags of profiles, directory, suggestions, collections, reports."""
    ann, bob, me, them = tour.ann, tour.bob, tour.me, tour.them
    tour.see([me, them])
    tour.ask(bob, "account_mute", "account_unmute", "account_endorse", "account_unendorse", of=me)
    tour.ask(bob, "account_block", "account_unblock", "account_follow", "account", of=me)
    tour.ask(ann, "account_follow", "account_endorse", "account_relationships", "account_familiar_followers", of=them)
    tour.see(ann.account_note_set(them, "Met at the harbour"))
    tour.see(ann.account_update_credentials(note="By the #sea", fields=[("Home", "https://example.org/")], locked=True))
    tour.see(ann.account_lookup(them.acct))
    tour.see(ann.accounts([me, them]))
    tour.ask(ann, "account_followers", "account_following", "account_statuses", of=me)
    tour.see(ann.account_search(them.acct))
    tour.see(ann.featured_tag_create("sea"))
    tour.see(ann.tag_feature("sky"))
    tour.see(ann.tag_follow("sea"))
    tour.ask(ann, "followed_tags", "featured_tags", "featured_tag_suggestions", "endorsements", "profile")
    tour.ask(bob, "account_featured_tags", "account_collections", of=me)
    tour.see(ann.tag("sea"))
    tour.ask(ann, "follow_requests", "blocks", "mutes", "directory", "suggestions_v1", "suggestions_v2")
    tour.see(ann.report(them, comment="Only trying", category="other"))
    assert tour.wrong == []


def test_posts_of_every_kind(tour: Tour) -> None:
    """Pictures, polls, quotes, posts for later and in private, with all that is done to them, and where they are read."""
    ann, bob, me = tour.ann, tour.bob, tour.me
    media = tour.see(ann.media_post(_picture(), mime_type="image/png", description="Green"))
    tour.ask(ann, "media", "media_update", of=media)
    posted = tour.see(ann.status_post(f"Look #sea @{tour.them.acct} https://example.org/", media_ids=[media]))
    asked = tour.see(ann.status_post("Tea?", poll=ann.make_poll(["yes", "no"], 600)))
    tour.see(bob.poll(asked.poll))
    tour.see(bob.poll_vote(asked.poll, [0]))
    quoting = tour.see(bob.status_post("As she says", quoted_status_id=posted.id))
    tour.see(ann.status_quotes(posted))
    tour.see(ann.status_update_quote_approval_policy(posted, "nobody"))
    tour.see(ann.status_quote_revoke(posted, quoting))
    tour.see(bob.status(quoting))
    tour.ask(bob, "status_favourite", "status_bookmark", "status_reblog", "status_mute", "status_unmute", of=posted)
    tour.ask(ann, "status_favourited_by", "status_reblogged_by", "status_source", "status_pin", of=posted)
    tour.see(ann.status_update(posted, "Look again #sea", media_ids=[media]))
    tour.ask(bob, "status_history", "status_context", "status", of=posted)
    tour.see(ann.statuses([posted, asked]))
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(hours=3)
    later = tour.see(ann.status_post("Later", scheduled_at=soon, poll=ann.make_poll(["yes", "no"], 600)))
    tour.ask(ann, "scheduled_status", of=later)
    tour.see(ann.scheduled_status_update(later, soon + dt.timedelta(hours=3)))
    bob.status_post(f"@{me.acct} a word", visibility="direct")
    letters = _eventually(ann.conversations)
    tour.see(letters)
    tour.see(ann.conversations_read(letters[0]))
    tour.see(_eventually(bob.timeline_home))
    tour.ask(bob, "bookmarks", "favourites", "timeline_public", "timeline_local")
    tour.ask(ann, "scheduled_statuses", "trending_tags", "trending_statuses", "trending_links")
    tour.see(ann.timeline_hashtag("sea"))
    tour.see(_eventually(lambda: ann.search_v2("sea")))
    tour.see(ann.status_delete(posted))
    assert tour.wrong == []


def test_lists_filters_and_notifications(tour: Tour) -> None:
    """What people sort their reading by."""
    ann, bob, them = tour.ann, tour.bob, tour.them
    ann.account_follow(them)
    made = tour.see(ann.list_create("Authors", replies_policy="list", exclusive=True))
    ann.list_accounts_add(made, [them])
    tour.ask(ann, "list", "list_accounts", "timeline_list", of=made)
    tour.see(ann.account_lists(them))
    tour.see(ann.list_update(made, "Writers", "none"))
    tour.ask(ann, "lists")
    words: Any = [{"keyword": "again", "whole_word": True}]
    filter_ = tour.see(bob.create_filter_v2("Repeats", ["home"], "warn", keywords_attributes=words))
    posted = ann.status_post("Again")
    tour.see(bob.add_filter_keyword_v2(filter_, "once more"))
    tour.see(bob.add_filter_status_v2(filter_, posted))
    tour.ask(bob, "filter_v2", "filter_keywords_v2", "filter_statuses_v2", of=filter_)
    tour.see(bob.update_filter_v2(filter_, title="Echoes"))
    assert tour.see(bob.status(posted)).filtered
    tour.see(bob.filter_create("encore", ["home"]))
    tour.ask(bob, "filters_v2", "filters")
    bob.status_favourite(posted)
    tour.see(_eventually(lambda: ann.notifications(types=["favourite"])))
    grouped = tour.see(ann.grouped_notifications(types=["favourite"]))
    key = grouped.notification_groups[0].group_key
    tour.ask(ann, "grouped_notification", "grouped_notification_accounts", of=key)
    tour.ask(ann, "notifications_unread_count", "notifications_policy", "notification_requests", "notifications")
    tour.see(ann.update_notifications_policy(for_new_accounts="filter"))
    _, public = ann.push_subscription_generate_keys()
    tour.see(ann.push_subscription_set("https://push.example/x", public, mention_events=True))
    tour.ask(ann, "push_subscription")
    assert tour.wrong == []


def test_the_square_itself(tour: Tour) -> None:
    """What a client asks before anything else, and what the operator says."""
    ann = tour.ann
    tour.ask(ann, "instance_v1", "instance_v2", "instance_rules", "instance_extended_description", "instance_nodeinfo")
    tour.ask(ann, "instance_activity", "instance_domain_blocks", "instance_languages", "custom_emojis", "announcements")
    tour.ask(ann, "app_verify_credentials", "preferences", "annual_reports", "oauth_authorization_server_info")
    tour.see(ann.markers_set(["home"], [ann.status_post("Here")])["home"])
    assert tour.wrong == []
