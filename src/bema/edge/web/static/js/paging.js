/** Older posts in place: the link to the next page is followed here, and the address tells where one is. */
import { showCopyButtons } from "./copying.js";
import { dress } from "./pictures.js";
import { sameReader } from "./reading_as.js";
import { say, words } from "./saying.js";

const AHEAD = "600px 0px"; // how far below the window loading begins: about a screen

/** @type {WeakSet<Element>} */
const loading = new WeakSet();

/**
 * Put the next page's items below those that are here.
 * @param {HTMLAnchorElement} link
 * @param {boolean} asked whether somebody pressed it, and so waits with the focus there
 */
async function load(link, asked) {
  const pager = link.closest("[data-more]");
  const list = document.querySelector("main [data-list]");
  if (!pager || !list || loading.has(link)) return;
  loading.add(link);
  pager.classList.add("busy");
  try {
    const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!sameReader(page)) return;
    const known = new Set([...list.children].map((item) => item.id).filter(Boolean));
    const items = [...(page.querySelector("main [data-list]")?.children ?? [])].filter((item) => !known.has(item.id));
    list.append(...items);
    for (const item of items) {
      dress(item);
      showCopyButtons(item);
    }
    const next = page.querySelector("[data-more] [rel=next]");
    if (next) link.replaceWith(next);
    else pager.remove();
    if (next) watch(next);
    if (items[0]) remember(items[0], link.href);
    if (asked && items[0] instanceof HTMLElement) {
      items[0].tabIndex = -1;
      items[0].focus({ preventScroll: true });
    }
  } catch {
    loading.delete(link);
    if (asked) say(words("offline"));
  } finally {
    pager.classList.remove("busy");
  }
}

/**
 * Write the address of a part into the window once its first item has been reached.
 * @param {Element} item
 * @param {string} address
 */
function remember(item, address) {
  const observer = new IntersectionObserver(([entry]) => {
    if (entry.isIntersecting) history.replaceState(history.state, "", address);
    else if (entry.boundingClientRect.top < 0) observer.disconnect();
  });
  observer.observe(item);
}

const nearing = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (isIntersecting) void load(/** @type {HTMLAnchorElement} */ (target), false);
    }
  },
  { rootMargin: AHEAD },
);

/**
 * Load the next page when the link to it comes near.
 * @param {Element} link
 */
export function watch(link) {
  nearing.observe(link);
}

document.addEventListener("click", (event) => {
  const link = /** @type {Element} */ (event.target).closest("[data-more] [rel=next]");
  if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  void load(link, true);
});

for (const link of document.querySelectorAll("[data-more] [rel=next]")) watch(link);
