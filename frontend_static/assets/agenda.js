// The visitor's own agenda: kept in this browser, shared as a link, taken along as a calendar file. Everything it needs
// stands in the page, so it works without a network; without this script nothing is missing but the stars.
(() => {
  "use strict";
  const page = document.querySelector("[data-festival]");
  if (!page) return;

  const own = page.querySelector(".agenda.own"), shared = page.querySelector(".agenda.shared");
  const told = own.querySelector("[aria-live]"), usual = told.textContent;
  const slots = new Map([...page.querySelectorAll(".slot[data-uid]")].map((slot) => [slot.id, slot]));
  const clock = new Intl.DateTimeFormat("zh-CN", {
    hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai",
  });
  const day = new Intl.DateTimeFormat("zh-CN", { month: "long", day: "numeric", timeZone: "Asia/Shanghai" });
  const when = (moment) => `${day.format(moment)} ${clock.format(moment)}`;

  // --- what is kept ---

  const name = `linli-agenda-${page.dataset.festival}`;
  let kept = read();

  function read() {
    try {
      const stored = JSON.parse(localStorage.getItem(name) || "[]");
      return new Set(Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : []);
    } catch { /* private windows may refuse storage */
      return new Set();
    }
  }

  function write() {
    try { localStorage.setItem(name, JSON.stringify([...kept])); } catch { /* kept for this visit only */ }
    show();
  }

  const title = (slot) => slot.querySelector("h3").textContent;
  const isOff = (slot) => slot.classList.contains("off");
  const inTime = (ids) => [...ids].map((id) => slots.get(id)).filter(Boolean)
    .sort((a, b) => (Date.parse(a.dataset.starts) || Infinity) - (Date.parse(b.dataset.starts) || Infinity));

  // --- what is shown ---

  function button(text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "keep";
    made.textContent = text;
    made.addEventListener("click", () => act(made));
    return made;
  }

  function list(section, ids) {
    const rows = inTime(ids).map((slot) => {
      const row = document.createElement("li"), time = document.createElement("span"), link = document.createElement("a");
      time.className = "figures";
      time.textContent = slot.dataset.starts ? when(Date.parse(slot.dataset.starts)) : "时间待定";
      link.href = `#${slot.id}`;
      link.textContent = title(slot);
      if (isOff(slot)) link.className = "off";
      row.append(time, link);
      if (slot.dataset.notice) {
        row.append(Object.assign(document.createElement("small"), { className: "moved", textContent: slot.dataset.notice }));
      }
      return row;
    });
    section.querySelector("ol").replaceChildren(...rows);
    section.hidden = !rows.length;
  }

  function show() {
    list(own, kept);
    for (const star of page.querySelectorAll(".star")) {
      const slot = star.closest(".slot"), on = kept.has(slot.id);
      star.setAttribute("aria-pressed", String(on));
      star.textContent = on ? "★ 已在我的行程" : "☆ 加入我的行程";
      star.setAttribute("aria-label", `${on ? "已在我的行程" : "加入我的行程"}：${title(slot)}`);
      // What is off can be taken from the agenda, not put into it.
      star.hidden = isOff(slot) && !on;
    }
  }

  for (const slot of slots.values()) {
    const star = button("", () => {
      if (!kept.delete(slot.id)) kept.add(slot.id);
      write();
    });
    star.classList.add("star");
    const tools = slot.querySelector(".slot-tools");
    if (tools) tools.prepend(star);
    else slot.append(star);
  }

  own.querySelector(".agenda-tools").append(
    button("分享我的行程", share),
    button("加入手机日历", take),
    button("清空", () => { kept.clear(); write(); }),
  );
  addEventListener("storage", (event) => {
    if (event.key === name) { kept = read(); show(); }
  });

  // --- a link for others: the items' ids in the fragment, which no server gets to see ---

  async function share() {
    const link = `${location.origin}${location.pathname}#agenda=${inTime(kept).map((slot) => slot.id).join(",")}`;
    try {
      if (navigator.share) await navigator.share({ title: `我的行程｜${page.dataset.title}`, url: link });
      else {
        await navigator.clipboard.writeText(link);
        say("链接已复制，发给谁都能看到这份行程");
      }
    } catch (error) {
      if (error.name === "AbortError") return;
      const field = Object.assign(document.createElement("input"), { value: link, readOnly: true, className: "share-link" });
      field.setAttribute("aria-label", "我的行程的链接");
      told.replaceChildren("复制这个链接：", field);
      field.select();
    }
  }

  function say(text) {
    told.textContent = text;
    setTimeout(() => { told.textContent = usual; }, 6000);
  }

  function showShared() {
    const found = /^#agenda=([\w,-]+)$/.exec(location.hash);
    const ids = new Set(found ? found[1].split(",").filter((id) => slots.has(id)) : []);
    const tools = shared.querySelector(".agenda-tools");
    list(shared, ids);
    tools.replaceChildren(
      button("都加进我的行程", () => {
        for (const id of ids) if (!isOff(slots.get(id))) kept.add(id);
        write();
        history.replaceState(null, "", location.pathname);
        showShared();
        own.scrollIntoView({ block: "nearest" });
      }),
      button("不用了", () => { history.replaceState(null, "", location.pathname); showShared(); }),
    );
    if (ids.size) shared.scrollIntoView({ block: "nearest" });
  }
  addEventListener("hashchange", showShared);

  // --- a calendar file, made here (RFC 5545) ---

  const escaped = (text) => text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");
  const stamp = (moment) => new Date(moment).toISOString().replace(/[-:]|\.\d{3}/g, "");

  // Lines hold 75 octets and break between characters, never within one.
  function folded(line) {
    const parts = [];
    let part = "", octets = 0;
    for (const sign of line) {
      const size = new TextEncoder().encode(sign).length;
      if (octets + size > 74) {
        parts.push(part);
        part = "";
        octets = 0;
      }
      part += sign;
      octets += size;
    }
    return [...parts, part].join("\r\n ");
  }

  function event(slot) {
    const { uid, sequence, revised, was, starts = was, ends, stage, notice } = slot.dataset;
    // What lost its time stands, crossed out, at the one that was announced.
    const state = isOff(slot) ? "已取消：" : slot.dataset.starts ? "" : "时间待定：";
    const place = [stage, page.dataset.venue].filter(Boolean).join("，");
    const lines = [
      "BEGIN:VEVENT", `UID:${uid}`, `SEQUENCE:${sequence}`, `DTSTAMP:${stamp(revised)}`, `DTSTART:${stamp(starts)}`,
      `SUMMARY:${escaped(state + title(slot))}`,
      `STATUS:${state ? "CANCELLED" : "CONFIRMED"}`,
      `URL:${location.origin}${location.pathname}#${slot.id}`,
    ];
    if (ends) lines.push(`DTEND:${stamp(ends)}`);
    if (place) lines.push(`LOCATION:${escaped(place)}`);
    if (notice) lines.push(`DESCRIPTION:${escaped(notice)}`);
    return [...lines, "END:VEVENT"];
  }

  function take() {
    const timed = inTime(kept).filter((slot) => slot.dataset.starts || slot.dataset.was);
    if (!timed.length) {
      say("这些节目的时间都还没有定，定了再加入日历");
      return;
    }
    const lines = [
      "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Linli//Agenda//ZH", "METHOD:PUBLISH",
      `X-WR-CALNAME:${escaped(`我的行程·${page.dataset.title}`)}`, ...timed.flatMap(event), "END:VCALENDAR",
    ];
    const file = new Blob([`${lines.map(folded).join("\r\n")}\r\n`], { type: "text/calendar;charset=utf-8" });
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(file), download: "我的行程.ics" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  show();
  showShared();
})();
