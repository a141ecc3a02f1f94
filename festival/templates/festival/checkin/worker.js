/* Keeps the check-in page at hand: its files are taken once, and from then on from here. What it shows and sends goes
   to the network by itself. */
"use strict";

const NAME = "linli-checkin-{{ version }}";
const FILES = [{% for address in addresses %}"{{ address|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("linli-checkin-") && name !== NAME).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin || !FILES.includes(address.pathname)) return;
  event.respondWith(
    caches.open(NAME).then((cache) => cache.match(address.pathname)).then((kept) => kept || fetch(event.request)),
  );
});
