"""Which tests the same process runs, as they share what is dear to make: a demo square, a network of servers, a judge.

The marks of pytest-xdist 3.8 for this (`xdist_group`) have no effect with pytest 9.2.
"""

from xdist.scheduler import LoadScopeScheduling

_SHARED = ("tests/demo/test_building.py", "tests/federation/", "tests/clients/test_tlog_judges.py")


class SharingScheduling(LoadScopeScheduling):
    """Hands out tests one by one, and together those that share something."""

    def _split_scope(self, nodeid: str) -> str:
        return next((place for place in _SHARED if nodeid.startswith(place)), nodeid)
