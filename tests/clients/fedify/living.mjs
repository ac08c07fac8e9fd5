// A server made with Fedify beside ours: `node living.mjs URL ANN TOKEN`. Each sentence stands on what came before; the
// first that does not hold ends the process. Fedify signs and verifies, fetches and delivers as in the wild, but over http.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createFederation, generateCryptoKeyPair, InProcessMessageQueue, MemoryKvStore } from "@fedify/fedify";
import * as vocab from "@fedify/fedify/vocab";
import { Temporal } from "@js-temporal/polyfill";

const { Accept, Announce, Create, Delete, Endpoints, Follow, Like, Note, Person, PUBLIC_COLLECTION, Question } = vocab;
const { QuoteAuthorization, QuoteRequest, Undo, Update } = vocab;
const [url, annsName, token] = process.argv.slice(2);
const ANN = new URL(`${url}/users/${annsName}`);
const WAIT_SECONDS = 60;

// --- Their server -----------------------------------------------------------------------------------------------------

const heard = []; // what came to the inbox, in the order it came
const notes = new Map(); // what Fed said, by its number
const keys = [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];
const federation = createFederation({
  kv: new MemoryKvStore(),
  queue: new InProcessMessageQueue(),
  allowPrivateAddress: true,
});
federation
  .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
    if (identifier !== "fed") return null;
    const pairs = await context.getActorKeyPairs(identifier);
    return new Person({
      id: context.getActorUri(identifier),
      preferredUsername: identifier,
      name: "Fed 🐦",
      summary: "<p>Another server.</p>",
      inbox: context.getInboxUri(identifier),
      outbox: context.getOutboxUri(identifier),
      followers: context.getFollowersUri(identifier),
      endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
      publicKey: pairs[0].cryptographicKey,
      assertionMethods: pairs.map((each) => each.multikey),
    });
  })
  .setKeyPairsDispatcher(() => keys);
federation.setOutboxDispatcher("/users/{identifier}/outbox", () => ({ items: [] }));
federation.setFollowersDispatcher("/users/{identifier}/followers", () => ({ items: [] }));
federation.setObjectDispatcher(Note, "/users/{identifier}/notes/{number}", (_, { number }) => notes.get(number) ?? null);
const inbox = federation.setInboxListeners("/users/{identifier}/inbox", "/inbox");
for (const kind of [Accept, Announce, Create, Delete, Follow, Like, QuoteRequest, vocab.Reject, Undo, Update]) {
  inbox.on(kind, (_, activity) => void heard.push(activity));
}
inbox.onError((_, error) => void heard.push(error));

const http = createServer(async (request, response) => {
  const body = request.method === "POST" ? await new Response(request).arrayBuffer() : undefined;
  const asked = new Request(`http://${request.headers.host}${request.url}`, {
    method: request.method,
    headers: Object.entries(request.headers).flatMap(([name, value]) => [value].flat().map((each) => [name, each])),
    body,
  });
  const answer = await federation.fetch(asked, { contextData: undefined });
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  response.end(Buffer.from(await answer.arrayBuffer()));
});
await new Promise((listening) => http.listen(0, "127.0.0.1", listening));
const home = `http://localhost:${http.address().port}`;
const context = federation.createContext(new URL(home), undefined);
const FED = context.getActorUri("fed");
void federation.startQueue(undefined);

// --- Words ------------------------------------------------------------------------------------------------------------

setTimeout(() => {
  console.error(`Something is waited for in vain. Heard: ${heard.map(String).join("\n")}`);
  process.exit(1);
}, 100_000).unref();

/** Ask until there is something: what is told to another server takes a moment. @template T @param {() => T} ask */
async function eventually(what, ask) {
  const deadline = Date.now() + WAIT_SECONDS * 1_000;
  for (;;) {
    const found = await ask();
    if (found) return found;
    assert.ok(Date.now() < deadline, `${what}: in vain. Heard: ${heard.map((each) => each.constructor.name).join(", ")}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
}

/** Ask the client API in Ann's name. @returns {Promise<any>} */
async function api(method, path, body) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body) });
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.json();
}

const inTheirName = { documentLoader: await context.getDocumentLoader({ identifier: "fed" }) };
const isAbout = (kind, id) => (each) => each instanceof kind && each.objectId?.href === id;
const come = (what, is) => eventually(what, () => heard.find(is));
const send = (activity) => context.sendActivity({ identifier: "fed" }, ann, activity, { preferSharedInbox: true });
const answerOf = async (post, uri) =>
  (await api("GET", `/api/v1/statuses/${post.id}/context`)).descendants.find((each) => each.uri === uri);
let numbers = 0;
const name = (kind) => new URL(`${home}/acts/${kind}/${(numbers += 1)}`);
const toAll = { to: PUBLIC_COLLECTION, ccs: [context.getFollowersUri("fed")] };
const shown = {}; // Ann's posts, as the client API has them
let ann, theirs;

/** Let Fed say something. */
async function say(content, more = {}, Kind = Note) {
  const number = String((numbers += 1));
  const id = context.getObjectUri(Note, { identifier: "fed", number });
  const note = new Kind({ id, attribution: FED, content, url: id, published: Temporal.Now.instant(), ...toAll, ...more });
  notes.set(number, note);
  await send(new Create({ id: new URL(`${id.href}#create`), actor: FED, object: note, ...toAll }));
  return id.href;
}

// --- What holds -------------------------------------------------------------------------------------------------------

const sentences = {
  async "they find Ann, her list of posts and her server"() {
    ann = await context.lookupObject(ANN, inTheirName);
    assert.ok(ann instanceof Person);
    assert.equal(ann.preferredUsername.toString(), annsName);
    assert.ok((await ann.getOutbox(inTheirName)) instanceof vocab.OrderedCollection);
    assert.ok((await context.lookupObject(new URL(`${url}/@${annsName}`), inTheirName)) instanceof Person);
    assert.ok((await context.lookupObject(new URL(`${url}/actor`), inTheirName)) instanceof vocab.Application);
  },

  async "they follow Ann, who accepts"() {
    const follow = new Follow({ id: name("follow"), actor: FED, object: ANN });
    await send(follow);
    const accept = await come("an Accept", (each) => each instanceof Accept);
    assert.equal(accept.actorId.href, ANN.href);
    assert.equal((await accept.getObject({ ...inTheirName, crossOrigin: "trust" })).id.href, follow.id.href);
    const me = await api("GET", "/api/v1/accounts/verify_credentials");
    const [follower] = await api("GET", `/api/v1/accounts/${me.id}/followers`);
    assert.equal(follower.acct, `fed@${new URL(home).host}`);
    assert.equal(follower.display_name, "Fed 🐦");
    assert.equal(follower.uri, FED.href);
  },

  async "a post of Ann's comes to them"() {
    shown.first = await api("POST", "/api/v1/statuses", { status: "Good morning #heron", language: "en" });
    const create = await come("a Create", (each) => each instanceof Create);
    const note = await create.getObject(inTheirName);
    assert.equal(note.id.href, shown.first.uri);
    assert.ok(note.content.toString().includes("Good morning"));
    const again = await context.lookupObject(new URL(shown.first.uri), inTheirName);
    assert.equal(again.content.toString(), note.content.toString());
  },

  async "their answer stands in Ann's thread"() {
    const content = "<p>Good morning, <b>Ann</b><script>alert(1)</script></p>";
    theirs = await say(content, { replyTarget: new URL(shown.first.uri), tags: [new vocab.Mention({ href: ANN, name: `@${annsName}` })] });
    const [answer] = await eventually("their answer", async () => {
      const { descendants } = await api("GET", `/api/v1/statuses/${shown.first.id}/context`);
      return descendants.length && descendants;
    });
    assert.equal(answer.uri, theirs);
    assert.equal(answer.in_reply_to_id, shown.first.id);
    assert.ok(answer.content.includes("Good morning, <b>Ann</b>"));
    assert.ok(!answer.content.includes("script"));
    shown.answer = answer;
    const told = await eventually("a notification", async () =>
      (await api("GET", "/api/v1/notifications?types[]=mention")).find((each) => each.status.uri === theirs),
    );
    assert.equal(told.account.acct, answer.account.acct);
    const replies = await (await context.lookupObject(new URL(shown.first.uri), inTheirName)).getReplies(inTheirName);
    assert.ok(replies instanceof vocab.Collection);
  },

  async "they favourite and boost it, and take both back"() {
    const counts = async () => api("GET", `/api/v1/statuses/${shown.first.id}`);
    const like = new Like({ id: name("like"), actor: FED, object: new URL(shown.first.uri) });
    const boost = new Announce({ id: name("boost"), actor: FED, object: new URL(shown.first.uri), ...toAll });
    await send(like);
    await send(boost);
    await eventually("both", async () => {
      const { favourites_count: liked, reblogs_count: boosted } = await counts();
      return liked === 1 && boosted === 1;
    });
    for (const each of [like, boost]) await send(new Undo({ id: name("undo"), actor: FED, object: each }));
    await eventually("none of both", async () => {
      const { favourites_count: liked, reblogs_count: boosted } = await counts();
      return liked === 0 && boosted === 0;
    });
  },

  async "Ann favourites and boosts their answer, and takes both back"() {
    for (const [act, undone, kind] of [["favourite", "unfavourite", Like], ["reblog", "unreblog", Announce]]) {
      await api("POST", `/api/v1/statuses/${shown.answer.id}/${act}`);
      const told = await come(act, isAbout(kind, theirs));
      await api("POST", `/api/v1/statuses/${shown.answer.id}/${undone}`);
      await come(undone, isAbout(Undo, told.id.href));
    }
  },

  async "Ann's edit and deletion come to them"() {
    await api("PUT", `/api/v1/statuses/${shown.first.id}`, { status: "Good evening", language: "en" });
    const update = await come("an Update", (each) => each instanceof Update);
    assert.ok((await update.getObject(inTheirName)).content.toString().includes("Good evening"));
    shown.second = await api("POST", "/api/v1/statuses", { status: "The river is high", language: "en" });
    await api("DELETE", `/api/v1/statuses/${shown.first.id}`);
    await come("a Delete", isAbout(Delete, shown.first.uri));
    assert.equal((await fetch(shown.first.uri, { headers: { accept: "application/activity+json" } })).status, 410);
  },

  async "Ann follows them, and their posts come home"() {
    const { accounts } = await api("GET", `/api/v2/search?type=accounts&resolve=true&q=${encodeURIComponent(FED.href)}`);
    assert.equal(accounts.length, 1);
    const { id } = accounts[0];
    assert.ok((await api("POST", `/api/v1/accounts/${id}/follow`)).requested);
    const follow = await come("a Follow", isAbout(Follow, FED.href));
    await send(new Accept({ id: name("accept"), actor: FED, object: follow }));
    const stands = async () => (await api("GET", `/api/v1/accounts/relationships?id[]=${id}`))[0];
    await eventually("an accepted follow", async () => (await stands()).following);
    const uri = await say("<p>The river is high.</p>");
    await eventually("their post", async () => (await api("GET", "/api/v1/timelines/home")).find((each) => each.uri === uri));
    await api("POST", `/api/v1/accounts/${id}/unfollow`);
    await come("the end of the follow", isAbout(Undo, follow.id.href));
    await send(new Delete({ id: name("delete"), actor: FED, object: new vocab.Tombstone({ id: new URL(uri) }), ...toAll }));
    await eventually("their deletion", async () => !(await api("GET", "/api/v1/timelines/home")).some((each) => each.uri === uri));
  },

  async "they change what they said and who they are"() {
    const uri = await say("<p>First.</p>", { replyTarget: new URL(shown.second.uri) });
    const found = await eventually("it", () => answerOf(shown.second, uri));
    const changed = notes.get(uri.split("/").at(-1)).clone({ content: "<p>Second.</p>", updated: Temporal.Now.instant() });
    await send(new Update({ id: name("update"), actor: FED, object: changed, ...toAll }));
    await eventually("the change", async () => {
      const now = await api("GET", `/api/v1/statuses/${found.id}`);
      return now.content === "<p>Second.</p>" && now.edited_at;
    });
    await api("PATCH", "/api/v1/accounts/update_credentials", { display_name: "Ann 安" });
    const update = await come("who Ann is now", (each) => each instanceof Update && each.objectId.href === ANN.href);
    assert.equal((await update.getObject(inTheirName)).name.toString(), "Ann 安");
  },

  async "they vote in Ann's poll, and Ann in theirs"() {
    const asked = await api("POST", "/api/v1/statuses", {
      status: "Tea or coffee?",
      poll: { options: ["Tea", "Coffee"], expires_in: 3600 },
    });
    const create = await come("a question", isAbout(Create, asked.uri));
    const question = await create.getObject(inTheirName);
    assert.ok(question instanceof Question);
    const vote = new Note({ id: name("vote"), attribution: FED, to: ANN, name: "Coffee", replyTarget: question.id });
    await send(new Create({ id: name("voted"), actor: FED, object: vote, to: ANN }));
    await eventually("their vote", async () => {
      const { poll } = await api("GET", `/api/v1/statuses/${asked.id}`);
      return poll.options[1].votes_count === 1 && poll.voters_count === 1;
    });
    const option = (name) => new Note({ name, replies: new vocab.Collection({ totalItems: 0 }) });
    const endTime = Temporal.Now.instant().add({ hours: 1 });
    const more = { exclusiveOptions: [option("Owl"), option("Heron")], endTime, voters: 0, replyTarget: question.id };
    const uri = await say("<p>Which bird?</p>", more, Question);
    const theirs = await eventually("their question", () => answerOf(asked, uri));
    assert.deepEqual(theirs.poll.options.map((each) => each.title), ["Owl", "Heron"]);
    await api("POST", `/api/v1/polls/${theirs.poll.id}/votes`, { choices: [1] });
    const voted = await eventually("Ann's vote", async () => {
      for (const each of heard.filter((each) => each instanceof Create)) {
        const said = await each.getObject(inTheirName).catch(() => null);
        if (said?.replyTargetId?.href === uri) return said;
      }
    });
    assert.equal(voted.name.toString(), "Heron");
    assert.equal(voted.content, null);
  },

  async "they ask to quote Ann's post, and get a stamp that holds"() {
    const quoted = new URL(shown.second.uri);
    const number = String((numbers += 1));
    const id = context.getObjectUri(Note, { identifier: "fed", number });
    const note = new Note({ id, attribution: FED, content: "<p>Look.</p>", url: id, quote: quoted, quoteUrl: quoted, ...toAll });
    notes.set(number, note);
    await send(new QuoteRequest({ id: name("ask"), actor: FED, object: quoted, instrument: note }));
    const accept = await come("a stamp", (each) => each instanceof Accept && each.resultId);
    const stamp = await context.lookupObject(accept.resultId, inTheirName);
    assert.ok(stamp instanceof QuoteAuthorization);
    assert.equal(stamp.attributionId.href, ANN.href);
    assert.equal(stamp.interactingObjectId.href, id.href);
    assert.equal(stamp.interactionTargetId.href, quoted.href);
    const stamped = note.clone({ quoteAuthorization: accept.resultId });
    notes.set(number, stamped);
    await send(new Create({ id: name("quote"), actor: FED, object: stamped, to: PUBLIC_COLLECTION, cc: ANN }));
    const quote = await eventually("the quote", async () =>
      (await api("GET", `/api/v1/statuses/${shown.second.id}/quotes`)).find((each) => each.uri === id.href),
    );
    assert.equal(quote.quote.state, "accepted");
    assert.equal(quote.quote.quoted_status.id, shown.second.id);
    await api("POST", `/api/v1/statuses/${shown.second.id}/quotes/${quote.id}/revoke`);
    await come("the end of the leave", isAbout(Delete, accept.resultId.href));
    assert.equal((await fetch(accept.resultId, { headers: { accept: "application/activity+json" } })).status, 404);
  },

  async "Ann quotes what they said, once they gave her leave"() {
    const policy = new vocab.InteractionPolicy({
      canQuote: new vocab.InteractionRule({ automaticApproval: PUBLIC_COLLECTION }),
    });
    const uri = await say("<p>A heron!</p>", { interactionPolicy: policy, replyTarget: new URL(shown.second.uri) });
    const quoted = await eventually("it", () => answerOf(shown.second, uri));
    const quoting = await api("POST", "/api/v1/statuses", { status: "See", quoted_status_id: quoted.id });
    assert.equal(quoting.quote.state, "pending");
    const ask = await come("the question", (each) => each instanceof QuoteRequest && each.objectId?.href === uri);
    assert.equal(ask.instrumentId.href, quoting.uri);
    const stamp = name("stamp");
    await send(new Accept({ id: name("accept"), actor: FED, object: ask, result: stamp }));
    const now = await eventually("the leave", async () => {
      const status = await api("GET", `/api/v1/statuses/${quoting.id}`);
      return status.quote.state === "accepted" && status;
    });
    assert.equal(now.quote.quoted_status.uri, uri);
    const update = await come("the stamped post", (each) => each instanceof Update && each.objectId.href === quoting.uri);
    assert.equal((await update.getObject(inTheirName)).quoteAuthorizationId.href, stamp.href);
  },

  async "what Ann says to them alone comes to them, and no other can read it"() {
    const said = await api("POST", "/api/v1/statuses", {
      status: `@fed@${new URL(home).host} between us`,
      visibility: "direct",
    });
    const create = await come("a letter", (each) => isAbout(Create, said.uri)(each));
    assert.deepEqual(create.toIds.map(String), [FED.href]);
    assert.equal((await fetch(said.uri, { headers: { accept: "application/activity+json" } })).status, 404);
    assert.equal((await context.lookupObject(new URL(said.uri), inTheirName))?.id.href, said.uri);
  },
};

const only = process.env.ONLY?.split(",");
let number = 0;
for (const [sentence, holds] of Object.entries(sentences)) {
  number += 1;
  if (only && !only.includes(String(number))) continue;
  const began = Date.now();
  try {
    await holds();
  } catch (error) {
    console.error(`NOT: ${sentence}\n${error.stack}`);
    console.error(heard.filter((each) => each instanceof Error).map((each) => each.stack).join("\n"));
    process.exit(1);
  }
  console.log(`ok: ${sentence} (${Date.now() - began} ms)`);
}
process.exit(0);
