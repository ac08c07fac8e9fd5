/** Parts of the composer that most posts do not need: a button opens each, and an emptied form closes them. */

for (const element of document.querySelectorAll("[data-unfold]")) {
  const button = /** @type {HTMLButtonElement} */ (element);
  const fold = /** @type {HTMLDetailsElement} */ (button.form?.querySelector(`[data-fold="${button.dataset.unfold}"]`));
  const show = (/** @type {boolean} */ open) => {
    fold.open = open;
    button.ariaExpanded = String(open);
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    show(!fold.open);
    if (fold.open) /** @type {HTMLElement | null} */ (fold.querySelector(".input"))?.focus();
  });
  button.form?.addEventListener("reset", () => show(false));
}
