"""What an account holds, in numbers and digests: the same before and after a decision, if nothing was lost by it."""

import msgspec

# What is counted. Others may change what they hold meanwhile, as they may of any account: follows of theirs, their homes.
PARTS = ("posts", "files", "followers", "following", "favourites", "bookmarks", "home")


class Part(msgspec.Struct, frozen=True):
    """How many there are of one kind, and the SHA-256 over all of them in their order."""

    count: int
    digest: str


Measure = dict[str, Part]


class Report(msgspec.Struct, frozen=True):
    """What an account held when a decision took it out of sight, and when that was over."""

    decision: int
    before: Measure
    before_at: int
    after: Measure | None = None
    after_at: int | None = None
    restored_by: int | None = None

    @property
    def differing(self) -> list[str]:
        """Name what is not the same."""
        return [] if self.after is None else [part for part in PARTS if self.before.get(part) != self.after.get(part)]
