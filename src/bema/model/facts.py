"""What a fact of the event log is; the kinds that there are, are in `events`."""

import msgspec


class Event(msgspec.Struct, frozen=True, gc=False, tag_field="type", omit_defaults=True):
    """A fact that was committed together with the rows it speaks of."""
