"""Translation: posts that everybody may read, by a translator that the operator named, kept and harmless."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from bema.outside.clock import ManualClock
from bema.settings import Settings
from tests.conftest import Square
from tests.peer import Asked, Handler, Peer, Stuck, answer

URL = "/api/v1/statuses"


def translating(asked: Asked) -> bytes:
    """Turn all that is said around, as no language does."""
    question = json.loads(asked.body)
    assert question["format"] == "html"
    texts = [text.replace("Good morning", "Guten Morgen").replace("sea", "Meer") for text in question["q"]]
    found = [{"language": "en", "confidence": 90} for _ in texts]
    return answer(json.dumps({"translatedText": texts, "detectedLanguage": found}), type="application/json")


@pytest.fixture
def translator() -> Iterator[Peer]:
    languages = [{"code": code, "name": code, "targets": ["en", "de", "ur"]} for code in ("en", "de", "ur")]
    pages: dict[str, Handler] = {
        "/languages": answer(json.dumps(languages), type="application/json"),
        "/translate": translating,
    }
    with Peer(pages) as peer:
        yield peer


@pytest.fixture
def polyglot(settings: Settings, open_square: Callable[..., Square], translator: Peer) -> Square:
    """A server whose operator named a translator."""
    return open_square(msgspec.structs.replace(settings, translate_url=f"{translator.base}/", translate_key="k3y"))


def test_a_post_is_translated_with_all_its_words(polyglot: Square, translator: Peer) -> None:
    """Text, warning, poll and what its pictures show."""
    ann, bob = polyglot.person("ann"), polyglot.person("bob")
    poll = {"options": ["the sea & <sky>", "Good morning"], "expires_in": 3_600}
    said = {"status": "Good morning", "spoiler_text": "sea", "poll": poll, "language": "en"}
    id_ = ann.client.post(URL, json=said).json()["id"]
    answered = bob.client.post(f"{URL}/{id_}/translate", json={"lang": "de"})
    assert answered.status == 200, answered.text
    assert answered.json() == {
        "content": "<p>Guten Morgen</p>",
        "spoiler_text": "Meer",
        "language": "de",
        "poll": {"id": id_, "options": [{"title": "the Meer & <sky>"}, {"title": "Guten Morgen"}]},
        "media_attachments": [],
        "detected_source_language": "en",
        "provider": "LibreTranslate",
    }
    [question] = [json.loads(asked.body) for asked in translator.asked if asked.path == "/translate"]
    assert (question["source"], question["target"], question["api_key"]) == ("en", "de", "k3y")


def test_a_version_is_translated_once(polyglot: Square, translator: Peer, clock: ManualClock) -> None:
    """Whoever asks again is told what was kept; an edit is translated anew."""
    ann = polyglot.person("ann")
    id_ = ann.client.post(URL, json={"status": "Good morning", "language": "en"}).json()["id"]
    first = ann.client.post(f"{URL}/{id_}/translate", form={"lang": "de-AT"}).json()
    assert ann.client.post(f"{URL}/{id_}/translate?lang=de").json() == first
    assert translator.paths().count("/translate") == 1
    assert translator.paths().count("/languages") == 1
    clock.advance(minutes=1)
    ann.client.put(f"{URL}/{id_}", json={"status": "Good morning, sea", "language": "en"})
    assert ann.client.post(f"{URL}/{id_}/translate?lang=de").json()["content"] == "<p>Guten Morgen, Meer</p>"
    assert translator.paths().count("/translate") == 2


@pytest.mark.parametrize(
    ("visibility", "language", "status"), [("private", "de", 403), ("direct", "de", 403), ("unlisted", "de", 200),
                                           ("public", "en", 403), ("public", "en-GB", 403), ("public", "xx", 403)]
)  # fmt: skip
def test_only_what_all_may_read_is_shown_to_a_translator(
    polyglot: Square, translator: Peer, visibility: str, language: str, status: int
) -> None:
    """And nothing that is in that language already, or cannot be put into it."""
    ann = polyglot.person("ann")
    said = {"status": "Good morning", "visibility": visibility, "language": "en"}
    id_ = ann.client.post(URL, json=said).json()["id"]
    assert ann.client.post(f"{URL}/{id_}/translate?lang={language}").status == status
    assert translator.paths().count("/translate") == (1 if status == 200 else 0)


def test_a_hidden_post_looks_missing(polyglot: Square) -> None:
    """To whom it is not for; and strangers must sign in."""
    ann, bob = polyglot.person("ann"), polyglot.person("bob")
    id_ = ann.client.post(URL, json={"status": "Good morning", "visibility": "private"}).json()["id"]
    assert bob.client.post(f"{URL}/{id_}/translate?lang=de").status == 404
    assert bob.client.post(f"{URL}/nonsense/translate").status == 404
    assert polyglot.stranger.post(f"{URL}/{id_}/translate").status == 401


@pytest.mark.parametrize(
    "trouble",
    [
        answer("{}", status=500),
        answer("<p>", type="text/html"),
        answer("{}", type="application/json"),
        answer('{"translatedText": []}', type="application/json"),
        answer("[" * 10_000, type="application/json"),
        answer(status=307, headers={"Location": "/elsewhere"}),
        Stuck(b"nonsense\r\n\r\n"),
    ],
)
def test_a_translator_in_trouble_is_told_as_such(polyglot: Square, translator: Peer, trouble: Any) -> None:
    """503, and the next time may do better."""
    ann = polyglot.person("ann")
    id_ = ann.client.post(URL, json={"status": "Good morning", "language": "en"}).json()["id"]
    translator.pages["/translate"] = trouble
    assert ann.client.post(f"{URL}/{id_}/translate?lang=de").status == 503
    translator.pages["/translate"] = translating
    assert ann.client.post(f"{URL}/{id_}/translate?lang=de").status == 200


def test_what_a_translator_says_is_cleaned(polyglot: Square, translator: Peer) -> None:
    """It is from elsewhere like anything else."""
    evil = ["<p onclick=x>Hi</p><script>alert(1)</script><img src=x onerror=alert(1)>", "<b>warn</b>&lt;i&gt;"]
    translator.pages["/translate"] = answer(json.dumps({"translatedText": evil}), type="application/json")
    ann = polyglot.person("ann")
    said = {"status": "Good morning", "spoiler_text": "sea", "language": "en"}
    id_ = ann.client.post(URL, json=said).json()["id"]
    made = ann.client.post(f"{URL}/{id_}/translate?lang=de").json()
    assert made["content"] == "<p>Hi</p>"
    assert made["spoiler_text"] == "warn<i>"


def test_the_instance_says_whether_it_translates(polyglot: Square) -> None:
    """And what into what; a language is no translation of itself."""
    assert polyglot.stranger.get("/api/v2/instance").json()["configuration"]["translation"] == {"enabled": True}
    languages = polyglot.stranger.get("/api/v1/instance/translation_languages").json()
    assert languages == {"en": ["de", "ur"], "de": ["en", "ur"], "ur": ["en", "de"]}


def test_without_a_translator_there_is_no_translation(square: Square) -> None:
    """404, as on Mastodon, and said so beforehand."""
    ann = square.person("ann")
    id_ = ann.client.post(URL, json={"status": "Good morning"}).json()["id"]
    assert ann.client.post(f"{URL}/{id_}/translate?lang=de").status == 404
    assert square.stranger.get("/api/v2/instance").json()["configuration"]["translation"] == {"enabled": False}
    assert square.stranger.get("/api/v1/instance/translation_languages").json() == {}
