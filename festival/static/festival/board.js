/* The board's figures, asked for every few seconds. Without an answer the time stands still, and says so. */
"use strict";

(() => {
  const EVERY_MS = 5000;
  const asOf = document.getElementById("as-of");

  function put(root, selector, value) {
    const place = root.querySelector(selector);
    if (!place || place.textContent === String(value)) return;
    place.textContent = value;
    place.classList.remove("changed");
    void place.offsetWidth;
    place.classList.add("changed");
  }

  async function refresh() {
    try {
      const response = await fetch(document.body.dataset.figures, { cache: "no-store" });
      if (response.redirected || !response.ok) throw new Error(String(response.status));
      const board = await response.json();
      const shown = [...document.querySelectorAll("[data-zone]")].map((one) => one.dataset.zone);
      if (shown.join() !== board.zones.map((zone) => zone.slug).join()) return location.reload();
      for (const zone of board.zones) {
        const place = document.querySelector(`[data-zone="${CSS.escape(zone.slug)}"]`);
        for (const name of ["arrived", "expected", "free", "offered"]) put(place, `[data-figure="${name}"]`, zone[name]);
        Object.assign(place.querySelector("progress"), { max: zone.expected || 1, value: zone.arrived });
      }
      for (const name of ["arrived", "expected"]) put(document, `[data-total="${name}"]`, board.total[name]);
      asOf.textContent = board.as_of.slice(11, 16);
      document.body.classList.remove("stale");
    } catch {
      document.body.classList.add("stale");
    }
  }

  setInterval(refresh, EVERY_MS);
})();
