"""Moving: somebody of another server is somebody else from now on, and who follows them here follows the new one."""

from bema.domain.receiving.brought import Brought, Meaningless
from bema.model.remote_acts import MoveAct
from bema.model.site import Site
from bema.store.remote_actors import Known
from bema.store.tx import WriteTx


def move(tx: WriteTx, site: Site, by: Known, act: MoveAct, brought: Brought) -> None:
    """Follow somebody to where they are now, if they say so at both ends."""
    raise Meaningless
