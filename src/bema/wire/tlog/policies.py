"""Policies (C2SP tlog-policy): which logs are known, who witnesses them, and how many of these must have signed."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bema.wire.tlog.notes import Note, Unsigned, Verifier
from bema.wire.tlog.tiles import Malformed

_NONE = "none"


class Known(NamedTuple):
    """A log or a witness, and where it is reached, if that is said."""

    verifier: Verifier
    url: str


class Group(NamedTuple):
    """So many of these must have signed."""

    wanted: int
    members: Sequence[str]


class Policy(NamedTuple):
    """What a policy file says."""

    logs: Sequence[Known]
    witnesses: Mapping[str, Known]
    groups: Mapping[str, Group]
    quorum: str

    def signed(self, note: Note) -> set[str]:
        """Return which witnesses have signed; one whose line is damaged has not."""
        return {name for name, known in self.witnesses.items() if _has_signed(note, known.verifier)}

    def is_met(self, note: Note) -> bool:
        """Tell whether enough witnesses have signed."""
        return self.quorum == _NONE or self._is_met(self.quorum, self.signed(note))

    def _is_met(self, name: str, signed: set[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in signed
        return sum(self._is_met(member, signed) for member in group.members) >= group.wanted


def _has_signed(note: Note, verifier: Verifier) -> bool:
    try:
        return note.signed_by(verifier) is not None
    except Unsigned:
        return False


def read_policy(content: str) -> Policy:
    """Read a policy file."""
    logs: list[Known] = []
    witnesses: dict[str, Known] = {}
    groups: dict[str, Group] = {}
    quorum: str | None = None
    taken: set[str] = set()  # names that are members of a group already
    for number, line in enumerate(content.split("\n"), 1):
        words = line.replace("\t", " ").split(" ")
        words = [word for word in words if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            match words:
                case ["log", key, *url] if len(url) < 2:
                    logs.append(_known(key, url, [each.verifier for each in logs], witness=False))
                case ["witness", name, key, *url] if len(url) < 2 and _is_new(name, witnesses, groups):
                    others = [each.verifier for each in witnesses.values()]
                    witnesses[name] = _known(key, url, others, witness=True)
                case ["group", name, wanted, *members] if members and _is_new(name, witnesses, groups):
                    groups[name] = _group(wanted, members, {*witnesses, *groups}, taken)
                    taken.update(members)
                case ["quorum", name] if quorum is None and name in {_NONE, *witnesses, *groups}:
                    quorum = name
                case _:
                    raise Malformed("not a line of a policy")
        except Malformed as error:
            raise Malformed(f"line {number}: {error}") from None
    if quorum is None:
        raise Malformed("the policy names no quorum")
    return Policy(logs, witnesses, groups, quorum)


def _is_new(name: str, witnesses: Mapping[str, Known], groups: Mapping[str, Group]) -> bool:
    return name != _NONE and name not in witnesses and name not in groups


def _known(key: str, url: Sequence[str], others: Sequence[Verifier], *, witness: bool) -> Known:
    verifier = Verifier.read(key)
    if verifier.is_witness is not witness:
        raise Malformed("a key of another kind")
    if any(each.public == verifier.public for each in others):
        raise Malformed("a key that was named before")
    return Known(verifier, url[0].rstrip("/") if url else "")


def _group(wanted: str, members: Sequence[str], known: set[str], taken: set[str]) -> Group:
    if len(set(members)) < len(members) or not known.issuperset(members) or taken.intersection(members):
        raise Malformed("a member that is not known, or is one already")
    if wanted not in ("any", "all") and not (wanted.isascii() and wanted.isdigit()):
        raise Malformed("a number of members is any, all, or a number")
    count = {"any": 1, "all": len(members)}.get(wanted) or int(wanted)
    if not 1 <= count <= len(members):
        raise Malformed("more members than there are, or none")
    return Group(count, members)
