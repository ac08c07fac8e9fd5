"""Administration by Mastodon's API: each route asks for a scope of the token and for a permission of the role."""

from typing import ClassVar

from bema.edge.mastodon.paging import Paging
from bema.model import limits


class StaffPaging(Paging, frozen=True):
    """Which part of a list for the staff is asked for."""

    DEFAULT: ClassVar[int] = limits.STAFF_PAGE_DEFAULT
    MOST: ClassVar[int] = limits.STAFF_PAGE_MAX
