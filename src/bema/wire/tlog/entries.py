"""Entries of the public log: canonical JSON, each kind with a form of its own, which has no room for anything private.

What must not stand there in the clear is a commitment: SHA-256 over a salt and the value. Whoever is given the salt can
check the value; once the salt is gone, the commitment says nothing. An entry is for ever, so that forms are strict: no
field that is not named here, no text that is not of a known shape.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from bema.wire.tlog.promises import commitment, promise_all, salt_of
from bema.wire.tlog.shapes import Clause, Count, Country, Digest, Key, Moment, Origin, Pseudonym, Signature, Slug, Word
from bema.wire.tlog.tiles import ENTRY_BYTES, Malformed

SALT_BYTES = 32


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """What all have: when, and the how-manieth of its type it is, so that none can be missing."""

    at: Moment
    type_seq: Count


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a log begins."""

    origin: Origin
    vkey: Key


class LogOpened(Entry, frozen=True, tag="log.opened"):
    """The log began, under this name and key."""

    body: Opening


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change of keys; the signature is the old key's, over `rotation_text`."""

    old: Key
    new: Key
    signature: Signature


class KeyRotated(Entry, frozen=True, tag="log.key_rotated"):
    """Checkpoints of trees with this entry may be signed by another key."""

    body: Rotation


class By(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One who decided, and whether they proposed or approved it; without a pseudonym, who has the command line."""

    role: Word
    pseudonym: Pseudonym | None
    part: Literal["proposer", "approver"] | UnsetType = UNSET  # not said in the first entries


class About(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is decided about: an account by a pseudonym, all else only by its kind."""

    kind: Word
    pseudonym: Pseudonym | None


class Does(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An effect, on how many targets of a kind."""

    effect: Word
    on: Word
    count: Count


class Made(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is public of a decision."""

    act: Word
    subject: About
    by: list[By]
    clauses: list[Clause]
    effects: list[Does]
    ends_at: Moment | None
    # The first entries do not say the rest; each of them was decided by one person.
    needs: Count | UnsetType = UNSET  # how many people policy asked for
    provisional: bool | UnsetType = UNSET  # in force before they had agreed: it lapses unless they approve it
    single_operator: bool | UnsetType = UNSET  # nobody else was there who could have agreed
    detected: bool | UnsetType = UNSET  # a program drew attention to it
    automated: bool | UnsetType = UNSET  # a program decided it
    law: bool | UnsetType = UNSET  # it rests on a law, which is only promised here
    territory: list[Country] | UnsetType = UNSET  # empty: everywhere


class Commitments(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands there only as a promise."""

    subject: Digest
    reasons: Digest
    posts: Digest
    report: Digest
    facts: Digest | UnsetType = UNSET
    law: Digest | UnsetType = UNSET


class DecisionMade(Entry, frozen=True, tag="decision.made"):
    """Somebody or something was restricted or warned."""

    body: Made
    commitments: Commitments


class Reversed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is public of a decision that ended effects of another."""

    reverses: Count  # the index of the entry of that one
    subject: About
    by: list[By]
    clauses: list[Clause]
    ended: list[Does]


class DecisionReversed(Entry, frozen=True, tag="decision.reversed"):
    """Effects of a decision were ended."""

    body: Reversed
    commitments: Commitments


class Approved(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who agreed to a decision that was provisional."""

    approves: Count  # the index of its entry
    subject: About
    by: list[By]


class DecisionApproved(Entry, frozen=True, tag="decision.approved"):
    """A decision that was in force as provisional had all whom it needed."""

    body: Approved


class Ended(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is public of a decision whose effects ended because of the time."""

    reverses: Count  # the index of the entry of that one
    subject: About
    ended: list[Does]


class DecisionLapsed(Entry, frozen=True, tag="decision.lapsed"):
    """A decision that was in force as provisional had not all whom it needed, in time."""

    body: Ended
    commitments: Commitments


class DecisionExpired(Entry, frozen=True, tag="decision.expired"):
    """The time for which something was decided is over."""

    body: Ended
    commitments: Commitments


class Unanswered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is public of a proposal that nobody answered: what was proposed by whom, and not about whom."""

    act: Word
    kind: Word  # of what it was about
    by: list[By]
    effects: list[Does]
    needs: Count  # how many people policy asked for
    proposed_at: Moment


class DecisionUnanswered(Entry, frozen=True, tag="decision.unanswered"):
    """A proposal had not all whom it needed, in time; it never took effect."""

    body: Unanswered


class Appointment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which role somebody had and has; who appointed them, in the role they had themselves."""

    pseudonym: Pseudonym
    before: Word
    after: Word
    by: By
    agreed: list[By] | UnsetType = UNSET  # the others who stood behind it; not said where one alone may
    needs: Count | UnsetType = UNSET
    single_operator: bool | UnsetType = UNSET


class RoleChanged(Entry, frozen=True, tag="operator.role_changed"):
    """Somebody may do more or less on the server than before."""

    body: Appointment


class Setting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A setting as it is from here on, by the digest of its value."""

    name: Word
    digest: Digest


class SettingsChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which settings differ from what they were."""

    changed: list[Setting]


class SettingsChanged(Entry, frozen=True, tag="operator.settings_changed"):
    """Settings that matter to who is here, or to how things are decided, were changed."""

    body: SettingsChange


class Readmission(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which entries an older database lacked."""

    first: Count
    count: Count


class EntriesReadmitted(Entry, frozen=True, tag="operator.entries_readmitted"):
    """Entries that an older database lacked were taken from a copy of the log; what they decided is not in force."""

    body: Readmission


class Proposal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version of a document, by the digest of its text, and until when people can say what they think of it."""

    document: Slug
    version: Count
    digest: Digest
    by: list[By]
    consult_until: Moment


class PolicyProposed(Entry, frozen=True, tag="policy.proposed"):
    """People are asked about a version of a document."""

    body: Proposal


class Publication(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version of a document, by the digest of its text, and from when it holds."""

    document: Slug
    version: Count
    digest: Digest
    by: list[By]
    effective_from: Moment
    consulted: bool
    adopted: bool  # it was in force before there was a log
    single_operator: bool  # nobody else was there who could have agreed


class PolicyPublished(Entry, frozen=True, tag="policy.published"):
    """A version of a document holds from a moment on."""

    body: Publication


class Withdrawal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A version of a document, by the digest of its text."""

    document: Slug
    version: Count
    digest: Digest
    by: list[By]


class PolicyWithdrawn(Entry, frozen=True, tag="policy.withdrawn"):
    """A version of a document that did not hold yet will not."""

    body: Withdrawal


Ending = DecisionReversed | DecisionLapsed | DecisionExpired  # of effects of another decision


class Appealed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is public of an appeal: against which decision, and until when it is to be answered."""

    decision: Count  # the index of the entry of that one
    subject: About
    due: Moment


class AppealOpened(Entry, frozen=True, tag="appeal.opened"):
    """Whoever a decision is about objected to it."""

    body: Appealed


Outcome = Literal["upheld", "reversed", "partly", "withdrawn"]


class Answered(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What came of an appeal; withdrawn, it is by nobody."""

    appeal: Count  # the index of the entry that says that it was opened
    outcome: Outcome
    by: list[By]
    took_part: bool  # in the decision: nobody else could answer
    turns: Count  # questions and answers
    late: bool


class AppealDecided(Entry, frozen=True, tag="appeal.decided"):
    """An appeal was answered."""

    body: Answered


class Restored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether an account holds what it held before a decision took it out of sight; how much, is only promised."""

    decision: Count  # the index of the entry of that one
    reversal: Count | None  # of the one that ended it; none: it was made before there was a log
    same: bool
    differing: list[Word]


class Measured(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was counted stands there only as a promise: numbers would tell whose they are."""

    before: Digest
    after: Digest


class DecisionRestored(Entry, frozen=True, tag="decision.restored"):
    """What was suspended came back, and was compared with what there was."""

    body: Restored
    commitments: Measured


class Purged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a decision had taken out of sight, and was destroyed when nobody could object any more."""

    decision: Count  # the index of its entry
    destroyed: list[Does]


class DecisionPurged(Entry, frozen=True, tag="decision.purged"):
    """Something that a decision had taken out of sight was destroyed for good."""

    body: Purged


AnyEntry = (
    LogOpened
    | KeyRotated
    | DecisionMade
    | DecisionReversed
    | DecisionApproved
    | DecisionLapsed
    | DecisionExpired
    | DecisionUnanswered
    | PolicyProposed
    | PolicyPublished
    | PolicyWithdrawn
    | RoleChanged
    | SettingsChanged
    | AppealOpened
    | AppealDecided
    | DecisionRestored
    | DecisionPurged
    | EntriesReadmitted
)

_encoder = msgspec.json.Encoder(order="sorted")
_decoder: msgspec.json.Decoder[AnyEntry] = msgspec.json.Decoder(AnyEntry)


def encode(entry: AnyEntry) -> bytes:
    """Write an entry, and refuse what may not stand in the log."""
    content = _encoder.encode(entry)
    decode(content)
    return content


def decode(content: bytes) -> AnyEntry:
    """Read an entry that is written as it should be."""
    if len(content) > ENTRY_BYTES:
        raise Malformed("an entry that is too long")
    try:
        entry = _decoder.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"no entry of this log: {error}") from None
    if _encoder.encode(entry) != content:
        raise Malformed("an entry that is not in canonical form")
    return entry


def written(entry: AnyEntry) -> bytes:
    """Write an entry that is only compared with one that stands in the log: whether it may stand there was asked before."""
    return _encoder.encode(entry)


_NUMBER = re.compile(rb'"type_seq":(0|[1-9][0-9]{0,15})}\Z')


def number_of(content: bytes) -> int | None:
    """Return which of its type an entry is, without reading the rest of it; None where it does not end as entries do."""
    found = _NUMBER.search(content, len(content) - 40)
    return None if found is None else int(found[1])


def type_of(entry: AnyEntry) -> str:
    """Return the type that an entry is of."""
    return str(entry.__struct_config__.tag)


def is_slug(name: str) -> bool:
    """Tell whether a document can have this name."""
    try:
        msgspec.convert(name, Slug)
    except msgspec.ValidationError:
        return False
    return True


def rotation_text(origin: str, old: str, new: str) -> str:
    """Return what the old key signs when another takes its place."""
    return f"bema log key rotation\n{origin}\n{old}\n{new}\n"


# --- Commitments ------------------------------------------------------------------------------------------------------


def committed(secret: bytes, values: Mapping[str, str]) -> Commitments:
    """Promise the private fields of an entry."""
    return Commitments(**promise_all(secret, values))


def measured(secret: bytes, before: str, after: str) -> Measured:
    """Promise what was counted before and after."""
    return Measured(**promise_all(secret, {"before": before, "after": after}))


class Opened(msgspec.Struct, frozen=True):
    """A private field with what is needed to check it."""

    value: str
    salt: str  # in hex


class Receipt(msgspec.Struct, frozen=True):
    """What goes along with a proof, so that it can be read without asking anybody: the entry, and what it promised."""

    entry: str
    opened: dict[str, Opened] = {}


def receipt(entry: bytes, secret: bytes | None, values: Mapping[str, str]) -> bytes:
    """Write what goes along with a proof; with a secret, opened."""
    promised: Any = getattr(decode(entry), "commitments", None)
    opened = {
        name: Opened(value, salt_of(secret, name).hex())
        for name, value in values.items()
        if secret is not None and getattr(promised, name, UNSET) is not UNSET
    }
    return _encoder.encode(Receipt(entry.decode(), opened))


_receipt = msgspec.json.Decoder(Receipt)


def read_receipt(content: bytes) -> tuple[bytes, dict[str, str]]:
    """Return the entry of a receipt, and the private values that it really promised."""
    try:
        read = _receipt.decode(content)
        entry = read.entry.encode()
        promised: Any = getattr(decode(entry), "commitments", None)
        for name, opened in read.opened.items():
            salt = bytes.fromhex(opened.salt)
            if getattr(promised, name, None) != commitment(salt, opened.value):
                raise Malformed(f"the entry promised another value for {name}")
    except (msgspec.DecodeError, UnicodeError) as error:
        raise Malformed(f"not a receipt: {error}") from None
    except ValueError as error:
        raise Malformed(str(error)) from None
    return entry, {name: opened.value for name, opened in read.opened.items()}


def counted(effects: Sequence[tuple[str, str]]) -> list[Does]:
    """Count effects by kind, in the order of their names."""
    return [Does(effect, on, effects.count((effect, on))) for effect, on in sorted(set(effects))]
