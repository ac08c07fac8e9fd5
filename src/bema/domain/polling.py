"""Polling: asking with a post, voting, and the end, which the author and all who voted are told of."""

from collections.abc import Sequence

import msgspec

from bema.domain import reading
from bema.model import limits
from bema.model.errors import Forbidden, Invalid, NotFound
from bema.model.events import PollEnded, PollReopened, PollVoted
from bema.model.ids import AccountId, Millis, PostId
from bema.model.views import Poll, PollTerms
from bema.store import blocks, custom_emojis, polls, tasks
from bema.store.polls import Standing
from bema.store.tx import Tx, WriteTx
from bema.wire import text as texts

ENDING = "polls"  # the name under which the ends of polls wait for their time


class NewPoll(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to ask, and for how long."""

    options: list[str]
    seconds: int
    multiple: bool = False
    hide_totals: bool = False


def poll(tx: Tx, viewer: AccountId | None, post_id: PostId) -> Poll:
    """Load a poll, which has the id of its post; who must not see the post must not see the poll."""
    found = reading.post(tx, viewer, post_id).poll
    if found is None:
        raise NotFound
    return found


def vote(tx: WriteTx, actor: AccountId, post_id: PostId, choices: Sequence[int]) -> None:
    """Vote once and for all. Whoever votes at the same moment waits, so that every vote is counted once."""
    post = reading.visible_post(tx, actor, post_id)
    standing = polls.held(tx, post_id)
    terms = polls.terms(tx, post_id)
    if standing is None or terms is None:
        raise NotFound
    if blocks.exists(tx, by=actor, target=post.author):
        raise Forbidden
    if terms.expires_at is not None and terms.expires_at <= tx.now:
        raise Invalid("Validation failed: The poll has already ended")
    if post.author == actor:
        raise Invalid("Validation failed: You cannot vote in your own polls")
    chosen = sorted(set(choices))
    if not chosen or chosen[0] < 0 or chosen[-1] >= len(terms.options):
        raise Invalid("Validation failed: The chosen vote option does not exist")
    if len(chosen) > 1 and not terms.multiple:
        raise Invalid("Validation failed: Only one option can be chosen in this poll")
    if not polls.add_vote(tx, post_id, actor, chosen):
        raise Invalid("Validation failed: You have already voted on this poll")
    polls.stand(tx, post_id, standing.with_vote(chosen))
    tx.emit(PollVoted(post=post_id, by=actor))


def vote_also(tx: WriteTx, actor: AccountId, post_id: PostId, title: str) -> None:
    """Vote for one more choice by its title, as other servers send votes: one by one, and some of them twice."""
    terms = polls.terms(tx, post_id)
    if terms is None or title not in terms.options:
        raise NotFound
    choice = terms.options.index(title)
    before = polls.choices(tx, post_id, actor)
    if not before:
        vote(tx, actor, post_id, [choice])
        return
    standing = polls.held(tx, post_id)
    if choice in before or standing is None:
        return
    if not terms.multiple or (terms.expires_at is not None and terms.expires_at <= tx.now):
        raise Invalid("Validation failed: You have already voted on this poll")
    polls.change_vote(tx, post_id, actor, sorted({*before, choice}))
    tallies = [tally + (at == choice) for at, tally in enumerate(standing.tallies)]
    polls.stand(tx, post_id, msgspec.structs.replace(standing, tallies=tallies))
    tx.emit(PollVoted(post=post_id, by=actor))


def withdraw(tx: WriteTx, gone: AccountId, post_id: PostId) -> None:
    """Take back the vote of an account that is deleted."""
    standing = polls.held(tx, post_id)
    choices = polls.remove_vote(tx, post_id, gone)
    if standing is not None and choices:
        polls.stand(tx, post_id, standing.with_vote(choices, -1))


def end(tx: WriteTx, post_id: PostId) -> None:
    """Say that a poll is over, once; before its time nothing is said."""
    standing = polls.held(tx, post_id)
    terms = polls.terms(tx, post_id)
    if standing is None or terms is None or standing.ended:
        return
    if terms.expires_at is None or terms.expires_at > tx.now:
        return
    polls.stand(tx, post_id, msgspec.structs.replace(standing, ended=True))
    tx.emit(PollEnded(post=post_id))


# --- Parts of posting and editing -------------------------------------------------------------------------------------


def terms_of(tx: Tx, new: NewPoll, asked_at: Millis, *, has_media: bool) -> PollTerms:
    """Return what a poll asks in clean form, or refuse it."""
    if has_media:
        raise Invalid("Validation failed: A post can have files or a poll, not both")
    options = [clean for each in new.options[: limits.POLL_OPTIONS + 1] if (clean := _checked_option(each))]
    if len(options) < limits.POLL_OPTIONS_MIN:
        raise Invalid("Validation failed: Options must be more than one")
    if len(new.options) > limits.POLL_OPTIONS:
        raise Invalid(f"Validation failed: Options can't contain more than {limits.POLL_OPTIONS} items")
    if len(set(options)) < len(options):
        raise Invalid("Validation failed: Options contain duplicate items")
    if new.seconds < limits.POLL_SECONDS_MIN:
        raise Invalid("Validation failed: Expires at is too soon")
    if new.seconds > limits.POLL_SECONDS_MAX:
        raise Invalid("Validation failed: Expires at is too far into the future")
    named = {token.shortcode for each in options for token in texts.parse(each) if isinstance(token, texts.Emoji)}
    emojis = custom_emojis.used(tx, named) if named else []
    return PollTerms(options, asked_at + new.seconds * 1_000, new.multiple, new.hide_totals, emojis)


def _checked_option(text: str) -> str:
    """Return an option in clean form; a blank one is none, as on Mastodon."""
    if len(text.encode()) > limits.POLL_OPTION_BYTES:
        raise _too_long()
    clean = " ".join(texts.strip_controls(text).split())
    if texts.length(clean) > limits.POLL_OPTION_CHARACTERS:
        raise _too_long()
    return clean


def _too_long() -> Invalid:
    return Invalid(f"Validation failed: Options can't be longer than {limits.POLL_OPTION_CHARACTERS} characters each")


def open_(tx: WriteTx, post_id: PostId, terms: PollTerms) -> None:
    """Begin a poll with the post that was just stored."""
    polls.open_(tx, post_id, len(terms.options))
    _await_end(tx, post_id, terms)


def change(tx: WriteTx, post_id: PostId, before: PollTerms | None, after: PollTerms | None) -> None:
    """Let a post ask something else from now on, or nothing; votes count on where they can be taken for the new poll."""
    if before is None:
        if after is not None:
            open_(tx, post_id, after)
        return
    tasks.withdraw(tx, ENDING, _key(post_id, before))
    standing = polls.held(tx, post_id)
    if standing is not None and standing.ended:
        tx.emit(PollReopened(post=post_id))
    if after is None:
        polls.close(tx, post_id)
        return
    _await_end(tx, post_id, after)
    if standing is not None and asks_the_same(before, after):
        polls.stand(tx, post_id, msgspec.structs.replace(standing, ended=False))
        return
    polls.remove_votes(tx, post_id)
    polls.stand(tx, post_id, Standing([0] * len(after.options)))


def asks_the_same(before: PollTerms | None, after: PollTerms | None) -> bool:
    """Tell whether votes for one poll can be taken for votes for another."""
    if before is None or after is None:
        return before is after
    return before.options == after.options and before.multiple == after.multiple


def _await_end(tx: WriteTx, post_id: PostId, terms: PollTerms) -> None:
    tasks.add(tx, ENDING, _key(post_id, terms), str(post_id), due=terms.expires_at)


def _key(post_id: PostId, terms: PollTerms) -> str:
    return f"{post_id}:{terms.expires_at}"  # of one poll there may be several, of which only the last finds it over
