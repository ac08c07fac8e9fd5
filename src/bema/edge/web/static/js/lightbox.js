/** Pictures at full size, in a dialog, with their descriptions; without script they are links. */

const dialog = /** @type {HTMLDialogElement | null} */ (document.querySelector("[data-lightbox-dialog]"));
/** @type {HTMLAnchorElement[]} */
let row = [];
let at = 0;

/** Show the picture at hand. */
function show() {
  if (!dialog) return;
  const link = row[at];
  const words = link.querySelector("img")?.alt || link.ariaLabel || "";
  const picture = /** @type {HTMLImageElement} */ (dialog.querySelector("[data-lightbox-picture]"));
  picture.src = link.href;
  picture.alt = words;
  const text = /** @type {HTMLElement} */ (dialog.querySelector("[data-lightbox-text]"));
  text.textContent = words;
  text.ariaHidden = "true"; // the picture's own description says it already
  for (const button of dialog.querySelectorAll("[data-lightbox-step]")) {
    button.toggleAttribute("hidden", row.length < 2);
  }
}

/** @param {number} steps */
function step(steps) {
  at = (at + steps + row.length) % row.length;
  show();
}

document.addEventListener("click", (event) => {
  const link = /** @type {Element} */ (event.target).closest("a[data-lightbox]");
  const asksForTab = event.ctrlKey || event.metaKey || event.shiftKey;
  if (!(link instanceof HTMLAnchorElement) || !dialog || asksForTab) return;
  event.preventDefault();
  const group = link.closest(".pictures");
  row = group ? [...group.querySelectorAll("a[data-lightbox]")].filter((a) => a instanceof HTMLAnchorElement) : [link];
  at = row.indexOf(link);
  show();
  dialog.showModal(); // closing gives the focus back to the link
});

dialog?.addEventListener("click", (event) => {
  const target = /** @type {Element} */ (event.target);
  const button = /** @type {HTMLElement | null} */ (target.closest("[data-lightbox-step]"));
  if (button) step(Number(button.dataset.lightboxStep));
  else if (target.closest("[data-lightbox-close]") || target === dialog || target.matches("img")) dialog.close();
});

dialog?.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const forward = (event.key === "ArrowRight") === (document.documentElement.dir !== "rtl");
  step(forward ? 1 : -1);
});
