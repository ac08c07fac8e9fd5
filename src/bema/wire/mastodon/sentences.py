"""What happened, in one sentence for each type of notification: for push messages, and clients that do not know the type."""

from collections.abc import Callable

SENTENCES: dict[str, str] = {
    "mention": "%(name)s mentioned you",
    "status": "%(name)s posted",
    "reblog": "%(name)s boosted your post",
    "follow": "%(name)s follows you",
    "follow_request": "%(name)s asks to follow you",
    "favourite": "%(name)s favourited your post",
    "poll": "A poll by %(name)s has ended",
    "update": "%(name)s edited a post you boosted",
    "quote": "%(name)s quoted your post",
    "quoted_update": "%(name)s edited a post you quoted",
    "admin.sign_up": "%(name)s signed up",
    "admin.report": "%(name)s filed a report",
    "severed_relationships": "Some of your follows have ended",
    "moderation_warning": "The moderators decided something about your account",
    "annual_report": "Your year on the square is ready",
    "added_to_collection": "%(name)s added you to a collection",
    "collection_update": "%(name)s changed a collection you are in",
}


def sentence(type_: str, name: str, translate: Callable[[str], str] = str) -> str:
    """Say what happened, in the words of a catalogue."""
    return translate(SENTENCES[type_]) % {"name": name}
