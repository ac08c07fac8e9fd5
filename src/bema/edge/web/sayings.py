"""What the pages say outside the templates: why something was refused and what to do next, and what was done."""

import re

from bema.model.errors import Refusal
from bema.wire.tongues import Tongue, words

FLASHES = {
    "published": words("Your post is on the square."),
    "asked_leave": words("It waits for the word of whom it answers. Nobody but you sees it until then."),
    "saved": words("Saved."),
    "edited": words("The post was changed."),
    "deleted": words("The post was deleted."),
    "password": words("Your password was changed. All other sessions were signed out."),
    "switched": words("You read and write as this account now."),
    "signed_out": words("You are signed out."),
    "confirmed": words("Your address is confirmed. Welcome to the square."),
    "session_ended": words("The session was ended."),
    "app_removed": words("The app cannot act for you any more."),
    "totp_off": words("Signing in asks for no code any more."),
    "passkey_added": words("The passkey was added."),
    "passkey_removed": words("The passkey was removed."),
    "note": words("Your note was kept."),
    "tag_followed": words("What carries the hashtag is at home from now on."),
    "tag_unfollowed": words("You do not follow the hashtag any more."),
    "list_made": words("The list is there. Add people to it from their profiles."),
    "list_deleted": words("The list was deleted."),
    "list_added": words("They are in the list."),
    "list_removed": words("They are not in the list any more."),
    "collection_made": words("The collection is there. Now say who is in it."),
    "collection_deleted": words("The collection was deleted."),
    "collection_added": words("They are in the collection."),
    "collection_removed": words("They are not in the collection any more."),
    "collection_left": words("You are not in the collection any more."),
    "filter_kept": words("The filter holds from now on."),
    "filter_deleted": words("The filter was deleted."),
    "domain_blocked": words("The server is blocked."),
    "domain_unblocked": words("The server is not blocked any more."),
    "voted": words("Your vote was counted."),
    "scheduled": words("Your post is kept and will be published at its time."),
    "draft_kept": words("Your draft is kept."),
    "unsent": words("Nobody has seen it. Change it, or leave it: it is a draft again."),
    "draft_gone": words("The draft is gone."),
    "moved": words("The time was changed."),
    "cancelled": words("The post was thrown away."),
    "let_quote": words("The quote is shown now."),
    "not_let_quote": words("Your post is not shown in that quote."),
    "unquoted": words("Your post was taken out of the quote."),
    "announced": words("Everybody will read it."),
    "unannounced": words("It is not shown any more."),
    "let_in": words("They were let in."),
    "sent_away": words("They were sent away."),
    "noted": words("Your note is with the case."),
    "case_closed": words("The case is closed."),
    "decided": words("It is decided, or waits for a second person: see below."),
    "role_changed": words("They have the role from now on."),
    "settled": words("This was settled meanwhile."),
    "drafted": words("Your draft is kept. Your colleagues see it in the case."),
    "hidden": words("It is in force. A second person has a day to approve it."),
    "reported": words("The staff has your report, as you saw it."),
    "approved": words("Your approval counts."),
    "refused": words("It is refused."),
    "withdrawn": words("It is withdrawn."),
    "taken_back": words("It is taken back."),
    "proposed": words("Everybody is asked now."),
    "policy_published": words("It is published, and stands in the public log."),
    "awaits_another": words("Somebody else of the staff has to agree to it."),
    "discarded": words("The draft was thrown away."),
    "opinion": words("Everybody can read what you said."),
    "opinion_removed": words("What you said was removed."),
    "left": words("Your account was deleted."),
    "list_begun": words("The list is being worked off."),
    "reader_removed": words("No more letters go there."),
    "list_stopped": words("Nothing more of the list is done."),
    "deleted_waiting": words("Nothing of it will be delivered."),
    "archive_asked": words("It is being made. You get a letter when it is there."),
    "objected": words("Your objection is with the staff. You get a letter when it is answered."),
    "objected_elsewhere": words("Your objection is with the staff. The answer will stand on this page."),
    "answered": words("Your answer is with the reviewer."),
    "appeal_withdrawn": words("You object no more."),
    "appeal_taken": words("You review this objection now."),
    "appeal_left": words("Others can review it."),
    "appeal_asked": words("They were asked; the time stands still until they answer."),
    "appeal_answered": words("The objection is answered, and they were told."),
}

_TROUBLES = {
    400: (words("That could not be read"), words("Go back, check what you sent and try again.")),
    401: (words("Please sign in"), words("This page is for those who are signed in.")),
    403: (words("That is not possible"), words("You may not do this. Nothing was changed.")),
    404: (
        words("Nothing stands here"),
        words("The page was removed, never existed, or is not for you. Check the address, or look around the square."),
    ),
    405: (words("That is not possible"), words("This address cannot be used in this way. Go back and try again.")),
    409: (words("Somebody was faster"), words("This was changed meanwhile. Go back, reload the page and try again.")),
    410: (words("This was deleted"), words("It stood here once, and its author took it away.")),
    413: (words("That is too large"), words("Choose smaller pictures, or fewer, and try again.")),
    414: (words("That address is too long"), words("Shorten what you were looking for and try again.")),
    422: (words("That cannot be done"), words("Go back, check what you sent and try again.")),
    429: (words("Not so fast"), words("You asked too often. Wait a minute and try again; nothing is lost.")),
    503: (words("One moment, please"), words("The server is busy. Try again in a moment; nothing is lost.")),
}

# What operations say when they refuse: in English, as clients of the API know it; here in the words of the pages.
_KNOWN = {
    "Text can't be blank": words("Write something, or add a picture."),
    "Cannot attach more than 4 files": words("A post has four pictures at the most."),
    "A file is missing, is another's or was used already": words("A picture is missing. Please choose it again."),
    "This post cannot be boosted: it is not public": words("This post is not public and cannot be boosted."),
    "The author of this post does not let you favourite it": words(
        "The author of this post does not let you favourite it"
    ),
    "The author of this post does not let you answer it": words("The author of this post does not let you answer it"),
    "The author of this post does not let you boost it": words("The author of this post does not let you boost it"),
    "This post waits for the word of whom it answers": words("This post waits for the word of whom it answers"),
    "The post you are trying to reply to does not appear to exist": words(
        "The post you answer is gone. Your words are kept: you can post them by themselves."
    ),
    "A post can have files or a poll, not both": words("A post has pictures or a poll, not both."),
    "Options must be more than one": words("A poll needs two options at least."),
    "Options contain duplicate items": words("Two options of the poll are the same."),
    "Options can't be longer than 50 characters each": words("An option of a poll has 50 characters at the most."),
    "The poll has already ended": words("This poll is over."),
    "Title can't be blank": words("Please give it a name."),
    "Context can't be blank, Context None or invalid context supplied": words("Choose where the filter holds."),
    "Title can't be blank, Context can't be blank, Context None or invalid context supplied": words(
        "Please give it a name, and choose where it holds."
    ),
    "Domain can't be blank": words("Write the address of a server."),
    "Domain is not a valid domain name": words("This is not the address of a server."),
    "You have reached the maximum number of lists": words("You have as many lists as there can be."),
    "Name can't be blank": words("Please give it a name."),
    "Tag name is invalid": words("This cannot be a hashtag: it needs a letter, and has no spaces."),
    "You cannot have more than 10 collections": words("You have as many collections as there can be."),
    "A collection cannot have more than 25 accounts": words("The collection is full."),
    "This account cannot be added to collections.": words(
        "This account does not wish to be recommended, or is not of this square."
    ),
    "Account has already been taken": words("They are in it already, or were and do not want to be."),
    "This account does not exist here": words("Nobody here has this address."),
    "You have already voted on this poll": words("You have voted already."),
    "You cannot vote in your own polls": words("Nobody votes in their own poll."),
    "The chosen vote option does not exist": words("Choose one of the options."),
    "Only one option can be chosen in this poll": words("Choose one of the options."),
    "Scheduled at must be at least 5 minutes in the future": words("Choose a time at least five minutes from now."),
    "Scheduled at is too far in the future": words("Choose a time within five years."),
    "You have exceeded the limit of 25 scheduled posts for that day": words(
        "You have scheduled 25 posts for that day already. Choose another day."
    ),
    "You have exceeded the limit of 300 scheduled posts": words(
        "You have scheduled 300 posts already. Throw some away first."
    ),
    "You have 100 drafts": words("You have 100 drafts already. Throw some away first."),
    "This post is published already": words(
        "It is too late: the post is on the square. You can change or delete it there."
    ),
    "The draft is too long": words("This is too long to be kept as a draft. Your words are here still."),
    "A thread can have 10 posts": words("A thread can have ten posts."),
    "People are still asked about it": words("People are still asked about it."),
    "A later version is published already": words("A later version is published already. Make a new draft of it."),
    "No version can hold from a day that is past": words("No version can hold from a day that is past."),
    "It holds already; publish another version": words("It is in force already. Publish another version instead."),
    "A document says nothing yet": words("The document says nothing yet. Please write something."),
    "Clauses are not all there in the language in which they bind": words(
        "A clause is missing in the language in which it binds."
    ),
    "Who asked for it is not of the staff any more": words(
        "Who asked for it is not of the staff any more. Withdraw it, and make a new draft."
    ),
    "Somebody else has to agree": words("Somebody else has to agree: you asked for it yourself."),
    "Day is not a date": words("That is no day."),
    "Name may hold small letters, digits and hyphens": words("A name has small Latin letters, digits and hyphens."),
    "A comment can't be blank": words("Please write something."),
    "You said as much about it as can be said": words("You said as much about it as can be said."),
    "People are not asked about it any more": words("People are not asked about it any more."),
    "Your account is suspended": words("Your account was suspended at that time."),
    "The post you are trying to quote does not appear to exist": words(
        "The post you quote is gone, or its author does not want that. Your words are kept: you can post them by themselves."
    ),
    "Cannot quote a non-mentioned user in a Private Mention post": words(
        "Whom you quote has to be among those whom you write to. Mention them, or let more people see it."
    ),
    "This action is not allowed": words("You may not do this. Nothing was changed."),
    "This name and password do not belong together": words("This name and password do not belong together."),
    "This code is not right": words("This code is not right, or it was used. Wait for the next one."),
    "Please sign in again": words("Please sign in again."),
    "Too many wrong codes, please try again later": words("Too many wrong codes. Wait a quarter of an hour."),
    "Too many attempts to sign in, please try again later": words(
        "Too many attempts to sign in. Wait five minutes and try again."
    ),
    "This passkey could not be checked": words("This passkey could not be checked. Try again, or use your password."),
    "This passkey could not be added": words("This passkey could not be added. Try again."),
    "This passkey is known already": words("This passkey is known already."),
    "This link is too old or was used. Ask for a new one": words(
        "This link is too old or was used. Ask for a new one."
    ),
    "This link is too old or was used": words("This link is too old or was used. If you can sign in, all is well."),
    "This server takes no new members at the moment": words("This square takes no new members at the moment."),
    "You have as many passkeys as there can be; remove one first": words(
        "You have as many passkeys as there can be. Remove one first."
    ),
    "Set a password first: without this passkey you could not sign in": words(
        "Set a password first: without this passkey you could not sign in."
    ),
    "Images of this size are not supported": words("A picture is too large. Make it smaller and try again."),
    "File type of uploaded media could not be verified": words(
        "A file is not a picture that can be shown here. JPEG, PNG, WebP, GIF and AVIF can."
    ),
    "File content type is invalid": words("A file is no picture, video or sound that can be shown here."),
    "Cannot attach files that have not finished processing. Try again in a moment!": words(
        "A video or sound is not ready, or cannot be shown. Post again in a minute, or without it."
    ),
    "Cannot attach a video to a post that already contains images": words(
        "A video or sound stands alone: no other file can be with it in a post."
    ),
    "Your other uploads are still being prepared, please try again in a moment": words(
        "Your other uploads are still being prepared. Try again in a minute."
    ),
    "Too many videos and sounds are being prepared at this moment, please try again": words(
        "Many videos and sounds are being prepared. Try again in a few minutes."
    ),
    "You have already pinned the maximum number of posts": words("Five posts are pinned already. Take one down first."),
    "Field name can't be blank where there is a value": words("Each fact needs a name."),
    "This form came from another site and was not accepted": words(
        "This form came from another site and was not accepted."
    ),
    "Choose what is in the file": words("Choose what is in the file."),
    "The file is empty": words("There is nothing in the file, or none was chosen."),
    "The file is no text": words("This is no list: the file is no text. Choose the CSV file itself."),
    "The file is no list (CSV)": words("This is no list: the file is not CSV."),
    "The file is a list of something else": words("The file is a list of something else: its columns are others."),
    "Other lists of yours are being worked off: wait for the end of one, or stop it": words(
        "Other lists of yours are being worked off. Wait for the end of one, or stop it."
    ),
    "Say why": words("Please say why."),
    "There is nothing to object to any more, or you did": words("There is nothing to object to any more, or you did."),
    "Somebody who took no part in the decision answers this appeal": words(
        "You had a part in the decision. Somebody who had none answers this objection."
    ),
    "Enough was asked; please answer the appeal": words("Enough was asked. Please answer the objection."),
    "Say what of it is taken back": words("Choose what is taken back."),
    "This form is too old. Go back, reload the page and send it again": words(
        "This form is too old. Go back, reload the page and send it again."
    ),
}
_KNOWN_LIMITS = {
    "Name": words("The name is too long: it has %(limit)s characters at the most."),
    "Title": words("The name is too long: it has %(limit)s characters at the most."),
    "Keyword": words("Some words are too long: a line has %(limit)s characters at the most."),
    "Display name": words("Your name is too long: it has %(limit)s characters at the most."),
    "Note": words("What you say about yourself is too long: it has %(limit)s characters at the most."),
    "Field name": words("The name of a fact is too long: it has %(limit)s characters at the most."),
    "Field value": words("A fact is too long: it has %(limit)s characters at the most."),
    "Description": words("A description is too long: it has %(limit)s characters at the most."),
    "Comment": words("Your note is too long: it has %(limit)s characters at the most."),
}
_KNOWN_NUMBERS = {
    "More than %(limit)s of yours wait for the word of others": words(
        "More than %(limit)s of yours wait for the word of others."
    ),
    "The file has more than %(limit)s lines": words("The file has more than %(limit)s lines. Bring it in parts."),
    "The file is longer than %(limit)s MB": words("The file is longer than %(limit)s MB. Bring it in parts."),
    "You cannot follow more than %(limit)s people": words("You cannot follow more than %(limit)s people."),
    "You cannot block more than %(limit)s domains": words("You cannot block more than %(limit)s servers."),
    "A list cannot have more than %(limit)s members": words("A list cannot have more than %(limit)s members."),
}
_NUMBER = re.compile(r"\d+")
_FIELD_TOO_LONG = re.compile(r"(.+) is too long \(maximum is (\d+) characters\)")
_TOO_LONG = re.compile(r"Text character limit of (\d+) exceeded")
_FIELD_ERRORS = {
    "ERR_TAKEN": words("Somebody else has this already."),
    "ERR_INVALID": words("This is not in the right form."),
    "ERR_TOO_LONG": words("This is too long."),
    "ERR_TOO_SHORT": words("This is too short."),
    "ERR_RESERVED": words("This name is kept for the square itself."),
    "ERR_BLANK": words("Please fill this in."),
    "ERR_ACCEPTED": words("Please agree to go on."),
    "ERR_BLOCKED": words("This address cannot be used here."),
    "ERR_UNREACHABLE": words("No mail can be sent to this address."),
}


def of_refusal(refusal: Refusal, speech: Tongue) -> str:
    """Say why something was refused."""
    message = refusal.message.removeprefix("Validation failed: ")
    if (too_long := _TOO_LONG.fullmatch(message)) is not None:
        limit = speech.number(int(too_long[1]))
        return speech.gettext("That is too long: a post has %(limit)s characters at the most.") % {"limit": limit}
    field = _FIELD_TOO_LONG.fullmatch(message)
    if field is not None and field[1] in _KNOWN_LIMITS:
        return speech.gettext(_KNOWN_LIMITS[field[1]]) % {"limit": speech.number(int(field[2]))}
    known = _KNOWN.get(message)
    if known is not None:
        return speech.gettext(known)
    number = _NUMBER.search(message)
    if number is not None and (counted := _KNOWN_NUMBERS.get(_NUMBER.sub("%(limit)s", message))) is not None:
        return speech.gettext(counted) % {"limit": speech.number(int(number[0]))}
    if refusal.status in _TROUBLES and message == type(refusal).message:
        return speech.gettext(_TROUBLES[refusal.status][1])
    return speech.gettext(message)


def trouble(refusal: Refusal, speech: Tongue) -> tuple[str, str]:
    """Name what went wrong, and say what to do next."""
    title, message = _TROUBLES.get(refusal.status, _TROUBLES[422])
    if refusal.message == type(refusal).message or (
        refusal.status in (401, 404, 405) and refusal.message not in _KNOWN
    ):
        return speech.gettext(title), speech.gettext(message)
    return speech.gettext(title), of_refusal(refusal, speech)


def fault(request_id: str, speech: Tongue) -> tuple[str, str]:
    """Own up to a fault of the server."""
    message = speech.gettext(
        "Something broke on our side, and it was noted as %(number)s. Try again; if it happens again, tell us the number."
    )
    return speech.gettext("That was our fault"), message % {"number": request_id}


def field_errors(refusal: Refusal, speech: Tongue) -> dict[str, str]:
    """Say per field what is wrong, where the refusal knows."""
    said: dict[str, str] = {}
    for field, errors in (refusal.details or {}).items():
        if errors:
            known = _FIELD_ERRORS.get(errors[0].get("error", ""))
            said[field] = speech.gettext(known) if known is not None else errors[0].get("description", "")
    return said


def flash(key: str, speech: Tongue) -> str | None:
    """Return what was done, by its key."""
    known = FLASHES.get(key)
    return None if known is None else speech.gettext(known)
