"""The policy for programs: documents and their versions as of any moment, and each text by its digest."""

import msgspec

from bema.domain import policies
from bema.edge.answers import Answer
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.model.errors import Invalid
from bema.model.ids import Millis
from bema.model.policies import Standing
from bema.model.policies import Version as Known
from bema.store import public_log
from bema.store.tx import Tx
from bema.wire.mastodon.times import iso, parse_iso
from bema.wire.trust import Clause, Document, Documents, OneDocument, Version, Versions

routes = Routes(Surface.API)
plain = Routes(Surface.PLAIN)

_FOR_EVER = ((b"cache-control", b"public, max-age=31536000, immutable"),)


class AsOf(msgspec.Struct, frozen=True):
    """Of which moment is asked; empty: now."""

    as_of: str = ""


@routes.get("/api/trust/v1/policies")
def listed(call: Call, tx: Tx, ask: AsOf) -> Documents:
    """View what holds of all documents, or held at a moment."""
    at = _moment(tx, ask)
    found = [_document(call, tx, each.name, each.standing, at) for each in policies.documents(tx, at)]
    return Documents(as_of=iso(at), tree_size=_tree_size(tx), policies=found)


@routes.get("/api/trust/v1/policies/{id}")
def one(call: Call, tx: Tx, ask: AsOf) -> OneDocument:
    """View what holds of a document, or held at a moment."""
    name, at = call.path_values["id"], _moment(tx, ask)
    policies.versions(tx, name)
    found = _document(call, tx, name, policies.in_force(tx, name, at), at)
    return OneDocument(as_of=iso(at), tree_size=_tree_size(tx), policy=found)


@routes.get("/api/trust/v1/policies/{id}/versions")
def versions(call: Call, tx: Tx, ask: AsOf) -> Versions:
    """View the versions of a document that were known at a moment, the newest first, as they stood then."""
    at = _moment(tx, ask)
    found = policies.as_known(policies.versions(tx, call.path_values["id"]), at)
    rendered = [_version(call, each, policies.ended(each, found), at) for each in found]
    return Versions(as_of=iso(at), tree_size=_tree_size(tx), versions=rendered)


@plain.get("/trust/texts/{digest}", answer=dict)
def text(call: Call, tx: Tx) -> Answer:
    """Return the text of a version by its SHA-256, which the public log names."""
    content = policies.published_text(tx, call.path_values["digest"])
    return Answer(content, headers=_FOR_EVER)


def _moment(tx: Tx, ask: AsOf) -> Millis:
    if not ask.as_of:
        return tx.now
    moment = parse_iso(ask.as_of)
    if not 0 <= moment <= tx.now:
        raise Invalid("Validation failed: As of is not a moment that is past")
    return moment


def _tree_size(tx: Tx) -> int:
    signed = public_log.newest_signed(tx)
    return 0 if signed is None else signed.size


def _document(call: Call, tx: Tx, name: str, standing: Standing | None, at: Millis) -> Document:
    url = f"{call.site.base}/trust/policies/{name}"
    if standing is None:
        return Document(
            id=name,
            title={},
            url=url,
            version=None,
            language=None,
            preamble={},
            clauses=[],
            approvals={},
            answer_days=None,
        )
    said = standing.text
    return Document(
        id=name,
        title=said.title,
        url=url,
        version=_version(call, standing.version, standing.succeeded_at, at),
        language=said.language,
        preamble=said.preamble,
        clauses=[Clause(each.id, each.text, each.hint) for each in said.clauses],
        approvals=said.approvals,
        answer_days=said.answer_days,
    )


def _version(call: Call, known: Known, succeeded_at: Millis | None, at: Millis) -> Version:
    places = {
        "proposed": known.proposed_place,
        "published": known.published_place,
        "withdrawn": known.withdrawn_place,
    }
    return Version(
        document=known.document,
        version=known.number,
        state=policies.state_of(known, at, succeeded_at),
        digest=known.digest,
        url=f"{call.site.base}/trust/policies/{known.document}/{known.number}",
        text_url=f"{call.site.base}/trust/texts/{known.digest}",
        consult_from=_iso(known.proposed_at),
        consult_until=_iso(known.consult_until),
        effective_from=_iso(known.effective_from) if known.published_at is not None else None,
        succeeded_at=_iso(succeeded_at),
        published_at=_iso(known.published_at),
        withdrawn_at=_iso(known.withdrawn_at),
        consulted=known.consulted,
        adopted=known.adopted,
        single_operator=known.single_operator,
        entries={name: place for name, place in places.items() if place is not None},
    )


def _iso(moment: Millis | None) -> str | None:
    return None if moment is None else iso(moment)
