// The round of masto.js against a running square: `node round.mjs URL PASSWORD ANN BOB`, where Ann and Bob are fresh accounts.
// Each part is a sentence with an assertion; the first that does not hold ends the process with its place.
import assert from "node:assert/strict";
import { createOAuthAPIClient, createRestAPIClient, createStreamingAPIClient, MastoHttpError } from "masto";
import WebSocket from "ws";
import { signIn } from "./signing.mjs";

const [url, password, ...names] = process.argv.slice(2);
const [signedIn, other] = await Promise.all(names.map((name) => signIn(url, name, password)));
const [ann, bob] = [signedIn.rest, other.rest];
const me = await ann.v1.accounts.verifyCredentials();
const them = await bob.v1.accounts.verifyCredentials();
const ids = (list) => list.map((each) => each.id);

/** Ask until there is something: what follows from a fact takes a moment. @template T @param {() => Promise<T>} ask */
async function eventually(ask) {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const found = await ask();
    if (found || Date.now() > deadline) return found;
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

/** @param {Promise<unknown>} asked @param {number} status */
async function refused(asked, status) {
  await assert.rejects(asked, (error) => error instanceof MastoHttpError && error.statusCode === status);
}

setTimeout(() => {
  console.error("Something is waited for in vain.");
  process.exit(1);
}, 120_000).unref();

const parts = {
  async "the square says what it can do"() {
    const instance = await ann.v2.instance.fetch();
    assert.equal(instance.domain, new URL(url).host);
    assert.ok(instance.apiVersions.mastodon >= 1);
    assert.ok(instance.configuration.vapid.publicKey);
    assert.equal((await ann.v1.instance.fetch()).urls.streamingApi, instance.configuration.urls.streaming);
    assert.ok(Array.isArray(await ann.v1.customEmojis.list()));
    assert.equal((await ann.v1.preferences.fetch())["posting:default:visibility"], "public");
  },

  async "a profile is edited by a multipart form, and people follow, note, mute and block"() {
    const changed = await ann.v1.accounts.updateCredentials({
      displayName: "Ann 安",
      note: "Writes.",
      bot: false,
      source: { language: "de" },
      fieldsAttributes: [{ name: "Home", value: "https://example.org/" }],
    });
    assert.equal(changed.displayName, "Ann 安");
    assert.equal(changed.source.language, "de");
    assert.equal(changed.fields[0].name, "Home");
    assert.equal((await bob.v1.accounts.lookup({ acct: me.acct })).id, me.id);
    assert.ok((await bob.v1.accounts.$select(me.id).follow({ notify: true })).notifying);
    assert.ok((await ann.v1.accounts.$select(them.id).follow()).following);
    assert.equal((await bob.v1.accounts.$select(me.id).note.create({ comment: "Harbour" })).note, "Harbour");
    assert.ok((await bob.v1.accounts.$select(me.id).mute({ duration: 60 })).muting);
    assert.deepEqual(ids(await bob.v1.mutes.list()), [me.id]);
    assert.equal((await bob.v1.accounts.$select(me.id).unmute()).muting, false);
    assert.deepEqual(ids(await ann.v1.accounts.$select(me.id).followers.list()), [them.id]);
    const [relationship] = await bob.v1.accounts.relationships.fetch({ id: [me.id] });
    assert.ok(relationship.following && relationship.followedBy);
    await bob.v1.domainBlocks.create({ domain: "rude.example" });
    assert.deepEqual([...(await bob.v1.domainBlocks.list())], ["rude.example"]);
    await bob.v1.domainBlocks.remove({ domain: "rude.example" });
  },

  async "posts are written, answered, boosted, kept, edited, found and deleted"() {
    const posted = await ann.v1.statuses.create({ status: "Ein Hafenfest #hafenfest", visibility: "public", language: "de" });
    assert.equal(posted.tags[0].name, "hafenfest");
    const answer = await bob.v1.statuses.create({ status: `@${me.acct} Ja!`, inReplyToId: posted.id });
    const one = bob.v1.statuses.$select(posted.id);
    assert.ok((await one.favourite()).favourited);
    assert.ok((await one.bookmark()).bookmarked);
    assert.equal((await one.reblog()).reblog.id, posted.id);
    assert.deepEqual(ids((await one.context.fetch()).descendants), [answer.id]);
    assert.deepEqual(ids(await bob.v1.favourites.list()), [posted.id]);
    assert.deepEqual(ids(await bob.v1.bookmarks.list()), [posted.id]);
    assert.deepEqual(ids(await one.favouritedBy.list()), [them.id]);
    assert.deepEqual(ids(await ann.v1.statuses.fetch({ id: [posted.id, answer.id] })), [posted.id, answer.id]);
    assert.ok((await ann.v1.statuses.$select(posted.id).pin()).pinned);
    assert.deepEqual(ids(await bob.v1.accounts.$select(me.id).statuses.list({ pinned: true })), [posted.id]);
    const edited = await ann.v1.statuses.$select(posted.id).update({ status: "Ein Fest", spoilerText: "Hafen" });
    assert.ok(edited.sensitive && edited.editedAt);
    assert.equal((await one.history.list()).length, 2);
    assert.equal((await ann.v1.statuses.$select(posted.id).source.fetch()).spoilerText, "Hafen");
    const found = await eventually(async () => {
      const result = await ann.v2.search.list({ q: "Fest", type: "statuses" });
      return result.statuses.length > 0 && result;
    });
    assert.deepEqual(ids(found.statuses), [posted.id]);
    assert.deepEqual(ids((await ann.v2.search.list({ q: them.acct })).accounts), [them.id]);
    const followed = await bob.v1.tags.$select("hafenfest").follow();
    assert.ok(followed.following);
    assert.equal((await bob.v1.followedTags.list())[0].name, "hafenfest");
    assert.equal((await ann.v1.statuses.$select(posted.id).remove()).text, "Ein Fest");
    await refused(bob.v1.statuses.$select(posted.id).fetch(), 404);
  },

  async "timelines are walked page by page"() {
    const posted = [];
    for (let number = 0; number < 7; number += 1) {
      posted.unshift((await ann.v1.statuses.create({ status: `Number ${number}`, visibility: "unlisted" })).id);
    }
    const walked = [];
    for await (const page of ann.v1.accounts.$select(me.id).statuses.list({ limit: 3, excludeReplies: true })) {
      walked.push(...ids(page));
    }
    assert.deepEqual(walked, posted);
    const home = await eventually(async () => {
      const page = await bob.v1.timelines.home.list({ limit: 7 });
      return page[0]?.id === posted[0] && page;
    });
    assert.deepEqual(ids(home), posted);
    await ann.v1.markers.create({ home: { lastReadId: posted[0] } });
    assert.equal((await ann.v1.markers.fetch({ timeline: ["home"] })).home.lastReadId, posted[0]);
  },

  async "polls are asked and voted in"() {
    const asked = await ann.v1.statuses.create({
      status: "Tea or coffee?",
      poll: { options: ["tea", "coffee"], expiresIn: 600, multiple: true },
    });
    const voted = await bob.v1.polls.$select(asked.poll.id).votes.create({ choices: [1] });
    assert.deepEqual(voted.ownVotes, [1]);
    assert.deepEqual((await ann.v1.polls.$select(asked.poll.id).fetch()).options.map((each) => each.votesCount), [0, 1]);
    await refused(bob.v1.polls.$select(asked.poll.id).votes.create({ choices: [0] }), 422);
  },

  async "posts are quoted where their author allows it"() {
    const open = await ann.v1.statuses.create({ status: "Quote me", quoteApprovalPolicy: "public" });
    const quoting = await bob.v1.statuses.create({ status: "As she says", quotedStatusId: open.id });
    assert.equal(quoting.quote.state, "accepted");
    assert.equal(quoting.quote.quotedStatus.id, open.id);
    assert.deepEqual(ids(await ann.v1.statuses.$select(open.id).quotes.list()), [quoting.id]);
    const shut = await ann.v1.statuses.create({ status: "Do not quote me", quoteApprovalPolicy: "nobody" });
    await refused(bob.v1.statuses.create({ status: "But", quotedStatusId: shut.id }), 404);
  },

  async "posts are scheduled, moved and called off"() {
    const at = (hours) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const kept = await ann.v1.statuses.create({ status: "Later", scheduledAt: at(12) });
    assert.equal(kept.params.text, "Later");
    const moved = at(36);
    const later = await ann.v1.scheduledStatuses.$select(kept.id).update({ scheduledAt: moved });
    assert.equal(later.scheduledAt.slice(0, 19), moved.slice(0, 19));
    assert.deepEqual(ids(await ann.v1.scheduledStatuses.list()), [kept.id]);
    await ann.v1.scheduledStatuses.$select(kept.id).remove();
    await refused(ann.v1.scheduledStatuses.$select(kept.id).fetch(), 404);
  },

  async "lists have members, and a timeline of what they write"() {
    const list = await ann.v1.lists.create({ title: "Harbour", exclusive: true });
    const one = ann.v1.lists.$select(list.id);
    await one.accounts.create({ accountIds: [them.id] });
    assert.deepEqual(ids(await one.accounts.list()), [them.id]);
    assert.deepEqual(ids(await ann.v1.accounts.$select(them.id).lists.list()), [list.id]);
    const posted = await bob.v1.statuses.create({ status: "For the list" });
    const timeline = await eventually(async () => {
      const page = await ann.v1.timelines.list.$select(list.id).list();
      return ids(page).includes(posted.id) && page;
    });
    assert.ok(timeline);
    assert.equal((await one.update({ title: "Port", exclusive: false })).title, "Port");
    await one.accounts.remove({ accountIds: [them.id] });
    assert.equal((await one.accounts.list()).length, 0);
    await one.remove();
    assert.deepEqual(ids(await ann.v1.lists.list()), []);
  },

  async "filters mark what they meet"() {
    const filter = await bob.v2.filters.create({
      title: "Spoilers",
      context: ["home", "thread"],
      filterAction: "warn",
      keywordsAttributes: [{ keyword: "finale", wholeWord: true }],
    });
    const posted = await ann.v1.statuses.create({ status: "The finale was long" });
    const met = await bob.v1.statuses.$select(posted.id).fetch();
    assert.deepEqual(met.filtered[0].keywordMatches, ["finale"]);
    assert.equal(met.filtered[0].filter.id, filter.id);
    const one = bob.v2.filters.$select(filter.id);
    const word = await one.keywords.create({ keyword: "ending", wholeWord: false });
    assert.equal((await one.keywords.list()).length, 2);
    await bob.v2.filters.keywords.$select(word.id).remove();
    const kept = await one.statuses.create({ statusId: posted.id });
    assert.equal(kept.statusId, posted.id);
    await bob.v2.filters.statuses.$select(kept.id).remove();
    assert.equal((await one.update({ filterAction: "hide" })).filterAction, "hide");
    await one.remove();
    const old = await bob.v1.filters.create({ phrase: "finale", context: ["home"], wholeWord: true });
    assert.equal((await bob.v1.filters.$select(old.id).fetch()).phrase, "finale");
    await bob.v1.filters.$select(old.id).remove();
  },

  async "conversations are read and put away"() {
    await bob.v1.statuses.create({ status: `@${me.acct} a word in private`, visibility: "direct" });
    const [conversation] = await eventually(async () => {
      const page = await ann.v1.conversations.list();
      return page.length > 0 && page;
    });
    assert.ok(conversation.unread);
    assert.deepEqual(ids(conversation.accounts), [them.id]);
    const one = ann.v1.conversations.$select(conversation.id);
    assert.equal((await one.read()).unread, false);
    await one.remove();
    assert.equal((await ann.v1.conversations.list()).length, 0);
  },

  async "notifications come singly and in groups, by a policy, and are dismissed"() {
    const posted = await ann.v1.statuses.create({ status: "Tell me" });
    await bob.v1.statuses.$select(posted.id).favourite();
    const [told] = await eventually(async () => {
      const page = await ann.v1.notifications.list({ types: ["favourite"] });
      return page[0]?.status.id === posted.id && page;
    });
    assert.equal(told.account.id, them.id);
    assert.equal((await ann.v1.notifications.$select(told.id).fetch()).id, told.id);
    const grouped = await ann.v2.notifications.list({ types: ["favourite"], groupedTypes: ["favourite"] });
    const group = grouped.notificationGroups.find((each) => each.statusId === posted.id);
    assert.deepEqual(group.sampleAccountIds, [them.id]);
    assert.ok(ids(grouped.statuses).includes(posted.id) && ids(grouped.accounts).includes(them.id));
    assert.deepEqual(ids(await ann.v2.notifications.$select(group.groupKey).accounts.fetch()), [them.id]);
    assert.ok((await ann.v2.notifications.unreadCount.fetch()).count > 0);
    assert.ok((await ann.v1.notifications.unreadCount.fetch()).count > 0);
    await ann.v2.notifications.$select(group.groupKey).dismiss();
    await refused(ann.v1.notifications.$select(told.id).fetch(), 404);
    const policy = await ann.v2.notifications.policy.update({ forNewAccounts: "filter" });
    assert.equal(policy.forNewAccounts, "filter");
    assert.equal((await ann.v2.notifications.policy.update({ forNewAccounts: "accept" })).forNewAccounts, "accept");
    assert.deepEqual(ids(await ann.v1.notifications.requests.list()), []);
    assert.equal((await ann.v1.notifications.requests.merged.fetch()).merged, true);
    await ann.v1.notifications.clear();
    assert.equal((await ann.v1.notifications.list()).length, 0);
  },

  async "pictures are uploaded, waited for, described and posted"() {
    const dot = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
      "base64",
    );
    const file = new Blob([dot], { type: "image/png" });
    const media = await ann.v2.media.create({ file, description: "A dot", focus: "0.5,-0.5" });
    assert.equal(media.type, "image");
    assert.equal(media.meta.focus.x, 0.5);
    assert.equal((await fetch(media.url)).status, 200);
    const described = await ann.v1.media.$select(media.id).update({ description: "A green dot" });
    assert.equal(described.description, "A green dot");
    const posted = await ann.v1.statuses.create({ mediaIds: [media.id], sensitive: true });
    assert.deepEqual(ids(posted.mediaAttachments), [media.id]);
    await refused(ann.v1.statuses.create({ mediaIds: [media.id] }), 422);
    const redescribed = await ann.v1.statuses.$select(posted.id).update({
      mediaIds: [media.id],
      mediaAttributes: [{ id: media.id, description: "A dot, green" }],
    });
    assert.equal(redescribed.mediaAttachments[0].description, "A dot, green");
  },

  async "devices subscribe to push"() {
    const keys = {
      p256dh: "BEm_a0bdPDhf0SOsrnB2-ategf1hHoCnpXgQsFj5JCkcoMrMt2WHoPfEYOYPzOIs9mZE8ZUaD7VA5vouy0kEkr8",
      auth: "c2l4dGVlbiBieXRlcyBvaw",
    };
    const made = await ann.v1.push.subscription.create({
      subscription: { endpoint: "https://push.example/x", keys },
      data: { alerts: { mention: true, favourite: false } },
      policy: "followed",
    });
    assert.equal(made.endpoint, "https://push.example/x");
    assert.deepEqual([made.alerts.mention, made.alerts.favourite], [true, false]);
    const changed = await ann.v1.push.subscription.update({ data: { alerts: { favourite: true } } });
    assert.ok(changed.alerts.favourite);
    assert.equal((await ann.v1.push.subscription.fetch()).serverKey, made.serverKey);
    await ann.v1.push.subscription.remove();
    await refused(ann.v1.push.subscription.fetch(), 404);
  },

  async "trends and reports answer"() {
    for (const trend of [ann.v1.trends.tags, ann.v1.trends.statuses, ann.v1.trends.links]) {
      assert.ok(Array.isArray(await trend.list({ limit: 5 })));
    }
    const report = await ann.v1.reports.create({ accountId: them.id, comment: "Only trying", category: "other" });
    assert.equal(report.targetAccount.id, them.id);
  },

  async "a stream tells of posts, notifications and deletions"() {
    const streamingApiUrl = (await ann.v2.instance.fetch()).configuration.urls.streaming;
    const accessToken = signedIn.token;
    const streaming = createStreamingAPIClient({ streamingApiUrl, accessToken, implementation: WebSocket });
    await streaming.prepare();
    const heard = [];
    const listen = async (subscription) => {
      for await (const event of subscription) heard.push(event);
    };
    const listening = [streaming.user.subscribe(), streaming.hashtag.subscribe({ tag: "tide" })].map(listen);
    await ann.v1.preferences.fetch(); // the subscriptions were sent before this
    const said = await bob.v1.statuses.create({ status: `@${me.acct} High #tide` });
    const came = (stream, event, id) => () =>
      heard.find((each) => each.stream[0] === stream && each.event === event && id(each.payload) === said.id);
    assert.ok(await eventually(came("user", "update", (post) => post.id)));
    assert.ok(await eventually(came("user", "notification", (told) => told.status?.id)));
    assert.ok(await eventually(came("hashtag", "update", (post) => post.id)));
    await bob.v1.statuses.$select(said.id).update({ status: `@${me.acct} Low #tide` });
    assert.ok(await eventually(came("user", "status.update", (post) => post.id)));
    await bob.v1.statuses.$select(said.id).remove();
    assert.ok(await eventually(came("user", "delete", (id) => id)));
    assert.ok(await eventually(came("hashtag", "delete", (id) => id)));
    streaming.close();
    await Promise.all(listening);
  },

  async "a revoked token is worth nothing"() {
    const { app, token } = other;
    const oauth = createOAuthAPIClient({ url });
    await oauth.revoke({ clientId: app.clientId, clientSecret: app.clientSecret, token });
    await refused(createRestAPIClient({ url, accessToken: token }).v1.accounts.verifyCredentials(), 401);
  },
};

for (const [sentence, part] of Object.entries(parts)) {
  try {
    await part();
  } catch (error) {
    console.error(`It does not hold that ${sentence}:`, error);
    process.exit(1);
  }
  console.log(sentence);
}
