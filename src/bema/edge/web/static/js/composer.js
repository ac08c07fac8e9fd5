/** The composer: counts as people count, grows with the text, keeps drafts, and shows how far the sending is. */
import { showCopyButtons } from "./copying.js";
import { forget, keep, keepThere, restore } from "./drafts.js";
import { attendFocus } from "./focus.js";
import { dress } from "./pictures.js";
import { say, words } from "./saying.js";
import { slotsOf } from "./slots.js";
import { showUnsent } from "./unsent.js";

const language = document.documentElement.lang;
const graphemes = new Intl.Segmenter(language, { granularity: "grapheme" });
const writer = new Intl.NumberFormat(language);
const LINK = /https?:\/\/\S+/g;
const MENTION = /(^|[^\w/@])@([\w.-]+)@[\w.-]+\.\w+/g;
const NEAR = 20; // characters left when the count asks for attention
const WAIT = 25; // seconds that the server may wait for a video before it says that it is not ready

/**
 * Count a text as the server does: by grapheme, links at a flat rate, the host of a mention free.
 * @param {string} text
 * @param {number} link what a link counts
 * @returns {number}
 */
function length(text, link) {
  const flat = text.replace(LINK, "x".repeat(link)).replace(MENTION, "$1@$2");
  return [...graphemes.segment(flat)].length;
}

/**
 * What a page that came in the place of the expected one has to say.
 * @param {Document} page
 * @returns {string}
 */
function complaint(page) {
  const alert = page.querySelector("[role=alert], .narrow h1 + p, .narrow h1");
  return alert?.textContent?.trim() || words("failed");
}

/** @param {HTMLFormElement} form */
function bring(form) {
  const text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("text"));
  const warning = /** @type {HTMLInputElement} */ (form.elements.namedItem("warning"));
  const left = /** @type {HTMLElement} */ (form.querySelector(".composer-send [data-count-left]"));
  const progress = /** @type {HTMLProgressElement} */ (form.querySelector("[data-progress]"));
  const button = /** @type {HTMLButtonElement} */ (form.querySelector(".composer-send .button"));
  const fold = /** @type {HTMLDetailsElement} */ (form.querySelector("[data-warning-field]"));
  const warn = /** @type {HTMLButtonElement} */ (form.querySelector("[data-warn]"));
  const slots = slotsOf(form);
  const others = [...form.querySelectorAll("[data-thread-post]")].map((place) => ({
    text: /** @type {HTMLTextAreaElement} */ (place.querySelector("textarea")),
    left: /** @type {HTMLElement} */ (place.querySelector("[data-count-left]")),
    slots: slotsOf(/** @type {HTMLElement} */ (place)),
    place,
  }));
  const limit = Number(form.dataset.limit);
  const counts = /** @type {(() => void)[]} */ ([]);
  let asked = false;
  let patient = false;

  form.classList.add("scripted");
  warn.hidden = false;

  for (const each of [{ text, left }, ...others]) {
    const refreshOne = () => {
      const remaining = limit - length(each.text.value, Number(form.dataset.link)) - length(warning.value, 0);
      each.left.textContent = writer.format(remaining);
      each.left.classList.toggle("near", remaining <= NEAR && remaining >= 0);
      each.left.classList.toggle("over", remaining < 0);
      if (!CSS.supports("field-sizing", "content")) {
        each.text.style.blockSize = "auto";
        each.text.style.blockSize = `${each.text.scrollHeight}px`;
      }
    };
    form.addEventListener("input", refreshOne);
    counts.push(refreshOne);
  }

  function refresh() {
    for (const count of counts) count();
    keep(form);
  }

  function empty() {
    forget(form);
    form.querySelector("[name=draft_id]")?.remove();
    form.reset();
    text.value = "";
    slots.empty();
    fold.open = false;
    asked = false;
    patient = false;
    refresh();
  }

  /** @param {XMLHttpRequest} request */
  function arrived(request) {
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    busy(false);
    if (request.status >= 400) {
      slots.adopt(page.querySelector("form[data-composer] [data-pictures] .slots"));
      const places = page.querySelectorAll("[data-thread-post]");
      others.forEach((each, index) => each.slots.adopt(places[index]?.querySelector(".slots") ?? null));
      attendFocus(form);
      if (page.querySelector("form[data-preparing]")) {
        if (!patient) say(form.dataset.patience ?? "");
        patient = true; // it is said once, however often is asked
        send();
      } else {
        say(complaint(page));
      }
      return;
    }
    const there = new URL(request.responseURL);
    if (others.length > 0) {
      forget(form);
      location.assign(there);
      return;
    }
    empty();
    if (!form.matches(".composer-page") && showUnsent(page)) return;
    const list = document.querySelector("main [data-list]");
    const fresh = page.querySelector("main [data-list]");
    if (there.pathname !== location.pathname || !list || !fresh) {
      location.assign(there);
      return;
    }
    dress(fresh);
    showCopyButtons(fresh);
    list.replaceChildren(...fresh.childNodes);
    say(page.querySelector("main > [role=status]")?.textContent?.trim() ?? "");
  }

  function busy(/** @type {boolean} */ now) {
    button.disabled = now;
    progress.hidden = !now;
    form.ariaBusy = String(now);
  }

  function send() {
    const request = new XMLHttpRequest(); // fetch cannot tell how far an upload is
    request.open("POST", form.action);
    request.setRequestHeader("Prefer", `wait=${WAIT}`);
    request.upload.addEventListener("progress", (step) => {
      progress.value = step.lengthComputable ? step.loaded / step.total : 0;
    });
    request.addEventListener("load", () => arrived(request));
    request.addEventListener("abort", () => busy(false));
    request.addEventListener("error", () => {
      busy(false);
      say(words("offline"));
    });
    busy(true);
    void keepThere(form, false).finally(() => request.send(new FormData(form)));
  }

  form.addEventListener("submit", (event) => {
    if (event.submitter?.matches("[data-plain]")) {
      forget(form); // what is typed goes along, and comes back with the page
      return;
    }
    event.preventDefault();
    if (form.ariaBusy === "true") return;
    const silent = [slots, ...others.map((each) => each.slots)].map((each) => each.withoutWords()).find(Boolean);
    if (silent && !asked) {
      asked = true; // once: whoever insists is not asked again
      say(form.dataset.askAlt ?? "");
      silent.focus();
      return;
    }
    send();
  });

  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener("input", () => {
    keep(form);
    void keepThere(form, true);
  });
  attendFocus(form);
  warn.addEventListener("click", () => {
    fold.open = !fold.open;
    warn.ariaExpanded = String(fold.open);
    (fold.open ? warning : text).focus();
  });
  if (restore(form)) {
    fold.open ||= warning.value !== "";
    say(form.dataset.restored ?? "");
  }
  refresh();
  const answering = form.elements.namedItem("in_reply_to");
  if (answering && document.activeElement === text) text.setSelectionRange(text.value.length, text.value.length);
}

for (const form of document.querySelectorAll("form[data-composer]")) bring(/** @type {HTMLFormElement} */ (form));
