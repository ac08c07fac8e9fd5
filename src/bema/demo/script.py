"""The demo square's month: a pure, repeatable list of who lives in the city of Halmyra and what they do, in order of time."""

from collections.abc import Sequence
from random import Random

import msgspec

from bema.demo.acts import Act, Person, Picture, Pin, Post
from bema.demo.manuscript import Line, Manuscript, PageFile, Thread, read_manuscript
from bema.demo.notices import DAY, HOUR, MINUTE, notices
from bema.demo.reactions import follows, reactions
from bema.model.ids import Millis
from bema.model.policy import Visibility

DAYS = 30  # length of the story
GUIDES = ("daphne", "omar")  # whom a newcomer can sign in as
PASSWORD = "bema-demo-square"  # noqa: S105 - of invented people on a machine of one's own, printed by the command

_QUIET = 6 * HOUR  # at the beginning, when people only find each other
_LAST = 2 * MINUTE  # before now: the newest act, so that nothing lies in the future of a slow builder


class Script(msgspec.Struct, frozen=True):
    """The people, their acts in order of time, and the pages that they link to."""

    people: tuple[Person, ...]
    acts: tuple[Act, ...]
    pages: tuple[PageFile, ...]  # that posts link to


def write_script(now: Millis, seed: int = 1) -> Script:
    """Write the month that ends at `now`; the same `now` and `seed` give the same script."""
    chance = Random(seed)
    manuscript = read_manuscript()
    people = manuscript.people
    start = now - DAYS * DAY
    posts, pins = _spoken(manuscript, now, chance)
    posts += [post for post in notices(now - _LAST, DAYS, chance) if post.at > start + _QUIET]
    posts.sort(key=lambda post: post.at)
    followed = follows(people, posts, start, now, GUIDES, chance)
    reacted = reactions(people, posts, followed, now - _LAST, GUIDES, chance)
    acts: list[Act] = [*followed, *posts, *pins, *reacted]
    acts.sort(key=lambda act: act.at)
    return Script(people=tuple(people.values()), acts=tuple(acts), pages=manuscript.pages)


def _spoken(manuscript: Manuscript, now: Millis, chance: Random) -> tuple[list[Post], list[Pin]]:
    """Give every written line its moment."""
    posts: list[Post] = []
    pins: list[Pin] = []
    for name, lines in manuscript.monologues.items():
        person = manuscript.people[name]
        for number, (line, at) in enumerate(zip(lines, _spread(lines, now, chance), strict=True)):
            key = f"people/{name}/{number}"
            posts.append(_post(line, at, person, key, None, Visibility.PUBLIC))
            if line.pin:
                pins.append(Pin(at=at + MINUTE, by=name, post=key))
    for name, thread in manuscript.threads.items():
        posts += _conversation(name, thread, manuscript.people, now, chance)
    return posts, pins


def _conversation(name: str, thread: Thread, people: dict[str, Person], now: Millis, chance: Random) -> list[Post]:
    """Lay the lines of a thread out in time and bind each to the one it answers."""
    posts: list[Post] = []
    for number, (line, at) in enumerate(zip(thread.posts, _pace(thread, now, chance), strict=True)):
        answered = None
        if number and thread.answers != "nobody":
            previous = 0 if thread.answers == "first" else number - 1
            answered = posts[previous if line.to is None else line.to]
        inherited = answered.visibility if answered else Visibility.PUBLIC
        posts.append(_post(line, at, people[line.by], f"threads/{name}/{number}", answered, inherited))
    return posts


def _post(line: Line, at: Millis, author: Person, key: str, answered: Post | None, visibility: Visibility) -> Post:
    text = line.text
    if answered and answered.by != author.username and f"@{answered.by}" not in text:
        text = f"@{answered.by} {text}"  # as every client does: an answer addresses whom it answers
    return Post(
        at=at,
        by=author.username,
        key=key,
        text=text,
        language=line.lang or author.language,
        visibility=Visibility[line.visibility.upper()] if line.visibility else visibility,
        to=answered.key if answered else None,
        warning=line.warning or (answered.warning if answered else ""),
        pictures=tuple(Picture(drawing=drawing, alt=alt) for drawing, alt in line.pictures),
    )


def _spread(lines: Sequence[Line], now: Millis, chance: Random) -> list[Millis]:
    """Scatter a person's posts over the month, in order and at waking hours, except those that name their day."""
    free = sum(line.days_ago is None for line in lines)
    moments = []
    placed = 0
    for line in lines:
        if line.days_ago is not None:
            moments.append(_moment(now, line.days_ago, line.at, chance))
            continue
        age = (DAYS - 1) * (1 - (placed + chance.uniform(0.1, 0.9)) / free)
        placed += 1
        moments.append(_moment(now, int(age), line.at, chance))
    return moments


def _moment(now: Millis, days_ago: int, at: str, chance: Random) -> Millis:
    """Return a moment of that day; when it is still to come, of the day before."""
    if at:
        hour, minute = at.split(":")
        of_day = (int(hour) * 60 + int(minute)) * MINUTE
    else:
        of_day = chance.randint(7 * 60, 22 * 60) * MINUTE + chance.randrange(MINUTE)
    moment = now - now % DAY - days_ago * DAY + of_day
    if moment > now - _LAST:
        moment -= DAY
    return max(moment, now - DAYS * DAY + _QUIET)


def _pace(thread: Thread, now: Millis, chance: Random) -> list[Millis]:
    """Return when each line of a thread is said; what would reach into the future is told faster."""
    if thread.hours_ago is not None:
        begin = now - int(thread.hours_ago * HOUR)
    else:
        begin = _moment(now, thread.days_ago, thread.at, chance)
    gaps = [0.0, *(chance.uniform(3, 25) * MINUTE for _ in thread.posts[1:])]
    lasting = sum(gaps)
    wanted = lasting if thread.hours is None else thread.hours * HOUR
    scale = min(wanted, now - _LAST - begin) / lasting if lasting else 0.0
    moments = []
    passed = 0.0
    for gap in gaps:
        passed += gap
        moments.append(begin + int(passed * scale))
    return moments
