"""What is said in the large world: some hundred texts of the kinds that people write, which its many posts share."""

from random import Random
from typing import Any

from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text

from bema.model.searching import tokens
from bema.model.site import Site
from bema.model.views import Mention
from bema.store.tx import text_of
from bema.wire.html import MentionLink, render
from bench.large_plan import FIRST, MEASURED, TAGS, Plan, name_of
from bench.world import TAG, URDU, WORDS

PATTERNS = 512  # different texts: what matters is how many posts there are, not how many things to say

patterns_metadata = MetaData()
pattern = Table(
    "bench_pattern",
    patterns_metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("mentioned", BigInteger),
    *[Column(name, Text) for name in ("text", "html", "warning", "language", "mentions", "tags", "tokens")],
    prefixes=["TEMPORARY"],
)
pattern_tag = Table(
    "bench_pattern_tag",
    patterns_metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("tag_id", BigInteger, primary_key=True, autoincrement=False),
    prefixes=["TEMPORARY"],
)


def with_patterns(numbers: Any) -> Any:
    """Join the numbers of posts with what those say."""
    return numbers.join(pattern, pattern.c.number == numbers.c.n % PATTERNS)


def pattern_of(plan: Plan, site: Site, chance: Random, number: int) -> tuple[dict[str, Any], list[str]]:
    """Make up a text of one of the kinds that people write, as in the standard world."""
    kind = number % 8
    said = " ".join(chance.choices(URDU if kind == 5 else WORDS, k=chance.randint(8, 40)))
    mentioned, names = None, []
    links: dict[str, MentionLink] = {}
    if kind == 0:
        mentioned = FIRST + MEASURED + number // 8 % (plan.size.accounts - FIRST - MEASURED)
        name = name_of(mentioned)
        said += f" @{name}"
        links = {name: MentionLink(name, name, f"{site.scheme}://{site.domain}/@{name}")}
    elif kind in (1, 2):
        names = [TAG, TAGS[1 + number // 8 % (len(TAGS) - 1)]]
        said += f" #{names[0]} #{names[1]}"
    elif kind == 3:
        said += f" https://203.0.113.80/{number}?q=boats"
    row = {
        "number": number,
        "text": said,
        "html": render(said, links, lambda name: f"{site.scheme}://{site.domain}/tags/{name}"),
        "warning": "work, weather" if kind == 6 else "",
        "language": "ur" if kind == 5 else "en",
        "mentions": text_of([Mention(plan.account_id(mentioned), name_of(mentioned), None)] if mentioned else []),
        "mentioned": plan.account_id(mentioned) if mentioned else None,
        "tags": text_of(names),
        "tokens": " ".join(tokens(f"{'work, weather' if kind == 6 else ''}\n{said}")),
    }
    return row, names
