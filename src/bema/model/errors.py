"""The expected "no": a refusal carries a sentence that may be shown, and says no more than the caller may know."""

from collections.abc import Mapping, Sequence


class Refusal(Exception):  # noqa: N818 - a refusal is no error: it is an answer
    """The request cannot be carried out, for a reason that the caller may read. Anything else that rises is a bug."""

    status = 422
    message = "This cannot be done"

    def __init__(
        self,
        message: str | None = None,
        *,
        details: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
        status: int | None = None,
    ) -> None:
        self.message = message if message is not None else type(self).message
        self.details = details
        if status is not None:
            self.status = status
        super().__init__(self.message)


class BadRequest(Refusal):
    """The bytes are not what the protocol asks for."""

    status = 400
    message = "The request could not be read"


class Unauthenticated(Refusal):
    """No valid credentials came with the request."""

    status = 401
    message = "The access token is invalid"


class Forbidden(Refusal):
    """The caller is known but may not do this."""

    status = 403
    message = "This action is not allowed"


class Confined(Forbidden):
    """A decision shut out who asks: they can read about it, object, and leave, and nothing else."""

    message = "Your account is shut out by a decision"


class NotFound(Refusal):
    """It does not exist, or the caller may not know that it does: both look the same."""

    status = 404
    message = "Record not found"


class Gone(Refusal):
    """It was here and was deleted."""

    status = 410
    message = "This was deleted"


class Conflict(Refusal):
    """Something else happened first."""

    status = 409
    message = "This was changed meanwhile"


class TooLarge(Refusal):
    """More bytes than the limit."""

    status = 413
    message = "The request is too large"


class Invalid(Refusal):
    """The request was understood but its values are not acceptable."""

    status = 422
    message = "Validation failed"


class TooMany(Refusal):
    """The caller, or everybody together, asks too often."""

    status = 429
    message = "Too many requests"

    def __init__(self, message: str | None = None, *, retry_after_seconds: int = 60) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unavailable(Refusal):
    """The server cannot do this now, through no fault of the caller."""

    status = 503
    message = "The server is busy, please try again"


class HistoryLost(Exception):  # noqa: N818 - it is raised, and read, as what happened
    """The public log is not what was signed of it before: the operator must see to it, and nothing is signed meanwhile."""
