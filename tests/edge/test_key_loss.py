"""A lost key of the public log: decisions go on, none of them is signed, and all of them are when the key is back."""

from collections.abc import Callable

from bema.domain import deciding
from bema.model.decisions import Act, Grounds
from bema.model.permissions import COMMAND_LINE
from bema.outside.log_keeper import Keeper
from bema.settings import Settings
from bema.store import public_log
from bema.store.public_log import Signed
from tests.conftest import Person, Square
from tests.edge.web.test_standing import keeper

__all__ = ["keeper"]  # a fixture


def signed(square: Square) -> Signed:
    """Return the newest state that was signed."""
    square.settle()
    found = square.app.database.read_now(public_log.newest_signed)
    assert found is not None
    return found


def warn(square: Square, person: Person) -> int:
    """Decide something."""
    return square.app.database.write_now(
        deciding.on_account, square.app.site, COMMAND_LINE, person.account, Act.WARN, Grounds(), by_letter=False
    )


def test_what_was_decided_without_the_key_is_signed_when_it_is_back(
    square: Square, keeper: Keeper, settings: Settings, open_square: Callable[..., Square]
) -> None:
    """Also if nothing else is decided afterwards; until then, nobody is given a receipt that proves nothing."""
    ann = square.person("ann")
    warn(square, ann)
    before = signed(square)
    file = settings.home / "log/log.key"
    kept = file.read_bytes()
    file.unlink()
    id_ = warn(square, ann)
    assert signed(square) == before
    path = f"/api/trust/v1/standing/{id_}/receipt"
    assert ann.client.get(path).status == 404
    file.write_bytes(kept)
    file.chmod(0o600)
    again = open_square(settings)
    after = signed(again)
    assert after.size == before.size + 1
    assert again.client(ann.client.token).get(path).status == 200
