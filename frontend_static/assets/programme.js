// The line of the present moment. The page is whole without this script.
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

  drawNow();
  setInterval(drawNow, 30000);
  addEventListener("resize", drawNow);
})();
