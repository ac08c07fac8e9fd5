"""Keeping away: people of other servers block people of this one, and report them or what they said."""

from bema.domain import relating, reporting
from bema.domain.receiving import people
from bema.domain.receiving.brought import Meaningless
from bema.domain.reporting import Complaint
from bema.model import limits
from bema.model.ids import AccountId, PostId
from bema.model.remote_acts import BlockAct, Complain
from bema.model.site import Site
from bema.store import blocks, domain_measures, posts
from bema.store.remote_actors import Known
from bema.store.tx import WriteTx


def block(tx: WriteTx, site: Site, by: Known, act: BlockAct) -> None:
    """Let somebody here neither see nor be seen by who blocks them; follows both ways end."""
    target = people.of_here(tx, site, act.whom)
    if target is None:
        raise Meaningless
    relating.block(tx, by.id, target)


def unblock(tx: WriteTx, site: Site, by: Known, whom: str) -> bool:
    """End a block; False where there was none."""
    target = people.of_here(tx, site, whom)
    if target is None or not blocks.exists(tx, by=by.id, target=target):
        return False
    relating.unblock(tx, by.id, target)
    return True


def complain(tx: WriteTx, site: Site, by: Known, act: Complain) -> None:
    """Hand a report on people of this server to the staff, with those of the posts that the reporter can see."""
    if any(row.reject_reports for row in domain_measures.of(tx, by.host.partition(":")[0])):
        raise Meaningless
    about: dict[AccountId, list[PostId]] = {}
    for uri in act.about[: limits.REPORT_POSTS]:
        post_id = site.post_at(uri)
        bare = None if post_id is None else posts.bare(tx, post_id)
        if bare is not None and bare.id in posts.visible_ids(tx, [bare.id], by.id):
            about.setdefault(bare.author, []).append(bare.id)
        elif post_id is None and site.account_at(uri) is not None and (whom := people.of_here(tx, site, uri)):
            about.setdefault(whom, [])
    if not about:
        raise Meaningless
    for target, named in list(about.items())[: limits.REMOTE_COMPLAINED_OF]:
        complaint = Complaint(target=target, posts=named, comment=act.comment[: limits.REPORT_CHARACTERS])
        reporting.file(tx, by.id, complaint, [])
