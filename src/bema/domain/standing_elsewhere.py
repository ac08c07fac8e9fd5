"""Standing elsewhere: people of other servers hear what was decided about them here, by a link that nobody else has.

They cannot sign in here. The link holds a secret that is worked out from the one by which the public log promises the
reasons: whoever has it reads the decision, keeps the receipt and objects as the person would. Once it is forgotten what
the log promised, the link leads nowhere.
"""

import hmac

from bema.model.errors import NotFound
from bema.model.ids import AccountId
from bema.model.site import Site
from bema.store import accounts, decisions, public_log
from bema.store.tx import Tx
from bema.wire.tlog import promises

_PURPOSE = "notice"
_CHARACTERS = 32  # of the secret, in hex: 128 bits


def link(tx: Tx, site: Site, decision_id: int) -> str | None:
    """Return where somebody of another server reads what was decided about them; None where nobody can know any more."""
    standing = public_log.of_decisions(tx, [decision_id]).get(decision_id)
    token = None if standing is None else _token(tx, standing[0])
    return None if standing is None or token is None else f"{site.base}/trust/notices/{decision_id}/{token}"


def of_link(tx: Tx, decision_id: int, token: str) -> AccountId:
    """Return whom a decision is about, for who has the link; to all others there is none."""
    standing = public_log.of_decisions(tx, [decision_id]).get(decision_id)
    expected = None if standing is None else _token(tx, standing[0])
    if expected is None or not hmac.compare_digest(expected.encode(), token.encode()):
        raise NotFound
    subject = decisions.by_ids(tx, [decision_id])[decision_id].subject
    account = None if subject.id is None else accounts.by_id(tx, AccountId(subject.id))
    if account is None or account.domain is None:
        raise NotFound
    return account.id


def _token(tx: Tx, place: int) -> str | None:
    secret = public_log.secrets_of(tx, [place]).get(place)
    return None if secret is None else promises.salt_of(secret, _PURPOSE).hex()[:_CHARACTERS]
