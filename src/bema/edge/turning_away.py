"""Turning away: who may not join because of their address is counted, and told so before their password is hashed."""

from bema.domain import guarding
from bema.edge.call import Call


async def count_if_kept_out(call: Call, email: str) -> None:
    """Count somebody whose address is of a domain that is kept out; joining itself refuses them."""
    blocks = await call.read(guarding.blocks_of_address, email)
    if blocks:
        await call.write(guarding.count_tries, blocks)
