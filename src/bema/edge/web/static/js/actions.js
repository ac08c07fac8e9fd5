/** Buttons that answer at once: the change is shown, sent, and taken back with the reason where the server refuses. */
import { say, words } from "./saying.js";

const writer = new Intl.NumberFormat(document.documentElement.lang);

/**
 * Show a count; none stands for nought.
 * @param {Element | null} place
 * @param {number} count
 */
function showCount(place, count) {
  if (!(place instanceof HTMLElement)) return;
  place.dataset.count = String(count);
  place.textContent = count > 0 ? writer.format(count) : "";
}

/**
 * Turn a button over: what it does becomes what it undoes.
 * @param {HTMLButtonElement} button
 */
function turn(button) {
  const pressed = button.ariaPressed === "true";
  button.ariaPressed = String(!pressed);
  [button.dataset.pair, button.formAction] = [new URL(button.formAction).pathname, button.dataset.pair ?? ""];
  const place = button.querySelector("[data-count]");
  if (place instanceof HTMLElement) showCount(place, Math.max(0, Number(place.dataset.count) + (pressed ? -1 : 1)));
  button.classList.toggle("settling", !pressed);
}

/**
 * Send what a button of a form sends, and return the server's answer.
 * @param {HTMLFormElement} form
 * @param {string} address
 * @returns {Promise<{state?: boolean, count?: number | null}>}
 */
async function send(form, address) {
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      body: new URLSearchParams(/** @type {any} */ (new FormData(form))),
      headers: { "X-Requested-With": "fetch", Accept: "application/json" },
    });
  } catch {
    throw new Error(words("offline"));
  }
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.error || words("failed"));
  return said;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-actions]")) return;
  if (!(button instanceof HTMLButtonElement) || !button.dataset.pair) return;
  event.preventDefault();
  if (button.ariaBusy === "true") return;
  const address = button.formAction;
  button.ariaBusy = "true";
  turn(button);
  try {
    const { count } = await send(form, address);
    if (typeof count === "number") showCount(button.querySelector("[data-count]"), count);
  } catch (reason) {
    turn(button);
    say(reason instanceof Error ? reason.message : words("failed"));
  } finally {
    button.ariaBusy = "false";
  }
});

// A second press while a form is on its way would do the thing twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});
