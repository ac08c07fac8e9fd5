"""What happened, in one sentence for each type of notification: for push messages, and clients that do not know the type."""

from collections.abc import Callable


def words(text: str) -> str:
    """Mark a text for the catalogues of the pages."""
    return text


SENTENCES: dict[str, str] = {
    "mention": words("%(name)s mentioned you"),
    "status": words("%(name)s posted"),
    "reblog": words("%(name)s boosted your post"),
    "follow": words("%(name)s follows you"),
    "follow_request": words("%(name)s asks to follow you"),
    "favourite": words("%(name)s favourited your post"),
    "poll": words("A poll by %(name)s has ended"),
    "update": words("%(name)s edited a post you boosted"),
    "quote": words("%(name)s quoted your post"),
    "quoted_update": words("%(name)s edited a post you quoted"),
    "admin.sign_up": words("%(name)s signed up"),
    "admin.report": words("%(name)s filed a report"),
    "severed_relationships": words("Some of your follows have ended"),
    "moderation_warning": words("The moderators decided something about your account"),
    "annual_report": words("Your year on the square is ready"),
    "added_to_collection": words("%(name)s added you to a collection"),
    "collection_update": words("%(name)s changed a collection you are in"),
}


def sentence(type_: str, name: str, translate: Callable[[str], str] = str) -> str:
    """Say what happened, in the words of a catalogue."""
    return translate(SENTENCES[type_]) % {"name": name}
