"""Terms of service: the version in force, and each version by the day from which it holds."""

from bema.domain import agreeing
from bema.edge.call import Call
from bema.edge.routes import Routes, Surface
from bema.model.announcing import Terms
from bema.store.tx import Tx
from bema.wire.mastodon.announcements import TermsOfService
from bema.wire.mastodon.times import date, parse_day

routes = Routes(Surface.API)
_DAY = 86_400_000  # milliseconds


@routes.get("/api/v1/instance/terms_of_service")
def current(call: Call, tx: Tx) -> TermsOfService:
    """View the terms of service in force."""
    return _rendered(agreeing.current_terms(tx, call.site))


@routes.get("/api/v1/instance/terms_of_service/{date}")
def on_day(call: Call, tx: Tx) -> TermsOfService:
    """View the terms of service that hold from a day."""
    return _rendered(agreeing.terms_on(tx, call.site, parse_day(call.path_values["date"])))


def _rendered(terms: Terms) -> TermsOfService:
    return TermsOfService(
        effective_date=date(terms.day * _DAY),
        effective=terms.in_force,
        content=terms.content_html,
        succeeded_by=None if terms.next_day is None else date(terms.next_day * _DAY),
    )
