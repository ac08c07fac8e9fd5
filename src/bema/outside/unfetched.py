"""Why something that was asked of another server did not come, and what both halves of asking need to say so."""

from collections.abc import Awaitable, Callable, Sequence

Resolve = Callable[[str], Awaitable[Sequence[str]]]  # addresses of a name, as text; raises OSError when there are none


class Unfetched(Exception):  # noqa: N818 -- it says what became of the question: nothing went wrong here
    """What was asked for did not come; the sentence says why. `lasting`: asking again is of no use."""

    lasting = False


class AddressRefused(Unfetched):
    """The server does not ask there: an inner or odd address, itself, plain http, or a redirect to such a place."""

    lasting = True


class Unreachable(Unfetched):
    """The other server could not be found or reached, or does not speak HTTP; that may pass."""


class TooSlow(Unreachable):
    """The answer was not complete in time."""


class Oversized(Unfetched):
    """The answer is longer than asked for, counted after decompression."""

    lasting = True


class UnexpectedType(Unfetched):
    """The answer is of another kind than asked for, or in an encoding that was not offered."""

    lasting = True


def media_type(header: str) -> str:
    """Return what a Content-Type says, without parameters, in lower case."""
    return header.partition(";")[0].strip().lower()
