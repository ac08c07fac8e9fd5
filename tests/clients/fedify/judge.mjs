// Fedify reads what we say: `node judge.mjs FILE`, a JSON object of documents by name. Fedify expands every one by its
// context, which is made of what we declare; a word that is declared wrongly is lost, and the sentence about it fails.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { verifyObject } from "@fedify/fedify/sig";
import * as vocab from "@fedify/fedify/vocab";
import { preloadedContexts } from "@fedify/vocab-runtime";
import jsonld from "jsonld";

const documents = JSON.parse(readFileSync(process.argv[2], "utf-8"));
const loader = async (url) => {
  assert.ok(url in preloadedContexts, `${url} would have to be fetched`);
  return { documentUrl: url, contextUrl: null, document: preloadedContexts[url] };
};
const reading = { documentLoader: loader, contextLoader: loader };

/** @param {string} name @returns {Promise<any>} */
const read = (name) => vocab.Object.fromJsonLd(documents[name], reading);
const all = async (items) => {
  const found = [];
  for await (const each of items) found.push(each);
  return found;
};
const href = (url) => url?.href ?? null;
/** The words of an expanded document; what nobody declared is there as `_:word`. */
function* words(value) {
  if (Array.isArray(value)) for (const each of value) yield* words(each);
  else if (value !== null && typeof value === "object") {
    for (const [word, inner] of Object.entries(value)) {
      if (word === "@type") yield* [inner].flat();
      if (word.startsWith("@")) continue;
      yield word;
      yield* words(inner);
    }
  }
}
const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
const ANN = "https://square.example/users/ann";
const BEN = "https://far.example/users/ben";
const NOTE = `${ANN}/statuses/7`;

const sentences = {
  async "every word of every document means something to everybody"() {
    for (const [name, document] of Object.entries(documents)) {
      const expanded = await jsonld.expand(document, { documentLoader: loader });
      for (const word of words(expanded)) assert.match(word, /^https?:\/\//, `${name} says ${word}`);
    }
  },

  async "every activity is what it is called"() {
    for (const [name, document] of Object.entries(documents)) {
      const thing = await read(name);
      assert.equal(thing.constructor.name, document.type, name);
      assert.equal(href(thing.id), document.id, name);
      if (thing instanceof vocab.Activity) assert.equal(href(thing.actorId), document.actor, name);
    }
  },

  async "a proof of ours is believed, and nothing that was changed on its way"() {
    const keys = {
      documentLoader: async (url) =>
        url.startsWith(ANN) ? { documentUrl: ANN, contextUrl: null, document: documents.actor } : loader(url),
      contextLoader: loader,
    };
    assert.ok((await verifyObject(vocab.Activity, documents.proven, keys)) instanceof vocab.Create);
    const changed = { ...documents.proven, actor: BEN };
    assert.equal(await verifyObject(vocab.Activity, changed, keys), null);
  },

  async "a question is read with all that is known of it"() {
    const create = await read("create");
    assert.ok(create instanceof vocab.Create);
    assert.deepEqual(create.toIds.map(href), [PUBLIC]);
    assert.deepEqual(create.ccIds.map(href), [`${ANN}/followers`, BEN]);
    const said = await create.getObject(reading);
    assert.ok(said instanceof vocab.Question);
    assert.equal(href(said.id), NOTE);
    assert.equal(href(said.attributionId), ANN);
    assert.equal(said.published.toString(), "2026-01-01T00:00:00Z");
    assert.equal(said.updated.toString(), "2026-01-01T00:01:00Z");
    assert.equal(href(said.url), "https://square.example/@ann/7");
    assert.equal(said.summary.toString(), "Birds");
    assert.equal(said.sensitive, true);
    assert.ok(said.contents.some((each) => each.locale?.toString() === "en"));
    assert.ok(said.content.toString().includes("Good morning"));
    assert.equal(href(said.replyTargetId), "https://far.example/notes/5");
    assert.deepEqual(said.contextIds?.map(href) ?? [], ["https://square.example/contexts/5"]);
    assert.equal(href(said.repliesId), `${NOTE}/replies`);
    assert.equal((await said.getLikes(reading)).totalItems, 3);
    assert.equal((await said.getShares(reading)).totalItems, 2);
    assert.equal(said.voters, 8);
    assert.equal(said.endTime.toString(), "2026-01-02T00:00:00Z");
    const options = await all(said.getExclusiveOptions(reading));
    assert.deepEqual(options.map((each) => each.name.toString()), ["Tea", "Coffee"]);
    const votes = await Promise.all(options.map(async (each) => (await each.getReplies(reading)).totalItems));
    assert.deepEqual(votes, [4, 5]);
  },

  async "files have their kind, measures, words and pictures"() {
    const said = await (await read("create")).getObject(reading);
    const [picture, film] = await all(said.getAttachments(reading));
    assert.ok(picture instanceof vocab.Document);
    assert.equal(picture.mediaType, "image/webp");
    assert.equal(href(picture.url), "https://square.example/media/media/aa/bb.webp");
    assert.equal(picture.name.toString(), "A heron on the old bridge");
    assert.equal(picture.summary.toString(), "A heron on the old bridge");
    assert.deepEqual([picture.width, picture.height], [640, 480]);
    assert.equal(film.mediaType, "video/mp4");
    assert.equal(film.duration.total("seconds"), 12.5);
    assert.equal(href((await film.getIcon(reading)).url), "https://square.example/media/media/aa/cc.webp");
  },

  async "whom and what a post names is found"() {
    const said = await (await read("create")).getObject(reading);
    const [mention, tag, urdu, emoji, link] = await all(said.getTags(reading));
    assert.ok(mention instanceof vocab.Mention);
    assert.deepEqual([href(mention.href), mention.name.toString()], [BEN, "@ben@far.example"]);
    assert.ok(tag instanceof vocab.Hashtag);
    assert.deepEqual([tag.name.toString(), href(tag.href)], ["#heron", "https://square.example/tags/heron"]);
    assert.equal(urdu.name.toString(), "#ہیرون");
    assert.ok(emoji instanceof vocab.Emoji);
    assert.equal(emoji.name.toString(), ":wave:");
    assert.equal((await emoji.getIcon(reading)).mediaType, "image/png");
    assert.ok(link instanceof vocab.Link);
    assert.equal(link.rel, "https://misskey-hub.net/ns#_misskey_quote");
  },

  async "a quote, its stamp and who may quote are found"() {
    const said = await (await read("create")).getObject(reading);
    assert.equal(href(said.quoteId), "https://far.example/notes/4");
    assert.equal(href(said.quoteUrl), "https://far.example/notes/4");
    assert.equal(href(said.quoteAuthorizationId), "https://far.example/stamps/1");
    assert.deepEqual(said.interactionPolicy.canQuote.automaticApprovals.map(href), [PUBLIC]);
    assert.deepEqual(said.interactionPolicy.canReply.automaticApprovals.map(href), [PUBLIC]);
    assert.equal(href(said.replyAuthorizationId), "https://far.example/leaves/2");
    for (const [name, kind] of [["ask to answer", "Question"], ["ask to boost", "Announce"], ["ask to like", "Like"]]) {
      const request = await read(name);
      const wanted = await request.getInstrument(reading);
      assert.deepEqual([wanted.constructor.name, href(wanted.id)], [kind, documents[name].instrument.id]);
    }
    const stamp = await read("stamp");
    assert.equal(href(stamp.interactingObjectId), "https://far.example/notes/6");
    assert.equal(href(stamp.interactionTargetId), NOTE);
    assert.equal(href(stamp.attributionId), ANN);
    const asked = await read("ask to quote");
    assert.equal(href(asked.objectId), "https://far.example/notes/4");
    assert.equal(href(asked.instrumentId), NOTE);
    assert.equal(href((await read("accept quote")).resultId), `${ANN}/quote_authorizations/13`);
  },

  async "what is taken back or accepted is there whole"() {
    for (const [name, kind] of [["undo like", vocab.Like], ["undo announce", vocab.Announce], ["undo follow", vocab.Follow]]) {
      const taken = await (await read(name)).getObject(reading);
      assert.ok(taken instanceof kind, name);
      assert.ok(taken.objectId, name);
    }
    const asked = await (await read("accept")).getObject({ ...reading, crossOrigin: "trust" }); // it is of their server
    assert.ok(asked instanceof vocab.Follow);
    assert.deepEqual([href(asked.actorId), href(asked.objectId)], [BEN, ANN]);
  },

  async "an actor has its keys, pictures, fields and places"() {
    const ann = await read("actor");
    assert.ok(ann instanceof vocab.Person);
    assert.equal(ann.preferredUsername.toString(), "ann");
    assert.equal(ann.name.toString(), "Ann");
    assert.equal(href(ann.inboxId), `${ANN}/inbox`);
    assert.equal(href(ann.outboxId), `${ANN}/outbox`);
    assert.equal(href(ann.followersId), `${ANN}/followers`);
    assert.equal(href(ann.followingId), `${ANN}/following`);
    assert.equal(href(ann.featuredId), `${ANN}/collections/featured`);
    assert.equal(href(ann.featuredTagsId), `${ANN}/collections/tags`);
    assert.equal(href(ann.endpoints.sharedInbox), "https://square.example/inbox");
    assert.equal(ann.manuallyApprovesFollowers, false);
    assert.equal(ann.discoverable, true);
    assert.equal(ann.indexable, true);
    const key = await ann.getPublicKey(reading);
    assert.equal(href(key.id), `${ANN}#main-key`);
    assert.equal(href(key.ownerId), ANN);
    assert.equal(key.publicKey.algorithm.name, "RSASSA-PKCS1-v1_5");
    const [named] = await all(ann.getAssertionMethods(reading));
    assert.ok(named instanceof vocab.Multikey);
    assert.equal(named.publicKey.algorithm.name, "Ed25519");
    const [field] = await all(ann.getAttachments(reading));
    assert.ok(field instanceof vocab.PropertyValue);
    assert.equal(field.name.toString(), "Home");
    const server = await read("own actor");
    assert.ok(server instanceof vocab.Application);
    assert.equal((await server.getPublicKey(reading)).publicKey.type, "public");
  },

  async "lists are read with what is in them"() {
    const outbox = await read("outbox");
    assert.equal(outbox.totalItems, 3);
    assert.equal(href(outbox.firstId), `${ANN}/outbox?page=true`);
    const page = await read("outbox page");
    assert.equal(href(page.partOfId), `${ANN}/outbox`);
    assert.equal(href(page.nextId), `${ANN}/outbox?page=true&max_id=7`);
    const [create, announce] = await all(page.getItems(reading));
    assert.ok(create instanceof vocab.Create);
    assert.ok(announce instanceof vocab.Announce);
    const [tag] = await all((await read("tags")).getItems(reading));
    assert.ok(tag instanceof vocab.Hashtag);
    const first = await (await read("replies")).getFirst(reading);
    assert.deepEqual(first.itemIds.map(href), [`${ANN}/statuses/8`]);
  },
};

let failed = 0;
for (const [sentence, check] of Object.entries(sentences)) {
  try {
    await check();
    console.log(`ok: ${sentence}`);
  } catch (error) {
    failed += 1;
    console.log(`NOT: ${sentence}\n${error.stack}`);
  }
}
process.exit(failed ? 1 : 0);
