"""Configuring: settings that matter to who is here, or to how things are decided, stand in the public log before they hold."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec

from bema.domain import recording
from bema.store import public_facets, public_log
from bema.store.tx import Tx, WriteTx
from bema.wire.tlog import entries

# Who comes in, whom the server talks with, what is public of that, and how its rules are changed.
MATTERING = (
    "registration",
    "email_confirmation",
    "limited_federation",
    "domain_blocks_for",
    "authorized_fetch",
    "federation_private_peers",
    "trends_reviewed",
    "consultation_days",
)


def record(tx: WriteTx, values: Mapping[str, Any]) -> int | None:
    """Enter into the public log which settings differ from what it says; return the place, None where none does."""
    if public_log.last_of_type(tx, "log.opened") is None:
        return None
    known = recorded(tx)
    now = {name: sha256(msgspec.json.encode(values[name])).hexdigest() for name in MATTERING}
    changed = [entries.Setting(name, digest) for name, digest in now.items() if known.get(name) != digest]
    if not changed:
        return None
    body, at = entries.SettingsChange(changed), recording.moment(tx.now)
    return recording.enter(
        tx, "operator.settings_changed", lambda seq: entries.SettingsChanged(at=at, type_seq=seq, body=body)
    )


def recorded(tx: Tx) -> dict[str, str]:
    """Return the digests of settings as the public log tells them last."""
    newest = public_facets.newest(tx, [f"setting {name}" for name in MATTERING], public_log.size(tx))
    contents = public_log.at_places(tx, sorted({each.place for each in newest.values()}))
    found: dict[str, str] = {}
    for facet, standing in newest.items():
        entry = entries.decode(contents[standing.place])
        assert isinstance(entry, entries.SettingsChanged)
        name = facet.partition(" ")[2]
        found.update({each.name: each.digest for each in entry.body.changed if each.name == name})
    return found
