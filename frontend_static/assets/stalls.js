// Booths as they are now, choosing them on the plan, and the form that loses nothing. Every page is whole without it.
const STATES = { free: "空着", held: "有人占着", taken: "已定", closed: "不开放" };
const say = document.createElement("p");
say.className = "heard";
say.setAttribute("role", "status");
document.body.append(say);
const announce = (text) => { say.textContent = text; };

// --- what is free, every ten seconds while somebody looks ---------------------------------------------------

const board = document.querySelector("[data-availability]");
const EVERY = 10000, LONGEST = 300000;
let wait = EVERY, timer = 0;

function inputOf(number) {
  return document.querySelector(`input[name=booths][value="${CSS.escape(number)}"]`);
}

function drawBooth(number, state, name, own) {
  const shown = own && state === "held" ? "free" : state;
  for (const mark of document.querySelectorAll(`[data-booth="${CSS.escape(number)}"]`)) {
    mark.dataset.state = shown;
    const label = mark.querySelector("em"), none = mark.querySelector("[data-none]");
    if (none) {
      none.textContent = name || STATES[shown];
      continue;
    }
    if (label) label.textContent = own && state === "held" ? "您占着" : STATES[shown];
    else if (mark.matches("li")) mark.append(Object.assign(document.createElement("em"), { textContent: STATES[shown] }));
    if (mark.matches("a")) mark.setAttribute("aria-label", `${number}，${STATES[shown]}${name ? `，${name}` : ""}`);
    const title = mark.querySelector("title");
    if (title) title.textContent = `${number} ${STATES[shown]}${name ? ` ${name}` : ""}`;
  }
  const input = inputOf(number);
  if (!input) return;
  if (input.checked && shown !== "free") {
    input.checked = false;
    announce(`摊位 ${number} 刚刚被别人选走了，请换一个。`);
  }
  input.disabled = shown !== "free";
}

function drawBoard(known) {
  const own = new Set((board.dataset.own || "").split(" "));
  for (const booth of known.booths) drawBooth(booth.number, booth.state, booth.name, own.has(booth.number));
  for (const zone of known.zones) {
    for (const mark of document.querySelectorAll(`[data-free="${CSS.escape(zone.slug)}"]`)) {
      mark.textContent = zone.free > 0 ? `还有 ${zone.free} 个` : "已满";
      mark.hidden = false;
    }
  }
  for (const legend of document.querySelectorAll("[data-live]")) legend.hidden = false;
  drawChosen();
}

async function look() {
  clearTimeout(timer);
  if (document.hidden) return;
  try {
    const answer = await fetch(board.dataset.availability, { credentials: "omit", headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    drawBoard(await answer.json());
    wait = EVERY;
  } catch {
    wait = Math.min(wait * 2, LONGEST); // no network, or a server that has enough to do: what is shown stays
  }
  clearTimeout(timer); // another look may have been asked for meanwhile
  timer = setTimeout(look, wait);
}

if (board) {
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  addEventListener("online", look);
  look();
}

// --- choosing on the plan, which follows the list -----------------------------------------------------------

function drawChosen() {
  for (const mark of document.querySelectorAll("[data-plan] a[data-booth]")) {
    const input = inputOf(mark.dataset.booth);
    mark.toggleAttribute("data-chosen", Boolean(input?.checked));
    mark.setAttribute("aria-checked", String(Boolean(input?.checked)));
    mark.setAttribute("aria-disabled", String(!input || input.disabled));
  }
}

function choose(mark) {
  const input = inputOf(mark.dataset.booth);
  if (!input || input.disabled) {
    announce(`${mark.getAttribute("aria-label")}，不能选。`);
    return;
  }
  input.checked = input.type === "radio" || !input.checked;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

// The nearest booth in the direction of an arrow key.
function beside(mark, key) {
  const from = mark.getBoundingClientRect();
  const x = from.x + from.width / 2, y = from.y + from.height / 2;
  let best = null, least = Infinity;
  for (const other of mark.closest("[data-plan]").querySelectorAll("a[data-booth]")) {
    const box = other.getBoundingClientRect();
    const dx = box.x + box.width / 2 - x, dy = box.y + box.height / 2 - y;
    const along = { ArrowRight: dx, ArrowLeft: -dx, ArrowDown: dy, ArrowUp: -dy }[key];
    const across = Math.abs(key === "ArrowRight" || key === "ArrowLeft" ? dy : dx);
    const far = along + across * 3;
    if (other !== mark && along > 4 && far < least) [best, least] = [other, far];
  }
  return best;
}

for (const plan of document.querySelectorAll("[data-plan]")) {
  const marks = [...plan.querySelectorAll("a[data-booth]")];
  const many = marks.some((mark) => inputOf(mark.dataset.booth)?.type === "checkbox");
  plan.setAttribute("role", many ? "group" : "radiogroup");
  marks.forEach((mark, n) => {
    mark.setAttribute("role", many ? "checkbox" : "radio");
    mark.setAttribute("tabindex", n ? "-1" : "0");
  });
  plan.addEventListener("click", (event) => {
    const mark = event.target.closest("a[data-booth]");
    if (!mark) return;
    event.preventDefault();
    choose(mark);
  });
  plan.addEventListener("keydown", (event) => {
    const mark = event.target.closest("a[data-booth]");
    if (!mark) return;
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      choose(mark);
    } else if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      const next = beside(mark, event.key);
      if (!next) return;
      mark.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    }
  });
}
document.addEventListener("change", (event) => { if (event.target.name === "booths") drawChosen(); });
drawChosen();

// --- how long a booth is kept -------------------------------------------------------------------------------

for (const hold of document.querySelectorAll("[data-seconds]")) {
  const ends = Date.now() + Number(hold.dataset.seconds) * 1000;
  const clock = hold.querySelector("[data-countdown]"), over = hold.querySelector("[data-expired]");
  let told = Infinity;
  const draw = () => {
    const left = Math.max(0, Math.round((ends - Date.now()) / 1000));
    clock.textContent = `还剩 ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    for (const mark of [300, 60]) {
      if (left <= mark && left > 0 && told > mark) {
        told = mark;
        if (Number(hold.dataset.seconds) > mark) announce(`摊位还为您保留 ${mark / 60} 分钟。`);
      }
    }
    if (left > 0) return;
    clearInterval(ticking);
    clock.hidden = true;
    over.hidden = false;
    hold.classList.add("ended");
    announce(over.textContent);
  };
  const ticking = setInterval(draw, 1000);
  draw();
}

// --- the form: stored as it is typed, on this device until the network takes it -------------------------------

const form = document.querySelector("form[data-application]");
const store = {
  read: (name) => { try { return JSON.parse(localStorage.getItem(name) || "null"); } catch { return null; } },
  write: (name, value) => { try { localStorage.setItem(name, JSON.stringify(value)); return true; } catch { return false; } },
  drop: (name) => { try { localStorage.removeItem(name); } catch { /* nothing was kept */ } },
};
const TEXTS = ["stall_name", "offer", "contact_name", "organisation", "category", "booths_wanted"];

function typedOf(element) {
  const value = element.type === "radio" ? (form.querySelector(`input[name="${CSS.escape(element.name)}"]:checked`)?.value ?? "") : element.value;
  const kind = element.closest("[data-kind]")?.dataset.kind;
  if (kind === "yes_no") return { yes: true, no: false }[value] ?? null;
  if (kind === "number") return value.trim() === "" ? null : Number.isFinite(Number(value)) ? Number(value) : undefined;
  return value.trim();
}

// The changed fields as the API takes them; what cannot be right yet is left for the form to say.
function fieldsOf(names) {
  const fields = {};
  for (const name of names) {
    const element = form.elements[name]?.[0] ?? form.elements[name];
    if (!element) continue;
    if (name === "name_is_public") fields[name] = element.checked;
    else if (name === "booths_wanted") { if (/^\d{1,2}$/.test(element.value.trim())) fields[name] = Number(element.value); }
    else if (TEXTS.includes(name)) fields[name] = typedOf(element);
    else if (name.startsWith("question:")) {
      const value = typedOf(element);
      // Null takes an answer back; what is no number yet is left for the form to say.
      if (value !== undefined) fields.answers = { ...fields.answers, [name]: value === "" ? null : value };
    }
  }
  return fields;
}

function autosave() {
  const name = `linli-form-${form.elements.reference.value}`, told = form.querySelector("[data-saved]");
  const clock = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  let changed = new Set(), sending = false, later = 0, pause = 5000;

  const tell = (text, unsent = false) => {
    told.textContent = text;
    told.classList.toggle("unsent", unsent);
  };
  const raw = () => {
    const kept = {};
    for (const field of changed) {
      const element = form.elements[field]?.[0] ?? form.elements[field];
      if (element) kept[field] = element.type === "checkbox" ? element.checked : element.type === "radio" ? form.elements[field].value ?? "" : element.value;
    }
    return kept;
  };

  async function send() {
    clearTimeout(later);
    if (sending || !changed.size) return;
    const now = changed;
    changed = new Set();
    sending = true;
    try {
      const answer = await fetch(form.dataset.application, {
        method: "PATCH",
        credentials: "omit",
        headers: { "Content-Type": "application/json", Accept: "application/json", Authorization: `Bearer ${form.elements.secret.value}` },
        body: JSON.stringify(fieldsOf(now)),
      });
      if (answer.ok) {
        pause = 5000;
        if (changed.size) store.write(name, raw());
        else store.drop(name);
        tell(`已保存（${clock.format(new Date())}）`);
      } else if (answer.status === 429 || answer.status >= 500) {
        throw new Error(String(answer.status));
      } else if (answer.status === 401 || answer.status === 404 || answer.status === 409) {
        store.drop(name);
        tell("这份报名在别处提交或改过了，请刷新这一页。", true);
        return;
      } else {
        tell("有一处还不能保存，请按下面的按钮看看是哪里。", true);
      }
    } catch {
      for (const field of now) changed.add(field);
      const kept = store.write(name, raw());
      tell(kept ? "网络断了。您填的存在这部手机上，一联网就自动保存。" : "网络断了，还没有保存，请不要关掉这一页。", true);
      later = setTimeout(send, pause);
      pause = Math.min(pause * 2, 120000);
    } finally {
      sending = false;
    }
    if (changed.size && !told.classList.contains("unsent")) later = setTimeout(send, 300);
  }

  const note = (event) => {
    const field = event.target.name;
    if (!field || !(TEXTS.includes(field) || field === "name_is_public" || field.startsWith("question:")) || event.target.type === "file") return;
    changed.add(field);
    store.write(name, raw());
    if (!told.classList.contains("unsent")) tell("正在保存……");
    clearTimeout(later);
    later = setTimeout(send, 900);
  };
  form.addEventListener("input", note);
  form.addEventListener("change", note);
  addEventListener("online", send);
  addEventListener("pagehide", () => clearTimeout(later));

  // What an earlier visit could not send any more.
  const kept = store.read(name);
  if (kept) {
    for (const [field, value] of Object.entries(kept)) {
      const element = form.elements[field];
      if (!element) continue;
      if (element.type === "checkbox") element.checked = value;
      else element.value = value;
      changed.add(field);
    }
    tell("上次没来得及保存的内容找回来了，正在保存……");
    send();
  }
}

if (form?.hasAttribute("data-draft")) autosave();

// --- links, buttons, focus ----------------------------------------------------------------------------------

// The address carries the private link in its fragment, which no server sees: a reload then finds the way back.
const own = form || document.querySelector("[data-secret]");
if (own) {
  const reference = own.elements?.reference.value ?? own.dataset.reference;
  const secret = own.elements?.secret.value ?? own.dataset.secret;
  history.replaceState(null, "", `${own.dataset.status}#${reference}.${secret}`);
  if (!own.hasAttribute("data-draft")) store.drop(`linli-form-${reference}`);
}

const open = document.querySelector("form[data-open-link]");
if (open && /^#[0-9A-Z]{6,12}\.[\w-]{16,}$/.test(location.hash)) {
  open.elements.link.value = location.hash.slice(1);
  open.submit();
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    source.select();
    let done = false;
    try {
      await navigator.clipboard.writeText(source.value);
      done = true;
    } catch {
      done = document.execCommand("copy"); // no clipboard without HTTPS
    }
    button.textContent = done ? "复制好了" : "请长按链接复制";
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// A double tap sends a form once.
for (const each of document.querySelectorAll("form[method=post]")) {
  each.addEventListener("submit", (event) => {
    if (event.submitter?.formTarget === "_blank") return;
    if (each.dataset.sent && Date.now() - Number(each.dataset.sent) < 10000) event.preventDefault();
    else each.dataset.sent = String(Date.now());
  });
  addEventListener("pageshow", () => { delete each.dataset.sent; });
}

document.getElementById("problems")?.focus();

// --- whether applications are taken: the files of the site know no clock ------------------------------------------

for (const invite of document.querySelectorAll("[data-opens]")) {
  const now = Date.now(), link = invite.querySelector("a"), text = invite.querySelector("[data-when]");
  if (now < Date.parse(invite.dataset.opens)) {
    link.hidden = true;
  } else if (now >= Date.parse(invite.dataset.closes)) {
    text.textContent = "报名已经截止。";
    link.textContent = "查看我的报名";
    link.href = `${link.getAttribute("href")}status/`;
  }
}
