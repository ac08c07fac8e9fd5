"""Mailing: whose posts strangers can have by e-mail."""

from bema.model.policy import Standing
from bema.model.site import Site
from bema.model.views import Account


def offered(site: Site, account: Account) -> bool:
    """Decide whether somebody's public posts go out by e-mail: they and the operators want it, and no decision forbids it."""
    return (
        site.email_subscriptions
        and account.email_subscriptions
        and account.domain is None
        and account.standing is Standing.ACTIVE
        and not account.limited
    )
