"""With which servers nothing is exchanged: those that are blocked, or, where the staff wants it so, all that are not allowed."""

import asyncio

from bema.domain import guarding
from bema.domain.guarding import DomainTerms
from bema.domain.keeping_out import Ledger, is_kept_out
from bema.model.decisions import Severity
from bema.model.federating import SignatureStyle
from bema.model.permissions import COMMAND_LINE
from bema.model.site import Site
from bema.store.database import Database
from tests.conftest import Read, Write
from tests.make import HERE, Make

OPEN, LIMITED = Site(HERE), Site(HERE, by_allowance=True)


def test_who_is_blocked_is_kept_out_with_all_that_is_theirs(read: Read, write: Write) -> None:
    """Subdomains and ports are no way around it, nor are capitals; who is merely limited may speak."""
    write(guarding.block_domain, OPEN, COMMAND_LINE, "evil.example", DomainTerms(severity=Severity.SUSPEND))
    write(guarding.block_domain, OPEN, COMMAND_LINE, "loud.example", DomainTerms(severity=Severity.LIMIT))
    for host in ("evil.example", "a.b.evil.example", "evil.example:8443", "EVIL.example"):
        assert read(is_kept_out, OPEN, host)
    for host in ("loud.example", "notevil.example", "example"):
        assert not read(is_kept_out, OPEN, host)


def test_where_only_the_allowed_may_speak_all_others_are_kept_out(read: Read, write: Write) -> None:
    """And who is allowed and blocked is kept out all the same."""
    write(guarding.allow_domain, COMMAND_LINE, "friend.example")
    write(guarding.block_domain, OPEN, COMMAND_LINE, "x.friend.example", DomainTerms(severity=Severity.SUSPEND))
    assert not read(is_kept_out, LIMITED, "friend.example")
    assert not read(is_kept_out, LIMITED, "a.friend.example")
    assert read(is_kept_out, LIMITED, "x.friend.example")
    assert read(is_kept_out, LIMITED, "stranger.example")
    assert not read(is_kept_out, OPEN, "stranger.example")


def test_which_signature_a_server_takes_is_remembered(database: Database, make: Make) -> None:
    """Of servers that somebody is known of; strangers fill no table."""
    make.account("bob", host="other.example")
    ledger = Ledger(database, OPEN)

    async def telling() -> list[tuple[bool, SignatureStyle]]:
        for host in ("other.example", "stranger.example"):
            await ledger.took(host, SignatureStyle.MESSAGE)
        return [await ledger.terms(host) for host in ("other.example", "stranger.example")]

    assert asyncio.run(telling()) == [(False, SignatureStyle.MESSAGE), (False, SignatureStyle.CAVAGE)]
