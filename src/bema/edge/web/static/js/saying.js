/** Telling people what happened: aloud for those who listen, in a toast for those who look. */

const mouth = /** @type {HTMLElement} */ (document.getElementById("announce"));
const SHOWN_MILLISECONDS = 6000; // long enough to read two lines

/** @type {HTMLElement | undefined} */
let toast;
let timer = 0;

/**
 * Say a sentence.
 * @param {string} sentence
 */
export function say(sentence) {
  mouth.textContent = sentence;
  toast?.remove();
  toast = document.createElement("p");
  toast.className = "toast";
  toast.dir = "auto";
  toast.ariaHidden = "true"; // it was said aloud already
  toast.textContent = sentence;
  document.body.append(toast);
  clearTimeout(timer);
  timer = setTimeout(() => toast?.remove(), SHOWN_MILLISECONDS);
}

/**
 * A sentence of the page in the reader's language: offline, failed, copied, loading.
 * @param {"offline" | "failed" | "copied" | "loading"} name
 * @returns {string}
 */
export function words(name) {
  return mouth.dataset[name] ?? "";
}
