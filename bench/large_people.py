"""The measured people of the large world, and what they wrote: through the operations and the store, as they are few."""

from dataclasses import dataclass

from bema.domain import posting
from bema.domain.posting import Draft
from bema.model.ids import AccountId, AppId, Millis, PostId
from bema.model.policy import Role
from bema.model.site import Site
from bema.store import grants, logins
from bema.store.database import Database
from bema.store.tx import WriteTx
from bench.large_plan import BUSY, DAY, FIRST, MEASURED, QUIET, READER, STAR, Plan, Size, name_of
from bench.world import REPLIES_IN_THREAD, TAG, World

_SCOPES = "read write follow push"


@dataclass(frozen=True)
class Person:
    """Somebody who signed in."""

    id: str
    name: str
    token: str


@dataclass(kw_only=True)
class LargeWorld(World):
    """What the load needs to know, beyond what is the same in every world."""

    size: Size
    star: Person  # whom all follow
    busy: Person  # whom as many follow as are written to
    reader: Person  # who follows very many
    long_thread: str  # id of the post with very many replies
    anybody: tuple[str, ...]  # ids of accounts from all over the server, as many in each world


def sign_in(database: Database, site: Site, plan: Plan, app: AppId) -> LargeWorld:
    """Let those sign in who are measured, and write the threads that are."""

    def person(number: int) -> Person:
        id_, name = plan.account_id(number), name_of(number)
        return Person(str(id_), name, database.write_now(_sign_in, app, id_, name))

    def thread(replies: int, days_ago: int) -> str:
        return str(database.write_now(_publish_thread, site, plan, replies, plan.now - days_ago * DAY))

    people = [person(number) for number in (FIRST, QUIET, *range(FIRST + 1, FIRST + MEASURED - 1))]
    said = f"@{name_of(FIRST + 3)} @{name_of(FIRST + 4)} look: https://203.0.113.80/boats #{TAG} #ferry"
    draft = Draft(text=said, language="en", created_at=plan.now - 30 * DAY)
    some = range(plan.size.posts * 9 // 10, plan.size.posts)[:400]
    return LargeWorld(
        tokens=[each.token for each in people],
        accounts=[each.id for each in people],
        names=[each.name for each in people],
        posts=[str(plan.post_id(number)) for number in some if number % 8 == 1],  # public, and no boosts
        thread=thread(REPLIES_IN_THREAD, 20),
        single=str(database.write_now(posting.publish, site, plan.account_id(FIRST + 2), draft)),
        size=plan.size,
        star=person(STAR),
        busy=person(BUSY),
        reader=person(READER),
        long_thread=thread(plan.size.thread, 10),
        anybody=tuple(
            str(plan.account_id(number * plan.size.accounts // plan.size.read_of))
            for number in range(plan.size.read_of)
        ),
    )


def add_app(tx: WriteTx) -> AppId:
    """Register the app that all posts are written with."""
    return grants.add_app(
        tx, client_id="bench", secret="bench", name="bench", website=None, redirect_uris=[], scopes=_SCOPES
    )


def _sign_in(tx: WriteTx, app: AppId, account_id: AccountId, name: str) -> str:
    login = logins.add(
        tx,
        email=f"{name}@bench.example",
        password_hash=None,
        role=Role.MEMBER,
        locale="en",
        reason="",
        confirmed_at=tx.now,
        approved_at=tx.now,
        signed_up_from=None,
        invited_by=None,
    )
    assert login is not None
    logins.join(tx, login, account_id, "owner")
    secret = f"token-of-{name}"
    grants.add_token(tx, secret=secret, app_id=app, login_id=login, account_id=account_id, scopes=_SCOPES)
    return secret


def _publish_thread(tx: WriteTx, site: Site, plan: Plan, replies: int, moment: Millis) -> PostId:
    """Publish a thread: of three replies, one answers the first post, one that reply, and one the reply to it."""

    def say(author: int, said: str, parent: PostId | None, after: int) -> PostId:
        draft = Draft(text=said, language="en", in_reply_to=parent, created_at=moment + after * 1_000)
        return posting.publish(tx, site, plan.account_id(author), draft)

    root = parent = say(FIRST + 1, "Who takes part in the count of the boats on Sunday?", None, 0)
    for number in range(replies):
        author = FIRST + number * 7 % (plan.size.accounts - FIRST)
        said = f"@{name_of(FIRST + 1)} I do, number {number}"
        parent = say(author, said, root if number % 3 == 0 else parent, number + 1)
    return root
