/** The page for when there is no network: a service worker keeps it, in the language of this page. */

if ("serviceWorker" in navigator && isSecureContext) {
  const language = document.documentElement.lang;
  addEventListener("load", () => {
    navigator.serviceWorker.register(`/service-worker.js?language=${language}`).catch(() => undefined); // it can be forbidden
  });
}
