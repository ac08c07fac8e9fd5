"""What everything that we say is called. An id never changes and never comes again: others remember what they have seen.

Every id but those of accounts and posts themselves (`model/site.py`) is made here, from the id of whom or what it belongs to.
"""

from bema.model.ids import Millis, PostId, parse_id
from bema.model.site import Site
from bema.model.views import Account, Post

# --- Accounts and what belongs to them --------------------------------------------------------------------------------


def actor_id(site: Site, account: Account) -> str:
    """Name an account, wherever it is from."""
    return account.uri or site.actor(account.username)


def followers_id(actor: str) -> str:
    """Name the collection of an account's followers."""
    return f"{actor}/followers"


def following_id(actor: str) -> str:
    """Name the collection of whom an account follows."""
    return f"{actor}/following"


def outbox_id(actor: str) -> str:
    """Name the collection of what an account said in public."""
    return f"{actor}/outbox"


def featured_id(actor: str) -> str:
    """Name the collection of the posts that an account pinned."""
    return f"{actor}/collections/featured"


def featured_tags_id(actor: str) -> str:
    """Name the collection of the tags that an account shows."""
    return f"{actor}/collections/tags"


def synchronization_id(actor: str) -> str:
    """Name the collection of an account's followers on the server that asks (FEP-8fcf)."""
    return f"{actor}/followers_synchronization"


def quote_stamp_id(actor: str, quoting: PostId) -> str:
    """Name the leave that an account gave to a post that quotes one of its own."""
    return f"{actor}/quote_authorizations/{quoting}"


# --- Posts and what belongs to them -----------------------------------------------------------------------------------


def object_id(site: Site, post: Post) -> str:
    """Name a post, wherever it is from."""
    return post.uri or site.object(post.author.username, post.id)


def replies_id(post: str) -> str:
    """Name the collection of a post's answers."""
    return f"{post}/replies"


def likes_id(post: str) -> str:
    """Name the collection of who favourited a post."""
    return f"{post}/likes"


def shares_id(post: str) -> str:
    """Name the collection of who boosted a post."""
    return f"{post}/shares"


def context_id(site: Site, thread: PostId) -> str:
    """Name the collection of all posts of a thread that began here (FEP-7888)."""
    return f"{site.base}/contexts/{thread}"


def emoji_id(site: Site, shortcode: str) -> str:
    """Name a custom emoji of this server."""
    return f"{site.base}/emojis/{shortcode}"


# --- Activities -------------------------------------------------------------------------------------------------------


def published_id(post: str) -> str:
    """Name the act of saying something, or of boosting."""
    return f"{post}/activity"


def updated_id(thing: str, at: Millis) -> str:
    """Name the act of changing something."""
    return f"{thing}#updates/{at}"


def deleted_id(thing: str) -> str:
    """Name the act of deleting something."""
    return f"{thing}#delete"


def undone_id(activity: str) -> str:
    """Name the act of taking another one back."""
    return f"{activity}/undo" if "#" in activity else f"{activity}#undo"


QUOTE_REQUEST = "#quote-request"  # what the asking for leave adds to the id of the post that quotes
LEAVE_REQUEST = "/request"  # and to that of an answer, boost or favourite


def requested_id(thing: str) -> str:
    """Name the act of asking whether one may answer, boost or favourite a post; `thing` is what one wants to say or do."""
    return f"{thing}{LEAVE_REQUEST}" if "#" in thing else f"{thing}#{LEAVE_REQUEST.removeprefix('/')}"


def wanted_id(request: str) -> str:
    """Name what was asked for, by what the asking is called; anything else is called what it is called."""
    return request.removesuffix(LEAVE_REQUEST).removesuffix(f"#{LEAVE_REQUEST.removeprefix('/')}")


def favourite_of(site: Site, named: str) -> int | None:
    """Return the number of a favourite that somebody of this server gave, by what `activities.like` calls it."""
    actor, mark, number = named.partition("#likes/")
    return parse_id(number) if mark and site.account_at(actor) is not None else None


def act_id(actor: str, kind: str, number: int) -> str:
    """Name something that an account did: `kind` is a plural noun, `number` the id of the relation, given once for ever."""
    return f"{actor}#{kind}/{number}"
