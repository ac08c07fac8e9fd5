"""Leaving: deleting an account for good. It is gone at once; what it held goes piece by piece; its name stays reserved."""

from bema.domain import archiving, following, polling, posting, profiles, uploading
from bema.model import limits
from bema.model.errors import NotFound
from bema.model.events import AccountDeleted, PostUnfavourited
from bema.model.ids import AccountId
from bema.model.policy import Standing
from bema.model.views import ProfilePicture
from bema.store import accounts, brought_lists, departures, favourites, logins, post_reactions, posts
from bema.store.tx import WriteTx


def leave(tx: WriteTx, actor: AccountId) -> None:
    """Delete an account. Who signs in for no other account is forgotten too, and no token or session speaks for it."""
    account = accounts.by_id(tx, actor)
    if account is None or account.standing is Standing.DELETED:
        raise NotFound
    accounts.change(tx, actor, standing=int(Standing.DELETED))
    departures.remove_tokens(tx, actor)
    for login_id in logins.logins_of(tx, actor):
        departures.separate(tx, login_id, actor)
        if not logins.accounts_of(tx, login_id):
            departures.remove_login(tx, login_id)
    tx.emit(AccountDeleted(account=actor))


def clear_some(tx: WriteTx, gone: AccountId) -> bool:
    """Remove some of what a deleted account held, and tell whether more may be there. Each thing leaves as if by hand.

    What others count comes first, so that their counts are right at the end: posts, follows, favourites, votes; then files,
    then all that nobody counts.
    """
    account = accounts.by_id(tx, gone)
    if account is None or account.standing is not Standing.DELETED:
        return False
    most = limits.LEAVING_AT_ONCE
    if some_posts := departures.posts(tx, gone, most):
        for post_id in some_posts:
            if (post := posts.held(tx, post_id, in_any_case=True)) is not None:
                posting.destroy(tx, post, with_files=True)
    elif some_follows := departures.follows(tx, gone, most):
        for follower, followed in some_follows:
            following.end(tx, follower=follower, followed=followed, by=gone)
    elif some_favourites := departures.favourites(tx, gone, most):
        for post_id in some_favourites:
            favourites.remove(tx, post_id, gone)
            if post_reactions.remove_all(tx, post_id, gone):
                post_reactions.show(tx, post_id)
            tx.emit(PostUnfavourited(post=post_id, by=gone))
    elif some_votes := departures.votes(tx, gone, most):
        for post_id in some_votes:
            polling.withdraw(tx, gone, post_id)
    elif some_files := departures.files(tx, gone, most):
        for attachment in some_files:
            uploading.forget(tx, attachment)
    else:
        departures.remove_rest(tx, gone)
        archiving.forget_of(tx, gone)
        brought_lists.remove_all(tx, gone)
        _wipe(tx, gone, account.avatar, account.header)
        return False
    return True


def _wipe(tx: WriteTx, gone: AccountId, *pictures: ProfilePicture | None) -> None:
    """Leave nothing of a profile but its name."""
    for picture in pictures:
        if picture is not None:
            profiles.forget_portrait(tx, picture)
    blank = {"display_name": "", "note": "", "note_html": "", "fields": [], "emojis": []}
    accounts.change(tx, gone, **blank, avatar=None, header=None)
