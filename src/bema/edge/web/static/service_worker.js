/** The service worker: where the network fails, it shows one page that it has kept. It keeps nothing else, and nothing private. */

const LANGUAGE = new URL(location.href).searchParams.get("language") ?? "en";
const KEPT = `offline-${LANGUAGE}`;
const PAGE = "/offline";

/** Keep the page, as strangers are shown it, and the files that it names. */
async function keep() {
  const answer = await fetch(PAGE, { credentials: "omit", headers: { "Accept-Language": LANGUAGE } });
  if (!answer.ok) throw new Error(String(answer.status));
  const files = [...(await answer.clone().text()).matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map(([, file]) => file);
  const cache = await caches.open(KEPT);
  await cache.addAll([...new Set(files)]);
  await cache.put(PAGE, answer);
}

/** Let go of what former workers kept, in other languages. */
async function tidy() {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
  await self.clients.claim();
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

self.addEventListener("install", (event) => {
  event.waitUntil(keep());
  self.skipWaiting();
});
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (pathname.startsWith("/static/")) event.respondWith(file(request));
});
