"""Policy documents: what the square agreed on, in clauses that keep their ids, and in versions that never change."""

from collections.abc import Mapping

import msgspec

from bema.model.decisions import Act, Effect
from bema.model.ids import LoginId, Millis
from bema.model.views import View

# Documents that the server itself reads; the staff may make others beside them.
RULES, TERMS, PRIVACY, ABOUT, ENFORCEMENT = "rules", "terms", "privacy", "about", "enforcement"
KNOWN = (RULES, TERMS, PRIVACY, ENFORCEMENT, ABOUT)

Speech = dict[str, str]  # a text by the languages that it is there in

# How many people have to agree before an effect is in force, as long as the square published nothing else.
TWO_PEOPLE = frozenset(("remove", "limit", "freeze", "suspend", "appoint", "dismiss"))
GOVERNED = (*(each.value for each in Effect), Act.APPOINT.value, Act.DISMISS.value)  # what policy says it about


def usual_approvals(effect: str) -> int:
    """Return how many people an effect needs where no enforcement policy says otherwise."""
    return 2 if effect in TWO_PEOPLE else 1


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return a text in a language, or in the one that it was written in first."""
    return texts.get(language) or next(iter(texts.values()), "")


class Clause(msgspec.Struct, frozen=True):
    """One clause; its id is its own for ever, whatever happens to its text."""

    id: str
    text: Speech
    hint: Speech = {}  # says more about it, and binds nobody


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """What a version says, in all its languages: encoded in one way only, it is known by its digest."""

    document: str
    version: int
    language: str  # in which it binds; others are translations
    title: Speech
    preamble: Speech = {}
    clauses: list[Clause] = []
    approvals: dict[str, int] = {}  # of the enforcement policy: how many people an effect needs
    answer_days: int | None = None  # of the enforcement policy: for how long a proposal waits for others

    @property
    def languages(self) -> list[str]:
        """The languages that it is there in, that in which it binds first."""
        found = {*self.title, *self.preamble, *(code for each in self.clauses for code in each.text)} - {self.language}
        return [self.language, *sorted(found)]

    def clause(self, id_: str) -> Clause | None:
        """Return a clause."""
        return next((each for each in self.clauses if each.id == id_), None)


class Version(View, frozen=True, kw_only=True):
    """One version of a document, and what became of it; `text` is frozen since it was proposed or published."""

    id: int
    document: str
    number: int
    digest: str
    proposed_at: Millis | None
    consult_until: Millis | None
    asked_at: Millis | None  # somebody wants it published, and another has to agree
    asked_by: LoginId | None
    effective_from: Millis | None
    published_at: Millis | None
    withdrawn_at: Millis | None
    consulted: bool
    adopted: bool  # it was in force before there was a public log
    single_operator: bool  # nobody else was there who could have agreed
    proposed_place: int | None  # of the entry in the public log that tells of it; so the other two
    published_place: int | None
    withdrawn_place: int | None

    def holds(self, at: Millis) -> bool:
        """Tell whether its day had come; another may have taken its place."""
        return self.is_published and self.effective_from is not None and self.effective_from <= at

    @property
    def is_published(self) -> bool:
        """Whether it holds, held or will hold."""
        return self.published_at is not None and self.withdrawn_at is None

    def is_consulted_on(self, at: Millis) -> bool:
        """Tell whether people are asked what they think of it."""
        open_ = self.published_at is None and self.withdrawn_at is None
        return open_ and self.consult_until is not None and at < self.consult_until


class Standing(View, frozen=True):
    """A version with what it says, and since and until when it holds."""

    version: Version
    text: Text
    succeeded_at: Millis | None = None  # from then on another one holds


class ClauseAt(View, frozen=True):
    """A clause as it stood in one version: what a decision rests on."""

    clause: str
    document: str
    version: int

    @property
    def name(self) -> str:
        """How decisions and the public log name it."""
        return f"{self.clause}@{self.version}"


def unpinned(name: str) -> tuple[str, int | None]:
    """Read a clause with the version that it is pinned to, if it is."""
    clause, _, number = name.partition("@")
    if not number:
        return clause, None
    return (clause, int(number)) if number.isascii() and number.isdigit() and len(number) < 10 else (name, None)


def document_of(clause: str) -> str | None:
    """Return of which document a clause is, by its id: rules are numbers alone; None where it is no such id."""
    name, _, number = clause.rpartition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 10) or not int(number):
        return None
    return name or (RULES if clause == number else None)
