"""Translating through a server that speaks LibreTranslate's API, which the operator named; any other can be put behind it."""

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from bema.model import limits
from bema.model.errors import Unavailable
from bema.outside.fetch import Fetched, Fetcher
from bema.outside.unfetched import Unfetched

_JSON = ("application/json",)


class Translated(NamedTuple):
    """Texts in another language, in the order asked for, and the language that they were found to be in."""

    texts: list[str]
    source: str


class _Language(msgspec.Struct):
    code: str
    targets: list[str] = []


class _Detected(msgspec.Struct):
    language: str


class _Answer(msgspec.Struct):
    translated: list[str] = msgspec.field(name="translatedText")
    detected: list[_Detected] | _Detected | None = msgspec.field(name="detectedLanguage", default=None)


class Translator:
    """Ask the translator at `url`. It is the operator's own choice, hence may be a neighbour on the same machine."""

    PROVIDER = "LibreTranslate"

    def __init__(self, url: str, key: str, base: str) -> None:
        self._url = url.rstrip("/")
        self._key = key
        self._fetcher = Fetcher(base, private_peers=True)
        self._languages: dict[str, list[str]] = {}
        self._asked_at = float("-inf")
        self._asking = asyncio.Lock()

    async def languages(self) -> dict[str, list[str]]:
        """Return what can be translated into what; it is asked for once a day."""
        async with self._asking:
            if time.monotonic() - self._asked_at > limits.TRANSLATE_LANGUAGES_SECONDS:
                answer = await self._ask("/languages", None)
                try:
                    known = msgspec.json.decode(answer.body, type=list[_Language])
                except (msgspec.DecodeError, RecursionError) as error:
                    raise _trouble() from error
                self._languages = {
                    each.code: [target for target in each.targets if target != each.code]
                    for each in known[: limits.TRANSLATE_LANGUAGES]
                }
                self._asked_at = time.monotonic()
        return self._languages

    async def translate(self, texts: Sequence[str], source: str | None, target: str) -> Translated:
        """Translate HTML; what comes back is as trustworthy as anything from elsewhere."""
        asked = {"q": list(texts), "source": source or "auto", "target": target, "format": "html", "api_key": self._key}
        answer = await self._ask("/translate", msgspec.json.encode(asked))
        try:
            read = msgspec.json.decode(answer.body, type=_Answer)
        except (msgspec.DecodeError, RecursionError) as error:
            raise _trouble() from error
        if len(read.translated) != len(texts):
            raise _trouble()
        found = read.detected[0] if isinstance(read.detected, list) and read.detected else read.detected
        return Translated(read.translated, source or (found.language[:35] if isinstance(found, _Detected) else "und"))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._fetcher.close()

    async def _ask(self, path: str, body: bytes | None) -> Fetched:
        try:
            answer = await self._fetcher.fetch(
                self._url + path,
                method="GET" if body is None else "POST",
                body=body,
                headers={"Content-Type": "application/json", "Accept": "application/json"},
                types=_JSON,
                redirects="none",
                seconds=limits.TRANSLATE_SECONDS,
            )
        except Unfetched as error:
            raise _trouble() from error
        if not answer.ok:
            raise _trouble()
        return answer


def _trouble() -> Unavailable:
    return Unavailable("The translation service is not available at this moment, please try again later")
