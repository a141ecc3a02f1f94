// The line of the present moment, and the visitor's own agenda. The page is whole without this script.
(() => {
  "use strict";
  const page = document.querySelector("[data-festival]");
  if (!page) return;

  const clock = new Intl.DateTimeFormat("zh-CN", {
    hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai",
  });

  function drawNow() {
    const now = Date.now();
    for (const table of page.querySelectorAll(".timetable")) {
      table.querySelector(".now-line")?.remove();
      let ends = 0;
      for (const slot of table.querySelectorAll(".slot")) {
        const from = Date.parse(slot.dataset.at), until = Date.parse(slot.dataset.until);
        ends = Math.max(ends, until);
        if (from <= now && now < until && !slot.classList.contains("off")) slot.setAttribute("aria-current", "time");
        else slot.removeAttribute("aria-current");
      }
      // Rows grow with their text, so the line lies between the two visible marks around the present.
      const marks = [...table.querySelectorAll("[data-at]")]
        .filter((mark) => mark.offsetParent && (mark.matches(".tick") || !table.querySelector(".tick").offsetParent))
        .map((mark) => ({ at: Date.parse(mark.dataset.at), top: mark.offsetTop }));
      marks.push({ at: ends, top: table.scrollHeight });
      marks.sort((a, b) => a.at - b.at);
      if (!marks.length || now < marks[0].at || now > ends) continue;
      const next = marks.findIndex((mark) => mark.at > now);
      const after = marks[next < 0 ? marks.length - 1 : next], before = marks[Math.max(0, (next < 0 ? marks.length : next) - 1)];
      const share = after.at > before.at ? (now - before.at) / (after.at - before.at) : 0;
      const line = document.createElement("div");
      line.className = "now-line";
      line.style.top = `${before.top + share * (after.top - before.top)}px`;
      line.append(Object.assign(document.createElement("span"), { textContent: `现在 ${clock.format(now)}` }));
      table.append(line);
    }
  }

  const name = `linli-agenda-${page.dataset.festival}`;
  let kept = new Set();
  try { kept = new Set(JSON.parse(localStorage.getItem(name) || "[]")); } catch { /* private windows may refuse storage */ }
  const agenda = page.querySelector(".agenda");

  function showAgenda() {
    const list = agenda.querySelector("ol");
    list.replaceChildren();
    for (const slot of page.querySelectorAll(".timetable .slot")) {
      if (!kept.has(slot.id)) continue;
      const entry = document.createElement("li"), link = document.createElement("a"), time = document.createElement("span");
      time.className = "figures";
      time.textContent = clock.format(Date.parse(slot.dataset.at));
      link.href = `#${slot.id}`;
      link.textContent = slot.querySelector("h3").textContent;
      entry.append(time, link);
      list.append(entry);
    }
    agenda.hidden = !list.children.length;
  }

  for (const slot of page.querySelectorAll(".timetable .slot:not(.off)")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "keep";
    const show = () => {
      button.setAttribute("aria-pressed", String(kept.has(slot.id)));
      button.textContent = kept.has(slot.id) ? "已在我的行程" : "加入我的行程";
      button.setAttribute("aria-label", `${button.textContent}：${slot.querySelector("h3").textContent}`);
    };
    button.addEventListener("click", () => {
      if (!kept.delete(slot.id)) kept.add(slot.id);
      try { localStorage.setItem(name, JSON.stringify([...kept])); } catch { /* kept for this visit only */ }
      show();
      showAgenda();
    });
    show();
    slot.append(button);
  }

  showAgenda();
  drawNow();
  setInterval(drawNow, 30000);
  addEventListener("resize", drawNow);
})();
