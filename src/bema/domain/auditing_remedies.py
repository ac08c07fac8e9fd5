"""The audit of remedies: what the public log says of objections, returns and destructions is what the database says."""

from collections.abc import Sequence

from bema.domain import appealing, recording, restoring
from bema.model import limits
from bema.model.appealing import Appeal
from bema.store import public_log, remedies
from bema.store.remedies import Destroyed
from bema.store.tx import Tx
from bema.wire.tlog import entries

Found = tuple[list[str], int | None]  # what is wrong, and the place after which to go on; None: that was all
_OTHERWISE = "is something else in the public log (entry {}) than in the database"


def appeals_apart(tx: Tx, after: int) -> Found:
    """Find appeals that are not in the public log, or that were made, or answered, otherwise than it says."""
    rows = remedies.appeals_after(tx, after, limits.AUDIT_BATCH)
    places = [place for each in rows for place in (each.place, each.decided_place) if place is not None]
    contents = public_log.at_places(tx, places)
    about = public_log.of_decisions(tx, [each.decision for each in rows])
    staff = [each.reviewer for each in rows if each.reviewer is not None]
    names = public_log.names(tx, recording.LOGIN, staff)
    found = []
    for each in rows:
        made = _entry(contents, each.place)
        standing = about.get(each.decision)
        if made is None or standing is None:
            found.append(f"appeal {each.id} is not in the public log")
        elif not _is_opening(each, made, standing[0]):
            found.append(f"appeal {each.id} {_OTHERWISE.format(each.place)}")
        if each.is_open and each.decided_place is None:
            continue
        answered = None if each.decided_place is None else _entry(contents, each.decided_place)
        name = None if each.reviewer is None else names.get(each.reviewer)
        if answered is None:
            found.append(f"appeal {each.id} was answered, which is not in the public log")
        elif not _is_answer(each, answered, name):
            found.append(f"the answer to appeal {each.id} {_OTHERWISE.format(each.decided_place)}")
    return found, _next([each.id for each in rows])


def _is_opening(appeal: Appeal, entry: entries.AnyEntry, decision: int) -> bool:
    if not isinstance(entry, entries.AppealOpened):
        return False
    in_time = entry.body.due <= recording.moment(appeal.due_at)  # it moves on while the person is asked something
    return in_time and (entry.at, entry.body.decision) == (recording.moment(appeal.opened_at), decision)


def _is_answer(appeal: Appeal, entry: entries.AnyEntry, name: str | None) -> bool:
    if not isinstance(entry, entries.AppealDecided) or appeal.decided_at is None:
        return False
    body, outcome = entry.body, appealing.IN_THE_LOG.get(appeal.state)
    by = [] if outcome == "withdrawn" else [each.pseudonym for each in body.by]
    known = name is None or outcome == "withdrawn" or by == [name]
    said = (entry.at, body.appeal, body.outcome, body.took_part)
    return known and said == (recording.moment(appeal.decided_at), appeal.place, outcome, appeal.took_part)


def restorations_apart(tx: Tx, after: int) -> Found:
    """Find what came back without an entry, or otherwise than the public log says."""
    rows = remedies.restorations_after(tx, after, limits.AUDIT_BATCH)
    places = [place for _, place in rows if place is not None]
    contents, kept = public_log.at_places(tx, places), public_log.secrets_of(tx, places)
    ids = [id_ for each, _ in rows for id_ in (each.decision, each.restored_by) if id_ is not None]
    about = public_log.of_decisions(tx, ids)
    found = []
    for report, place in rows:
        entry = None if place is None else _entry(contents, place)
        decision = about.get(report.decision)
        if place is None or entry is None or decision is None:
            found.append(f"what came back after decision {report.decision} is not in the public log")
            continue
        by = None if report.restored_by is None else about.get(report.restored_by)
        body = restoring.told(report, decision[0], None if by is None else by[0])
        same = isinstance(entry, entries.DecisionRestored) and entry.body == body
        if same and place in kept:
            assert isinstance(entry, entries.DecisionRestored)
            same = entry.commitments == entries.measured(kept[place], *restoring.counted(report))
        if not same:
            found.append(f"what came back after decision {report.decision} {_OTHERWISE.format(place)}")
    return found, _next([report.decision for report, _ in rows])


def destructions_apart(tx: Tx, after: int) -> Found:
    """Find what was destroyed otherwise than the public log says."""
    rows = remedies.destructions_after(tx, after, limits.AUDIT_BATCH)
    contents = public_log.at_places(tx, [each.place for each in rows])
    about = public_log.of_decisions(tx, [each.decision for each in rows])
    found = []
    for each in rows:
        entry, decision = _entry(contents, each.place), about.get(each.decision)
        if decision is None or not _is_purge(each, entry, decision[0]):
            found.append(f"what was destroyed of decision {each.decision} {_OTHERWISE.format(each.place)}")
    return found, _next([each.place for each in rows])


def _is_purge(destroyed: Destroyed, entry: entries.AnyEntry | None, decision: int) -> bool:
    expected = entries.Purged(decision, entries.counted(destroyed.kinds))
    if not isinstance(entry, entries.DecisionPurged):
        return False
    return entry.body == expected and entry.at == recording.moment(destroyed.at)


def purges_alone(tx: Tx, after: int) -> Found:
    """Find acts that destroyed something without any entry."""
    rows = remedies.purges_alone(tx, after, limits.AUDIT_BATCH)
    what = "something of decision {} was destroyed, which is not in the public log"
    return [what.format(decision) for _, decision in rows], _next([id_ for id_, _ in rows])


def entries_alone(tx: Tx, after: int) -> Found:
    """Find entries about objections, returns and destructions of which the database knows nothing."""
    rows = remedies.entries_alone(tx, after, limits.AUDIT_BATCH)
    what = "entry {} of the public log ({}) is about something that is not here"
    return [what.format(place, type_) for place, type_ in rows], _next([place for place, _ in rows])


def _entry(contents: dict[int, bytes], place: int) -> entries.AnyEntry | None:
    return None if place not in contents else entries.decode(contents[place])


def _next(ids: Sequence[int]) -> int | None:
    return ids[-1] if len(ids) == limits.AUDIT_BATCH else None


PARTS = (appeals_apart, restorations_apart, destructions_apart, purges_alone, entries_alone)
