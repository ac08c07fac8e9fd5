/** Live pages: a page that is looked at hears what is new, says so above its list, and shows it when asked; nothing jumps. */
import { showCopyButtons } from "./copying.js";
import { watch } from "./paging.js";
import { dress } from "./pictures.js";
import { sameReader } from "./reading_as.js";
import { say, words } from "./saying.js";

const HIDDEN_MILLISECONDS = 5_000; // a page that nobody looks at hears nothing: a browser keeps six connections to a server
const RENEW_MILLISECONDS = 500; // the page that was sent may be the one that reads
const MOST = 99;

const language = document.documentElement.lang;
const writer = new Intl.NumberFormat(language);
const plural = new Intl.PluralRules(language);
const pill = /** @type {HTMLAnchorElement | null} */ (document.querySelector("[data-news]"));
const counts = /** @type {Record<string, number>} */ ({});

/** @type {Set<string>} What is new and not shown, by its id. */
const news = new Set();
/** @type {Set<string>} Notifications that were counted: two connections may tell of the same. */
const told = new Set();
/** @type {EventSource | undefined} */
let source;
let leaving = 0;
let renewing = 0;

/**
 * Say how many, in the language's own form.
 * @param {HTMLElement} place which has the forms
 * @param {number} count
 * @returns {string}
 */
function counted(place, count) {
  const forms = JSON.parse(place.dataset.words ?? "{}");
  return (forms[plural.select(count)] ?? forms.other ?? "").replace("%(count)s", writer.format(count));
}

/**
 * Show how much is unread, in the navigation.
 * @param {string} name notifications or conversations
 * @param {number} count
 */
function tally(name, count) {
  counts[name] = count;
  for (const place of document.querySelectorAll(`[data-tally="${name}"]`)) {
    if (!(place instanceof HTMLElement)) continue;
    place.hidden = count === 0;
    const [shown, said] = place.children;
    shown.textContent = count > MOST ? "99+" : writer.format(count);
    said.textContent = counted(place, count);
  }
}

/** Show on the pill how much is new. */
function show() {
  if (!pill) return;
  pill.textContent = news.size ? counted(pill, news.size) : "";
  pill.hidden = news.size === 0;
}

/** @returns {HTMLElement | null} */
function listed() {
  return document.querySelector("main [data-list]");
}

/** @returns {Promise<Document>} the page as it is now */
async function fetched() {
  const answer = await fetch(/** @type {HTMLAnchorElement} */ (pill).href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!sameReader(page)) throw new Error("another reads");
  return page;
}

/**
 * The items of a page that this one does not have.
 * @param {Document} page
 * @returns {{fresh: Element[], meets: boolean}} and whether they reach down to those that are here
 */
function compare(page) {
  const known = new Set([...(listed()?.children ?? [])].map((item) => item.id).filter(Boolean));
  const items = [...(page.querySelector("main [data-list]")?.children ?? [])];
  const fresh = items.filter((item) => !known.has(item.id));
  return { fresh, meets: fresh.length < items.length };
}

/** Put what is new at the top of the list; where there is more than one page of it, the list begins anew. */
async function load() {
  const list = listed();
  if (!pill || !list || pill.ariaBusy === "true") return;
  pill.ariaBusy = "true";
  try {
    const page = await fetched();
    const { fresh, meets } = compare(page);
    if (meets) list.prepend(...fresh);
    else {
      list.replaceChildren(...fresh);
      for (const old of document.querySelectorAll("main > .empty, main > [data-more]")) old.remove();
      const pager = page.querySelector("main > [data-more]");
      if (pager) list.after(pager);
      for (const next of pager?.querySelectorAll("[rel=next]") ?? []) watch(next);
    }
    for (const item of fresh) {
      dress(item);
      showCopyButtons(item);
    }
    news.clear();
    show();
    scrollTo({ top: 0 });
    const first = fresh[0]?.matches("article") ? fresh[0] : fresh[0]?.querySelector("article");
    if (first instanceof HTMLElement) {
      first.tabIndex = -1;
      first.focus({ preventScroll: true });
    }
    const unread = page.querySelector("[data-tally=notifications]");
    if (unread instanceof HTMLElement) tally("notifications", Number(unread.dataset.count));
  } catch {
    say(words("offline"));
  } finally {
    pill.ariaBusy = "false";
  }
}

/** Find out what came while nobody listened. */
async function catchUp() {
  if (!pill || pill.dataset.news === "told") return;
  const { fresh } = compare(await fetched());
  for (const item of fresh) {
    const id = /** @type {HTMLElement} */ (item).dataset.post;
    if (id) news.add(id);
  }
  show();
}

/**
 * Take an event that says what is new where.
 * @param {MessageEvent<string>} event
 */
function hear(event) {
  const { stream, id } = JSON.parse(event.data);
  if (event.type === "notification" && !told.has(id)) {
    told.add(id);
    tally("notifications", (counts.notifications ?? 0) + 1);
  }
  if (!pill || stream[0] !== pill.dataset.news || document.getElementById(`post-${id}`)) return;
  if (event.type === "delete") news.delete(id);
  else news.add(id);
  show();
}

/** Begin to listen, while the page is looked at. */
function listen() {
  clearTimeout(leaving);
  if (source && source.readyState !== EventSource.CLOSED) return;
  const again = Boolean(source);
  const list = pill?.dataset.news === "list" ? /^\/lists\/(\d+)$/.exec(new URL(pill.href).pathname)?.[1] : undefined;
  const wanted = new URLSearchParams({ reads_as: document.documentElement.dataset.readsAs ?? "" });
  if (list) wanted.set("list", list);
  source = new EventSource(`/events?${wanted}`);
  source.addEventListener("unread", (event) => {
    for (const [name, count] of Object.entries(JSON.parse(event.data))) tally(name, count);
  });
  for (const kind of ["update", "notification", "delete"]) source.addEventListener(kind, hear);
  source.addEventListener("conversation", renew);
  if (again) source.addEventListener("open", () => void catchUp().catch(() => undefined), { once: true });
}

/** Ask anew what is unread, which is said to whoever begins to listen: a conversation may have been read, or be one's own. */
function renew() {
  clearTimeout(renewing);
  renewing = setTimeout(() => {
    const former = source;
    source = undefined;
    listen();
    /** @type {EventSource | undefined} */ (source)?.addEventListener("open", () => former?.close(), { once: true });
  }, RENEW_MILLISECONDS);
}

/** Listen no more. */
function leave() {
  clearTimeout(renewing);
  source?.close();
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) leaving = setTimeout(leave, HIDDEN_MILLISECONDS);
  else listen();
});
addEventListener("pagehide", leave);
addEventListener("pageshow", ({ persisted }) => {
  if (persisted && !document.hidden) listen();
});
pill?.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void load();
});
if (!document.hidden) listen();
