"""What the square agreed on, for everybody: documents in all their versions, what changed between two, and a feed."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from bema.domain import agreeing, deliberating
from bema.domain import policies as domain
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import atom, citing, sayings
from bema.edge.web.pages import Document, Page, Redirect, page, tongue_of
from bema.edge.web.paging import Part, beside
from bema.model import limits
from bema.model.errors import Invalid, NotFound
from bema.model.ids import Millis
from bema.model.permissions import Permission, may
from bema.model.policies import ENFORCEMENT, Clause, Standing, Text, Version, in_language
from bema.model.views import Page as Shown
from bema.store.tx import Tx, WriteTx
from bema.wire.comparing import Piece, compare
from bema.wire.html import escape, render
from bema.wire.mastodon.times import iso
from bema.wire.tongues import Tongue

routes = Routes(Surface.WEB)

# --- For other pages --------------------------------------------------------------------------------------------------


class Rule(msgspec.Struct, frozen=True):
    """A rule in the reader's language."""

    id: str
    number: str
    text: str
    hint: str


def rules(call: Call, tx: Tx) -> list[Rule]:
    """Return the rules that hold."""
    speech = tongue_of(call)
    return [
        Rule(each.id, speech.number(int(each.id)), in_language(each.text, speech.code), _hint(each, speech.code))
        for each in domain.rules(tx)
    ]


def _hint(clause: Clause, language: str) -> str:
    """Return what is said beside a clause; nothing, where the clause is in another language than that."""
    return clause.hint.get(language, "") if language in clause.text else in_language(clause.hint, language)


def in_html(call: Call, tx: Tx, name: str) -> str:
    """Return what holds of a document as HTML; nothing, where nothing does."""
    standing = domain.in_force(tx, name)
    return "" if standing is None else agreeing.in_html(standing, call.site, tongue_of(call).code)


# --- All of them ------------------------------------------------------------------------------------------------------


class Listed(msgspec.Struct, frozen=True):
    """A document in the list of all."""

    name: str
    title: str
    version: int | None  # that holds
    since: Millis | None
    next: Version | None  # that will hold
    proposal: Version | None  # that people are asked about
    versions: int


@routes.get("/trust/policies")
def overview(call: Call, tx: Tx) -> Page:
    """See what the square agreed on, and what everybody is asked about."""
    speech = tongue_of(call)
    listed = [
        Listed(
            each.name,
            _title(each.name, None if each.standing is None else each.standing.text, speech),
            None if each.standing is None else each.standing.version.number,
            None if each.standing is None else each.standing.version.effective_from,
            each.next(tx.now),
            each.proposal(tx.now),
            len(each.versions),
        )
        for each in domain.documents(tx)
    ]
    return page(
        call,
        tx,
        "trust_policies.html",
        documents=listed,
        canonical=f"{call.site.base}/trust/policies",
        feed=f"{call.site.base}/trust/policies.atom",
    )


def _title(name: str, text: Text | None, speech: Tongue) -> str:
    """Name a document as it names itself in this language, else as every square does."""
    own = "" if text is None else text.title.get(speech.code, "")
    if own:
        return own
    if text is not None and name not in citing.TITLES:
        return in_language(text.title, speech.code)
    return citing.title(name, speech)


# --- One of them ------------------------------------------------------------------------------------------------------


class Asked(Part, frozen=True):
    """In which language a document is to be shown (empty: the reader's), and which of what people say about it."""

    language: str = ""


class Article(msgspec.Struct, frozen=True):
    """A clause as it is shown; `said` names it."""

    id: str
    number: str
    said: str
    html: str
    hint: str


@routes.get("/trust/policies/{name}")
def document(call: Call, tx: Tx, ask: Asked) -> Page:
    """Read what holds of a document; where nothing does yet, what is proposed or will hold."""
    name = call.path_values["name"]
    if name == ENFORCEMENT and not domain.is_known(tx, name):
        return _usual(call, tx)
    versions = domain.versions(tx, name)
    standing = domain.in_force(tx, name) or domain.standing(tx, name, versions[0].number)
    return _page(call, tx, standing, versions, ask)


def _usual(call: Call, tx: Tx) -> Page:
    """Say how many people decide where the square published nothing about it."""
    text = Text(document=ENFORCEMENT, version=0, language="en", title={})
    approvals = _approvals(text, tongue_of(call))
    address = f"{call.site.base}/trust/policies/{ENFORCEMENT}"
    return page(
        call, tx, "trust_policy_usual.html", approvals=approvals, answer_days=limits.ANSWER_DAYS, canonical=address
    )


@routes.get("/trust/policies/{name}/{number}")
def version(call: Call, tx: Tx, ask: Asked) -> Page:
    """Read one version of a document: it stays as it is for ever."""
    name = call.path_values["name"]
    standing = domain.standing(tx, name, number_of(call, "number"))
    return _page(call, tx, standing, domain.versions(tx, name), ask)


class Opinion(msgspec.Struct, frozen=True):
    """What somebody says about a proposal."""

    text: str = ""


@routes.post("/trust/policies/{name}/{number}/opinions", needs=Needs.SESSION, rate="publish")
def say(call: Call, tx: WriteTx, ask: Opinion) -> Page | Redirect:
    """Say what one thinks of a proposal."""
    name, number = call.path_values["name"], number_of(call, "number")
    try:
        with tx.savepoint():
            deliberating.say(tx, call.actor, name, number, ask.text)
    except Invalid as refusal:
        error = sayings.of_refusal(refusal, tongue_of(call))
        return _page(call, tx, domain.standing(tx, name, number), domain.versions(tx, name), Asked(), ask.text, error)
    return Redirect(f"/trust/policies/{name}/{number}#opinions", "opinion")


@routes.post("/trust/policies/{name}/{number}/opinions/{id}/remove", needs=Needs.SESSION)
def take_back(call: Call, tx: WriteTx) -> Redirect:
    """Remove what one said oneself."""
    deliberating.take_back(tx, call.actor, call.path_id())
    return _back(call, "opinion_removed")


class Reasons(msgspec.Struct, frozen=True):
    """Why something is hidden."""

    reasons: str = ""


@routes.post(
    "/trust/policies/{name}/{number}/opinions/{id}/hide", needs=Needs.SESSION, permission=Permission.MANAGE_USERS
)
def hide(call: Call, tx: WriteTx, ask: Reasons) -> Redirect:
    """Hide what somebody said, by a decision."""
    deliberating.hide(tx, call.staff, call.path_id(), ask.reasons)
    return _back(call, "opinion_removed")


def _back(call: Call, flash: str) -> Redirect:
    return Redirect(f"/trust/policies/{call.path_values['name']}/{number_of(call, 'number')}#opinions", flash)


def number_of(call: Call, part: str) -> int:
    """Read the number of a version from the path."""
    return _number(call.path_values[part])


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10) or str(int(text)) != text:
        raise NotFound
    return int(text)


def _page(
    call: Call, tx: Tx, standing: Standing, versions: list[Version], ask: Asked, said: str = "", error: str = ""
) -> Page:
    text, speech, language = standing.text, tongue_of(call), ask.language
    asked = standing.version.proposed_at is not None
    heard = deliberating.opinions(tx, call.site, standing.version, ask.range()) if asked else []
    newer, older = beside(call, ask, Shown(heard, heard[0].id, heard[-1].id) if heard else Shown([]))
    shown = language if language in text.languages else speech.code
    shown = shown if shown in text.languages else text.language
    address = f"{call.site.base}/trust/policies/{text.document}"
    return page(
        call,
        tx,
        "trust_policy.html",
        name=text.document,
        title=text.title.get(shown) or _title(text.document, text, speech),
        version=standing.version,
        state=domain.state_of(standing.version, tx.now, standing.succeeded_at),
        succeeded_at=standing.succeeded_at,
        language=shown,
        binding=text.language,
        languages=text.languages,
        preamble_html=render(in_language(text.preamble, shown), {}, call.site.tag) if text.preamble else "",
        articles=[_article(call, text, each, shown, speech) for each in text.clauses],
        approvals=_approvals(text, speech),
        answer_days=limits.ANSWER_DAYS if text.answer_days is None else text.answer_days,
        versions=[(each, domain.state_of(each, tx.now, domain.ended(each, versions))) for each in versions],
        before=_before(standing.version, versions),
        status=422 if error else 200,
        opinions=heard,
        newer=newer,
        older=older,
        is_open=standing.version.is_consulted_on(tx.now),
        hides=call.session is not None and may(call.session.role, Permission.MANAGE_USERS),
        said=said,
        error=error,
        most=limits.POLICY_COMMENT_CHARACTERS,
        canonical=f"{address}/{standing.version.number}",
        feed=f"{call.site.base}/trust/policies.atom",
    )


def _article(call: Call, text: Text, clause: Clause, language: str, speech: Tongue) -> Article:
    return Article(
        clause.id,
        speech.number(int(clause.id.rpartition(".")[2])),
        citing.number_of(clause.id, text.document, speech),
        render(in_language(clause.text, language), {}, call.site.tag),
        _hint(clause, language),
    )


def _approvals(text: Text, speech: Tongue) -> list[tuple[str, int]]:
    """Say how many people decide about what; of other documents, nothing."""
    if text.document != ENFORCEMENT:
        return []
    return [(citing.effect(effect, speech), people) for effect, people in domain.approvals_of(text).items()]


def _before(version: Version, versions: list[Version]) -> int | None:
    """Return the published version that this one takes the place of, or would."""
    return next((each.number for each in versions if each.is_published and each.number < version.number), None)


# --- What changed -----------------------------------------------------------------------------------------------------


class Compared(msgspec.Struct, frozen=True, rename={"old": "from", "new": "to"}):
    """Which two versions are compared, and in which language."""

    old: str = ""
    new: str = ""
    language: str = ""


class Change(msgspec.Struct, frozen=True):
    """What became of one part of a document."""

    id: str
    said: str
    kind: Literal["same", "new", "gone", "changed"]
    pieces: tuple[Piece, ...]
    hint: tuple[Piece, ...] = ()


@routes.get("/trust/policies/{name}/changes")
def changes(call: Call, tx: Tx, ask: Compared) -> Page:
    """Compare two versions of a document word by word."""
    name = call.path_values["name"]
    versions = [each.number for each in domain.versions(tx, name)]
    new = domain.standing(tx, name, _number(ask.new) if ask.new else versions[0])
    earlier = [each for each in versions if each < new.version.number]
    old = domain.standing(tx, name, _number(ask.old) if ask.old else (earlier or versions)[0])
    speech = tongue_of(call)
    languages = [each for each in new.text.languages if each in old.text.languages] or [new.text.language]
    language = next((each for each in (ask.language, speech.code) if each in languages), languages[0])
    return page(
        call,
        tx,
        "trust_policy_changes.html",
        name=name,
        title=_title(name, new.text, speech),
        old=old.version,
        new=new.version,
        numbers=versions,
        language=language,
        languages=languages,
        changes=compared(old.text, new.text, language, speech),
        canonical=f"{call.site.base}/trust/policies/{name}/changes?from={old.version.number}&to={new.version.number}",
    )


def compared(old: Text, new: Text, language: str, speech: Tongue) -> list[Change]:
    """Compare two texts of a document clause by clause; what is gone stands where it stood."""
    found = [_change("", "", old.preamble, new.preamble, language)] if old.preamble or new.preamble else []
    order = [each.id for each in new.clauses]
    place = 0
    for each in old.clauses:
        if each.id in order:
            place = order.index(each.id) + 1
        else:
            order.insert(place, each.id)
            place += 1
    for id_ in order:
        was, is_ = old.clause(id_), new.clause(id_)
        said = citing.number_of(id_, new.document, speech)
        change = _change(id_, said, {} if was is None else was.text, {} if is_ is None else is_.text, language)
        hint = compare(_in({} if was is None else was.hint, language), _in({} if is_ is None else is_.hint, language))
        if change.kind == "same" and any(each.what != "same" for each in hint):
            change = msgspec.structs.replace(change, kind="changed")
        found.append(msgspec.structs.replace(change, hint=hint))
    return found + (_decided(old, new, language, speech) if new.document == ENFORCEMENT else [])


def _decided(old: Text, new: Text, language: str, speech: Tongue) -> list[Change]:
    """Say of what another number of people decides, and whether a proposal waits for longer or shorter."""
    before, after = domain.approvals_of(old), domain.approvals_of(new)
    named = [(citing.effect(effect, speech), before[effect], people) for effect, people in after.items()]
    days = [limits.ANSWER_DAYS if each.answer_days is None else each.answer_days for each in (old, new)]
    named.append((speech.gettext("For how many days a proposal waits for others"), days[0], days[1]))
    return [
        _change("", said, {language: speech.number(was)}, {language: speech.number(is_)}, language)
        for said, was, is_ in named
        if was != is_
    ]


def _change(id_: str, said: str, old: Mapping[str, str], new: Mapping[str, str], language: str) -> Change:
    pieces = compare(_in(old, language), _in(new, language))
    kinds = {each.what for each in pieces}
    if kinds <= {"same"}:
        return Change(id_, said, "same", pieces)
    if not old or not new:
        return Change(id_, said, "gone" if old else "new", pieces)
    return Change(id_, said, "changed", pieces)


def _in(texts: Mapping[str, str], language: str) -> str:
    return texts.get(language, "")


# --- The feed ---------------------------------------------------------------------------------------------------------


@routes.get("/trust/policies.atom")
def feed(call: Call, tx: Tx) -> Document:
    """Follow what is proposed, published and withdrawn, as a feed."""
    speech, where = tongue_of(call), f"{call.site.base}/trust/policies"
    written: list[tuple[Millis, atom.Entry]] = []
    for each in domain.documents(tx):
        for version in each.versions:
            written += _written(where, version, citing.title(each.name, speech), speech)
    written.sort(key=lambda each: each[0], reverse=True)
    entries = [entry for _, entry in written[: limits.PAGE_DEFAULT]]
    title = speech.gettext("What %(site)s agreed on") % {"site": call.parts.settings.title}
    updated = entries[0].updated if entries else iso(tx.now)
    head = atom.Head(where, f"{where}.atom", title, call.parts.settings.title, call.site.base, updated)
    return atom.document(head, entries)


def _written(where: str, version: Version, title: str, speech: Tongue) -> list[tuple[Millis, atom.Entry]]:
    values = {"document": title, "version": speech.number(version.number)}
    told: list[tuple[str, Millis | None, str]] = []
    if version.proposed_at is not None:
        told.append(("proposed", version.proposed_at, citing.asked_about(values, version.consult_until or 0, speech)))
    if version.published_at is not None:
        told.append(("published", version.published_at, citing.holds(values, version.effective_from or 0, speech)))
    if version.withdrawn_at is not None:
        told.append(("withdrawn", version.withdrawn_at, citing.withdrawn(values, speech)))
    page_ = f"{where}/{version.document}/{version.number}"
    return [
        (
            at or 0,
            atom.Entry(
                address=f"{page_}#{what}",
                title=said,
                published=iso(at or 0),
                updated=iso(at or 0),
                html=f'<p>{escape(said)}</p><p><a href="{escape(page_)}">{escape(page_)}</a></p>',
                language=speech.code,
            ),
        )
        for what, at, said in told
    ]
