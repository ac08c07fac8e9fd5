/** The page for when there is no network: a service worker keeps it, in the language of this page. */

if ("serviceWorker" in navigator && isSecureContext) {
  const language = document.documentElement.lang;
  const style = document.querySelector('link[rel="stylesheet"]')?.getAttribute("href"); // another release has another
  addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register("/service-worker.js");
      (await navigator.serviceWorker.ready).active?.postMessage({ language, release: style });
    } catch {
      // it can be forbidden
    }
  });
}
