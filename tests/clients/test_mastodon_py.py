"""Mastodon.py, unchanged, does the whole round against a running server; its typed entities check every answer."""

import datetime as dt
import io
import time
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from mastodon import Mastodon, MastodonNotFoundError, MastodonUnauthorizedError
from PIL import Image

from tests.clients.typed import check
from tests.patience import PATIENCE
from tests.serving import ServedSquare

pytestmark = pytest.mark.slow  # real servers, and a process of its own for each command

T = TypeVar("T")


def _eventually(ask: Callable[[], T]) -> T:
    """Ask until there is something: the log is read after the answer was sent."""
    deadline = time.monotonic() + PATIENCE
    while not (found := ask()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def test_the_whole_round(somebody: Callable[[], Mastodon]) -> None:
    """Post, reply, boost, favourite, bookmark, follow, be notified, edit, delete."""
    ann, bob = somebody(), somebody()
    me, them = ann.account_verify_credentials(), bob.account_verify_credentials()
    check(me)
    relationship = bob.account_follow(me.id)
    assert relationship.following
    posted = ann.status_post("Guten Morgen, #Platz! سلام", language="de", spoiler_text="Gruß", visibility="public")
    check(posted)
    assert posted.sensitive
    assert posted.tags[0].name == "Platz"
    home = _eventually(bob.timeline_home)
    assert [each.id for each in home] == [posted.id]
    answer = bob.status_reply(home[0], "Auch so!")
    assert answer.in_reply_to_id == posted.id
    assert answer.mentions[0].id == me.id
    assert bob.status_favourite(posted.id).favourited
    assert bob.status_bookmark(posted.id).bookmarked
    boosted = bob.status_reblog(posted.id)
    assert boosted.reblog.id == posted.id
    assert bob.status_reblog(posted.id).id == boosted.id
    told = _eventually(lambda: (len(found := ann.notifications()) >= 4 and found) or [])
    assert {each.type for each in told} == {"follow", "mention", "favourite", "reblog"}
    for each in told:
        check(each)
        assert each.account.id == them.id
    context = ann.status_context(posted.id)
    assert [each.id for each in context.descendants] == [answer.id]
    assert [each.id for each in bob.favourites()] == [posted.id]
    assert [each.id for each in bob.bookmarks()] == [posted.id]
    assert [each.id for each in ann.status_favourited_by(posted.id)] == [them.id]
    assert [each.id for each in ann.status_reblogged_by(posted.id)] == [them.id]
    edited = ann.status_update(posted.id, "Guten Abend!", spoiler_text="")
    assert edited.edited_at is not None
    assert len(ann.status_history(posted.id)) == 2
    assert ann.status_source(posted.id).text == "Guten Abend!"
    assert bob.status_unreblog(posted.id).id == posted.id
    assert not bob.status_unfavourite(posted.id).favourited
    deleted = ann.status_delete(posted.id)
    assert deleted.text == "Guten Abend!"
    with pytest.raises(MastodonNotFoundError):
        bob.status(posted.id)


def test_pictures_with_descriptions(somebody: Callable[[], Mastodon]) -> None:
    """Upload, describe, post, fetch: the file answers, and is measured and blurred."""
    ann = somebody()
    file = io.BytesIO()
    Image.effect_mandelbrot((320, 200), (-2.0, -1.25, 1.0, 1.25), 50).convert("RGB").save(file, "PNG")
    media = ann.media_post(file.getvalue(), mime_type="image/png", description="A fractal", focus=(0.25, -0.5))
    assert media.type == "image"
    assert media.blurhash
    assert (media.meta.original.width, media.meta.original.height) == (320, 200)
    changed = ann.media_update(media.id, description="The Mandelbrot set")
    assert changed.description == "The Mandelbrot set"
    posted = ann.status_post("Look", media_ids=[media], sensitive=True)
    assert [each.description for each in posted.media_attachments] == ["The Mandelbrot set"]


def test_profiles_and_relations(somebody: Callable[[], Mastodon]) -> None:
    """Edit a profile, find it, note, mute, block, and what each does to the relationship."""
    ann, bob = somebody(), somebody()
    changed = ann.account_update_credentials(
        display_name="Ann 安", note="Writes.\nAnd reads.", fields=[("Home", "https://example.org/ann")], locked=True
    )
    assert changed.display_name == "Ann 安"
    assert changed.source.note == "Writes.\nAnd reads."
    assert changed.fields[0].name == "Home"
    assert bob.account_lookup(changed.acct).id == changed.id
    assert bob.account_follow(changed.id).requested
    me = bob.me()
    assert [each.id for each in ann.follow_requests()] == [me.id]
    assert ann.follow_request_authorize(me.id).followed_by
    assert bob.account_note_set(changed.id, "Met at the harbour").note == "Met at the harbour"
    assert bob.account_mute(changed.id, duration=3600).muting
    assert [each.id for each in bob.mutes()] == [changed.id]
    assert not bob.account_unmute(changed.id).muting
    blocked = ann.account_block(me.id)
    assert blocked.blocking
    assert not bob.account_relationships(changed.id)[0].following
    assert [each.id for each in ann.blocks()] == [me.id]
    assert not ann.account_unblock(me.id).blocking


def test_the_instance_and_what_clients_ask_first(served: ServedSquare, somebody: Callable[[], Mastodon]) -> None:
    """Both instance documents, emojis, preferences, markers, and the version check that Mastodon.py does by default."""
    nobody = Mastodon(api_base_url=served.url)
    first, second = nobody.instance_v1(), nobody.instance_v2()
    check(first)
    check(second)
    assert second.domain == served.domain
    assert first.version.startswith("4.")
    assert isinstance(nobody.custom_emojis(), list)
    assert isinstance(nobody.instance_rules(), list)
    assert nobody.instance_nodeinfo().software.name == "bema"
    ann = somebody()
    posted = ann.status_post("here")
    marker = ann.markers_set(["home"], [posted.id])
    assert marker["home"].last_read_id == posted.id
    assert ann.markers_get(["home"])["home"].last_read_id == posted.id
    assert ann.preferences()["posting:default:visibility"] == "public"


def test_search_finds_people_tags_and_own_posts(somebody: Callable[[], Mastodon]) -> None:
    """In any script."""
    ann = somebody()
    me = ann.me()
    posted = ann.status_post("بندرگاہ کی شام #بندرگاہ")
    found = _eventually(lambda: ann.search_v2("بندرگاہ").statuses)
    assert [each.id for each in found] == [posted.id]
    assert "بندرگاہ" in [each.name for each in ann.search_v2("#بندرگاہ").hashtags]
    assert me.id in [each.id for each in ann.search_v2(me.username).accounts]


def test_pages_join(somebody: Callable[[], Mastodon]) -> None:
    """`fetch_next` and `fetch_previous` walk by the Link headers, without gap or repeat."""
    ann = somebody()
    posted = [ann.status_post(f"number {number}").id for number in range(45)]
    walked: list[Any] = []
    page = ann.account_statuses(ann.me().id, limit=20)
    while page:
        walked += [each.id for each in page]
        page = ann.fetch_next(page)
    assert walked == posted[::-1]


def test_apps_register_and_bad_tokens_are_told_apart(served: ServedSquare) -> None:
    """The library insists on https for the consent page; tests/edge/test_oauth.py walks through that."""
    client_id, secret = Mastodon.create_app("Round", api_base_url=served.url, scopes=["read", "write"])
    name = "registered"
    served.create_account(name)
    token = served.create_token(name)
    signed_in = Mastodon(access_token=token, client_id=client_id, client_secret=secret, api_base_url=served.url)
    assert signed_in.me().username == name
    with pytest.raises(MastodonUnauthorizedError):
        Mastodon(access_token="nonsense", api_base_url=served.url).timeline_home()


def test_polls_are_asked_voted_in_and_read(somebody: Callable[[], Mastodon]) -> None:
    """Who asks sees the numbers, who votes their choice."""
    ann, bob = somebody(), somebody()
    asked = ann.status_post("Tea or coffee?", poll=ann.make_poll(["tea", "coffee"], 600, multiple=True))
    check(asked.poll)
    voted = bob.poll_vote(asked.poll, [1])
    check(voted)
    assert (voted.own_votes, [each.votes_count for each in voted.options]) == ([1], [0, 1])
    assert ann.poll(asked.poll).voters_count == 1
    assert [each.title for each in ann.status_delete(asked).poll.options] == ["tea", "coffee"]


def test_posts_are_scheduled_moved_and_called_off(somebody: Callable[[], Mastodon]) -> None:
    """The library wants a scheduled post where it asked for one."""
    ann = somebody()
    noon = dt.datetime.now(dt.UTC).replace(microsecond=0) + dt.timedelta(hours=12)
    kept = ann.status_post("At noon", scheduled_at=noon, spoiler_text="time", visibility="unlisted")
    check(kept)
    assert (kept.scheduled_at, kept.params.text) == (noon, "At noon")
    later = noon + dt.timedelta(days=1)
    assert ann.scheduled_status_update(kept, later).scheduled_at == later
    assert [each.id for each in ann.scheduled_statuses()] == [kept.id]
    ann.scheduled_status_delete(kept)
    with pytest.raises(MastodonNotFoundError):
        ann.scheduled_status(kept)
