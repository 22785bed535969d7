/* Keeps three pages readable without a network: my evenings, signed in and by link, and a museum's list of tonight.
   The server says for how long (Keep-Readable, in seconds). With a page goes what it needs to look as it does; nothing
   else is kept, no other page is touched, and no form. A new CACHE drops what an older version of this file kept. */
const CACHE = "nocturnes-1";
const SIGNED_IN = /^\/(fr|nl|en)\/[^/]+\/mine\/$/;
const BY_LINK = /^\/(fr|nl|en)\/(link\/evenings|tonight)\/[^/]+\/$/;
const WHO_IS_SIGNED_IN = /^\/(fr|nl|en)\/(account|rehearsal\/be)\//;
const FILE = /^\/static\//;

const isPage = (path) => SIGNED_IN.test(path) || BY_LINK.test(path);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname, search } = new URL(url);
  if (origin !== self.location.origin) return;
  if (method === "POST" && WHO_IS_SIGNED_IN.test(pathname)) event.waitUntil(forget(SIGNED_IN));
  if (method !== "GET") return;
  if (mode === "navigate" && isPage(pathname)) event.respondWith(page(event, pathname, search));
  else if (FILE.test(pathname)) event.respondWith(file(event.request));
});

/* The page that brought the worker was loaded without it: ask for it again, to keep it. */
async function begin() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.clients.claim();
  for (const client of await self.clients.matchAll()) {
    const { pathname, search } = new URL(client.url);
    if (isPage(pathname) && !search) await keep(pathname, await fetch(pathname, { redirect: "manual" }));
  }
}

/* From the network, and the copy only where that does not answer. A page with a question in its address shows more
   than the plain one, or other things: it is never the copy. */
async function page(event, path, search) {
  let response;
  try {
    response = await fetch(event.request);
  } catch {
    return (await kept(path)) ?? Response.error();
  }
  if (!search) event.waitUntil(keep(path, response.clone()));
  return response;
}

async function file(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { cacheName: CACHE })) ?? Response.error();
  }
}

/* Keep the page in place of the copy before; a page that is no longer given takes its copy with it. */
async function keep(path, response) {
  if (response.status >= 500) return;
  const cache = await caches.open(CACHE);
  const seconds = Number(response.headers.get("Keep-Readable"));
  if (response.ok && seconds > 0) {
    const headers = new Headers(response.headers);
    headers.delete("Content-Encoding");
    headers.delete("Content-Length");
    headers.set("Kept-Until", String(Date.now() + seconds * 1000));
    await cache.put(path, new Response(asKept(await response.text()), { headers }));
  } else {
    await cache.delete(path);
  }
  await tidy(cache);
}

/* The copy says how old it is, holds no button that would do nothing, and no message that was for that moment. */
function asKept(html) {
  return html
    .replace(/<!--once-->[^]*?<!--\/once-->/g, "")
    .replace("data-kept hidden", "data-kept")
    .replaceAll("<button ", "<button disabled ");
}

const isOver = (response) => Number(response.headers.get("Kept-Until")) <= Date.now();

async function kept(path) {
  const response = await caches.match(path, { cacheName: CACHE });
  return response && !isOver(response) ? response : undefined;
}

/* Drop the pages whose time is over, then have the files that the other pages name, and those only. */
async function tidy(cache) {
  const named = new Set();
  for (const [path, response] of await pages(cache)) {
    if (isOver(response)) await cache.delete(path);
    else for (const [, address] of (await response.text()).matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)) named.add(address);
  }
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (FILE.test(pathname) && !named.delete(pathname)) await cache.delete(request);
  }
  await Promise.allSettled([...named].map((address) => cache.add(address)));
}

async function forget(which) {
  const cache = await caches.open(CACHE);
  for (const [path] of await pages(cache)) if (which.test(path)) await cache.delete(path);
  await tidy(cache);
}

async function pages(cache) {
  const paths = (await cache.keys()).map((request) => new URL(request.url).pathname).filter(isPage);
  return Promise.all(paths.map(async (path) => [path, await cache.match(path)]));
}
