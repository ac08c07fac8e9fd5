"""Posts for later as Mastodon clients read them."""

from bema.wire.mastodon.accounts import Entity, QuotePolicy, Visibility
from bema.wire.mastodon.statuses import MediaAttachment


class ScheduledPoll(Entity, frozen=True, kw_only=True):
    """The poll that a scheduled status is to have."""

    options: list[str]
    expires_in: int
    multiple: bool
    hide_totals: bool


class ScheduledParams(Entity, frozen=True, kw_only=True):
    """What was sent to schedule a status; `scheduled_at`, `idempotency` and `with_rate_limit` are relics."""

    text: str
    poll: ScheduledPoll | None
    media_ids: list[str] | None
    sensitive: bool
    spoiler_text: str | None
    visibility: Visibility | None
    in_reply_to_id: str | None
    language: str | None
    application_id: str | None
    scheduled_at: None = None
    idempotency: None = None
    with_rate_limit: bool = False
    quoted_status_id: str | None
    quote_approval_policy: QuotePolicy | None


class ScheduledStatus(Entity, frozen=True, kw_only=True):
    """A status that will be published later."""

    id: str
    scheduled_at: str
    params: ScheduledParams
    media_attachments: list[MediaAttachment]
