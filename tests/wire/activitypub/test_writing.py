"""What is said to other servers: every word declared, every text in any script as it was, ids that never come again."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bema.model.ids import PostId
from bema.model.naming import NO_NAMES, Names
from bema.model.policy import QuotePolicy, Visibility
from bema.model.views import (
    Mention,
    PollTerms,
)
from bema.wire.activitypub import activities, context, ids, objects
from bema.wire.activitypub.context import PUBLIC
from bema.wire.activitypub.moments import duration, moment
from tests.said import (
    ANNS,
    ASKED,
    BEN,
    BENS,
    EVERYTHING,
    NAMED,
    NOTE,
    PICTURE,
    SITE,
    every_activity,
    post,
)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)


def test_a_post_says_all_that_is_known_of_it() -> None:
    """What is left out is lost on everybody who reads the post elsewhere."""
    said = objects.post(SITE, EVERYTHING, NAMED)
    assert said["id"] == NOTE
    assert said["attributedTo"] == ANNS
    assert said["type"] == "Question"
    assert said["url"] == "https://square.example/@ann/7"
    assert said["published"] == "2026-01-01T00:00:00.000Z"
    assert said["updated"] == "2026-01-01T00:01:00.000Z"
    assert said["summary"] == "Birds"
    assert said["sensitive"] is True
    assert said["contentMap"] == {"en": said["content"]}
    assert said["inReplyTo"] == "https://far.example/notes/5"
    assert said["context"] == said["conversation"] == "https://square.example/contexts/5"
    assert said["replies"]["id"] == f"{NOTE}/replies"
    assert said["likes"]["totalItems"] == 3
    assert said["shares"]["totalItems"] == 2
    picture, film = said["attachment"]
    assert picture["mediaType"] == "image/webp"
    assert picture["url"] == "https://square.example/media/media/aa/bb.webp"
    assert picture["name"] == picture["summary"] == "A heron on the old bridge"
    assert (picture["width"], picture["height"], picture["focalPoint"]) == (640, 480, [0.5, -0.25])
    assert picture["blurhash"] == PICTURE.blurhash
    assert film["mediaType"] == "video/mp4"
    assert film["duration"] == "PT12.500S"
    assert film["icon"]["url"] == "https://square.example/media/media/aa/cc.webp"
    assert [(each["type"], each["name"]) for each in said["tag"]] == [
        ("Mention", "@ben@far.example"),
        ("Hashtag", "#heron"),
        ("Hashtag", "#ہیرون"),
        ("Emoji", ":wave:"),
        ("Link", "RE: https://far.example/@ben/4"),
    ]
    assert said["tag"][0]["href"] == BENS


def test_a_quote_is_said_in_every_word_that_is_read() -> None:
    """Mastodon, Fedibird, Misskey and Akkoma each read another one; who reads none sees a link in the text."""
    said = objects.post(SITE, EVERYTHING, NAMED)
    quoted = "https://far.example/notes/4"
    assert [said[word] for word in ("quote", "quoteUri", "quoteUrl", "_misskey_quote")] == [quoted] * 4
    assert said["quoteAuthorization"] == "https://far.example/stamps/1"
    link = said["tag"][-1]
    assert (link["href"], link["rel"]) == (quoted, "https://misskey-hub.net/ns#_misskey_quote")
    assert link["mediaType"] == 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
    assert said["content"].startswith('<p class="quote-inline">RE: <a href="https://far.example/@ben/4"')


def test_a_question_tells_its_options_and_votes() -> None:
    """Votes are counted by where the question lives, and told by the length of a collection."""
    said = objects.post(SITE, post(poll=ASKED), NO_NAMES)
    assert [(each["name"], each["replies"]["totalItems"]) for each in said["oneOf"]] == [("Tea", 4), ("Coffee", 5)]
    assert said["votersCount"] == 8
    assert said["endTime"] == "2026-01-02T00:00:00.000Z"
    assert "closed" not in said
    assert "anyOf" not in said


def test_a_question_that_is_over_says_so_and_one_of_many_choices_too() -> None:
    """`closed` ends voting elsewhere, `anyOf` lets choose several."""
    terms = msgspec.structs.replace(ASKED.terms, multiple=True)
    said = objects.post(SITE, post(poll=msgspec.structs.replace(ASKED, closed=True, terms=terms)), NO_NAMES)
    assert said["closed"] == said["endTime"]
    assert len(said["anyOf"]) == 2
    assert "oneOf" not in said


def test_votes_that_are_hidden_until_the_end_are_not_told_elsewhere() -> None:
    """What is hidden here must not be read there."""
    terms = msgspec.structs.replace(ASKED.terms, hide_totals=True)
    said = objects.post(SITE, post(poll=msgspec.structs.replace(ASKED, terms=terms)), NO_NAMES)
    assert [each["replies"]["totalItems"] for each in said["oneOf"]] == [0, 0]


@pytest.mark.parametrize(
    ("visibility", "to", "cc"),
    [
        (Visibility.PUBLIC, [PUBLIC], [f"{ANNS}/followers", BENS]),
        (Visibility.UNLISTED, [f"{ANNS}/followers"], [PUBLIC, BENS]),
        (Visibility.FOLLOWERS, [f"{ANNS}/followers"], [BENS]),
        (Visibility.DIRECT, [BENS], []),
    ],
)
def test_who_may_see_a_post_stands_in_its_audience(visibility: Visibility, to: list[str], cc: list[str]) -> None:
    """The audience is all that other servers go by."""
    shown = post(visibility=visibility, mentions=[Mention(BEN, "ben", "far.example")])
    said = activities.create(objects.post(SITE, shown, Names(people={BEN: BENS})))
    assert (said["to"], said["cc"]) == (to, cc)
    assert (said["object"]["to"], said["object"]["cc"]) == (to, cc)
    assert not {"bto", "bcc"} & {*said, *said["object"]}


@pytest.mark.parametrize(
    ("visibility", "policy", "who"),
    [
        (Visibility.PUBLIC, QuotePolicy.PUBLIC, PUBLIC),
        (Visibility.UNLISTED, QuotePolicy.FOLLOWERS, f"{ANNS}/followers"),
        (Visibility.PUBLIC, QuotePolicy.NOBODY, ANNS),
        (Visibility.FOLLOWERS, QuotePolicy.PUBLIC, ANNS),
        (Visibility.DIRECT, QuotePolicy.PUBLIC, ANNS),
    ],
)
def test_who_may_quote_is_said_with_every_post(visibility: Visibility, policy: QuotePolicy, who: str) -> None:
    """Nobody is said by the author's own name; what is said to a few may be quoted by no one else, whatever the policy."""
    said = objects.post(SITE, post(visibility=visibility, quote_policy=policy), NO_NAMES)
    assert said["interactionPolicy"]["canQuote"]["automaticApproval"] == [who]


@pytest.mark.parametrize("visibility", list(Visibility))
def test_who_may_answer_like_and_boost_is_said(visibility: Visibility) -> None:
    """As it is here: whoever it is for likes and answers; what is for few is not passed on.

    Who may like and answer that goes without saying: of a rule that names followers, GoToSocial waits for our answer.
    """
    said = objects.post(SITE, post(visibility=visibility), NO_NAMES)["interactionPolicy"]
    told = {deed: said[deed]["automaticApproval"] for deed in said if deed != "canQuote"}
    if visibility <= Visibility.UNLISTED:
        assert told == {"canLike": [PUBLIC], "canReply": [PUBLIC], "canAnnounce": [PUBLIC]}
    else:
        assert told == {"canAnnounce": [ANNS]}


def test_every_activity_has_an_id_of_its_own() -> None:
    """Servers do nothing about an id that they have seen."""
    said = every_activity()
    assert len({each["id"] for each in said}) == len(said)
    assert all(each["id"].startswith("https://square.example/") for each in said)


def test_what_is_taken_back_accepted_or_refused_is_told_whole() -> None:
    """Threads answers an error to a bare reference, and nobody can ask for what is gone."""
    for each in every_activity():
        if each["type"] in ("Undo", "Accept", "Reject"):
            assert {"type", "actor", "object"} <= each["object"].keys()


def test_a_vote_is_told_to_nobody_but_who_asked() -> None:
    """Votes are secret; and one without text is what all servers take for a vote."""
    vote = activities.vote(ANNS, 8, "https://far.example/notes/5", BENS, "Tea")
    assert (vote["to"], vote["cc"], vote["object"]["to"]) == ([BENS], [], [BENS])
    assert vote["object"]["name"] == "Tea"
    assert "content" not in vote["object"]


def test_a_report_does_not_say_who_reported() -> None:
    """It is the server that reports."""
    flag = activities.flag("https://square.example/actor", 4, BENS, [], "Spam")
    assert flag["actor"] == "https://square.example/actor"
    assert ANNS not in json.dumps(flag)


def test_a_stamp_shows_neither_post() -> None:
    """Who may read the stamp may not be one who may read the posts."""
    stamp = objects.quote_stamp(ANNS, "https://far.example/notes/6", NOTE, ids.quote_stamp_id(ANNS, PostId(6)))
    assert stamp["interactingObject"] == "https://far.example/notes/6"
    assert stamp["interactionTarget"] == NOTE


# --- The context ------------------------------------------------------------------------------------------------------


def declared(said: Any) -> set[str]:
    """Return the words that a document's own context declares beside those of ActivityStreams."""
    parts = said["@context"] if isinstance(said["@context"], list) else [said["@context"]]
    assert parts[0] == "https://www.w3.org/ns/activitystreams"
    return {word for part in parts[1:] if isinstance(part, dict) for word in part}


def test_only_words_in_use_are_declared() -> None:
    """A follow needs no word but those of ActivityStreams; a post declares what it says beside them."""
    assert context.document(activities.follow(ANNS, 1, BENS))["@context"] == "https://www.w3.org/ns/activitystreams"
    words = declared(context.document(activities.create(objects.post(SITE, EVERYTHING, NAMED))))
    assert words >= {"sensitive", "Hashtag", "Emoji", "blurhash", "focalPoint", "votersCount", "quote", "canQuote"}
    assert "Hashtag" not in declared(context.document(objects.post(SITE, post(), NO_NAMES)))


def test_every_activity_can_be_written() -> None:
    """A word that nothing declares raises, so that none is lost on those who expand documents."""
    for each in every_activity():
        assert json.loads(context.encode(each))["id"] == each["id"]


def test_a_word_that_nothing_declares_is_refused() -> None:
    """The guard itself works, however deep the word stands."""
    with pytest.raises(KeyError):
        context.encode({"id": NOTE, "type": "Note", "tag": [{"type": "Hashtag", "invented": 1}]})
    with pytest.raises(KeyError):
        context.encode({"id": NOTE, "type": "Invented"})


def test_an_account_in_an_update_brings_the_words_of_its_key() -> None:
    """The context of the document is not nested, but made anew for the whole."""
    said = context.document(
        activities.update_actor({"@context": "x", "id": ANNS, "type": "Person", "publicKey": {}}, 5)
    )
    assert "@context" not in said["object"]
    assert "https://w3id.org/security/v1" in said["@context"]


# --- Every text -------------------------------------------------------------------------------------------------------


@given(texts, texts, st.lists(texts, min_size=2, max_size=4), st.sampled_from([None, "en", "ur", "zh-TW"]))
def test_every_text_in_any_script_arrives_as_it_was(
    content: str, warning: str, options: list[str], language: str | None
) -> None:
    """JSON carries every character; nothing on the way may change one."""
    asked = msgspec.structs.replace(
        ASKED, terms=PollTerms(options=options, expires_at=None), tallies=[1] * len(options)
    )
    shown = post(content_html=content, warning=warning, language=language, poll=asked)
    shown = msgspec.structs.replace(shown, attachments=[msgspec.structs.replace(PICTURE, description=content)])
    said = json.loads(context.encode(activities.create(objects.post(SITE, shown, NO_NAMES))))["object"]
    assert said["content"] == content
    assert said.get("contentMap", {}) == ({language: content} if language else {})
    assert said.get("summary", "") == warning
    assert [each["name"] for each in said["oneOf"]] == options
    assert said["attachment"][0].get("name", "") == content


@given(st.integers(-(2**62), 2**62))
def test_every_moment_can_be_written(at: int) -> None:
    """A date from elsewhere, however odd, must not break what is said."""
    assert moment(at).endswith("Z")
    assert len(moment(at)) == len("2026-01-02T03:04:05.678Z")


def test_moments_and_lengths_are_exact() -> None:
    """To the millisecond, in UTC."""
    assert moment(1_767_225_600_678) == "2026-01-01T00:00:00.678Z"
    assert duration(61.5) == "PT61.500S"
