"""Building the demo square: the people of the script do what it says, through the operations of the domain, at its times.

The month passes on a clock of its own, so that ids, notifications and everything else that follows carries the time of
the story. Thousands of acts take seconds because many of them share one commit.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from random import Random
from typing import NamedTuple
from urllib.parse import urlsplit

from bema.app import App
from bema.demo.acts import Act, Bookmark, Boost, Favourite, Follow, Person, Pin, Post
from bema.demo.court import STAFF, Court
from bema.demo.manuscript import PageFile
from bema.demo.notices import DAY, HOUR
from bema.demo.script import DAYS, PASSWORD, Script, write_script
from bema.demo.studio import Wanted, draw
from bema.domain import bookmarking, favouriting, following, joining, pinning, posting, previewing, profiles, uploading
from bema.model import limits
from bema.model.ids import AccountId, Millis, PostId
from bema.model.policy import Role
from bema.model.views import CardFacts, ProfilePicture
from bema.model.views import Picture as StoredPicture
from bema.outside.blobs import Blobs
from bema.outside.clock import ManualClock
from bema.outside.images import Kind, Picture, Rendition
from bema.settings import Settings
from bema.store import cards
from bema.store.follows import Terms
from bema.store.tx import WriteTx

_ARRIVING = HOUR  # before the story begins, in which everybody joins
_LONGEST_MEMBERSHIP = 700  # days before the story that the first ones joined


def build(settings: Settings, now: Millis, tell: Callable[[str], None]) -> None:
    """Fill the empty square that the settings describe with the month that ends at `now`; `tell` hears how far it is."""
    script = write_script(now)
    drawn = draw(_pictures(script))
    tell(f"{len(drawn)} pictures are drawn; {len(script.people)} people are about to do {len(script.acts)} things.")
    clock = ManualClock(now - DAYS * DAY - _ARRIVING)
    app = App(settings, clock=clock)
    try:
        asyncio.run(_Builder(app, clock, drawn).perform(script, now))
    finally:
        app.close()


def address_of(username: str) -> str:
    """Tell the e-mail address that somebody of the demo square signs in with."""
    return f"{username}@halmyra.example"


def _pictures(script: Script) -> list[Wanted]:
    """List what is to be drawn: faces, the strips above profiles, and what people show."""
    wanted: list[Wanted] = []
    for person in script.people:
        wanted += [("header", person.username), ("avatar", person.username)]
    shown = {picture.drawing for act in script.acts if isinstance(act, Post) for picture in act.pictures}
    return wanted + [("attachment", name) for name in sorted(shown)]


# --- The story --------------------------------------------------------------------------------------------------------


class _Act(NamedTuple):
    """An operation at its moment."""

    at: Millis
    operation: Callable[[WriteTx], object]


class _Builder:
    """Performs one script, and remembers who and what came of it."""

    def __init__(self, app: App, clock: ManualClock, drawn: dict[Wanted, Picture]) -> None:
        self._app = app
        self._clock = clock
        self._drawn = drawn
        self._accounts: dict[str, AccountId] = {}
        self._posts: dict[str, PostId] = {}

    async def perform(self, script: Script, now: Millis) -> None:
        """Let the story happen, and then all that follows from it."""
        password_hash = await self._app.passwords.hash(PASSWORD)
        arriving = self._clock.now()
        await self._do_all(
            _Act(arriving, partial(self._join, person, password_hash, arriving)) for person in script.people
        )
        presented = [await self._presented(person) for person in script.people]
        await self._do_all(_Act(arriving, partial(self._present, *each)) for each in presented)
        attached = {act.key: await self._attached(act) for act in script.acts if isinstance(act, Post)}
        acts = [_Act(act.at, partial(self._act, act, attached)) for act in script.acts]
        acts += [_Act(*scene) for scene in Court(self._app.site, self._accounts).scenes(now)]
        await self._do_all(sorted(acts, key=lambda act: act.at))
        self._pass_to(now)
        await self._app.database.write(self._describe, script.pages, now)
        await self._app.runner.settle()

    def _describe(self, tx: WriteTx, pages: Iterable[PageFile], now: Millis) -> None:
        """Say what is on the pages that posts link to, as nobody can be asked for them."""
        tx.now = now
        for page in pages:
            facts = CardFacts(
                title=page.title, description=page.description, language=page.language, provider_name=page.provider
            )
            previewing.record(tx, cards.ensure(tx, page.url, urlsplit(page.url).netloc).id, facts)

    async def _do_all(self, acts: Iterable[_Act]) -> None:
        """Perform acts in their order, as many under one commit as the writer takes."""
        waiting = list(acts)
        for first in range(0, len(waiting), limits.WRITE_BATCH):
            batch = waiting[first : first + limits.WRITE_BATCH]
            await asyncio.gather(*[self._app.database.write(self._do, act) for act in batch])

    def _do(self, tx: WriteTx, act: _Act) -> None:
        self._pass_to(act.at)
        tx.now = self._clock.now()  # the transaction began when the act before was performed
        act.operation(tx)

    def _pass_to(self, moment: Millis) -> None:
        self._clock.advance(milliseconds=moment - self._clock.now())

    # --- People -------------------------------------------------------------------------------------------------------

    def _join(self, person: Person, password_hash: str, now: Millis, tx: WriteTx) -> None:
        since = Random(person.username).randint(0, _LONGEST_MEMBERSHIP * DAY)
        applicant = joining.Applicant(
            username=person.username,
            email=address_of(person.username),
            password_hash=password_hash,
            locale=person.language,
            role=STAFF.get(person.username, Role.MEMBER),
            kind=person.kind,
            confirmed=True,
            approved=True,
            reserved_names=True,
            created_at=now - since,
        )
        _, self._accounts[person.username] = joining.join(tx, applicant)

    async def _presented(self, person: Person) -> tuple[Person, ProfilePicture, ProfilePicture]:
        owner = str(self._accounts[person.username])
        avatar = await self._stored("avatar", owner, self._drawn["avatar", person.username].original)
        header = await self._stored("header", owner, self._drawn["header", person.username].original)
        return person, ProfilePicture(avatar, avatar), ProfilePicture(header, header)

    def _present(self, person: Person, avatar: ProfilePicture, header: ProfilePicture, tx: WriteTx) -> None:
        changes = profiles.Changes(
            display_name=person.display_name,
            note=person.bio,
            fields=list(person.fields),
            avatar=avatar,
            header=header,
            locked=person.locked,
            discoverable=person.discoverable,
            indexable=person.discoverable,
            post_language=person.language,
        )
        profiles.change(tx, self._app.site, self._accounts[person.username], changes)

    # --- Acts ---------------------------------------------------------------------------------------------------------

    def _act(self, act: Act, attached: dict[str, list[uploading.Kept]], tx: WriteTx) -> None:
        actor = self._accounts[act.by]
        match act:
            case Post():
                self._posts[act.key] = self._publish(tx, actor, act, attached[act.key])
            case Follow():
                self._follow(tx, actor, self._accounts[act.whom], act)
            case Favourite():
                favouriting.favourite(tx, actor, self._posts[act.post])
            case Boost():
                posting.boost(tx, actor, self._posts[act.post])
            case Bookmark():
                bookmarking.bookmark(tx, actor, self._posts[act.post])
            case Pin():
                pinning.pin(tx, actor, self._posts[act.post])

    def _publish(self, tx: WriteTx, author: AccountId, post: Post, kept: Sequence[uploading.Kept]) -> PostId:
        uploaded = [
            uploading.upload(tx, author, each, picture.alt, (0.0, 0.0)).id
            for each, picture in zip(kept, post.pictures, strict=True)
        ]
        draft = posting.Draft(
            text=post.text,
            warning=post.warning,
            visibility=post.visibility,
            language=post.language,
            in_reply_to=self._posts[post.to] if post.to is not None else None,
            media=uploaded,
        )
        return posting.publish(tx, self._app.site, author, draft)

    def _follow(self, tx: WriteTx, actor: AccountId, target: AccountId, act: Follow) -> None:
        following.follow(tx, actor, target, Terms())
        if act.accepted and profiles.own(tx, target).account.locked:
            following.accept(tx, target, actor)

    # --- Files --------------------------------------------------------------------------------------------------------

    async def _attached(self, post: Post) -> list[uploading.Kept]:
        """Store the pictures of a post."""
        kept = []
        for number, picture in enumerate(post.pictures):
            drawn = self._drawn["attachment", picture.drawing]
            owner = f"{post.key}/{number}"
            kept.append(
                uploading.Kept(
                    original=await self._stored("attachment", owner, drawn.original),
                    small=await self._stored("attachment", owner, drawn.small),
                    content_type=drawn.original.content_type,
                    blurhash=drawn.blurhash,
                )
            )
        return kept

    async def _stored(self, kind: Kind, owner: str, rendition: Rendition) -> StoredPicture:
        blobs: Blobs = self._app.blobs
        key = blobs.key(kind, owner, rendition.content, rendition.extension)
        await blobs.put(key, rendition.content)
        return StoredPicture(key, rendition.width, rendition.height)
