"""Lists of people that somebody takes along: CSV with the columns that Mastodon writes, and reads back when it is imported."""

import csv
import io
from collections.abc import Iterable

from bema.model.severing import Severed

_FOLLOWED = ("Account address", "Show boosts", "Notify on new posts", "Languages")


def followed(people: Iterable[Severed]) -> str:
    """Write whom somebody followed, and on which terms."""
    return _written(
        _FOLLOWED,
        (
            (each.handle, str(each.boosts).lower(), str(each.notify).lower(), ", ".join(each.languages or ()))
            for each in people
        ),
    )


def followers(people: Iterable[Severed]) -> str:
    """Write who followed somebody."""
    return _written(_FOLLOWED[:1], ((each.handle,) for each in people))


def _written(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heading)
    writer.writerows(rows)
    return text.getvalue()
