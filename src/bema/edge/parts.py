"""What the edges are given to work with; built once by `app.py`."""

import msgspec

from bema.domain.keyring import Keyring
from bema.domain.receiving.gathering import Gatherer
from bema.domain.verifying import Verifier
from bema.edge.streaming.follower import Follower
from bema.edge.tally import Tally
from bema.model.site import Site
from bema.outside.blobs import Blobs
from bema.outside.clock import Clock
from bema.outside.fetch import Fetcher
from bema.outside.images import PictureWorkshop
from bema.outside.passwords import Passwords
from bema.outside.peers import Peers
from bema.outside.translator import Translator
from bema.settings import Settings
from bema.store.database import Database


class Parts(msgspec.Struct, frozen=True):
    """The parts of a running server."""

    settings: Settings
    site: Site
    database: Database
    clock: Clock
    passwords: Passwords
    blobs: Blobs
    workshop: PictureWorkshop
    fetcher: Fetcher
    tally: Tally
    streams: Follower
    keyring: Keyring
    peers: Peers
    verifier: Verifier
    gatherer: Gatherer
    translator: Translator | None = None  # where the operator named none
