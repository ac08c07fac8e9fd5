"""What servers of each family send: written after their documentation and sources, as small as shows their ways."""

from typing import Any

AS = "https://www.w3.org/ns/activitystreams"
PUBLIC = f"{AS}#Public"
Document = dict[str, Any]


def mastodon_actor(name: str = "ann", host: str = "mastodon.example", **more: Any) -> Document:
    """Somebody on Mastodon."""
    base = f"https://{host}/users/{name}"
    return {
        "@context": [AS, "https://w3id.org/security/v1", {"toot": "http://joinmastodon.org/ns#"}],
        "id": base,
        "type": "Person",
        "following": f"{base}/following",
        "followers": f"{base}/followers",
        "inbox": f"{base}/inbox",
        "outbox": f"{base}/outbox",
        "featured": f"{base}/collections/featured",
        "featuredTags": f"{base}/collections/tags",
        "preferredUsername": name,
        "name": f"{name.title()} :blob:",
        "summary": '<p>Hello <a href="https://a.example" onclick="x()">there</a><script>alert(1)</script></p>',
        "url": f"https://{host}/@{name}",
        "manuallyApprovesFollowers": False,
        "discoverable": True,
        "indexable": True,
        "published": "2024-03-01T00:00:00Z",
        "memorial": False,
        "publicKey": {
            "id": f"{base}#main-key",
            "owner": base,
            "publicKeyPem": "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n",
        },
        "tag": [
            {
                "id": f"https://{host}/emojis/1",
                "type": "Emoji",
                "name": ":blob:",
                "icon": {"type": "Image", "mediaType": "image/png", "url": f"https://{host}/blob.png"},
            }
        ],
        "attachment": [
            {"type": "PropertyValue", "name": "Home", "value": '<a href="https://a.example" rel="me">a.example</a>'}
        ],
        "endpoints": {"sharedInbox": f"https://{host}/inbox"},
        "icon": {"type": "Image", "mediaType": "image/png", "url": f"https://{host}/ann.png"},
        "image": {"type": "Image", "mediaType": "image/png", "url": f"https://{host}/header.png"},
        **more,
    }


def mastodon_note(name: str = "ann", host: str = "mastodon.example", number: int = 1, **more: Any) -> Document:
    """A post on Mastodon."""
    base = f"https://{host}/users/{name}"
    return {
        "id": f"{base}/statuses/{number}",
        "type": "Note",
        "summary": None,
        "inReplyTo": None,
        "published": "2026-01-01T00:00:00Z",
        "url": f"https://{host}/@{name}/{number}",
        "attributedTo": base,
        "to": [PUBLIC],
        "cc": [f"{base}/followers"],
        "sensitive": False,
        "content": "<p>Good morning</p>",
        "contentMap": {"en": "<p>Good morning</p>"},
        "attachment": [],
        "tag": [],
        "replies": {
            "id": f"{base}/statuses/{number}/replies",
            "type": "Collection",
            "first": {"type": "CollectionPage", "next": f"{base}/statuses/{number}/replies?page=true", "items": []},
        },
        **more,
    }


def act(type_: str, thing: Any, actor: str = "https://mastodon.example/users/ann", **more: Any) -> Document:
    """Something that somebody did."""
    return {"@context": AS, "id": f"{actor}#{type_.lower()}", "type": type_, "actor": actor, "object": thing, **more}


MISSKEY_NOTE: Document = {
    "id": "https://misskey.example/notes/9a",
    "type": "Note",
    "attributedTo": "https://misskey.example/users/8b",
    "content": "<p><span>look</span></p>",
    "_misskey_content": "look",
    "source": {"content": "look", "mediaType": "text/x.misskeymarkdown"},
    "_misskey_quote": "https://mastodon.example/users/ann/statuses/1",
    "quoteUrl": "https://mastodon.example/users/ann/statuses/1",
    "published": "2026-01-01T00:00:00.123Z",
    "to": [PUBLIC],
    "cc": ["https://misskey.example/users/8b/followers"],
    "inReplyTo": None,
    "attachment": [{"type": "Document", "mediaType": "image/webp", "url": "https://misskey.example/f/1", "name": None}],
    "sensitive": False,
    "tag": [{"type": "Mention", "href": "https://square.example/users/bob", "name": "@bob@square.example"}],
}
AKKOMA_NOTE: Document = {
    "id": "https://akkoma.example/objects/1",
    "type": "Note",
    "actor": "https://akkoma.example/users/cat",
    "attributedTo": "https://akkoma.example/users/cat",
    "content": "hello :kitty:",
    "context": "https://akkoma.example/contexts/1",
    "conversation": "https://akkoma.example/contexts/1",
    "to": PUBLIC,
    "cc": "https://akkoma.example/users/cat/followers",
    "published": "2026-01-01T00:00:00.000000Z",
    "summary": "",
    "attachment": [
        {
            "type": "Document",
            "mediaType": "image/png",
            "name": "a cat",
            "url": [{"type": "Link", "href": "https://akkoma.example/media/1.png", "mediaType": "image/png"}],
        }
    ],
    "tag": [
        {
            "type": "Emoji",
            "name": ":kitty:",
            "icon": {"type": "Image", "url": "https://akkoma.example/emoji/kitty.png"},
        },
        {"type": "Hashtag", "href": "https://akkoma.example/tag/cats", "name": "#cats"},
    ],
}
GOTOSOCIAL_ACTOR: Document = {
    "@context": [AS, "https://w3id.org/security/v1"],
    "id": "https://gts.example/users/dan",
    "type": "Person",
    "preferredUsername": "dan",
    "inbox": "https://gts.example/users/dan/inbox",
    "outbox": "https://gts.example/users/dan/outbox",
    "followers": "https://gts.example/users/dan/followers",
    "url": "https://gts.example/@dan",
    "manuallyApprovesFollowers": True,
    "publicKey": {
        "id": "https://gts.example/users/dan/main-key",
        "owner": "https://gts.example/users/dan",
        "publicKeyPem": "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n",
    },
}
GOTOSOCIAL_VOTES: Document = {
    "@context": AS,
    "id": "https://gts.example/users/dan/activities/create/1#poll",
    "type": "Create",
    "actor": "https://gts.example/users/dan",
    "to": "https://square.example/users/bob",
    "object": [
        {
            "id": f"https://gts.example/users/dan#votes/{number}",
            "type": "Note",
            "attributedTo": "https://gts.example/users/dan",
            "inReplyTo": "https://square.example/users/bob/statuses/1",
            "name": name,
            "to": "https://square.example/users/bob",
        }
        for number, name in enumerate(("Tea", "Coffee"))
    ],
}
THREADS_ACTOR: Document = {
    "@context": [AS, "https://w3id.org/security/v1"],
    "type": "Person",
    "id": "https://threads.net/ap/users/17841400000000000/",
    "preferredUsername": "eve",
    "name": "Eve",
    "url": "https://www.threads.net/@eve",
    "inbox": "https://threads.net/ap/users/17841400000000000/inbox/",
    "outbox": "https://threads.net/ap/users/17841400000000000/outbox/",
    "followers": "https://threads.net/ap/users/17841400000000000/followers/",
    "icon": {"type": "Image", "url": "https://cdn.example/eve.jpg"},
    "publicKey": {
        "id": "https://threads.net/ap/users/17841400000000000/#main-key",
        "owner": "https://threads.net/ap/users/17841400000000000/",
        "publicKeyPem": "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n",
    },
}
PIXELFED_NOTE: Document = {
    "id": "https://pixelfed.example/p/fay/1",
    "type": "Note",
    "summary": None,
    "content": "a lake",
    "inReplyTo": None,
    "published": "2026-01-01T00:00:00+00:00",
    "url": "https://pixelfed.example/p/fay/1",
    "attributedTo": "https://pixelfed.example/users/fay",
    "to": [PUBLIC],
    "cc": ["https://pixelfed.example/users/fay/followers"],
    "sensitive": False,
    "attachment": [
        {
            "type": "Image",
            "mediaType": "image/jpeg",
            "url": "https://pixelfed.example/s/1.jpg",
            "name": "Water at dusk",
            "blurhash": "UEHLh[WB2yk8pyoJadR*.7kCMdnj",
            "width": 1080,
            "height": 720,
            "focalPoint": [0.5, -0.25],
        }
    ],
    "capabilities": {"announce": PUBLIC, "like": PUBLIC, "reply": PUBLIC},
    "commentsEnabled": True,
}
WORDPRESS_ARTICLE: Document = {
    "id": "https://blog.example/?p=12",
    "type": "Article",
    "attributedTo": "https://blog.example/?author=1",
    "name": "Bread &amp; salt",
    "summary": "<p>How we bake.</p>",
    "content": "<p>" + "Flour, water, time. " * 200 + "</p>",
    "contentMap": {"en": "<p>" + "Flour, water, time. " * 200 + "</p>"},
    "url": "https://blog.example/2026/bread/",
    "published": "2026-01-01T08:00:00Z",
    "to": [PUBLIC, "https://blog.example/wp-json/activitypub/1.0/actors/1/followers"],
    "attachment": [{"type": "Image", "url": "https://blog.example/bread.jpg", "mediaType": "image/jpeg"}],
    "tag": [{"type": "Hashtag", "name": "#bread", "href": "https://blog.example/tag/bread/"}],
}
PEERTUBE_VIDEO: Document = {
    "id": "https://video.example/videos/watch/1",
    "type": "Video",
    "name": "A walk",
    "duration": "PT125S",
    "language": {"identifier": "fr", "name": "French"},
    "mediaType": "text/markdown",
    "content": "Through **the** woods",
    "attributedTo": [
        {"type": "Group", "id": "https://video.example/video-channels/walks"},
        {"type": "Person", "id": "https://video.example/accounts/gil"},
    ],
    "icon": [
        {"type": "Image", "url": "https://video.example/small.jpg", "mediaType": "image/jpeg", "width": 280},
        {"type": "Image", "url": "https://video.example/large.jpg", "mediaType": "image/jpeg", "width": 850},
    ],
    "url": [
        {"type": "Link", "mediaType": "application/x-mpegURL", "href": "https://video.example/1.m3u8"},
        {"type": "Link", "mediaType": "text/html", "href": "https://video.example/w/1"},
    ],
    "published": "2026-01-01T00:00:00.000Z",
    "sensitive": False,
    "to": [PUBLIC],
    "cc": [],
}
LEMMY_PAGE: Document = {
    "type": "Page",
    "id": "https://lemmy.example/post/1",
    "attributedTo": "https://lemmy.example/u/hal",
    "to": ["https://lemmy.example/c/books", PUBLIC],
    "name": "What are you reading?",
    "cc": [],
    "mediaType": "text/html",
    "content": "<p>Tell us</p>",
    "attachment": [{"type": "Link", "href": "https://books.example/"}],
    "audience": "https://lemmy.example/c/books",
    "published": "2026-01-01T00:00:00.000000+00:00",
    "language": {"identifier": "en", "name": "English"},
}
LEMMY_ANNOUNCE: Document = {
    "@context": [AS],
    "id": "https://lemmy.example/activities/announce/1",
    "type": "Announce",
    "actor": "https://lemmy.example/c/books",
    "to": [PUBLIC],
    "object": {
        "id": "https://lemmy.example/activities/create/1",
        "type": "Create",
        "actor": "https://lemmy.example/u/hal",
        "object": LEMMY_PAGE,
    },
    "cc": ["https://lemmy.example/c/books/followers"],
}
BRIDGY_NOTE: Document = {
    "id": "https://bsky.brid.gy/convert/ap/at://did:plc:1/app.bsky.feed.post/1",
    "type": "Note",
    "url": "https://bsky.app/profile/ida.example/post/1",
    "attributedTo": "https://bsky.brid.gy/ap/did:plc:1",
    "content": "<p>from the other side</p>",
    "contentMap": {"en": "<p>from the other side</p>"},
    "published": "2026-01-01T00:00:00.001Z",
    "to": [PUBLIC],
}
FULL_NAMES_NOTE: Document = {
    "@id": "https://expanded.example/n/1",
    "@type": "https://www.w3.org/ns/activitystreams#Note",
    "https://www.w3.org/ns/activitystreams#attributedTo": {"@id": "https://expanded.example/u/1"},
    "as:content": {"@value": "<p>in full</p>", "@language": "en"},
    "as:to": [{"@id": "as:Public"}],
}
MOBILIZON_EVENT: Document = {
    "id": "https://mobilizon.example/events/7",
    "type": "Event",
    "actor": "https://mobilizon.example/@flo",
    "attributedTo": "https://mobilizon.example/@walkers",
    "name": "A walk by the sea",
    "content": "<p>Bring good shoes.</p>",
    "mediaType": "text/html",
    "startTime": "2026-05-01T10:00:00+02:00",
    "endTime": "2026-05-01T13:30:00+02:00",
    "timezone": "Europe/Paris",
    "location": {
        "type": "Place",
        "name": "The old lighthouse",
        "address": {
            "type": "PostalAddress",
            "streetAddress": "1 Quai du Phare",
            "addressLocality": "Penmarch",
            "addressCountry": "France",
            "postalCode": None,
        },
        "latitude": 47.79,
        "longitude": -4.37,
    },
    "attachment": [
        {"type": "Document", "mediaType": "image/jpeg", "name": "Banner", "url": "https://mobilizon.example/m/1.jpg"}
    ],
    "joinMode": "free",
    "participantCount": 3,
    "published": "2026-01-01T00:00:00Z",
    "url": "https://mobilizon.example/events/7",
    "to": [PUBLIC],
    "cc": ["https://mobilizon.example/@walkers/followers"],
    "tag": [{"type": "Hashtag", "name": "#walks", "href": "https://mobilizon.example/tag/walks"}],
}
CASTOPOD_AUDIO: Document = {
    "id": "https://pods.example/@show/episodes/one",
    "type": "Audio",
    "attributedTo": "https://pods.example/@show",
    "name": "Episode one",
    "summary": "On tides",
    "duration": "PT1800S",
    "url": [
        {"type": "Link", "mediaType": "text/html", "href": "https://pods.example/@show/episodes/one"},
        {"type": "Link", "mediaType": "audio/mpeg", "href": "https://pods.example/audio/one.mp3"},
    ],
    "image": {"type": "Image", "url": "https://pods.example/cover.jpg", "mediaType": "image/jpeg"},
    "published": "2026-01-01T00:00:00Z",
    "to": [PUBLIC],
    "cc": [],
}
GHOST_ARTICLE: Document = {
    "id": "https://ghost.example/.ghost/activitypub/article/1",
    "type": "Article",
    "attributedTo": "https://ghost.example/.ghost/activitypub/users/index",
    "name": "On paper",
    "content": "<p>" + "Fold, press, sew. " * 300 + "</p>",
    "preview": {"type": "Note", "content": "<p>Why we still bind books by hand.</p>"},
    "image": "https://ghost.example/paper.jpg",
    "url": "https://ghost.example/on-paper/",
    "published": "2026-01-01T00:00:00Z",
    "to": [PUBLIC],
    "cc": ["https://ghost.example/.ghost/activitypub/followers/index"],
}
PIXELFED_IMAGE: Document = {
    "id": "https://pics.example/p/1",
    "type": "Image",
    "attributedTo": "https://pics.example/users/ida",
    "name": "A heron",
    "mediaType": "image/webp",
    "url": [
        {"type": "Link", "mediaType": "text/html", "href": "https://pics.example/p/1/page"},
        {"type": "Link", "mediaType": "image/webp", "href": "https://pics.example/p/1.webp"},
    ],
    "published": "2026-01-01T00:00:00Z",
    "to": [PUBLIC],
    "cc": [],
}
