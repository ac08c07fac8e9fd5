"""Posts as ActivityPub says them: Note and Question, with every word that some server or other reads.

Servers read the same fact under different words (a quote has five, a description two); all of them are said.
"""

from typing import Any

from bema.model import views
from bema.model.naming import Names, Quoted
from bema.model.policy import QuotePolicy, Visibility
from bema.model.site import Site
from bema.wire.activitypub import ids
from bema.wire.activitypub.context import LD_JSON, PUBLIC
from bema.wire.activitypub.moments import duration, moment
from bema.wire.html import with_link_to_quoted
from bema.wire.media_types import media_type

_QUOTE_REL = "https://misskey-hub.net/ns#_misskey_quote"


def post(site: Site, said: views.Post, names: Names) -> dict[str, Any]:
    """Write a post of this server that is no boost."""
    id_ = ids.object_id(site, said)
    actor = ids.actor_id(site, said.author)
    to, cc = audience(said.visibility, actor, _mentioned(said, names))
    thing: dict[str, Any] = {
        "id": id_,
        "type": "Note" if said.poll is None else "Question",
        "attributedTo": actor,
        "to": to,
        "cc": cc,
        "published": moment(said.created_at),
        "url": said.url or site.post(said.author.acct, said.id),
        "sensitive": said.sensitive,
        "content": _content(said, names),
        "attachment": [attachment(site, each) for each in said.attachments],
        "tag": _tags(site, said, names),
        "replies": {"id": ids.replies_id(id_), "type": "Collection", "first": f"{ids.replies_id(id_)}?page=true"},
        "likes": {"id": ids.likes_id(id_), "type": "Collection", "totalItems": said.favourites},
        "shares": {"id": ids.shares_id(id_), "type": "Collection", "totalItems": said.boosts},
        "interactionPolicy": _interactions(said, actor) | {"canQuote": _may_quote(said, actor)},
    }
    if said.language:
        thing["contentMap"] = {said.language: thing["content"]}
    if said.warning:
        thing["summary"] = said.warning
    if said.edited_at is not None:
        thing["updated"] = moment(said.edited_at)
    if names.in_reply_to is not None:
        thing["inReplyTo"] = names.in_reply_to
    if names.thread is not None:
        thing["conversation"] = names.thread
        if not names.thread.startswith("tag:"):  # as threads were called before they were collections
            thing["context"] = names.thread
    if said.poll is not None:
        thing |= _question(said.poll)
    if names.quoted is not None:
        thing |= _quote(names.quoted)
    if names.leave is not None:
        thing |= {"replyAuthorization": names.leave, "approvedBy": names.leave}
    return thing


def audience(visibility: Visibility, actor: str, people: list[str]) -> tuple[list[str], list[str]]:
    """Say whom a post is for, `to` and `cc`: the words by which every server tells public from private."""
    followers = ids.followers_id(actor)
    match visibility:
        case Visibility.PUBLIC:
            return [PUBLIC], [followers, *people]
        case Visibility.UNLISTED:
            return [followers], [PUBLIC, *people]
        case Visibility.FOLLOWERS:
            return [followers], people
        case Visibility.DIRECT:
            return people, []


def tombstone(id_: str) -> dict[str, Any]:
    """Write what stands where something was deleted."""
    return {"id": id_, "type": "Tombstone"}


def quote_stamp(quoted_author: str, quoting_id: str, quoted: str, stamp: str) -> dict[str, Any]:
    """Write the leave to quote (FEP-044f): the posts by their ids alone, as not everybody who reads it may see them."""
    return {
        "id": stamp,
        "type": "QuoteAuthorization",
        "attributedTo": quoted_author,
        "interactingObject": quoting_id,
        "interactionTarget": quoted,
    }


# --- Parts ------------------------------------------------------------------------------------------------------------


def attachment(site: Site, file: views.Attachment) -> dict[str, Any]:
    """Write a file of a post. What it shows is said in both places where it is looked for."""
    x, y = file.focus
    thing: dict[str, Any] = {
        "type": "Document",
        "mediaType": media_type(file.original.key) or file.content_type or "application/octet-stream",
        "url": site.media(file.original.key),
        "focalPoint": [x, y],
    }
    if file.description:
        thing["name"] = thing["summary"] = file.description
    if file.blurhash:
        thing["blurhash"] = file.blurhash
    if file.original.width:
        thing |= {"width": file.original.width, "height": file.original.height}
    if file.recording is not None:
        thing["duration"] = duration(file.recording.seconds)
        if file.small.key:
            thing["icon"] = picture(site, file.small)
    return thing


def picture(site: Site, stored: views.Picture) -> dict[str, Any]:
    """Write a stored picture."""
    thing: dict[str, Any] = {"type": "Image", "url": site.media(stored.key)}
    if kind := media_type(stored.key):
        thing["mediaType"] = kind
    return thing


def emoji(site: Site, used: views.Emoji) -> dict[str, Any]:
    """Write a custom emoji as it is used in a text."""
    icon = {"type": "Image", "url": used.url}
    if kind := media_type(used.url):
        icon["mediaType"] = kind
    name = f":{used.shortcode}:"
    return {"id": ids.emoji_id(site, used.shortcode), "type": "Emoji", "name": name, "icon": icon}


def hashtag(site: Site, name: str) -> dict[str, Any]:
    """Write a hashtag."""
    return {"type": "Hashtag", "name": f"#{name}", "href": site.tag(name)}


def _mentioned(said: views.Post, names: Names) -> list[str]:
    return [names.people[each.id] for each in said.mentions if each.id in names.people]


def _tags(site: Site, said: views.Post, names: Names) -> list[dict[str, Any]]:
    tags = [
        {"type": "Mention", "href": names.people[each.id], "name": f"@{_handle(site, each)}"}
        for each in said.mentions
        if each.id in names.people
    ]
    tags += [hashtag(site, name) for name in said.tags]
    tags += [emoji(site, each) for each in said.emojis]
    if said.poll is not None:
        known = {each.shortcode for each in said.emojis}
        tags += [emoji(site, each) for each in said.poll.terms.emojis if each.shortcode not in known]
    if names.quoted is not None:
        link = {"type": "Link", "mediaType": LD_JSON, "href": names.quoted.uri, "rel": _QUOTE_REL}
        tags.append({**link, "name": f"RE: {names.quoted.url}"})
    return tags


def _handle(site: Site, person: views.Mention) -> str:
    return site.handle(person.username) if person.domain is None else f"{person.username}@{person.domain}"


def _content(said: views.Post, names: Names) -> str:
    """Return what a post says; a quote also by a link, for servers that know no quotes."""
    return said.content_html if names.quoted is None else with_link_to_quoted(said.content_html, names.quoted.url)


def _quote(quoted: Quoted) -> dict[str, Any]:
    thing = dict.fromkeys(("quote", "quoteUri", "quoteUrl", "_misskey_quote"), quoted.uri)
    return thing if quoted.approval is None else {**thing, "quoteAuthorization": quoted.approval}


def _interactions(said: views.Post, actor: str) -> dict[str, dict[str, list[str]]]:
    """Say who may like, answer and pass on a post, as GoToSocial reads it.

    What is for few stays with them; whoever sees it may like and answer it, which goes without saying: a rule that names
    followers would have theirs wait for an answer.
    """
    if said.visibility > Visibility.UNLISTED:
        return {"canAnnounce": {"automaticApproval": [actor], "manualApproval": []}}
    everybody = {"automaticApproval": [PUBLIC], "manualApproval": list[str]()}
    return {"canLike": everybody, "canReply": everybody, "canAnnounce": everybody}


def _may_quote(said: views.Post, actor: str) -> dict[str, list[str]]:
    """Say who may quote a post at once and who may ask; nobody is said by naming its author alone."""
    policy = said.quote_policy if said.visibility <= Visibility.UNLISTED else QuotePolicy.NOBODY
    named = {QuotePolicy.PUBLIC: [PUBLIC], QuotePolicy.FOLLOWERS: [ids.followers_id(actor)]}
    manual = named.get(policy.when_asked, [])
    return {"automaticApproval": named.get(policy.at_once, [actor]), "manualApproval": manual}


def _question(poll: views.Poll) -> dict[str, Any]:
    """Write what is asked; the votes for each option only where they are told."""
    options = [
        {"type": "Note", "name": title, "replies": {"type": "Collection", "totalItems": votes}}
        for title, votes in zip(
            poll.terms.options, poll.tallies if poll.shows_totals else [0] * len(poll.tallies), strict=True
        )
    ]
    thing: dict[str, Any] = {"anyOf" if poll.terms.multiple else "oneOf": options, "votersCount": poll.voters}
    if poll.terms.expires_at is not None:
        thing["endTime"] = moment(poll.terms.expires_at)
        if poll.closed:
            thing["closed"] = thing["endTime"]
    return thing
