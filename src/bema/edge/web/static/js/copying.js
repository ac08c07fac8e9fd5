/** Copying an address: buttons that script alone can serve, and that it therefore shows. */
import { say, words } from "./saying.js";

/** @param {ParentNode} place */
export function showCopyButtons(place) {
  for (const button of place.querySelectorAll("button[data-copy][hidden]")) button.removeAttribute("hidden");
}

showCopyButtons(document);

document.addEventListener("click", async (event) => {
  const button = /** @type {Element} */ (event.target).closest("[data-copy]");
  if (!(button instanceof HTMLElement) || !navigator.clipboard) return;
  event.preventDefault();
  const given = button.dataset.copy ?? "";
  const text = given.startsWith("/") ? new URL(given, location.href).href : given;
  try {
    await navigator.clipboard.writeText(text);
    say(button.dataset.say ?? words("copied"));
  } catch {
    say(words("failed"));
  }
  button.closest("details")?.removeAttribute("open");
});
