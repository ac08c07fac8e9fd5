"""A server made with bovine beside ours: `python living.py URL NAME TOKEN`, by a Python that has bovine and not us.

bovine signs, verifies and builds what it says by code of its own. Each sentence stands on what came before; the first that
does not hold ends the process. What is heard counts only if bovine's own checker says who signed it.
"""

import asyncio
import json
import sys
import urllib.request
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp import web
from bovine import BovineActor
from bovine.activitystreams.activity_factory import ActivityFactory
from bovine.activitystreams.object_factory import ObjectFactory
from bovine.clients.lookup_account import lookup_with_webfinger
from bovine.crypto import build_validate_http_signature_raw, generate_rsa_public_private_key
from bovine.crypto.types import CryptographicIdentifier

Document = dict[str, Any]
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
WAIT_SECONDS = 20
URL, NAME, TOKEN = sys.argv[1:4]
ANN = f"{URL}/users/{NAME}"


class Server:
    """Has one person, their posts, and an inbox."""

    def __init__(self) -> None:
        self.heard: list[Document] = []
        self.unproven: list[str] = []
        self.pages: dict[str, Document] = {}
        self.public, self.private = generate_rsa_public_private_key()
        self.home, self.me = "", ""
        self._check = build_validate_http_signature_raw(self._key)
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Open a port."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.home = f"http://localhost:{port}"
        self.me = f"{self.home}/users/bo"
        self.pages[self.me] = {
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": self.me,
            "type": "Person",
            "preferredUsername": "bo",
            "name": "Bo Vine",
            "inbox": f"{self.me}/inbox",
            "outbox": f"{self.me}/outbox",
            "followers": f"{self.me}/followers",
            "publicKey": {"id": f"{self.me}#key", "owner": self.me, "publicKeyPem": self.public},
        }

    async def stop(self) -> None:
        """Close it."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, asked: web.Request) -> web.Response:
        url = f"{self.home}{asked.path}"
        if asked.path == "/.well-known/webfinger":
            links = [{"rel": "self", "type": "application/activity+json", "href": self.me}]
            return web.json_response({"subject": f"acct:bo@{self.home.removeprefix('http://')}", "links": links})
        if asked.method == "POST":
            await self._hear(asked, url)
            return web.Response(status=202)
        if url not in self.pages:
            return web.Response(status=404)
        return web.Response(text=json.dumps(self.pages[url]), content_type="application/activity+json")

    async def _hear(self, asked: web.Request, url: str) -> None:
        headers = {name.lower(): value for name, value in asked.headers.items()}
        owner = await self._check(asked.method.lower(), url, headers, asked.read)
        activity = json.loads(await asked.text())
        if owner is not None and owner == activity["actor"]:
            self.heard.append(activity)
        else:
            self.unproven.append(f"{owner}: {activity['type']}")

    async def _key(self, key_id: str) -> CryptographicIdentifier | None:
        async with aiohttp.ClientSession() as session, session.get(
            key_id, headers={"accept": "application/activity+json"}
        ) as answer:
            return CryptographicIdentifier.from_public_key((await answer.json(content_type=None))["publicKey"])


async def api(method: str, path: str, body: Document | None = None) -> Any:
    """Ask the client API in Ann's name."""

    def ask() -> Any:
        headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
        content = None if body is None else json.dumps(body).encode()
        asked = urllib.request.Request(URL + path, content, headers, method=method)
        with urllib.request.urlopen(asked) as answer:
            return json.load(answer)

    return await asyncio.to_thread(ask)


async def eventually(what: str, ask: Callable[[], Any]) -> Any:
    """Ask until there is something: what is told to another server takes a moment."""
    for _ in range(WAIT_SECONDS * 10):
        found = ask()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"{what}: in vain")


async def live(server: Server, bo: BovineActor) -> None:
    """Say what holds, one sentence after the other."""
    say, make = ActivityFactory(server.pages[server.me]), ObjectFactory(actor_information=server.pages[server.me])
    numbers = iter(range(1, 1_000))

    def come(what: str, kind: str, **more: Any) -> Any:
        def among() -> Document | None:
            fits = [each for each in server.heard if each["type"] == kind]
            return next((each for each in fits if all(told(each, name) == value for name, value in more.items())), None)

        return eventually(f"{what} (unproven: {server.unproven})", among)

    def told(activity: Document, name: str) -> Any:
        thing = activity["object"]
        return (thing["id"] if isinstance(thing, dict) else thing) if name == "object" else activity.get(name)

    def named(activity: Document) -> Document:
        return {**activity, "id": f"{server.home}/acts/{next(numbers)}"}

    async def posted(**more: Any) -> Document:
        note = make.note(id=f"{server.home}/notes/{next(numbers)}", **more).as_public().build()
        server.pages[note["id"]] = note
        await bo.post(inbox, named(say.create(note).build()))
        return note

    def passed(sentence: str) -> None:
        print(f"  {sentence}", flush=True)

    async with aiohttp.ClientSession() as session:
        resource = {"resource": f"acct:{NAME}@{URL.removeprefix('http://')}"}
        found = await lookup_with_webfinger(session, f"{URL}/.well-known/webfinger", resource)
    assert found == ANN
    ann = await bo.get(ANN)
    assert ann["preferredUsername"] == NAME
    inbox = ann["endpoints"]["sharedInbox"]
    passed("they find Ann by her address, and read who she is")

    follow = named(say.follow(ANN).build())
    await bo.post(ann["inbox"], follow)
    await come("her yes", "Accept", object=follow["id"])
    passed("they follow Ann, who accepts, as bovine sees by her signature")

    said = await api("POST", "/api/v1/statuses", {"status": "Good morning"})
    create = await come("her post", "Create", object=said["uri"])
    assert create["object"]["content"] == said["content"]
    assert (await bo.get(said["uri"]))["id"] == said["uri"]
    passed("what she says comes, and is there to be read")

    answer = await posted(content="<p>Good morning to you</p>", in_reply_to=said["uri"], to={ANN})
    await eventually("the answer", lambda: is_answered(said["id"], answer["id"]))
    await bo.post(inbox, like := named(say.like(said["uri"]).build()))
    await bo.post(inbox, named(say.announce(said["uri"]).as_public().build()))
    await eventually("their favourite and boost", lambda: counts(said["id"], 1, 1))
    await bo.post(inbox, named(say.undo(like, include_activity=True).build()))
    await eventually("and its end", lambda: counts(said["id"], 0, 1))
    passed("they answer, favourite and boost it, and take the favourite back")

    secret = await api("POST", "/api/v1/statuses", {"status": "Among us", "visibility": "private"})
    await come("what is for followers", "Create", object=secret["uri"])
    assert "Among us" in (await bo.get(secret["uri"]))["content"]
    async with aiohttp.ClientSession() as session, session.get(
        secret["uri"], headers={"accept": "application/activity+json"}
    ) as unsigned:
        assert unsigned.status == 404
    passed("what is for followers is told to them by their signature, and to nobody without one")

    [them] = (await api("GET", f"/api/v2/search?resolve=true&q={server.me}"))["accounts"]
    await api("POST", f"/api/v1/accounts/{them['id']}/follow")
    asked = await come("Ann's wish to follow", "Follow", object=server.me)
    await bo.post(inbox, named(say.accept(asked, include_activity=True).build()))
    await eventually("that she follows", lambda: follows(them["id"]))
    later = await posted(content="<p>For all who follow</p>")
    await eventually("their post at her home", lambda: is_home(later["id"]))
    passed("Ann follows them, and has their posts at home")

    changed = {**later, "content": "<p>In other words</p>", "updated": "2030-01-01T00:00:00Z"}
    await bo.post(inbox, named(say.update(changed).as_public().build()))
    await eventually("the other words", lambda: is_home(later["id"], "In other words"))
    await bo.post(inbox, named(say.delete(later["id"]).as_public().build()))
    await eventually("the end of it", lambda: is_gone(later["id"]))
    passed("their new words replace the old, and what they delete is gone")

    await api("PUT", f"/api/v1/statuses/{said['id']}", {"status": "Good evening"})
    await come("her new words", "Update", object=said["uri"])
    await api("DELETE", f"/api/v1/statuses/{said['id']}")
    await come("the end of her post", "Delete", object=said["uri"])
    assert (await bo.get(said["uri"]))["type"] == "Tombstone"
    assert server.unproven == [], server.unproven
    passed("so do Ann's; all that came was signed so that bovine believed it")


async def is_answered(id_: str, uri: str) -> bool:
    """Tell whether a thread has an answer."""
    return any(each["uri"] == uri for each in (await api("GET", f"/api/v1/statuses/{id_}/context"))["descendants"])


async def counts(id_: str, favourites: int, boosts: int) -> bool:
    """Tell whether a post has these counts."""
    post = await api("GET", f"/api/v1/statuses/{id_}")
    return (post["favourites_count"], post["reblogs_count"]) == (favourites, boosts)


async def follows(id_: str) -> bool:
    """Tell whether Ann follows somebody."""
    return bool((await api("GET", f"/api/v1/accounts/relationships?id[]={id_}"))[0]["following"])


async def is_home(uri: str, words: str = "") -> bool:
    """Tell whether a post is at Ann's home, with these words in it."""
    return any(each["uri"] == uri and words in each["content"] for each in await api("GET", "/api/v1/timelines/home"))


async def is_gone(uri: str) -> bool:
    """Tell whether it is there no more."""
    return not await is_home(uri)


async def main() -> None:
    """Live beside each other for a while."""
    server = Server()
    await server.start()
    try:
        async with BovineActor(actor_id=server.me, public_key_url=f"{server.me}#key", secret=server.private) as bo:
            await live(server, bo)
    finally:
        await server.stop()


if __name__ == "__main__":
    asyncio.run(main())
