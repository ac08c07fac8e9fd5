/** What was just sent and can be taken back: how many seconds are left, on its own page or at the foot of another. */

const language = document.documentElement.lang;
const writer = new Intl.NumberFormat(language);
const plural = new Intl.PluralRules(language);

/**
 * Count the seconds down.
 * @param {HTMLElement} place
 * @param {() => void} over what follows when none is left
 */
function count(place, over) {
  const words = /** @type {HTMLElement} */ (place.querySelector("[data-unsent-words]"));
  const forms = JSON.parse(words.dataset.words ?? "{}");
  const end = Date.now() + Number(place.dataset.seconds) * 1_000;
  const timer = setInterval(() => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1_000));
    words.parentElement?.removeAttribute("role"); // it was said aloud once: not every second
    words.textContent = (forms[plural.select(left)] ?? forms.other ?? "").replace("%(count)s", writer.format(left));
    if (left > 0) return;
    clearInterval(timer);
    over();
  }, 1_000);
}

/**
 * Show what was sent from this page at its foot, for as long as it can be taken back.
 * @param {Document} page which says so
 * @returns {boolean} whether it does
 */
export function showUnsent(page) {
  const found = page.querySelector("[data-unsent]");
  if (!found) return false;
  const place = /** @type {HTMLElement} */ (document.importNode(found, true));
  for (const former of document.querySelectorAll(".unsent-foot")) former.remove();
  place.classList.add("unsent-foot");
  document.body.append(place);
  count(place, () => place.remove());
  return true;
}

const here = document.querySelector("main > [data-unsent]");
if (here instanceof HTMLElement) count(here, () => undefined); // the page goes on by itself
