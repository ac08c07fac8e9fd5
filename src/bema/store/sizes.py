"""How large the server is and how much happens on it; counted rarely, because counting grows with the server."""

import msgspec
from sqlalchemy import BigInteger, bindparam, exists, func, literal_column, select, union

from bema.model.decisions import Severity
from bema.model.ids import Millis, lowest_id_at
from bema.model.policy import Standing
from bema.store.dialect import begins_with
from bema.store.tables import account, account_counts, domain, domain_block, post, session, token
from bema.store.tx import Tx

DAY = 86_400_000  # milliseconds
WEEK = 7 * DAY


class Sizes(msgspec.Struct, frozen=True):
    """Numbers that anybody may know."""

    people: int  # accounts of this server that take part
    posts: int  # by them
    domains: int  # other servers that are known
    active_month: int  # logins that were here in the last four weeks
    active_half_year: int


class Week(msgspec.Struct, frozen=True):
    """What happened in one week; it begins on Thursdays, as 1970 did."""

    begins_at: Millis
    posts: int
    authors: int
    registrations: int


_local = account.c.domain_id.in_(select(domain.c.id).where(domain.c.local))
_taking_part = account.c.standing == int(Standing.ACTIVE)
_people = select(func.count()).select_from(account).where(_local, _taking_part)
_posts = (
    select(func.coalesce(func.sum(account_counts.c.posts), literal_column("0")))
    .select_from(account_counts.join(account, account.c.id == account_counts.c.account_id))
    .where(_local, _taking_part)
)
_domains = select(func.count()).select_from(domain).where(~domain.c.local)
_since = bindparam("since", type_=BigInteger)
_here_since = union(
    select(session.c.login_id).where(session.c.last_used_at >= _since),
    select(token.c.login_id).where(token.c.last_used_at >= _since, token.c.login_id.is_not(None)),
).subquery()
_active = select(func.count()).select_from(_here_since)


def sizes(tx: Tx) -> Sizes:
    """Count."""
    return Sizes(
        people=int(tx.value(_people)),
        posts=int(tx.value(_posts)),
        domains=int(tx.value(_domains)),
        active_month=int(tx.value(_active, {"since": tx.now - 4 * WEEK})),
        active_half_year=int(tx.value(_active, {"since": tx.now - 182 * DAY})),
    )


_from = bindparam("from_id", type_=BigInteger)
_post_week = (post.c.created_at // literal_column(str(WEEK))).label("week")
_posts_by_week = (
    select(_post_week, func.count(), func.count(post.c.author_id.distinct()))
    .where(post.c.id >= _from, post.c.local)
    .group_by(_post_week)
)
_account_week = (account.c.created_at // literal_column(str(WEEK))).label("week")
_registrations_by_week = (
    select(_account_week, func.count()).where(account.c.id >= _from, _local).group_by(_account_week)
)


def weeks(tx: Tx, number: int) -> list[Week]:
    """Tell what happened in the last weeks, the current one first."""
    current = tx.now // WEEK
    since = {"from_id": lowest_id_at((current - number + 1) * WEEK)}
    written = {week: (posts, authors) for week, posts, authors in tx.all(_posts_by_week, since)}
    joined = dict(tx.all(_registrations_by_week, since))
    return [
        Week(week * WEEK, *written.get(week, (0, 0)), joined.get(week, 0))
        for week in range(current, current - number, -1)
    ]


_names = select(domain.c.name).where(~domain.c.local).order_by(domain.c.name).limit(bindparam("limit"))


def known_domains(tx: Tx, limit: int) -> list[str]:
    """Return the names of other servers that are known."""
    return tx.values(_names, {"limit": limit})


_kept_away = exists(
    select(1).where(domain_block.c.name == domain.c.name, domain_block.c.severity >= int(Severity.SUSPEND))
)
_beginning = _names.where(begins_with(domain.c.name, "beginning"), ~_kept_away)


def domains_beginning(tx: Tx, typed: str, limit: int) -> list[str]:
    """Return names of other servers that begin as typed, in any case and script; without those that are kept away."""
    beginning = typed.strip().lower()
    try:
        beginning = beginning if beginning.isascii() else beginning.encode("idna").decode()
    except UnicodeError:
        return []
    return tx.values(_beginning, {"beginning": beginning, "limit": limit}) if beginning else []
