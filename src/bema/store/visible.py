"""The one rule of who sees which post, in SQL; `model/policy.may_see` is the same rule on values, proven equal by a test.

Every statement that returns posts to a viewer has this predicate, with the parameter `viewer` (null: not signed in).
"""

from typing import Any

from sqlalchemy import BigInteger, ColumnClause, ColumnElement, and_, bindparam, exists, not_, or_, select
from sqlalchemy.sql import FromClause

from bema.model.decisions import Effect, SubjectKind
from bema.model.policy import Standing, Visibility
from bema.store.dialect import another
from bema.store.tables import account, block, blocked_domain, domain, effect, follow, mention, mute, post, public_entry

viewer = bindparam("viewer", type_=BigInteger, required=True)


def sees(shown: FromClause = post, by: ColumnElement[Any] = viewer, *, unasked: bool = False) -> ColumnElement[bool]:
    """The viewer may see the post in `shown` (the table or an alias of it); of a boost, this is about the boost itself.

    `by` is a column where many viewers are asked about at once. Where nobody asked for this author (`unasked`: public
    timelines, search, trends), posts of an account that was limited, and what was demoted, are for followers alone.
    """
    author = another(account, "id", "standing", "limited", "demoted")
    blocked = there_is(block.c.by_id, shown.c.author_id, block.c.target_id == by)
    follows = there_is(follow.c.followed_id, shown.c.author_id, follow.c.follower_id == by)
    mentioned = there_is(mention.c.post_id, shown.c.id, mention.c.account_id == by)
    plain = and_(author.c.limited.is_(False), author.c.demoted.is_(False), shown.c.demoted.is_(False))
    found = (or_(plain, follows),) if unasked else ()
    return and_(
        not_(taken_away(shown)),
        or_(
            shown.c.author_id == by,
            and_(
                or_(
                    shown.c.visibility <= int(Visibility.UNLISTED),
                    and_(shown.c.visibility == int(Visibility.FOLLOWERS), or_(follows, mentioned)),
                    and_(shown.c.visibility == int(Visibility.DIRECT), mentioned),
                ),
                not_(blocked),
                there_is(author.c.id, shown.c.author_id, author.c.standing == int(Standing.ACTIVE), *found),
            ),
        ),
    )


def taken_away(shown: FromClause = post) -> ColumnElement[bool]:
    """A decision that stands in the public log took the post away; a row that says so without one hides nothing."""
    decided = effect.join(public_entry, public_entry.c.decision_id == effect.c.decision_id)
    return and_(
        shown.c.removed.is_(True),  # looked at first: of nearly all posts, nothing else is
        exists(
            select(1)
            .select_from(decided)
            .where(
                effect.c.target_kind == SubjectKind.POST.value,
                effect.c.target_id == shown.c.id,
                effect.c.in_force.is_(True),
                effect.c.effect == Effect.REMOVE.value,
            )
        ),
    )


def sees_with_boosted(shown: FromClause = post, by: ColumnElement[Any] = viewer) -> ColumnElement[bool]:
    """The viewer may see the post and, where it is a boost, also what it boosts."""
    boosted = another(post, "id", "author_id", "visibility", "removed", "demoted")
    return and_(
        sees(shown, by),
        or_(
            shown.c.boost_of_id.is_(None),
            there_is(boosted.c.id, shown.c.boost_of_id, sees(boosted, by)),
        ),
    )


def wants(shown: FromClause = post, by: ColumnElement[Any] = viewer) -> ColumnElement[bool]:
    """The viewer did not block or mute the author; for timelines, where nobody asked for this very post."""
    return and_(wants_author(shown.c.author_id, by), wants_boosted(shown, by))


def wants_author(author_id: ColumnElement[int], by: ColumnElement[Any] = viewer) -> ColumnElement[bool]:
    """The viewer neither blocked the account or its server nor mutes it at the time `now`."""
    now = bindparam("now", type_=BigInteger, required=True)
    return and_(
        not_(exists(select(1).where(block.c.by_id == by, block.c.target_id == author_id))),
        not_(
            exists(
                select(1).where(
                    mute.c.by_id == by,
                    mute.c.target_id == author_id,
                    or_(mute.c.expires_at.is_(None), mute.c.expires_at > now),
                )
            )
        ),
        not_(from_blocked_domain(author_id, by)),
    )


def from_blocked_domain(author_id: ColumnElement[int], by: ColumnElement[Any] = viewer) -> ColumnElement[bool]:
    """The account is of another server that the viewer blocked; found out at once for those who blocked none."""
    author, host = another(account, "id", "domain_id"), another(domain, "id", "local", "name")
    blocks_any = exists(select(1).where(blocked_domain.c.by_id == by))
    is_theirs = there_is(
        author.c.id,
        author_id,
        host.c.id == author.c.domain_id,
        not_(host.c.local),
        blocked_domain.c.name == host.c.name,
        blocked_domain.c.by_id == by,
    )
    return and_(blocks_any, is_theirs)


def wants_boosted(shown: FromClause = post, by: ColumnElement[Any] = viewer) -> ColumnElement[bool]:
    """The post is no boost, or the viewer did not block or mute the author of what it boosts."""
    boosted = another(post, "id", "author_id")
    return or_(
        shown.c.boost_of_id.is_(None),
        there_is(boosted.c.id, shown.c.boost_of_id, wants_author(boosted.c.author_id, by)),
    )


def meets(account_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The account takes part, did not block the viewer, and the viewer wants to see it; for lists of people."""
    met = another(account, "id", "standing")
    return and_(
        not_(exists(select(1).where(block.c.by_id == account_id, block.c.target_id == viewer))),
        wants_author(account_id),
        there_is(met.c.id, account_id, met.c.standing == int(Standing.ACTIVE)),
    )


def discovers(account_id: ColumnElement[int]) -> ColumnElement[bool]:
    """The account may be shown to a viewer who did not ask for it: it is not limited, or followed, or the viewer's own."""
    met = another(account, "id", "limited", "demoted")
    follows = there_is(follow.c.followed_id, account_id, follow.c.follower_id == viewer)
    return or_(
        account_id == viewer,
        there_is(met.c.id, account_id, or_(and_(met.c.limited.is_(False), met.c.demoted.is_(False)), follows)),
    )


def there_is(
    theirs: ColumnElement[Any], ours: ColumnElement[Any], *conditions: ColumnElement[bool]
) -> ColumnElement[bool]:
    """There is a row elsewhere whose column `theirs` is `ours`.

    That they are equal is said twice: PostgreSQL may turn a single equality under an "or" into a hash of all such rows
    (every account, every post) to look up the few of a page; a second condition makes it ask its index row by row.
    All tables but theirs are those of the statement around, however deep this stands in it: left to itself, SQLAlchemy
    looks one level up alone, and names a table from further up anew, of which then any row would do.
    """
    assert isinstance(theirs, ColumnClause)
    return exists(select(1).where(theirs == ours, theirs >= ours, *conditions).correlate_except(theirs.table))
