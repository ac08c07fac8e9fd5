"""Reports: what somebody says is wrong about an account, and the posts as they were when it was said."""

from typing import Literal, get_args

import msgspec

from bema.model.ids import AccountId, Millis, PostId
from bema.model.policy import Visibility
from bema.model.views import Account, Attachment, Emoji, Mention

Category = Literal["spam", "legal", "violation", "other"]
CATEGORIES: tuple[str, ...] = get_args(Category)


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """A post as it was seen when it was reported. Stored as it is here: fields are added with a default, or not at all."""

    id: PostId
    created_at: Millis
    visibility: Visibility
    content_html: str
    edited_at: Millis | None = None
    warning: str = ""
    sensitive: bool = False
    language: str | None = None
    attachments: list[Attachment] = []
    mentions: list[Mention] = []
    tags: list[str] = []
    emojis: list[Emoji] = []
    uri: str | None = None
    url: str | None = None


class Report(msgspec.Struct, frozen=True, gc=False):
    """A report as it stands."""

    id: int
    by: AccountId
    target: AccountId
    category: Category
    comment: str
    forward: bool
    rules: list[str]
    posts: list[PostId]
    created_at: Millis
    updated_at: Millis
    assigned: AccountId | None
    resolved_at: Millis | None
    resolved_by: AccountId | None
    case: int | None = None


class ReportMade(msgspec.Struct, frozen=True, gc=False):
    """A report with the account that it is about."""

    report: Report
    target: Account
