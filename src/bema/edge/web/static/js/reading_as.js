/** For whom a page was made: where the browser goes on as another account, or as none, its other pages follow. */

const NAME = "reads-as";
const AGAIN_MILLISECONDS = 5_000; // pages that disagree for ever would otherwise load each other anew for ever
const mine = document.documentElement.dataset.readsAs;

/**
 * Whether a page that was fetched is for the same reader as this one; where it is not, this one is loaded anew.
 * @param {Document} page
 * @returns {boolean}
 */
export function sameReader(page) {
  const theirs = page.documentElement.dataset.readsAs;
  if (theirs === mine || theirs === undefined) return true;
  location.reload();
  return false;
}

/**
 * Load the page anew when the browser has another reader by now.
 * @param {boolean} restored whether it was taken from memory: what is loaded then is not, so that this ends
 */
function follow(restored) {
  try {
    const now = localStorage.getItem(NAME);
    if (mine === undefined || now === null || now === mine || document.hidden) return;
    const before = Number(sessionStorage.getItem(NAME) ?? 0);
    if (!restored && Date.now() - before < AGAIN_MILLISECONDS) return;
    sessionStorage.setItem(NAME, String(Date.now()));
    location.reload();
  } catch {
    // The browser keeps nothing: there is nothing to compare with.
  }
}

try {
  if (mine !== undefined && navigator.onLine) localStorage.setItem(NAME, mine);
} catch {
  // As above.
}
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) follow(true);
});
addEventListener("storage", ({ key }) => {
  if (key === NAME) follow(false);
});
document.addEventListener("visibilitychange", () => follow(false));
