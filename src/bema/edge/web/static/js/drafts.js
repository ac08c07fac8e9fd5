/** Drafts: what is typed stays in this browser until it is posted, whatever happens in between. */

const KEPT_MILLISECONDS = 14 * 86_400_000; // two weeks: what is older would surprise

/** @param {HTMLFormElement} form */
const key = (form) => `draft:${form.dataset.draft ?? ""}`;

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
const field = (form, name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/**
 * Keep what is typed; nothing is kept of what stands as the server gave it.
 * @param {HTMLFormElement} form
 */
export function keep(form) {
  const text = field(form, "text");
  const warning = field(form, "warning");
  if (text.value === text.defaultValue && warning.value === warning.defaultValue) {
    forget(form);
    return;
  }
  try {
    localStorage.setItem(key(form), JSON.stringify({ text: text.value, warning: warning.value, at: Date.now() }));
  } catch {
    // The browser keeps nothing (private mode, no room): the words are still in the field.
  }
}

/** @param {HTMLFormElement} form */
export function forget(form) {
  try {
    localStorage.removeItem(key(form));
  } catch {
    // Nothing was kept.
  }
}

/**
 * Put a kept draft back; not over what the server gave back after an error.
 * @param {HTMLFormElement} form
 * @returns {boolean} whether there was one
 */
export function restore(form) {
  try {
    const kept = JSON.parse(localStorage.getItem(key(form)) ?? "null");
    if (!kept || Date.now() - kept.at > KEPT_MILLISECONDS || form.querySelector("[role=alert]")) return false;
    if (typeof kept.text !== "string" || kept.text === field(form, "text").value) return false;
    field(form, "text").value = kept.text;
    field(form, "warning").value = String(kept.warning ?? "");
    return true;
  } catch {
    return false;
  }
}
