/** Completing: while somebody writes `@`, `#` or `:` and a beginning, a list beneath the field says what it could come to. */

const BEGUN = /(?:^|[\s(])(@[\w.-]+(?:@[\w.-]*)?|[@#][\p{L}\p{M}\p{N}_·]+|:\w{2,})$/u; // what stands before the caret
const PAUSE = 150; // milliseconds without a key before the server is asked

/** @param {HTMLTextAreaElement} text */
function help(text) {
  /** @type {HTMLElement | null} */
  let list = null;
  /** @type {AbortController | undefined} */
  let asking;
  let timer = 0;

  const begun = () => text.value.slice(0, text.selectionStart).match(BEGUN)?.[1] ?? "";
  const options = () => /** @type {HTMLElement[]} */ ([...(list?.children ?? [])]);

  function close() {
    asking?.abort();
    clearTimeout(timer);
    list?.remove();
    list = null;
    text.removeAttribute("aria-activedescendant");
    text.removeAttribute("aria-controls");
  }

  /** @param {HTMLElement} option */
  function select(option) {
    for (const each of options()) each.ariaSelected = String(each === option);
    text.setAttribute("aria-activedescendant", option.id);
  }

  /** @param {HTMLElement} option */
  function take(option) {
    const end = text.selectionStart;
    text.setRangeText(`${option.dataset.text} `, end - begun().length, end, "end");
    close();
    text.dispatchEvent(new Event("input", { bubbles: true }));
    text.focus();
  }

  /** @param {string} beginning */
  async function ask(beginning) {
    asking = new AbortController();
    const { signal } = asking;
    try {
      const answer = await fetch(`/completions?q=${encodeURIComponent(beginning)}`, { signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const found = /** @type {HTMLElement | null} */ (page.querySelector(".completions"));
      if (signal.aborted || begun() !== beginning) return;
      close();
      if (!found?.children.length) return;
      list = document.adoptNode(found);
      list.style.insetBlockStart = `${text.offsetTop + text.offsetHeight}px`;
      text.after(list);
      text.setAttribute("aria-controls", list.id);
      for (const each of options()) {
        each.addEventListener("pointerdown", (event) => event.preventDefault()); // or the field would lose the caret
        each.addEventListener("click", () => take(each));
      }
    } catch {
      // Without a network nothing is suggested; what is written is not touched.
    }
  }

  text.setAttribute("aria-autocomplete", "list");
  text.addEventListener("input", () => {
    clearTimeout(timer);
    const beginning = begun();
    if (beginning) timer = setTimeout(() => ask(beginning), PAUSE);
    else close();
  });
  text.addEventListener("blur", close);
  text.addEventListener("keydown", (event) => {
    const all = options();
    if (!all.length || event.isComposing || event.ctrlKey || event.metaKey) return;
    const at = all.findIndex((each) => each.ariaSelected === "true");
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") select(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") select(all[(at + (at < 0 ? 0 : all.length - 1)) % all.length]);
    else if (event.key === "Tab" && !event.shiftKey) take(all[Math.max(at, 0)]);
    else if (event.key === "Enter" && at >= 0) take(all[at]); // with none chosen it is a new line, as ever
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

for (const text of document.querySelectorAll("form[data-composer] textarea[name=text]")) {
  help(/** @type {HTMLTextAreaElement} */ (text));
}
