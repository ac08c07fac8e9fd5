"""Live: which facts become which events of Mastodon's streams, for whom, and what they are shown.

A fact with a rule of its own is added by one function, `@on(TheFact)`, that says whom it tells of what. Notifications need
none: whoever was told of a fact is told here too.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from typing import Any

import msgspec

from bema.domain import announcing, notifying, reading
from bema.edge.mastodon.announcements import announcement, streamed_reaction
from bema.edge.mastodon.conversations import conversation
from bema.edge.mastodon.notifications import notification
from bema.edge.mastodon.render import Renderer
from bema.edge.streaming.hub import DIRECT, HOME, TOLD, Delivery, Hub
from bema.edge.streaming.messages import Message
from bema.model.decisions import Act
from bema.model.errors import NotFound
from bema.model.events import (
    AnnouncementPublished,
    AnnouncementReacted,
    AnnouncementRemoved,
    DecisionMade,
    Event,
    FiltersChanged,
    NotificationRequestAnswered,
    PostBoosted,
    PostDeleted,
    PostEdited,
    PostPublished,
    QuoteAccepted,
    QuotePolicyChanged,
    QuoteRevoked,
)
from bema.model.filters import Context
from bema.model.ids import AccountId, ListId, NotificationId, PostId
from bema.model.policy import Visibility
from bema.model.site import Site
from bema.model.views import Post
from bema.store import conversations, decisions, listeners, mentions, posts, tags
from bema.store.listeners import Outline
from bema.store.log import Entry
from bema.store.tx import Tx

_encode = msgspec.json.Encoder().encode

PUBLIC = ("public", "public:media", "public:local", "public:local:media", "public:remote", "public:remote:media")


class Live:
    """What is found out in one look at the log, and whom it is for."""

    def __init__(self, tx: Tx, site: Site, hub: Hub) -> None:
        self.tx, self.site, self.hub = tx, site, hub
        self.deliveries: list[Delivery] = []

    def tell(self, topic: str, accounts: Collection[AccountId], message: Message) -> None:
        """Let a message go to those of the accounts that listen to a topic."""
        if accounts:
            self.deliveries.append(Delivery(topic, accounts, message))

    def listening(self, topic: str, *among: AccountId) -> list[AccountId]:
        """Return who listens to a topic, of some accounts or of all."""
        readers = self.hub.readers(topic)
        if not among or not readers:
            return readers
        wanted = set(among)
        return [each for each in readers if each in wanted]

    def lists(self) -> dict[ListId, str]:
        """Return the lists that somebody listens to, with their topics."""
        return {ListId(int(topic.rpartition(":")[2])): topic for topic in self.hub.topics("list:")}

    # --- Posts --------------------------------------------------------------------------------------------------------

    def tell_of_post(self, event: str, id_: PostId) -> None:
        """Tell of a post wherever it appears, each as they would find it there."""
        about = listeners.outline(self.tx, id_)
        if about is None:
            return
        at_home = {HOME: set(listeners.at_home(self.tx, about, self.hub.readers(HOME)))}
        at_home |= self._on_lists(about)
        in_public = self._in_public(about)
        everyone = set[AccountId]().union(*at_home.values(), *in_public.values())
        for group in self._alike(about, everyone):
            post = next(iter(reading.posts_by_ids(self.tx, group[0], [id_])), None)
            if post is None:
                continue
            status = _encode(Renderer(self.site, group[0]).status(post)).decode()
            message = Message(event, status, about=id_)
            for context, places in ((Context.HOME, at_home), (Context.PUBLIC, in_public)):
                if not _is_hidden(post, context):
                    for topic, accounts in places.items():
                        self.tell(topic, accounts.intersection(group), message)

    def _on_lists(self, about: Outline) -> dict[str, set[AccountId]]:
        topics = self.lists()
        owners = {id_: readers[0] for id_, topic in topics.items() if (readers := self.hub.readers(topic))}
        return {topics[each]: {owners[each]} for each in listeners.on_lists(self.tx, about, owners)}

    def _in_public(self, about: Outline) -> dict[str, set[AccountId]]:
        if not about.public:
            return {}
        topics = [*_public_topics(about.local, about.has_media)] if about.listed else []
        if self.hub.topics("tag:"):
            topics += _tag_topics(tags.names(self.tx, about.id), about.local)
        readers = {topic: set(found) for topic in topics if (found := self.hub.readers(topic))}
        seeing = listeners.in_public(self.tx, about.id, set[AccountId]().union(*readers.values()))
        return {topic: accounts & seeing for topic, accounts in readers.items()}

    def _alike(self, about: Outline, people: Collection[AccountId]) -> list[list[AccountId]]:
        """Part people into groups that are shown the same."""
        if len(people) < 2:
            return [list(people)] if people else []
        shown, quoted = [about.id], []
        at: Outline | None = about
        while at is not None and (inner := at.boost_of or at.quote_of) is not None and inner not in shown:
            shown.append(inner)
            if at.boost_of is None:
                quoted.append(inner)
            at = listeners.outline(self.tx, inner) if len(shown) <= 3 else None  # a boost of a quote of a quote
        return listeners.alike(self.tx, shown, quoted, people)

    def tell_of_conversation(self, id_: PostId) -> None:
        """Tell those who have a direct post in a conversation what that looks like now."""
        listening = set(self.hub.readers(DIRECT))
        having = conversations.with_post(self.tx, id_) if listening else {}
        for account in listening & having.keys():
            shown = conversations.one(self.tx, account, having[account])
            if shown is not None:
                payload = _encode(conversation(Renderer(self.site, account), shown)).decode()
                self.tell(DIRECT, (account,), Message("conversation", payload, about=shown.id))

    # --- Notifications ------------------------------------------------------------------------------------------------

    def notify(self, position: int, accounts: Iterable[AccountId]) -> None:
        """Tell people what they are notified of, as far as they want to be."""
        for account in self.listening(TOLD, *accounts):
            try:
                told = notifying.one(self.tx, account, NotificationId(position))
            except NotFound:
                continue
            payload = _encode(notification(Renderer(self.site, account), told)).decode()
            self.tell(TOLD, (account,), Message("notification", payload, about=position))


_Rule = Callable[[Live, Any], None]
_rules: dict[type[Event], _Rule] = {}


def on(*facts: type[Event]) -> Callable[[_Rule], _Rule]:
    """Add the decorated function as the rule for some facts."""

    def adding(rule: _Rule) -> _Rule:
        _rules.update(dict.fromkeys(facts, rule))
        return rule

    return adding


def teller(site: Site) -> Callable[[Tx, Hub, Sequence[Entry[Event]]], list[Delivery]]:
    """Return what finds out whom some facts are told to, and how."""

    def tell(tx: Tx, hub: Hub, entries: Sequence[Entry[Event]]) -> list[Delivery]:
        live = Live(tx, site, hub)
        told = listeners.told(tx, entries[0].position - 1, entries[-1].position) if hub.readers(TOLD) else {}
        for entry in entries:
            rule = _rules.get(type(entry.event))
            if rule is not None:
                rule(live, entry.event)
            if entry.position in told:
                live.notify(entry.position, told[entry.position])
        return live.deliveries

    return tell


@on(PostPublished, PostBoosted)
def _published(live: Live, fact: PostPublished | PostBoosted) -> None:
    if isinstance(fact, PostPublished) and fact.quiet:
        return
    live.tell_of_post("update", fact.post)
    if isinstance(fact, PostPublished) and fact.visibility is Visibility.DIRECT:
        live.tell_of_conversation(fact.post)


@on(PostEdited, QuoteAccepted, QuoteRevoked, QuotePolicyChanged)
def _edited(live: Live, fact: PostEdited | QuoteAccepted | QuoteRevoked | QuotePolicyChanged) -> None:
    live.tell_of_post("status.update", fact.post)
    if isinstance(fact, PostEdited):
        live.tell_of_conversation(fact.post)


@on(PostDeleted)
def _deleted(live: Live, fact: PostDeleted) -> None:
    """Tell those who could see the post: nobody else is to learn that it was there."""
    tx, message = live.tx, Message("delete", str(fact.post), about=fact.post)
    at_home = live.hub.readers(HOME)
    concerned = {fact.author, *fact.mentioned}
    if fact.visibility is not Visibility.DIRECT:
        concerned.update(listeners.following(tx, fact.author, at_home))
        topics = live.lists()
        for topic in (topics[id_] for id_ in listeners.lists_with(tx, fact.author, topics)):
            owner = live.hub.readers(topic)
            live.tell(topic, {fact.author, *listeners.following(tx, fact.author, owner)}.intersection(owner), message)
    if fact.visibility is Visibility.PUBLIC and fact.boost_of is None:
        by_tag = listeners.following_tags(tx, fact.tags, at_home)
        concerned.update(listeners.not_blocked_by(tx, fact.author, by_tag))
        local = listeners.is_local(tx, fact.author)
        for topic in (*_public_topics(local, True), *_tag_topics(fact.tags, local)):
            readers = live.hub.readers(topic)
            live.tell(topic, listeners.not_blocked_by(tx, fact.author, readers), message)
    live.tell(HOME, live.listening(HOME, *concerned), message)


@on(DecisionMade)
def _decided(live: Live, fact: DecisionMade) -> None:
    """Take from view what was removed, as if its author had deleted it."""
    decision = decisions.by_ids(live.tx, [fact.decision]).get(fact.decision)
    if decision is None or decision.act is not Act.REMOVE_POSTS:
        return
    for id_ in decision.posts:
        bare = posts.bare(live.tx, id_)
        if bare is not None:
            gone = PostDeleted(
                post=id_,
                author=bare.author,
                boost_of=bare.boost_of,
                visibility=bare.visibility,
                mentioned=tuple(mentions.ids(live.tx, id_)),
                tags=tuple(tags.names(live.tx, id_)),
            )
            _deleted(live, gone)


@on(NotificationRequestAnswered)
def _let_stand(live: Live, fact: NotificationRequestAnswered) -> None:
    """Let clients look anew: what was kept aside is among the rest now."""
    if fact.accepted:
        live.tell(TOLD, (fact.account,), Message("notifications_merged", "1"))


@on(AnnouncementPublished)
def _announced(live: Live, fact: AnnouncementPublished) -> None:
    """Tell everybody what the operators say; it reads the same for all."""
    listening = live.listening(HOME)
    if listening:
        with suppress(NotFound):  # it was taken back at once
            shown = announcement(live.site, announcing.one(live.tx, live.site, None, fact.announcement))
            live.tell(HOME, listening, Message("announcement", _encode(shown).decode()))


@on(AnnouncementReacted)
def _reacted(live: Live, fact: AnnouncementReacted) -> None:
    """Tell everybody how many react so by now."""
    listening = live.listening(HOME)
    if listening:
        shown = streamed_reaction(fact.announcement, announcing.reaction(live.tx, fact.announcement, fact.name))
        live.tell(HOME, listening, Message("announcement.reaction", _encode(shown).decode()))


@on(AnnouncementRemoved)
def _unsaid(live: Live, fact: AnnouncementRemoved) -> None:
    live.tell(HOME, live.listening(HOME), Message("announcement.delete", str(fact.announcement)))


@on(FiltersChanged)
def _filters_changed(live: Live, fact: FiltersChanged) -> None:
    live.tell(HOME, (fact.account,), Message("filters_changed"))


def _public_topics(local: bool, has_media: bool) -> list[str]:
    topics = ["public", "public:local" if local else "public:remote"]
    return [*topics, *(f"{topic}:media" for topic in topics)] if has_media else topics


def _tag_topics(names: Iterable[str], local: bool) -> list[str]:
    return [topic for name in names for topic in ((f"tag:{name}", f"tag:local:{name}") if local else (f"tag:{name}",))]


def _is_hidden(post: Post, context: Context) -> bool:
    """Tell whether a filter of the reader hides the post there."""
    flags = post.flags if post.boost_of is None else post.boost_of.flags
    return flags is not None and any(match.hides_in(context) for match in flags.filtered)
