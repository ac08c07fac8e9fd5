/**
 * Drafts: what is typed stays in this browser until it is posted, whatever happens in between; and on the server, for when
 * one goes on elsewhere.
 */

const QUIET_MILLISECONDS = 4_000; // nobody typed for so long: it is kept on the server
const KEPT_MILLISECONDS = 14 * 86_400_000; // two weeks: what is older would surprise

/** @param {HTMLFormElement} form */
const key = (form) => `draft:${form.dataset.draft ?? ""}`;

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
const field = (form, name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));

/** @param {HTMLFormElement} form */
const idOf = (form) => /** @type {HTMLInputElement | null} */ (form.querySelector("[name=draft_id]"))?.value ?? "";

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
    localStorage.setItem(key(form), JSON.stringify({ text: text.value, warning: warning.value, id: idOf(form), at: Date.now() }));
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
    if (/^\d+$/.test(kept.id ?? "") && !idOf(form)) form.append(hidden(kept.id));
    return true;
  } catch {
    return false;
  }
}

/** @type {WeakMap<HTMLFormElement, { timer: number, sending: Promise<void> }>} */
const kept = new WeakMap();

/**
 * Keep what is typed on the server once nobody types any more; or be done with that, because the form itself is sent.
 * @param {HTMLFormElement} form
 * @param {boolean} wanted
 * @returns {Promise<void>} which is there when nothing of it is under way
 */
export function keepThere(form, wanted) {
  const state = kept.get(form) ?? { timer: 0, sending: Promise.resolve() };
  kept.set(form, state);
  clearTimeout(state.timer);
  if (wanted && form.querySelector("[data-kept]")) {
    state.timer = setTimeout(() => {
      if (form.ariaBusy !== "true") state.sending = state.sending.then(() => sendDraft(form)).catch(() => undefined);
    }, QUIET_MILLISECONDS);
  }
  return state.sending;
}

/** @param {HTMLFormElement} form */
async function sendDraft(form) {
  const words = new FormData(form);
  for (const [name, value] of [...words]) if (value instanceof File) words.delete(name);
  if (field(form, "text").value === field(form, "text").defaultValue && !form.querySelector("[name=draft_id]")) return;
  const answer = await fetch("/drafts/while_writing", {
    method: "POST",
    body: words,
    headers: { "X-Requested-With": "fetch" },
  });
  if (!answer.ok) return; // the words are kept here all the same
  const { draft_id: id } = await answer.json();
  const place = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=draft_id]"));
  if (place) place.value = id;
  else form.append(hidden(id));
  keep(form);
  const said = /** @type {HTMLElement | null} */ (form.querySelector("[data-kept]"));
  if (said) said.textContent = said.dataset.words ?? "";
}

/**
 * The field that says where the server keeps the draft.
 * @param {string} id
 */
function hidden(id) {
  const place = document.createElement("input");
  place.type = "hidden";
  place.name = "draft_id";
  place.value = id;
  return place;
}
