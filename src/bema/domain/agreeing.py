"""Terms of service as clients know them: a plain text that holds from a day; the document of the policy behind it."""

from msgspec import structs

from bema.domain import legislating, policies
from bema.model.announcing import Terms
from bema.model.permissions import Staff
from bema.model.policies import TERMS, Standing, in_language
from bema.model.site import Site
from bema.store.tx import Tx, WriteTx
from bema.wire.html import render

_DAY = 86_400_000  # milliseconds


def publish_terms(tx: WriteTx, staff: Staff, text: str, day: int, language: str = "en") -> None:
    """Publish a version that holds from a day to come (days since 1970-01-01); the first may hold from any day.

    Paragraphs that say the same as in the version before are the same clauses.
    """
    drafted = legislating.draft(tx, TERMS, language)
    clauses = legislating.paragraphs(text, drafted.language, drafted.clauses)
    title = drafted.title or {drafted.language: legislating.TITLES[TERMS]}
    legislating.save(tx, staff, structs.replace(drafted, title=title, clauses=clauses, preamble={}))
    first = not policies.has_any(tx, TERMS)
    legislating.publish_draft(tx, staff, TERMS, day * _DAY, adopted=first and day * _DAY < tx.now - _DAY)


def current_terms(tx: Tx, site: Site, language: str = "") -> Terms:
    """Load the terms in force, or the first that will be."""
    return _terms(policies.current_terms(tx), site, tx.now, language)


def terms_on(tx: Tx, site: Site, day: int | None, language: str = "") -> Terms:
    """Load the terms that hold from just this day."""
    return _terms(policies.terms_on(tx, day), site, tx.now, language)


def has_terms(tx: Tx) -> bool:
    """Tell whether there are terms of service."""
    return policies.has_any(tx, TERMS)


def in_html(standing: Standing, site: Site, language: str = "") -> str:
    """Render what a version says, without the numbers of its clauses."""
    said = [in_language(standing.text.preamble, language or standing.text.language)]
    said += [in_language(each.text, language or standing.text.language) for each in standing.text.clauses]
    return "".join(render(each, {}, site.tag) for each in said if each)


def _terms(standing: Standing, site: Site, now: int, language: str) -> Terms:
    since, until = standing.version.effective_from or 0, standing.succeeded_at
    return Terms(
        since // _DAY, in_html(standing, site, language), since <= now, None if until is None else until // _DAY
    )
