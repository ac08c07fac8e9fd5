/**
 * The service worker: where the network fails, it shows one page that it has kept. It keeps nothing else, and nothing
 * private. It takes over no page that is open: Chromium may hold back a navigation that meets the change of workers.
 */

const PAGE = "/offline";

/**
 * Keep the page, as strangers are shown it, and the files that it names; let go of what was kept before.
 * @param {string} language
 * @param {string} name of what is kept
 */
async function keep(language, name) {
  if (await caches.has(name)) return;
  const answer = await fetch(PAGE, { credentials: "omit", headers: { "Accept-Language": language } });
  if (!answer.ok) throw new Error(String(answer.status));
  const files = [...(await answer.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map(([, file]) => file);
  const cache = await caches.open(name);
  try {
    await cache.addAll([...new Set(files)]);
    await cache.put(PAGE, answer);
  } catch (error) {
    await caches.delete(name);
    throw error;
  }
  for (const former of await caches.keys()) if (former !== name) await caches.delete(former);
}

/**
 * A page from the network, or else the one that was kept.
 * @param {Request} request
 * @returns {Promise<Response>}
 */
async function page(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(PAGE)) ?? Response.error();
  }
}

/**
 * A file as it was kept, under a name that tells its content; or else from the network.
 * @param {Request} request
 * @returns {Promise<Response>}
 */
async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}

self.addEventListener("message", (event) => {
  const { language, release } = event.data;
  event.waitUntil(keep(language, `offline-${language}-${release}`));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (pathname.startsWith("/static/")) event.respondWith(file(request));
});
