/** Watching the public log: this browser remembers the last signed state, and raises an alarm where history was changed. */
import { Broken, Tiles, checkpointIn, fromBase64, signed } from "./tiles.js";

const KEPT = "bema-log"; // the last state that was checked
const ALARM = "bema-log-alarm"; // what was found, until somebody puts it away

/** @typedef {{ note: string, at: number, vkey: string, size: number, root: string, origin: string }} Kept */

/**
 * Return what was kept under a name; null where nothing was, or may be, or where it is damaged.
 * @param {string} name
 * @returns {any}
 */
function recall(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "null");
  } catch {
    return null;
  }
}

/**
 * Keep something, and tell whether that was possible: the store may be full, or forbidden.
 * @param {string} name
 * @param {object} value
 */
function keep(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}

/** Whether an alarm was raised and not put away. */
export function isAlarmed() {
  return recall(ALARM) !== null;
}

/**
 * Return the keys that may sign now: on from the one that is remembered, each named by the one before.
 * @param {Kept | null} kept
 * @param {{ origin: string, vkeys: string[], rotations: { old: string, new: string, signature: string }[] }} told
 */
async function keysFrom(kept, told) {
  if (!kept) return told.vkeys;
  const keys = [kept.vkey];
  for (const turn of told.rotations) {
    if (turn.old !== keys[keys.length - 1]) continue;
    const text = `bema log key rotation\n${kept.origin}\n${turn.old}\n${turn.new}\n`;
    if (!(await signed(turn.old, text, fromBase64(turn.signature)))) throw new Broken("key");
    keys.push(turn.new);
  }
  return keys;
}

/**
 * Check the log, and remember what was found.
 * @returns {Promise<{ found: "alarm" | "first" | "checked" | "unkept", evidence?: any, kept?: Kept, before?: Kept | null }>}
 */
export async function examine() {
  const standing = recall(ALARM);
  if (standing) return { found: "alarm", evidence: standing };
  /** @type {Kept | null} */
  const kept = recall(KEPT);
  const [note, told] = await Promise.all([
    load("/log/checkpoint").then((answer) => answer.text()),
    load("/.well-known/trust.json").then((answer) => answer.json()),
  ]);
  try {
    const state = await checkpointIn(note, await keysFrom(kept, told));
    if (kept) {
      if (state.origin !== kept.origin) throw new Broken("key");
      await new Tiles("/log", state.size).goesOnFrom(state.root, kept.size, fromBase64(kept.root));
    }
    const { size, origin, vkey } = state;
    const now = { note, at: Date.now(), vkey, size, origin, root: note.split("\n")[2] };
    const isKept = keep(KEPT, now);
    return { found: kept ? "checked" : isKept ? "first" : "unkept", kept: now, before: kept };
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    const evidence = { why: error.why, found_at: new Date().toISOString(), remembered: kept, shown: note, told };
    keep(ALARM, evidence);
    return { found: "alarm", evidence };
  }
}

/** @param {string} address */
async function load(address) {
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer;
}

/**
 * Show on the page what was found.
 * @param {HTMLElement} place
 */
async function show(place) {
  const said = /** @type {HTMLElement} */ (place.querySelector("[data-log-said]"));
  const alarm = /** @type {HTMLElement} */ (place.querySelector("[data-log-alarm]"));
  place.hidden = false;
  try {
    const result = await examine();
    place.dataset.found = result.found;
    if (result.found === "alarm") {
      said.hidden = true;
      alarm.hidden = false;
      alarm.querySelector(`[data-log-why="${result.evidence.why}"]`)?.removeAttribute("hidden");
      const file = new Blob([JSON.stringify(result.evidence, null, 1)], { type: "application/json" });
      const link = /** @type {HTMLAnchorElement} */ (alarm.querySelector("a[download]"));
      link.href = URL.createObjectURL(file);
      alarm.querySelector("[data-log-put-away]")?.addEventListener("click", () => {
        localStorage.removeItem(ALARM);
        localStorage.removeItem(KEPT);
        location.reload();
      });
      return;
    }
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
    const number = new Intl.NumberFormat(document.documentElement.lang);
    said.textContent = (place.dataset[result.found] ?? "")
      .replace("{size}", number.format(result.kept?.size ?? 0))
      .replace("{before}", number.format(result.before?.size ?? 0))
      .replace("{when}", time.format(result.before?.at ?? Date.now()));
  } catch {
    place.dataset.found = "unable";
    said.textContent = place.dataset.unable ?? "";
  }
}

const place = document.querySelector("[data-log-check]");
if (place instanceof HTMLElement) show(place);
