"""The demo square's script: it tells a whole, consistent month, the same one every time, that the builder can perform as is."""

import re
import unicodedata

import pytest

from bema.demo.acts import Act, Bookmark, Boost, Favourite, Follow, Person, Pin, Post
from bema.demo.script import DAYS, GUIDES, Script, write_script
from bema.model import limits
from bema.model.policy import Kind, Visibility

NOW = 1_790_000_000_000
MONTH = DAYS * 24 * 3_600_000


@pytest.fixture(scope="module")
def script() -> Script:
    return write_script(NOW)


@pytest.fixture(scope="module")
def people(script: Script) -> dict[str, Person]:
    return {person.username: person for person in script.people}


@pytest.fixture(scope="module")
def posts(script: Script) -> dict[str, Post]:
    return {act.key: act for act in script.acts if isinstance(act, Post)}


def acts_of(script: Script, *kinds: type[Act]) -> list[Act]:
    return [act for act in script.acts if isinstance(act, kinds)]


def test_the_same_moment_and_seed_tell_the_same_month(script: Script) -> None:
    """Tests and screenshots of the demo can be compared only when nothing in it is left to chance."""
    assert write_script(NOW) == script
    assert write_script(NOW, seed=2) != script


@pytest.mark.parametrize("hour", range(0, 24, 5))
def test_acts_are_in_order_of_time_within_the_month(hour: int) -> None:
    """Whatever the hour at which somebody starts the demo, its past is past."""
    now = NOW - NOW % 86_400_000 + hour * 3_600_000
    moments = [act.at for act in write_script(now).acts]
    assert moments == sorted(moments)
    assert now - MONTH < moments[0]
    assert moments[-1] < now


def test_the_square_is_as_large_and_as_mixed_as_promised(script: Script, posts: dict[str, Post]) -> None:
    """Newcomers should see at a glance that every script and language is at home."""
    assert len(script.people) >= 40
    assert len(posts) >= 600
    assert len({post.language for post in posts.values()}) >= 20
    assert {"ur", "ps", "ar", "fa", "hi", "zh"} <= {post.language for post in posts.values()}
    letters = {c for post in posts.values() for c in post.text if c.isalpha()}
    scripts = {unicodedata.name(letter).split()[0] for letter in letters}
    assert {
        "LATIN",
        "ARABIC",
        "DEVANAGARI",
        "CJK",
        "GREEK",
        "CYRILLIC",
        "HEBREW",
        "THAI",
        "HANGUL",
        "BENGALI",
    } <= scripts
    assert {person.kind for person in script.people} == set(Kind)
    assert len(acts_of(script, Favourite)) > 1_000
    assert len(acts_of(script, Boost)) > 200
    assert len(acts_of(script, Bookmark)) > 50
    assert len(acts_of(script, Follow)) > 500


def test_most_of_it_is_written_by_hand(posts: dict[str, Post]) -> None:
    """A square full of templates would look like one."""
    computed = [key for key in posts if key.startswith("notices/")]
    assert len(computed) <= 120
    texts = [post.text for key, post in posts.items() if key not in computed]
    assert len(texts) == len(set(texts)) >= 600


def test_everything_fits_the_limits(script: Script, posts: dict[str, Post]) -> None:
    """The builder performs the script through the same operations as everybody, which refuse what is too long."""
    for person in script.people:
        assert re.fullmatch(r"[a-z0-9_]+", person.username)
        assert len(person.username) <= limits.USERNAME_CHARACTERS
        assert len(person.display_name) <= limits.DISPLAY_NAME_CHARACTERS
        assert len(person.bio) <= limits.NOTE_CHARACTERS
        assert len(person.fields) <= limits.PROFILE_FIELDS
    for post in posts.values():
        assert 0 < len(post.text) + len(post.warning) <= limits.POST_CHARACTERS, post.key
        assert len(post.pictures) <= limits.POST_ATTACHMENTS
        assert all(len(picture.alt) > 20 for picture in post.pictures), post.key
    pins = [act.by for act in script.acts if isinstance(act, Pin)]
    assert max(map(pins.count, pins)) <= limits.PINNED_POSTS


def test_texts_are_in_normal_form_and_of_their_language(posts: dict[str, Post], people: dict[str, Person]) -> None:
    """Look-alike letters (Arabic yeh in Persian, kaf in Urdu) would break search and screen readers."""
    foreign = {"ur": "\u064a\u0643\u0649", "fa": "\u064a\u0643\u0649", "ar": "\u06cc\u06a9\u06c1"}
    pieces = [(post.key, post.language, post.text) for post in posts.values()]
    pieces += [(person.username, person.language, person.bio) for person in people.values()]
    for key, language, text in pieces:
        assert text == unicodedata.normalize("NFC", text).strip(), key
        assert not set(text) & set(foreign.get(language, "")), key


def test_people_named_in_texts_live_here(posts: dict[str, Post], people: dict[str, Person]) -> None:
    """A mention of nobody would be a dead link on a newcomer's first page."""
    for post in posts.values():
        for name in re.findall(r"(?<![\w/])@([a-z0-9_]+)", post.text):
            assert name in people, f"{post.key}: @{name}"


def test_links_lead_to_reserved_names_only(posts: dict[str, Post], people: dict[str, Person]) -> None:
    """Invented institutions must not send anybody to a real site."""
    texts = [post.text for post in posts.values()]
    texts += [value for person in people.values() for _, value in person.fields]
    hosts = {host for text in texts for host in re.findall(r"https?://([^/\s]+)", text)}
    assert hosts
    assert all(host.endswith(".example") for host in hosts)


def test_answers_come_after_what_they_answer(posts: dict[str, Post]) -> None:
    """A reply whose parent does not exist yet cannot be posted."""
    threads = [post for post in posts.values() if post.to is not None]
    assert all(posts[post.to].at <= post.at for post in threads if post.to)
    opener = "threads/a-word-for-moonlight/"
    assert sum(post.key.startswith(opener) for post in threads) >= 40


def test_nobody_reacts_to_what_they_may_not_see(script: Script, posts: dict[str, Post]) -> None:
    """Posts for followers stay among followers, and are never passed on."""
    following: set[tuple[str, str]] = set()
    seen: set[str] = set()
    hidden = 0
    for act in script.acts:
        match act:
            case Follow(by=by, whom=whom):
                assert by != whom
                following |= {(by, whom)} if act.accepted else set()
            case Post(key=key, by=by, to=to):
                seen.add(key)
                if to and act.visibility is Visibility.FOLLOWERS and by != posts[to].by:
                    assert (by, posts[to].by) in following, key
            case Favourite(by=by, post=key) | Bookmark(by=by, post=key) | Boost(by=by, post=key):
                post = posts[key]
                assert key in seen
                assert by != post.by
                if post.visibility is Visibility.FOLLOWERS:
                    hidden += 1
                    assert not isinstance(act, Boost)
                    assert (by, post.by) in following, key
                assert post.visibility is not Visibility.DIRECT
            case Pin(by=by, post=key):
                assert posts[key].by == by
                assert key in seen
    assert hidden


def test_the_guides_find_a_full_home_and_fresh_news(script: Script, posts: dict[str, Post]) -> None:
    """Whoever signs in as one of them should have something to read and somebody to answer."""
    for guide in GUIDES:
        follows = [act for act in script.acts if isinstance(act, Follow) and act.by == guide]
        assert len(follows) >= 25
        recent = [act for act in script.acts if isinstance(act, Favourite) and act.at > NOW - 3 * 86_400_000]
        assert sum(posts[act.post].by == guide for act in recent) >= 3
    assert sum(post.at > NOW - 86_400_000 for post in posts.values()) >= 20


def test_several_people_turn_to_the_same_of_late(script: Script, posts: dict[str, Post]) -> None:
    """So that tags, in more than one script, and a page trend when a newcomer looks around."""
    late = [post for post in posts.values() if post.at > NOW - limits.TREND_SECONDS * 1_000 and post.to is None]
    for shared in ("#NightOfLamps", "#چراغاں", "#港", "https://lantern.example/night-of-lamps"):
        voices = {post.by for post in late if shared in post.text}
        assert len(voices) >= limits.TREND_PEOPLE, shared
        assert all(person.discoverable for person in script.people if person.username in voices)
    texts = " ".join(post.text for post in posts.values())
    assert all(page.url in texts for page in script.pages)
