"""What the operators say to everybody, as one reader sees it, and the terms of service."""

from bema.model.ids import Millis, PostId
from bema.model.views import Emoji, Mention, View


class Reaction(View, frozen=True):
    """An emoji that people answered an announcement with; `emoji` is its picture where it is a custom one."""

    name: str
    count: int
    is_own: bool | None  # none: not signed in
    emoji: Emoji | None = None


class Announcement(View, frozen=True):
    """Something that is said to everybody until it is over. `read` is None for a viewer who is not signed in."""

    id: int
    content_html: str
    starts_at: Millis | None
    ends_at: Millis | None
    all_day: bool
    published_at: Millis
    updated_at: Millis
    read: bool | None
    mentions: list[Mention]
    posts: list[tuple[PostId, str]]  # that it links to and the viewer may see, with their pages
    tags: list[str]
    emojis: list[Emoji]
    reactions: list[Reaction]


class Terms(View, frozen=True):
    """One version of the terms of service. Days are counted since 1970-01-01."""

    day: int  # from which it holds
    content_html: str
    in_force: bool  # its day has come
    next_day: int | None  # from which another one holds
