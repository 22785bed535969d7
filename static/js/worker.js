/* Keeps three pages readable without a network: my evenings, signed in and by link, and a museum's list of tonight.
   The server says for how long (Keep-Readable, in seconds). With a page goes what it needs to look as it does, and one
   page in words, for whatever else is asked for without a network; nothing else is kept, and no form. A new CACHE drops
   what an older version of this file kept. */
const CACHE = "nocturnes-2";
const SIGNED_IN = /^\/(fr|nl|en)\/[^/]+\/mine\/$/;
const BY_LINK = /^\/(fr|nl|en)\/(link\/evenings|tonight)\/[^/]+\/$/;
const IN_WORDS = /^\/(fr|nl|en)\/no-network\/$/;
const WHO_IS_SIGNED_IN = /^\/(fr|nl|en)\/(account|rehearsal\/be)\//;
/* What a volunteer or a museum sends goes to an address below that of a page of theirs. */
const DOOR = /^\/(fr|nl|en)\/([^/]+\/mine|link\/[^/]+\/[^/]+|tonight\/[^/]+|museum\/[^/]+)\//;
const PAGE = /^\/(fr|nl|en)\/(.*\/)?$/;
const FILE = /^\/static\//;
const NAMED_BY_CONTENT = /\.[0-9a-f]{12}\.\w+$/;
/* So many milliseconds a network may take that has a page to answer for which is kept. */
const PATIENCE = 8000;
/* What stands before a server answers so while that is away. */
const AWAY = [502, 503, 504];

const isPage = (path) => [SIGNED_IN, BY_LINK, IN_WORDS].some((one) => one.test(path));
const inWordsOf = (path) => `/${path.split("/")[1]}/no-network/`;
/* Counts who signed in or out: a page of the one before may still be on its way. */
let people = 0;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(begin()));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname, search } = new URL(url);
  if (origin !== self.location.origin) return;
  if (method === "POST" && WHO_IS_SIGNED_IN.test(pathname)) {
    people += 1;
    event.waitUntil(forget(SIGNED_IN));
  }
  if (mode === "navigate") {
    if (method === "GET" && isPage(pathname)) event.respondWith(page(event, pathname, search));
    else if ((method === "GET" ? PAGE : DOOR).test(pathname)) event.respondWith(other(event, pathname));
  } else if (method === "GET" && FILE.test(pathname)) event.respondWith(file(event.request, pathname));
});

/* The page that brought the worker was loaded without it: ask for it again, to keep it. That of an offer or of one
   assignment is not kept, only what is said in its place. */
async function begin() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.clients.claim();
  for (const client of await self.clients.matchAll()) {
    const { pathname, search } = new URL(client.url);
    if (isPage(pathname) && !search) await keep(pathname, await fetch(pathname, { redirect: "manual" }), people);
    else if (PAGE.test(pathname)) await keepWords(inWordsOf(pathname));
  }
}

/* From the network, and the copy only where that does not answer. A page with a question in its address shows more
   than the plain one, or other things: it is never the copy. */
async function page(event, path, search) {
  const whose = people;
  const answer = fetch(event.request).then((response) => {
    if (!search) event.waitUntil(keep(path, response.clone(), whose));
    return response;
  });
  /* One that comes after the copy was shown is kept all the same. */
  event.waitUntil(answer.catch(() => {}));
  const copy = await kept(path);
  try {
    const response = await (copy ? Promise.race([answer, patience()]) : answer);
    return copy && AWAY.includes(response.status) ? copy : response;
  } catch {
    return copy ?? inWords(event.request, path);
  }
}

const patience = () => new Promise((_, reject) => setTimeout(reject, PATIENCE));

async function other(event, path) {
  event.waitUntil(dropOver());
  try {
    return await fetch(event.request);
  } catch {
    return inWords(event.request, path);
  }
}

/* A file whose name tells its content is never another one; after a deploy the server may not have it any more. */
async function file(request, path) {
  const copy = await caches.match(request, { cacheName: CACHE });
  if (copy && NAMED_BY_CONTENT.test(path)) return copy;
  const response = await fetch(request).catch(() => undefined);
  return response?.ok ? response : (copy ?? response ?? Response.error());
}

/* Keep the page in place of the copy before; a page that is no longer given takes its copy with it. */
async function keep(path, response, whose) {
  if (response.status >= 500) return;
  const cache = await caches.open(CACHE);
  const seconds = Number(response.headers.get("Keep-Readable"));
  if (response.ok && seconds > 0) {
    const headers = new Headers(response.headers);
    headers.delete("Content-Encoding");
    headers.delete("Content-Length");
    headers.set("Kept-Until", String(Date.now() + seconds * 1000));
    const html = asKept(await response.text());
    if (SIGNED_IN.test(path) && whose !== people) return;
    await cache.put(path, new Response(html, { headers }));
  } else {
    await cache.delete(path);
  }
  await tidy(cache);
  if (!IN_WORDS.test(path)) await keepWords(inWordsOf(path));
}

/* The page in words is everybody's, so nobody says who asks for it. */
async function keepWords(path) {
  if (await kept(path)) return;
  const response = await fetch(path, { credentials: "omit" }).catch(() => undefined);
  if (response) await keep(path, response, people);
}

/* The copy says how old it is, holds no button that would do nothing, and no message that was for that moment. */
function asKept(html) {
  return html
    .replace(/<!--once-->[^]*?<!--\/once-->/g, "")
    .replace("data-kept hidden", "data-kept")
    .replaceAll("<button ", "<button disabled ");
}

/* The page in words, for `path`: whether something was sent, the way back to what is kept, and the numbers to call. */
async function inWords(request, path) {
  let response;
  for (const one of [path, "/fr/", "/nl/", "/en/"]) response ??= await kept(inWordsOf(one));
  if (!response) return Response.error();
  const door = path.match(DOOR)?.[0];
  const copy = door && (await kept(door));
  const numbers = await calls(copy);
  let html = await response.text();
  const show = (what) => (html = html.replace(`${what} hidden`, what));
  if (request.method === "POST") {
    show("data-sent");
    html = html.replace('href="" data-again', () => `href="${door}"`);
  }
  if (copy) {
    show("data-read");
    html = html.replace('href="#read"', () => `href="${door}"`);
  }
  if (numbers.length) {
    show("data-calls");
    html = html.replace("<!--calls-->", () => numbers.join(""));
  }
  return new Response(html, { status: 503, headers: response.headers });
}

/* The numbers to call that stand on this copy, or on all of them. */
async function calls(copy) {
  const copies = copy ? [copy] : (await pages(await caches.open(CACHE))).map(([, response]) => response);
  const found = new Set();
  for (const one of copies) {
    if (isOver(one)) continue;
    for (const [, call] of (await one.text()).matchAll(/<!--call-->([^]*?)<!--\/call-->/g)) found.add(call);
  }
  return [...found].map((call) => `<li class="row row--s row--wrap">${call}</li>`);
}

const isOver = (response) => Number(response.headers.get("Kept-Until")) <= Date.now();

async function kept(path) {
  const response = await caches.match(path, { cacheName: CACHE });
  return response && !isOver(response) ? response : undefined;
}

async function dropOver() {
  const cache = await caches.open(CACHE);
  for (const [path, response] of await pages(cache)) if (isOver(response)) await cache.delete(path);
}

/* Drop the pages whose time is over, then have the files that the other pages name, and those only. */
async function tidy(cache) {
  await dropOver();
  const named = new Set();
  for (const [, response] of await pages(cache)) {
    for (const [, address] of (await response.text()).matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)) named.add(address);
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
  const found = await Promise.all(paths.map(async (path) => [path, await cache.match(path)]));
  return found.filter(([, response]) => response);
}
