"""How pages name documents of the policy and their clauses, and tell what the public log says of them."""

from collections.abc import Mapping, Sequence

import msgspec

from bema.domain.consulting import instant
from bema.model.ids import Millis
from bema.model.policies import ABOUT, ENFORCEMENT, PRIVACY, RULES, TERMS, document_of, unpinned
from bema.wire.tlog.entries import PolicyProposed, PolicyPublished, PolicyWithdrawn
from bema.wire.tongues import Tongue, words

TITLES = {
    RULES: words("Rules"),
    TERMS: words("Terms of service"),
    PRIVACY: words("Privacy policy"),
    ENFORCEMENT: words("Enforcement policy"),
    ABOUT: words("About this square"),
}
PolicyEntry = PolicyProposed | PolicyPublished | PolicyWithdrawn
TYPES = {
    "policy.proposed": words("Policies put to everybody"),
    "policy.published": words("Policies published"),
    "policy.withdrawn": words("Policies withdrawn"),
}

_EFFECTS = {
    "remove": words("Removing a post"),
    "suspend": words("Suspending an account or a server"),
    "limit": words("Limiting an account or a server"),
    "freeze": words("Freezing an account"),
    "sensitive": words("Covering pictures"),
    "cover": words("Putting a post behind a warning"),
    "label": words("Labelling an account or a post"),
    "note": words("A note beside an account or a post"),
    "demote": words("Leading nobody to an account or a post"),
    "quiet": words("Limiting who may answer"),
    "reject_media": words("Taking no pictures from a server"),
    "reject_reports": words("Taking no reports from a server"),
    "federate": words("Letting a server in"),
    "no_sign_up": words("Keeping addresses or networks from signing up"),
    "reviewed_sign_up": words("Letting who signs up from a network wait for approval"),
    "no_access": words("Answering a network nothing"),
    "appoint": words("Giving somebody a higher role on the staff"),
    "dismiss": words("Giving somebody a lower role on the staff, or none"),
}


def title(document: str, speech: Tongue) -> str:
    """Name a document."""
    known = TITLES.get(document)
    return speech.isolated(document) if known is None else speech.gettext(known)


class Cited(msgspec.Struct, frozen=True):
    """A clause that something rests on, and where it can be read as it stood then."""

    said: str
    address: str | None


def cited(clauses: Sequence[str], speech: Tongue) -> list[Cited]:
    """Name clauses, with the versions that they are pinned to."""
    found = []
    for name in clauses:
        clause, version = unpinned(name)
        document = document_of(clause)
        if document is None:
            found.append(Cited(name, None))
            continue
        said = number_of(clause, document, speech)
        if version is None:
            found.append(Cited(said, f"/trust/policies/{document}#clause-{clause}"))
            continue
        held = speech.gettext("%(clause)s, version %(version)s")
        said = held % {"clause": said, "version": speech.number(version)}
        found.append(Cited(said, f"/trust/policies/{document}/{version}#clause-{clause}"))
    return found


def number_of(clause: str, document: str, speech: Tongue) -> str:
    """Name a clause by its number."""
    number = speech.number(int(clause.rpartition(".")[2]))
    if document == RULES:
        return speech.gettext("Rule %(number)s") % {"number": number}
    return f"{title(document, speech)}, {number}"


def said(entry: PolicyEntry, speech: Tongue) -> str:
    """Say in a sentence what an entry tells."""
    values = {"document": title(entry.body.document, speech), "version": speech.number(entry.body.version)}
    match entry:
        case PolicyProposed():
            return asked_about(values, instant(entry.body.consult_until), speech)
        case PolicyPublished():
            return holds(values, instant(entry.body.effective_from), speech)
    return withdrawn(values, speech)


def asked_about(values: Mapping[str, str], until: Millis, speech: Tongue) -> str:
    """Say that a version was put to everybody."""
    said = speech.gettext("%(document)s: everybody was asked about version %(version)s, until %(when)s.")
    return said % {**values, "when": speech.exact(until)}


def holds(values: Mapping[str, str], since: Millis, speech: Tongue) -> str:
    """Say that a version was published."""
    return speech.gettext("%(document)s: version %(version)s holds from %(when)s.") % {
        **values,
        "when": speech.exact(since),
    }


def withdrawn(values: Mapping[str, str], speech: Tongue) -> str:
    """Say that a version was withdrawn."""
    return speech.gettext("%(document)s: version %(version)s was withdrawn before it held.") % values


def effect(name: str, speech: Tongue) -> str:
    """Name an effect by what it takes."""
    known = _EFFECTS.get(name)
    return name if known is None else speech.gettext(known)
