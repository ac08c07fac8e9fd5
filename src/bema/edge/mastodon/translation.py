"""Translation of statuses, where the operator named a translator."""

from typing import Annotated

import msgspec
from msgspec import Meta

from bema.domain import translating
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.model import views
from bema.model.errors import Forbidden, NotFound
from bema.model.ids import AccountId, LoginId
from bema.outside.translator import Translator
from bema.store import logins
from bema.store.tx import Tx
from bema.wire.mastodon.statuses import EditedPollOption, TranslatedAttachment, TranslatedPoll, Translation

routes = Routes(Surface.API)


class Wish(msgspec.Struct, frozen=True):
    """The language wanted."""

    lang: Annotated[str | None, Meta(description="ISO 639 code; the reader's own language without it.")] = None


@routes.post("/api/v1/statuses/{id}/translate", scope="read:statuses", rate="translate")
async def translate(call: Call, ask: Wish) -> Translation:
    """Translate a status."""
    translator = call.parts.translator
    if translator is None:
        raise NotFound
    target = ask.lang or await call.read(_own_language, call.actor, call.grant.login if call.grant else None)
    target = translating.base(target)
    what = await call.read(translating.wanted, call.actor, call.path_id(), target)
    if what.kept is None:
        return _rendered(what, await _translated(call, translator, what, target))
    return _rendered(what, what.kept)


@routes.get("/api/v1/instance/translation_languages", needs=Needs.NOBODY)
async def languages(call: Call) -> dict[str, list[str]]:
    """List what can be translated into what."""
    translator = call.parts.translator
    return {} if translator is None else await translator.languages()


async def _translated(call: Call, translator: Translator, what: translating.Wanted, target: str) -> views.Translation:
    known = await translator.languages()
    source = translating.base(what.language) or None
    if source not in known:
        source = None  # the translator finds out by itself
    if not any(target in targets for code, targets in known.items() if source in (None, code)):
        raise Forbidden("This status cannot be translated into that language")
    texts, found = await translator.translate(what.texts, source, target)
    made = translating.made(what, texts, source=found, target=target, provider=translator.PROVIDER)
    await call.write(translating.keep, what, made)
    return made


def _own_language(tx: Tx, _account: AccountId, login: LoginId | None) -> str:
    found = None if login is None else logins.by_id(tx, login)
    return found.locale if found is not None else "en"


def _rendered(what: translating.Wanted, made: views.Translation) -> Translation:
    options = [EditedPollOption(title=each) for each in made.options]
    return Translation(
        content=made.content_html,
        spoiler_text=made.warning,
        language=made.language,
        poll=TranslatedPoll(id=str(what.post), options=options) if options else None,
        media_attachments=[TranslatedAttachment(id=str(id_), description=text) for id_, text in made.descriptions],
        detected_source_language=made.source,
        provider=made.provider,
    )
