"""Threading: the conversation around a post, in the order in which Mastodon's clients expect it."""

from bema.domain import reading
from bema.model import limits
from bema.model.filters import Context
from bema.model.ids import AccountId, PostId
from bema.model.views import Thread
from bema.store import posts, threads
from bema.store.threads import Knot
from bema.store.tx import Tx


def thread(tx: Tx, viewer: AccountId | None, post_id: PostId) -> Thread:
    """Load a post with what it answers and what answers it; to the logged out less of it is shown.

    What the viewer may not or does not want to see is left out, and what a filter hides, but not what answers it.
    """
    post = reading.visible_post(tx, viewer, post_id)
    if viewer is None:
        up, down, deepest = limits.THREAD_ANCESTORS, limits.THREAD_DESCENDANTS, limits.THREAD_DEPTH
        looked_at = limits.THREAD_LOOKED_AT
    else:
        up, down = limits.THREAD_ANCESTORS_SIGNED_IN, limits.THREAD_DESCENDANTS_SIGNED_IN
        deepest = looked_at = down
    above = threads.ancestors(tx, post.id, viewer, up) if post.in_reply_to is not None else []
    below = threads.descendants(tx, post.id, viewer, looked_at, deepest)
    before = [knot.id for knot in reversed(above) if knot.shown and knot.id != post.id]
    after = _in_order(post.id, below)[:down]
    after = [knot for knot in after if knot.shown]
    continued = [knot.id for knot in after if knot.by_itself] + [knot.id for knot in after if not knot.by_itself]
    loaded = {each.id: each for each in posts.load(tx, [*before, post.id, *continued], viewer)}
    return Thread(
        reading.shown_in(Context.THREAD, viewer, [loaded[id_] for id_ in before if id_ in loaded]),
        loaded[post.id],
        reading.shown_in(Context.THREAD, viewer, [loaded[id_] for id_ in continued if id_ in loaded]),
    )


def _in_order(root: PostId, knots: list[Knot]) -> list[Knot]:
    """Put each post before what answers it, and the elder of two answers with all that follows from it first."""
    answers: dict[PostId | None, list[Knot]] = {}
    for knot in knots:
        if knot.id != root:
            answers.setdefault(knot.answers, []).append(knot)
    ordered: list[Knot] = []
    waiting = sorted(answers.get(root, ()), key=_newest_first)
    while waiting:
        knot = waiting.pop()
        ordered.append(knot)
        waiting.extend(sorted(answers.get(knot.id, ()), key=_newest_first))
    return ordered


def _newest_first(knot: Knot) -> int:
    return -knot.id
