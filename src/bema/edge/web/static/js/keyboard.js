/** The keyboard: j and k walk through posts, letters do what the buttons of the post do, ? shows them all. */

const GO = { h: "/home", n: "/notifications", e: "/explore" };
const GO_MILLISECONDS = 1200; // between g and the letter of the place

let going = 0;

/** @returns {HTMLElement[]} */
function posts() {
  return [...document.querySelectorAll("article.post, article.moment")].filter((a) => a instanceof HTMLElement);
}

/** The post that has the focus, or inside which it is. */
function current() {
  return document.activeElement?.closest("article.post, article.moment") ?? null;
}

/** @param {number} step */
function walk(step) {
  const all = posts();
  const here = current();
  let next = here ? all.indexOf(/** @type {HTMLElement} */ (here)) + step : all.findIndex((post) => post.getBoundingClientRect().top > 48);
  next = Math.max(0, Math.min(all.length - 1, next));
  const post = all[next];
  if (!post) return;
  post.tabIndex = -1;
  post.focus({ preventScroll: true, focusVisible: true });
  post.scrollIntoView({ block: "nearest" });
}

/**
 * Press what the current post, or else the page, has for a key.
 * @param {string} key
 * @returns {boolean}
 */
function press(key) {
  const target = /** @type {HTMLElement | null} */ (
    (current() ?? document.querySelector(".post-target") ?? document).querySelector(`[data-key="${key}"]`)
  );
  if (!target) return false;
  if (target.matches("input, textarea")) target.focus();
  else target.click();
  return true;
}

/**
 * Do what a key asks for.
 * @param {string} key
 * @returns {boolean} whether it was understood
 */
function act(key) {
  const place = GO[/** @type {keyof typeof GO} */ (key)];
  if (place && performance.now() - going < GO_MILLISECONDS) {
    location.assign(place);
    return true;
  }
  going = key === "g" ? performance.now() : 0;
  switch (key) {
    case "j":
      walk(1);
      return true;
    case "k":
      walk(-1);
      return true;
    case "o": {
      const link = current()?.querySelector("a[data-open], a.moment-quote");
      if (link instanceof HTMLElement) link.click();
      return Boolean(link);
    }
    case "n": {
      const field = document.querySelector("[data-key=n]");
      if (field instanceof HTMLElement) field.focus();
      else if (document.querySelector(".navigation-write")) location.assign("/compose");
      return true;
    }
    case "/": {
      const fields = [...document.querySelectorAll('[data-key="/"]')].filter((f) => f instanceof HTMLElement);
      fields.at(0)?.focus();
      return fields.length > 0;
    }
    case "r":
    case "f":
    case "b":
    case "q":
      return press(key);
    case "?": {
      const list = document.querySelector("[data-keys-dialog]");
      if (list instanceof HTMLDialogElement && !list.open) list.showModal();
      return true;
    }
    default:
      return false;
  }
}

document.addEventListener("keydown", (event) => {
  const target = /** @type {Element} */ (event.target);
  const writing = target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]");
  if (writing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (act(event.key)) event.preventDefault();
});
