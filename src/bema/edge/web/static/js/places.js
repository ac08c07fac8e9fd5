/** Places: coming back to a list finds the post one left, and Back goes where one came from. */

const list = /** @type {HTMLElement | null} */ (document.querySelector("[data-place]"));

if (list) {
  const key = `place:${document.documentElement.dataset.readsAs ?? ""}:${location.pathname}${location.search}`;
  addEventListener("pagehide", () => {
    const post = document.activeElement?.closest("article[id]");
    if (post) sessionStorage.setItem(key, post.id);
  });
  const returning = performance.getEntriesByType("navigation")[0];
  const left = sessionStorage.getItem(key);
  if (left && returning instanceof PerformanceNavigationTiming && returning.type === "back_forward") {
    document.getElementById(left)?.focus({ preventScroll: true });
  }
}

document.addEventListener("click", (event) => {
  const link = /** @type {Element} */ (event.target).closest("a[data-back]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!document.referrer.startsWith(`${location.origin}/`) || history.length < 2) return;
  event.preventDefault();
  history.back();
});

// A post that was acted on without script, or linked to, has the focus when the page is back.
if (location.hash.startsWith("#post-")) document.getElementById(location.hash.slice(1))?.focus({ preventScroll: true });
