"""People of other servers, and how many servers one name may have."""

import pytest

from bema.domain.receiving import people
from bema.domain.receiving.brought import Meaningless
from bema.model import limits
from bema.outside.clock import ManualClock
from bema.store.tx import WriteTx
from tests.conftest import Write
from tests.domain.receiving.elsewhere import SITE, person


def test_so_many_new_servers_of_one_name_become_known_in_a_day(write: Write, clock: ManualClock) -> None:
    """CVE-2022-46405: names under a wildcard cost nothing; who is known goes on, others are not counted with them."""

    def meet(tx: WriteTx) -> None:
        for number in range(limits.NEW_SERVERS_EACH):
            people.keep(tx, SITE, person("eve", f"s{number}.wild.example"))

    write(meet)
    with pytest.raises(Meaningless):
        write(people.keep, SITE, person("eve", "one-more.wild.example"))
    write(people.keep, SITE, person("zoe", "s1.wild.example"))
    write(people.keep, SITE, person("eve", "s1.wild.example"))
    write(people.keep, SITE, person("eve", "tame.example"))
    clock.advance(seconds=limits.NEW_SERVERS_SECONDS + 1)
    write(people.keep, SITE, person("eve", "one-more.wild.example"))
