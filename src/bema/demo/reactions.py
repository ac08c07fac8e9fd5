"""Who follows whom in the demo square, and what they like, pass on and keep: drawn from circles, languages and one seed."""

from itertools import permutations
from random import Random

from bema.demo.acts import Bookmark, Boost, Favourite, Follow, Person, Post
from bema.demo.notices import DAY, HOUR, MINUTE
from bema.model.ids import Millis
from bema.model.policy import Kind, Visibility

_SETTLING = 6 * HOUR  # at the beginning of the month, in which most follows happen, before anybody posts
_EVERYBODYS = {"cityhall", "lantern", "transit"}  # accounts that most people of the city follow


def follows(
    people: dict[str, Person], posts: list[Post], start: Millis, now: Millis, guides: tuple[str, ...], chance: Random
) -> list[Follow]:
    """Draw who follows whom; whoever answers a followers-only or direct post surely follows its author."""
    authors = {post.key: post for post in posts}
    needed = {
        (post.by, authors[post.to].by)
        for post in posts
        if post.to is not None and post.visibility >= Visibility.FOLLOWERS and post.by != authors[post.to].by
    }
    drawn = []
    for by, whom in permutations(people.values(), 2):
        if by.kind is Kind.AUTOMATED:
            continue
        sure = (by.username, whom.username) in needed
        if not sure and chance.random() > _attraction(by, whom, guides):
            continue
        late = not sure and chance.random() < 0.12
        at = (
            chance.randint(start + _SETTLING, now - 5 * MINUTE)
            if late
            else start + chance.randint(MINUTE, _SETTLING - 1)
        )
        waiting = whom.locked and late and chance.random() < 0.5
        drawn.append(Follow(at=at, by=by.username, whom=whom.username, accepted=not waiting))
    return drawn


def reactions(
    people: dict[str, Person],
    posts: list[Post],
    followed: list[Follow],
    now: Millis,
    guides: tuple[str, ...],
    chance: Random,
) -> list[Favourite | Boost | Bookmark]:
    """Draw the favourites, boosts and bookmarks of every post, by people who may see it and can read it or its pictures."""
    since = {(follow.by, follow.whom): follow.at for follow in followed if follow.accepted}
    drawn: list[Favourite | Boost | Bookmark] = []
    for post in posts:
        if post.visibility is Visibility.DIRECT:
            continue
        appeal = _appeal(post, people[post.by], chance)
        for reader in people.values():
            if reader.username == post.by or reader.kind is Kind.AUTOMATED:
                continue
            followed_at = since.get((reader.username, post.by))
            follower = followed_at is not None and followed_at < post.at
            if post.visibility is Visibility.FOLLOWERS and not follower:
                continue
            interest = appeal * _interest(reader, post, follower=follower)
            if chance.random() < interest:
                drawn.append(Favourite(at=_later(post, chance), by=reader.username, post=post.key))
            if post.visibility is Visibility.PUBLIC and chance.random() < interest * (0.3 if post.to is None else 0.06):
                drawn.append(Boost(at=_later(post, chance), by=reader.username, post=post.key))
            if chance.random() < interest * (0.3 if reader.username in guides else 0.05):
                drawn.append(Bookmark(at=_later(post, chance), by=reader.username, post=post.key))
    return [act for act in drawn if act.at < now]


def _understands(reader: Person, language: str) -> bool:
    return language == reader.language or language in reader.reads


def _attraction(by: Person, whom: Person, guides: tuple[str, ...]) -> float:
    """Return how likely one follows another."""
    shared = len(set(by.circles) & set(whom.circles))
    readable = _understands(by, whom.language)
    likely = 0.05 + 0.22 * min(shared, 2) + (0.18 if readable else 0.0)
    if whom.username in _EVERYBODYS:
        likely += 0.4
    if by.username in guides:  # whoever signs in as one of them finds a full home
        likely += 0.35
    if whom.username in guides:
        likely += 0.25
    return likely * 0.3 if by.kind is Kind.INSTITUTION else likely


def _appeal(post: Post, author: Person, chance: Random) -> float:
    """Return how much a post is liked by those who read it: a few much, most a little."""
    if author.kind is Kind.AUTOMATED:
        return 0.15
    mood = chance.lognormvariate(-0.3, 0.7)
    return mood * (1.0 if post.to is None else 0.6) * (1.5 if post.pictures else 1.0)


def _interest(reader: Person, post: Post, *, follower: bool) -> float:
    """Return how likely a reader likes a post of middling appeal."""
    readable = _understands(reader, post.language)
    if not readable and not post.pictures:
        return 0.01 if follower else 0.0
    likely = (0.32 if follower else 0.05) * (1.0 if readable else 0.45)
    return likely * 0.2 if reader.kind is Kind.INSTITUTION else likely


def _later(post: Post, chance: Random) -> Millis:
    """Return when somebody comes across a post: mostly within hours, at times days later."""
    return post.at + MINUTE + int(min(chance.expovariate(1 / (5 * HOUR)), 4 * DAY))
