"""Reading: what each family of servers sends comes to the same neutral words, and garbage to a refusal."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.model import limits
from bema.model.errors import BadRequest, Refusal
from bema.model.federating import RemotePost
from bema.model.remote_acts import (
    Answer,
    AskToQuote,
    Bring,
    Complain,
    Favour,
    Feature,
    FollowAct,
    PassOn,
    Publish,
    Revise,
    Undo,
)
from bema.wire.activitypub import reading
from tests.wire.activitypub import peers
from tests.wire.activitypub.peers import PUBLIC, Document, act, mastodon_actor, mastodon_note

ANN = "https://mastodon.example/users/ann"


def short(document: Document) -> Document:
    """Return a document as it comes out of its bytes."""
    return reading.document(json.dumps(document).encode())


def post(document: Document) -> RemotePost:
    """Read a post out of a document."""
    return reading.post(short(document))


def read(document: Document) -> Any:
    """Read an act out of a document."""
    return reading.act(short(document))


def test_an_actor_of_mastodon_is_read_whole() -> None:
    """All that a profile shows, and where it is written to."""
    found = reading.actor(short(mastodon_actor()))
    assert (found.uri, found.username, found.name) == (ANN, "ann", "Ann :blob:")
    assert found.shared_inbox == "https://mastodon.example/inbox"
    assert "onclick" not in found.note_html
    assert "script" not in found.note_html
    assert [each.uri for each in found.keys] == [f"{ANN}#main-key"]
    assert found.avatar is not None
    assert (found.avatar.url, found.emojis[0].shortcode) == ("https://mastodon.example/ann.png", "blob")
    assert found.fields[0].name == "Home"
    assert (found.discoverable, found.indexable, found.locked) == (True, True, False)


@pytest.mark.parametrize("document", [peers.GOTOSOCIAL_ACTOR, peers.THREADS_ACTOR], ids=["gotosocial", "threads"])
def test_actors_of_other_families_are_read(document: Document) -> None:
    """A key that is a document of its own, a page on another host: both are usual."""
    found = reading.actor(short(document))
    assert found.uri == document["id"]
    assert found.url == document["url"]
    assert len(found.keys) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"inbox": "https://elsewhere.example/inbox"},
        {"preferredUsername": "two words"},
        {"preferredUsername": "a" * 101},
        {"type": "Note"},
        {"id": "https://user@mastodon.example/users/ann"},
        {"id": None},
    ],
)
def test_an_actor_that_cannot_be_one_is_refused(wrong: Document) -> None:
    """Whoever has no id, no inbox of their own server or no name is nobody."""
    with pytest.raises(BadRequest):
        reading.actor(short(mastodon_actor(**wrong)))


def test_what_belongs_to_an_actor_is_on_its_server() -> None:
    """origin: followers, featured posts and a shared inbox of another server are not this actor's."""
    other = "https://elsewhere.example/x"
    found = reading.actor(
        short(mastodon_actor(followers=other, featured=other, outbox=other, endpoints={"sharedInbox": other}))
    )
    assert (found.followers, found.featured, found.outbox, found.shared_inbox) == (None, None, None, None)


def test_a_note_of_mastodon_is_read_whole() -> None:
    """Text, language, audience, and the place of its answers."""
    found = post(mastodon_note())
    assert (found.author, found.language, found.to) == (ANN, "en", [PUBLIC])
    assert found.content_html == "<p>Good morning</p>"
    assert found.published_at == 1_767_225_600_000
    assert found.replies == f"{ANN}/statuses/1/replies"


def test_a_note_of_misskey_quotes() -> None:
    """Its own names for a quote mean the same."""
    found = post(peers.MISSKEY_NOTE)
    assert found.quote == f"{ANN}/statuses/1"
    assert found.mentions[0].uri == "https://square.example/users/bob"
    assert found.published_at == 1_767_225_600_123


def test_a_note_of_akkoma_has_scalars_and_emojis_without_ids() -> None:
    """Whom it goes to may be no list; an emoji needs no id."""
    found = post(peers.AKKOMA_NOTE)
    assert (found.to, found.tags, found.emojis[0].shortcode) == ([PUBLIC], ["cats"], "kitty")
    assert found.files[0].url == "https://akkoma.example/media/1.png"
    assert found.warning == ""


def test_a_note_of_pixelfed_has_pictures() -> None:
    """With all that lays a page out before they are there."""
    file = post(peers.PIXELFED_NOTE).files[0]
    assert (file.width, file.height, file.focus, file.description) == (1080, 720, (0.5, -0.25), "Water at dusk")


def test_an_article_is_a_title_an_excerpt_and_a_link() -> None:
    """Nobody wants a whole page of a blog between posts."""
    found = post(peers.WORDPRESS_ARTICLE)
    assert "<strong>Bread &amp; salt</strong>" in found.content_html
    assert "How we bake." in found.content_html
    assert "Flour" not in found.content_html
    assert 'href="https://blog.example/2026/bread/"' in found.content_html
    assert found.warning == ""
    assert found.tags == ["bread"]


def test_a_video_is_its_title_and_its_preview() -> None:
    """PeerTube names a channel and a person; the page, not the stream, is where it leads."""
    found = post(peers.PEERTUBE_VIDEO)
    assert found.author == "https://video.example/accounts/gil"
    assert found.url == "https://video.example/w/1"
    assert (found.language, found.files[0].url) == ("fr", "https://video.example/large.jpg")
    assert "A walk" in found.content_html


def test_a_page_of_lemmy_is_read_and_its_group_brings_it() -> None:
    """A group's boost of an act is a hint to look at what it is about."""
    page = post(peers.LEMMY_PAGE).content_html
    assert "What are you reading?" in page
    assert page.index('href="https://books.example/"') < page.index('href="https://lemmy.example/post/1"')
    found = read(peers.LEMMY_ANNOUNCE)
    assert isinstance(found, Bring)
    assert found.what == "https://lemmy.example/post/1"


def test_an_event_says_when_and_where_it_is() -> None:
    """By the clocks of the place, as its server wrote it; what makes no sense is left out."""
    found = post(peers.MOBILIZON_EVENT)
    assert "<p>2026-05-01 10:00 +02:00 – 13:30 +02:00 (Europe/Paris)</p>" in found.content_html
    assert "<p>The old lighthouse, 1 Quai du Phare, Penmarch, France</p>" in found.content_html
    assert "Bring good shoes." in found.content_html
    assert found.files[0].url == "https://mobilizon.example/m/1.jpg"
    odd = {"startTime": "tomorrow<b>", "location": ["<script>", {"name": 5, "address": [{}]}], "timezone": ["x"]}
    bare = post({**peers.MOBILIZON_EVENT, **odd}).content_html
    assert "tomorrow" not in bare
    assert "<script" not in bare
    one = post({**peers.MOBILIZON_EVENT, "endTime": None, "timezone": None, "startTime": "2026-05-01T10:00:00.5Z"})
    assert "<p>2026-05-01 10:00 UTC</p>" in one.content_html


def test_a_sound_can_be_heard_and_has_its_cover() -> None:
    """Castopod and Funkwhale name the file among the addresses."""
    found = post(peers.CASTOPOD_AUDIO)
    sound, cover = found.files
    assert (sound.url, sound.media_type, sound.duration) == (
        "https://pods.example/audio/one.mp3",
        "audio/mpeg",
        1_800.0,
    )
    assert cover.url == "https://pods.example/cover.jpg"
    assert found.url == "https://pods.example/@show/episodes/one"


def test_an_article_is_shown_by_its_preview() -> None:
    """FEP-b2b8: what its author wants to be read between posts; a picture may be a bare address."""
    found = post(peers.GHOST_ARTICLE)
    assert "Why we still bind books by hand." in found.content_html
    assert "Fold" not in found.content_html
    assert found.files[0].url == "https://ghost.example/paper.jpg"


def test_a_picture_is_a_work_too() -> None:
    """With its title and itself."""
    found = post(peers.PIXELFED_IMAGE)
    assert (found.files[0].url, found.files[0].media_type) == ("https://pics.example/p/1.webp", "image/webp")
    assert "A heron" in found.content_html


def test_a_note_of_bridgy_has_its_page_elsewhere() -> None:
    """Where a page is has nothing to do with who answers for the id."""
    assert post(peers.BRIDGY_NOTE).url == "https://bsky.app/profile/ida.example/post/1"


def test_full_and_prefixed_names_are_known() -> None:
    """Some servers send what a JSON-LD processor would make."""
    found = post(peers.FULL_NAMES_NOTE)
    assert (found.author, found.content_html, found.to) == ("https://expanded.example/u/1", "<p>in full</p>", [PUBLIC])


def test_a_context_changes_nothing() -> None:
    """origin: whoever gives known names other meanings is read as if they had not (context redefinition)."""
    tricked = mastodon_note() | {"@context": {"attributedTo": "as:x", "actor": "as:attributedTo", "boss": "as:actor"}}
    tricked["boss"] = "https://elsewhere.example/users/eve"
    assert post(tricked).author == ANN


def test_a_post_under_the_name_of_another_server_is_refused() -> None:
    """origin: create foreign object id, and foreign author."""
    with pytest.raises(BadRequest):
        post(mastodon_note(id="https://elsewhere.example/1"))
    with pytest.raises(BadRequest):
        post(mastodon_note(attributedTo="https://elsewhere.example/users/eve"))
    with pytest.raises(BadRequest):
        post(mastodon_note(attributedTo="https://mastodon.example.elsewhere.example/users/ann"))


def test_votes_come_one_or_several_at_a_time() -> None:
    """GoToSocial sends a whole ballot in one list."""
    found = read(peers.GOTOSOCIAL_VOTES)
    assert isinstance(found, Publish)
    assert [each.vote_for for each in found.posts] == ["Tea", "Coffee"]


def test_a_question_has_its_choices() -> None:
    """With what was counted where it is asked."""
    asked = mastodon_note(
        type="Question",
        endTime="2026-01-02T00:00:00Z",
        votersCount=3,
        oneOf=[{"type": "Note", "name": name, "replies": {"totalItems": n}} for name, n in (("Tea", 2), ("Milk", 1))],
    )
    poll = post(asked).poll
    assert poll is not None
    assert [(each.title, each.votes) for each in poll.choices] == [("Tea", 2), ("Milk", 1)]
    assert (poll.multiple, poll.voters, poll.ends_at) == (False, 3, 1_767_312_000_000)


def test_a_poll_of_many_options_is_cut() -> None:
    """dos: poll many options, and no name is longer than what can be shown."""
    options = [{"type": "Note", "name": f"{n} " + "x" * 900} for n in range(900)]
    poll = post(mastodon_note(type="Question", anyOf=options)).poll
    assert poll is not None
    assert len(poll.choices) == limits.REMOTE_CHOICES
    assert max(len(each.title) for each in poll.choices) <= limits.REMOTE_NAME_CHARACTERS


def test_long_lists_and_texts_are_cut() -> None:
    """dos: huge lists of tags, files and addresses, and a text of half a mebibyte, come to what is bounded."""
    found = post(
        mastodon_note(
            content="<p>" + "<b>x</b>" * 40_000 + "</p>",
            contentMap=None,
            summary="w" * 100_000,
            to=[f"https://a.example/{n}" for n in range(2_000)],
            tag=[{"type": "Hashtag", "name": f"#t{n}"} for n in range(2_000)],
            attachment=[{"type": "Document", "url": f"https://a.example/{n}"} for n in range(2_000)],
        )
    )
    assert len(found.content_html) <= limits.REMOTE_HTML_CHARACTERS * 2
    assert len(found.warning) <= limits.REMOTE_WARNING_CHARACTERS
    assert len(found.to) <= limits.REMOTE_ENTRIES
    assert len(found.tags) <= limits.POST_TAGS
    assert len(found.files) <= limits.REMOTE_FILES


def test_deep_and_large_documents_are_refused() -> None:
    """dos: deep nesting, huge document, no object at all."""
    for body in (b"[" * 10_000 + b"]" * 10_000, b'{"a":' * 60 + b"1" + b"}" * 60, b"[]", b"1", b"", b"\xff", b"{"):
        with pytest.raises(BadRequest):
            reading.document(body)
    with pytest.raises(BadRequest):
        reading.document(b'{"a":"' + b"x" * limits.REMOTE_BYTES + b'"}')


def test_acts_are_read() -> None:
    """Each kind, in the shapes in which it comes."""
    bob, mine = "https://square.example/users/bob", "https://square.example/users/bob/statuses/1"
    follow = act("Follow", bob)
    assert read(follow) == FollowAct(uri=f"{ANN}#follow", actor=ANN, whom=bob)
    assert read(act("Undo", follow)).act == read(follow)
    assert read(act("Undo", f"{ANN}#follow")) == Undo(uri=f"{ANN}#undo", actor=ANN, named=f"{ANN}#follow")
    accepted = read(act("Accept", {"type": "Follow", "actor": bob, "object": ANN}))
    assert isinstance(accepted, Answer)
    assert accepted.act == FollowAct(uri=None, actor=bob, whom=ANN)
    assert read(act("Reject", f"{bob}#follows/1")).named == f"{bob}#follows/1"
    assert read(act("Like", mine)) == Favour(uri=f"{ANN}#like", actor=ANN, what=mine)
    assert read(act("EmojiReact", mine, content="🐈")).emoji == "🐈"
    cat = {"type": "Emoji", "name": ":cat:", "icon": {"type": "Image", "url": "https://misskey.example/cat.png"}}
    for name in (":cat:", ":cat@.:", ":cat@misskey.example:", "cat"):
        found = read(act("Like", {"id": mine}, _misskey_reaction=name, tag=[cat]))
        assert (found.emoji, found.picture) == ("cat", "https://misskey.example/cat.png")
    for name in (":cat:", "cat", "🐈🐈", "", ":dog:", "x" * 10_000):  # what nobody can show is a plain favourite
        found = read(act("Like", {"id": mine}, content=name, tag=[cat] if "dog" in name else []))
        assert (found.emoji, found.picture) == (None, None)
    assert isinstance(read(act("Announce", mine)), PassOn)
    assert read(act("Delete", {"type": "Tombstone", "id": f"{ANN}/statuses/1"})).what == f"{ANN}/statuses/1"
    assert read(act("Flag", [bob, mine], content="spam")) == Complain(
        uri=f"{ANN}#flag", actor=ANN, about=[bob, mine], comment="spam"
    )
    assert isinstance(read(act("Add", f"{ANN}/statuses/1", target=f"{ANN}/collections/featured")), Feature)
    assert read(act("Move", ANN, target="https://new.example/users/ann")).target == "https://new.example/users/ann"
    assert isinstance(read(act("QuoteRequest", mine, instrument=mastodon_note())), AskToQuote)
    assert isinstance(read(act("Update", mastodon_actor())), Revise)
    assert read(act("Create", f"{ANN}/statuses/1")).named == f"{ANN}/statuses/1"


def test_an_undo_of_an_undo_is_refused() -> None:
    """dos: no act can be wrapped without end."""
    with pytest.raises(BadRequest):
        read(act("Undo", act("Undo", act("Follow", ANN))))


def test_a_collection_is_read_by_its_first_page() -> None:
    """Inside or by its id; what it tells of its number is only told."""
    inside = reading.members(
        short(
            {"type": "OrderedCollection", "id": f"{ANN}/o", "totalItems": 10**20, "first": {"items": [mastodon_note()]}}
        )
    )
    assert inside.ids == [f"{ANN}/statuses/1"]
    assert inside.total == limits.REMOTE_COUNT
    named = reading.members(short({"type": "OrderedCollection", "first": f"{ANN}/o?page=1"}))
    assert named.first == f"{ANN}/o?page=1"
    page = {"type": "OrderedCollectionPage", "orderedItems": [f"{ANN}/{n}" for n in range(9_999)], "next": f"{ANN}/o?2"}
    assert len(reading.members(short(page)).ids) == limits.REMOTE_MEMBERS


# --- Garbage ----------------------------------------------------------------------------------------------------------

_FAMILIES = [
    mastodon_actor(),
    mastodon_note(),
    act("Create", mastodon_note()),
    act("Undo", act("Announce", ANN)),
    act("Accept", act("Follow", ANN)),
    peers.MISSKEY_NOTE,
    peers.AKKOMA_NOTE,
    peers.GOTOSOCIAL_ACTOR,
    peers.GOTOSOCIAL_VOTES,
    peers.THREADS_ACTOR,
    peers.PIXELFED_NOTE,
    peers.WORDPRESS_ARTICLE,
    peers.PEERTUBE_VIDEO,
    peers.LEMMY_ANNOUNCE,
    peers.MOBILIZON_EVENT,
    peers.CASTOPOD_AUDIO,
    peers.GHOST_ARTICLE,
    peers.PIXELFED_IMAGE,
    peers.BRIDGY_NOTE,
]
_words = st.sampled_from(
    [
        "id",
        "type",
        "actor",
        "object",
        "Note",
        "Create",
        "Person",
        "url",
        "href",
        "https://a.example/1",
        PUBLIC,
        "\0",
        "",
    ]
)
_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | _words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_words | st.text(max_size=8), inner, max_size=5),
    max_leaves=12,
)


def refuses_or_reads(document: Any) -> None:
    """Give a document to all that reads; nothing but a refusal may come of it."""
    for reader in (reading.act, reading.actor, reading.post, reading.members, reading.announced, reading.keys):
        try:
            reader(reading.shortened(copy.deepcopy(document)))
        except Refusal:
            continue


@given(_anything)
def test_any_json_is_read_or_refused(document: Any) -> None:
    """Whatever comes, nothing but a refusal rises."""
    refuses_or_reads(document)


@given(st.sampled_from(_FAMILIES), st.data())
def test_a_document_with_garbage_in_it_is_read_or_refused(document: Document, data: st.DataObject) -> None:
    """Each part of each family's documents may be anything."""
    damaged = copy.deepcopy(document)
    at: Any = damaged
    for _ in range(data.draw(st.integers(0, 3))):
        inner = [key for key, value in at.items() if isinstance(value, dict) and value]
        if not inner:
            break
        at = at[data.draw(st.sampled_from(inner))]
    at[data.draw(st.sampled_from(sorted(at)))] = data.draw(_anything)
    refuses_or_reads(damaged)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    """Bytes that are no JSON at all, too."""
    try:
        reading.document(body)
    except BadRequest:
        return
