"""Where the staff writes what the square agrees on: drafts per language, what they change, and how a version comes to hold."""

from typing import Annotated

import msgspec
from msgspec import Meta

from bema.domain import legislating
from bema.domain import policies as domain
from bema.edge.call import Call
from bema.edge.routes import Needs, Routes, Surface
from bema.edge.web import citing, sayings
from bema.edge.web.pages import Page, Redirect, page, tongue_of
from bema.edge.web.policies import compared, number_of
from bema.model import limits
from bema.model.errors import Invalid
from bema.model.ids import Millis
from bema.model.permissions import Permission
from bema.model.policies import ENFORCEMENT, GOVERNED, KNOWN, Clause, Text, Version, in_language, usual_approvals
from bema.store.tx import Tx, WriteTx
from bema.wire.mastodon.times import date, parse_day

routes = Routes(Surface.WEB)
_MAY = Permission.MANAGE_RULES
_DAY = 86_400_000  # milliseconds
_NUMBER = Annotated[int, Meta(ge=0, le=10_000)]


class Row(msgspec.Struct, frozen=True):
    """A document as the staff finds it."""

    name: str
    title: str
    standing: Version | None
    drafted: bool
    open: list[Version]  # proposed or asked for, and neither published nor withdrawn


@routes.get("/staff/policies", needs=Needs.SESSION, permission=_MAY)
def overview(call: Call, tx: Tx) -> Page:
    """See all documents, and what waits for somebody."""
    speech = tongue_of(call)
    rows = [
        Row(
            each.name,
            citing.title(each.name, speech),
            None if each.standing is None else each.standing.version,
            each.drafted,
            [version for version in each.versions if version.published_at is None and version.withdrawn_at is None],
        )
        for each in legislating.documents(tx)
    ]
    there = {each.name for each in rows}
    names = [(name, citing.title(name, speech)) for name in KNOWN if name not in there]
    return page(call, tx, "staff_policies.html", rows=rows, names=names, now=tx.now)


class Named(msgspec.Struct, frozen=True):
    """Which document is to be begun."""

    name: str = ""
    other: str = ""


@routes.post("/staff/policies", needs=Needs.SESSION, permission=_MAY)
def begin(call: Call, tx: WriteTx, ask: Named) -> Redirect:
    """Begin a document."""
    name, language = ask.other.strip().lower() or ask.name, call.parts.settings.languages[0]
    drafted = legislating.draft(tx, name, language)
    title = drafted.title or {language: legislating.TITLES.get(name, name)}
    legislating.save(tx, call.staff, msgspec.structs.replace(drafted, title=title))
    return Redirect(f"/staff/policies/{name}")


# --- Writing ----------------------------------------------------------------------------------------------------------


class Asked(msgspec.Struct, frozen=True):
    """In which language the draft is to be written."""

    language: str = ""


@routes.get("/staff/policies/{name}", needs=Needs.SESSION, permission=_MAY)
def edit(call: Call, tx: Tx, ask: Asked) -> Page:
    """Write a document."""
    return _editor(call, tx, _draft(call, tx), ask.language)


class Line(msgspec.Struct, frozen=True):
    """A clause in the form."""

    id: str = ""
    text: str = ""
    hint: str = ""
    place: _NUMBER = 0
    retired: bool = False


class Need(msgspec.Struct, frozen=True):
    """How many people an effect needs."""

    effect: str = ""
    people: _NUMBER = 1


class Written(msgspec.Struct, frozen=True):
    """A draft in one language, as it was typed."""

    language: str = ""
    title: str = ""
    preamble: str = ""
    clauses: list[Line] = []
    approvals: list[Need] = []
    answer_days: _NUMBER | None = None
    preview: bool = False


@routes.post("/staff/policies/{name}", needs=Needs.SESSION, permission=_MAY)
def save(call: Call, tx: WriteTx, ask: Written) -> Page | Redirect:
    """Keep what was written; where it cannot be, say why and lose no word."""
    wanted = _merged(_draft(call, tx), ask)
    try:
        with tx.savepoint():
            legislating.save(tx, call.staff, wanted)
    except Invalid as refusal:
        return _editor(call, tx, wanted, ask.language, refusal)
    name = call.path_values["name"]
    if ask.preview:
        return Redirect(f"/staff/policies/{name}/preview?language={ask.language}")
    return Redirect(f"/staff/policies/{name}?language={ask.language}", "saved")


def _draft(call: Call, tx: Tx) -> Text:
    return legislating.known_draft(tx, call.path_values["name"], call.parts.settings.languages[0])


def _merged(text: Text, ask: Written) -> Text:
    """Put what was typed in one language into the draft; clauses that the form did not show stay."""
    language = ask.language or text.language
    typed = {each.id: each for each in ask.clauses if each.id}
    placed: list[tuple[float, Clause]] = []
    for place, clause in enumerate(text.clauses, 1):
        line = typed.get(clause.id)
        if line is None:
            placed.append((place, clause))
        elif not line.retired:
            said = Clause(clause.id, {**clause.text, language: line.text}, {**clause.hint, language: line.hint})
            wanted = line.place or place  # before whom stands there, or behind, whence it came from
            placed.append((wanted + 0.5 * ((wanted > place) - (wanted < place)), said))
    new = [each for each in ask.clauses if not each.id and each.text.strip()]
    last = len(text.clauses) + 1
    for number, each in enumerate(new, 1):
        hint = {language: each.hint} if each.hint.strip() else {}
        placed.append((last + number, Clause("", {language: each.text}, hint)))
    approvals = {each.effect: each.people for each in ask.approvals} if text.document == ENFORCEMENT else {}
    return msgspec.structs.replace(
        text,
        title={**text.title, language: ask.title},
        preamble={**text.preamble, language: ask.preamble},
        clauses=[clause for _, clause in sorted(placed, key=lambda each: each[0])],
        approvals=approvals or text.approvals,
        answer_days=ask.answer_days if approvals else text.answer_days,
    )


def _editor(call: Call, tx: Tx, text: Text, language: str, refusal: Invalid | None = None) -> Page:
    speech = tongue_of(call)
    languages = list(dict.fromkeys([*text.languages, *call.parts.settings.languages]))
    shown = language if language in languages or legislating.is_language(language) else text.language
    if shown not in languages:
        languages.append(shown)
    needs = []
    if text.document == ENFORCEMENT:
        needs = [
            (each, citing.effect(each, speech), text.approvals.get(each, usual_approvals(each))) for each in GOVERNED
        ]
    return page(
        call,
        tx,
        "staff_policy.html",
        status=200 if refusal is None else refusal.status,
        error=None if refusal is None else sayings.of_refusal(refusal, speech),
        name=text.document,
        heading=in_language(text.title, speech.code) or citing.title(text.document, speech),
        language=shown,
        binding=text.language,
        languages=languages,
        title=text.title.get(shown, ""),
        preamble=text.preamble.get(shown, ""),
        original=None if shown == text.language else text,
        clauses=[(each, each.text.get(shown, ""), each.hint.get(shown, "")) for each in text.clauses],
        needs=needs,
        most_people=limits.POLICY_APPROVALS,
        answer_days=limits.ANSWER_DAYS if text.answer_days is None else text.answer_days,
        open=_open(tx, text.document),
        now=tx.now,
        most=limits.POLICY_CLAUSE_CHARACTERS,
    )


def _open(tx: Tx, name: str) -> list[Version]:
    found = next((each for each in legislating.documents(tx) if each.name == name), None)
    if found is None:
        return []
    return [each for each in found.versions if each.published_at is None and each.withdrawn_at is None]


# --- What it changes, and publishing it -------------------------------------------------------------------------------


@routes.get("/staff/policies/{name}/preview", needs=Needs.SESSION, permission=_MAY)
def preview(call: Call, tx: Tx, ask: Asked) -> Page:
    """See what a draft changes, before everybody is asked about it or it is published."""
    text = _draft(call, tx)
    standing = domain.in_force(tx, text.document)
    before = Text(document=text.document, version=0, language=text.language, title={})
    speech = tongue_of(call)
    language = ask.language if ask.language in text.languages else text.language
    return page(
        call,
        tx,
        "staff_policy_preview.html",
        name=text.document,
        heading=in_language(text.title, speech.code) or citing.title(text.document, speech),
        standing=None if standing is None else standing.version,
        language=language,
        languages=text.languages,
        changes=compared(before if standing is None else standing.text, text, language, speech),
        days=call.parts.settings.consultation_days,
        days_most=limits.CONSULTATION_DAYS_MAX,
        today=date(tx.now),
        needs_two=text.document == ENFORCEMENT,
        drafted=legislating.is_drafted(tx, text.document),
    )


class Consultation(msgspec.Struct, frozen=True):
    """For how long everybody is asked."""

    days: Annotated[int, Meta(ge=1, le=limits.CONSULTATION_DAYS_MAX)] = 14


@routes.post("/staff/policies/{name}/propose", needs=Needs.SESSION, permission=_MAY)
def propose(call: Call, tx: WriteTx, ask: Consultation) -> Redirect:
    """Ask everybody about the draft."""
    version = legislating.propose(tx, call.staff, call.path_values["name"], ask.days)
    return Redirect(f"/trust/policies/{version.document}/{version.number}", "proposed")


class Effective(msgspec.Struct, frozen=True):
    """From which day a version holds; empty: from now on."""

    day: str = ""


@routes.post("/staff/policies/{name}/publish", needs=Needs.SESSION, permission=_MAY)
def publish_draft(call: Call, tx: WriteTx, ask: Effective) -> Redirect:
    """Publish the draft without asking everybody."""
    return _published(legislating.publish_draft(tx, call.staff, call.path_values["name"], _since(ask)))


@routes.post("/staff/policies/{name}/{number}/publish", needs=Needs.SESSION, permission=_MAY)
def publish(call: Call, tx: WriteTx, ask: Effective) -> Redirect:
    """Publish what everybody was asked about."""
    number = number_of(call, "number")
    return _published(legislating.publish(tx, call.staff, call.path_values["name"], number, _since(ask)))


@routes.post("/staff/policies/{name}/{number}/approve", needs=Needs.SESSION, permission=_MAY)
def approve(call: Call, tx: WriteTx) -> Redirect:
    """Agree to what somebody else of the staff wants to publish."""
    return _published(legislating.approve(tx, call.staff, call.path_values["name"], number_of(call, "number")))


@routes.post("/staff/policies/{name}/{number}/withdraw", needs=Needs.SESSION, permission=_MAY)
def withdraw(call: Call, tx: WriteTx) -> Redirect:
    """Withdraw what does not hold yet."""
    legislating.withdraw(tx, call.staff, call.path_values["name"], number_of(call, "number"))
    return Redirect("/staff/policies", "withdrawn")


@routes.post("/staff/policies/{name}/discard", needs=Needs.SESSION, permission=_MAY)
def discard(call: Call, tx: WriteTx) -> Redirect:
    """Throw the draft away."""
    legislating.discard(tx, call.staff, call.path_values["name"])
    return Redirect("/staff/policies", "discarded")


def _published(version: Version) -> Redirect:
    if version.published_at is None:
        return Redirect("/staff/policies", "awaits_another")
    return Redirect(f"/trust/policies/{version.document}/{version.number}", "policy_published")


def _since(ask: Effective) -> Millis | None:
    if not ask.day:
        return None
    day = parse_day(ask.day)
    if day is None:
        raise Invalid("Validation failed: Day is not a date")
    return day * _DAY
