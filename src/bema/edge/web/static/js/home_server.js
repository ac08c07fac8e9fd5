/** Whoever acts from another server types where that is once: the browser remembers it, and nobody else. */

const KEPT = "bema-home-server";

/** @returns {string} */
function kept() {
  try {
    return localStorage.getItem(KEPT) ?? "";
  } catch {
    return ""; // where nothing may be kept, nothing is
  }
}

for (const element of document.querySelectorAll("form[data-home-server]")) {
  const form = /** @type {HTMLFormElement} */ (element);
  const field = /** @type {HTMLInputElement | null} */ (form.querySelector("[name=handle]"));
  if (field && !field.value) field.value = kept();
  form.addEventListener("submit", () => {
    try {
      localStorage.setItem(KEPT, field?.value.trim() ?? "");
    } catch {
      // they type it again
    }
  });
}
