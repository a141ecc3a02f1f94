/* The check-in page. What the telephone itself makes of a pass is said at once; what the server makes of it later, if it
   is another thing, is an alarm that stays until somebody has seen it. */
"use strict";

(() => {
  const $ = (id) => document.getElementById(id);
  const today = () => new Intl.DateTimeFormat("sv-SE", { timeZone: "Asia/Shanghai" }).format(new Date());
  const clock = (iso) => new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" }).format(new Date(iso));
  const spaced = (code) => (code.length === 8 ? `${code.slice(0, 4)} ${code.slice(4)}` : code);
  const WORDS = { accepted: "请进", repeated: "来过了", revoked: "作废", unknown: "查不到", conflict: "找组织者", pending: "先记下" };
  const ROSTER_EVERY = 60_000, RETRY_EVERY = 10_000;

  let secret = null, roster = null, busy = false, refused = false;

  const element = (name, text, className) => Object.assign(document.createElement(name), text === undefined ? {} : { textContent: text }, className ? { className } : {});

  // --- the device ----------------------------------------------------------------------------------------------------

  /* The secret of a link, or of what was pasted. */
  const secretIn = (link) => (link.match(/#([\w-]{20,100})$/) || link.match(/^([\w-]{20,100})$/) || [])[1] || null;

  async function takeSecret(found) {
    if (found === (await LinliStore.get("secret"))) return;
    await LinliStore.put("secret", found);
    await LinliStore.remove("roster");
    roster = null;
    refused = false;
  }

  async function begin() {
    const found = secretIn(location.hash);
    if (found) {
      await takeSecret(found);
      history.replaceState(null, "", location.pathname);
    }
    secret = await LinliStore.get("secret");
    roster = (await LinliStore.get("roster")) || null;
    $("no-device").hidden = Boolean(secret);
    $("desk").hidden = !secret;
    if (!secret) {
      $("net").textContent = "没有链接";
      return;
    }
    navigator.storage?.persist?.();
    await show();
    await synchronise({ withRoster: true });
  }

  // --- judging -------------------------------------------------------------------------------------------------------

  /* What the telephone makes of a pass by itself: {kind, why, code, booths, name}. */
  async function judge(text) {
    const prefix = roster?.prefix || "LINLI1:";
    const read = LinliPass.read(text, prefix);
    if (!read) return { kind: "unknown", why: "这不是我们的通行证，也不是 8 位号", code: text.trim().slice(0, 12), booths: [], name: "" };
    let unsigned = "";
    if (read.token && roster) {
      const good = await LinliPass.verify(read.token, roster.keys);
      if (good === false) return { kind: "unknown", why: "签名不对：不是这届邻里节发的", code: read.code, booths: [], name: "" };
      if (good === null) unsigned = "（这台手机验不了签名，只按名单核对）";
    }
    const known = roster?.passes.find((one) => one.code === read.code);
    const said = { code: read.code, booths: known?.booths || [], name: known?.name || "" };
    if (!known) {
      if (!roster) return { kind: "pending", why: "这台手机还没有名单，先记下，连上网再核对", ...said };
      if (read.token && !unsigned) return { kind: "pending", why: "签名是真的，名单里还没有，连上网再核对", ...said };
      return { kind: "unknown", why: "名单里没有这个号", ...said };
    }
    if (known.state === "revoked") return { kind: "revoked", why: "这张通行证作废了，不能用", ...said };
    if (known.state === "no_show") return { kind: "conflict", why: "已按未到场处理，摊位可能给了别人", ...said };
    if (!roster.days.includes(today())) return { kind: "conflict", why: "今天没有邻里节", ...said };
    const mine = (await LinliStore.scans()).find((scan) => scan.day === today() && scan.verdict.code === read.code && scan.verdict.kind === "accepted");
    const at = known.arrived[today()] || mine?.at;
    if (at) return { kind: "repeated", why: `${clock(at)} 已经签到过`, ...said };
    return { kind: "accepted", why: unsigned, ...said };
  }

  /* What a code says, as far as it can be stored and sent: anybody may hold anything before the camera. */
  const readable = (text) => Array.from(text, (sign) => (/[\0\ud800-\udfff]/u.test(sign) ? "\ufffd" : sign)).slice(0, 400).join("");

  async function take(found) {
    const text = readable(found), verdict = await judge(text);
    const scan = { nonce: crypto.randomUUID(), text, at: new Date().toISOString(), day: today(), secret, verdict, answer: null, alarm: false };
    try {
      await LinliStore.keep(scan);
    } catch (error) {
      say({ ...verdict, kind: "conflict", why: `这台手机没有存住（${error?.message || error}），请记在纸上！` });
      return;
    }
    say(verdict);
    await show();
    synchronise({ withRoster: false });
  }

  function say(verdict) {
    const box = $("verdict");
    box.hidden = false;
    box.dataset.kind = verdict.kind;
    box.querySelector(".word").textContent = WORDS[verdict.kind];
    box.querySelector(".what").textContent = [verdict.booths.join("、"), verdict.name].filter(Boolean).join(" ") || spaced(verdict.code);
    box.querySelector(".why").textContent = verdict.why;
    if (verdict.kind !== "accepted") navigator.vibrate?.([120, 60, 120]);
  }

  // --- the network ---------------------------------------------------------------------------------------------------

  async function synchronise({ withRoster }) {
    if (busy || !secret) return;
    if (!navigator.onLine) {
      online(false);
      return;
    }
    busy = true;
    try {
      const answered = await LinliStore.send();
      const asked = Date.parse(roster?.as_of || 0);
      if (withRoster || answered.length || Date.now() - asked > ROSTER_EVERY) {
        roster = await LinliStore.fetchRoster(secret);
        await LinliStore.put("roster", roster);
      }
      refused = false;
      online(true);
    } catch (error) {
      refused = Boolean(error.refused);
      online(false);
    } finally {
      busy = false;
    }
    await show();
  }

  function online(is) {
    const net = $("net");
    net.textContent = refused ? "链接失效" : is ? "在线" : "没有网络，照常签到";
    net.dataset.state = refused ? "refused" : is ? "on" : "off";
  }

  // --- showing -------------------------------------------------------------------------------------------------------

  async function show() {
    const scans = await LinliStore.scans();
    const waiting = scans.filter((scan) => !scan.answer);
    $("unsent").textContent = waiting.length;
    $("unsent-box").dataset.some = waiting.length > 0;
    showAlarms(scans, waiting);
    showLog(scans);
    if (!roster) return;
    $("festival").textContent = roster.festival.title;
    $("device").textContent = roster.device;
    $("as-of").textContent = `名单是 ${clock(roster.as_of)} 的`;
    const here = new Set(scans.filter((scan) => scan.day === today() && !scan.answer && scan.verdict.kind === "accepted").map((scan) => scan.verdict.code));
    const expected = roster.passes.filter((one) => one.state === "good" && one.booths.length);
    const came = (one) => one.arrived[today()] || here.has(one.code);
    $("expected").textContent = expected.length;
    $("arrived").textContent = expected.filter(came).length;
    showList(expected, came);
  }

  function showAlarms(scans, waiting) {
    const box = $("alarms");
    box.replaceChildren();
    if (refused && waiting.length) {
      box.append(element("p", `这台设备的链接失效了。没有发出去的 ${waiting.length} 条还在手机里，不要清除浏览器数据，请组织者再做一个链接。`, "alarm"));
    } else if (refused) {
      box.append(element("p", "这台设备的链接失效了，请组织者再做一个。", "alarm"));
    }
    for (const scan of scans.filter((one) => one.alarm)) {
      const alarm = element("div", undefined, "alarm"), what = scan.answer.booths.join("、") || scan.verdict.booths.join("、") || spaced(scan.verdict.code);
      const seen = element("button", "知道了", "plain");
      alarm.append(element("p", `${clock(scan.at)} 扫的 ${what}：${scan.answer.label}。${scan.answer.detail}`));
      seen.type = "button";
      seen.addEventListener("click", async () => {
        await LinliStore.keep({ ...scan, alarm: false });
        show();
      });
      alarm.append(seen);
      box.append(alarm);
    }
  }

  function showLog(scans) {
    const log = $("log");
    log.replaceChildren();
    for (const scan of scans.slice(-30).reverse()) {
      const row = element("li"), kind = scan.answer?.answer || scan.verdict.kind;
      row.dataset.kind = kind;
      row.append(
        element("b", WORDS[kind]),
        element("span", [scan.verdict.booths.join("、"), scan.verdict.name].filter(Boolean).join(" ") || spaced(scan.verdict.code)),
        element("small", `${clock(scan.at)}${scan.answer ? "" : " 没有发出去"}`),
      );
      log.append(row);
    }
    if (!scans.length) log.append(element("li", "还没有扫过。", "quiet"));
  }

  function showList(expected, came) {
    const list = $("list"), asked = $("find").value.trim().toUpperCase();
    const found = expected.filter((one) => [one.booths.join(" "), one.zone, one.name].join(" ").toUpperCase().includes(asked));
    found.sort((a, b) => Boolean(came(a)) - Boolean(came(b)) || (a.booths[0] < b.booths[0] ? -1 : 1));
    list.replaceChildren();
    for (const one of found.slice(0, 60)) {
      const row = element("li"), name = element("span", one.name || one.zone);
      row.append(element("b", one.booths.join("、")), name);
      if (came(one)) {
        row.dataset.kind = "accepted";
        row.append(element("small", one.arrived[today()] ? `${clock(one.arrived[today()])} 到` : "到了"));
      } else {
        const button = element("button", "到了", "plain");
        button.type = "button";
        button.setAttribute("aria-label", `${one.booths.join("、")} 到了`);
        // A finger slips, and nobody can be sent out again: asked once more.
        button.addEventListener("click", () => window.confirm(`${one.booths.join("、")} ${one.name || one.zone}：确定到了吗？`) && take(one.code));
        row.append(button);
      }
      list.append(row);
    }
    $("list-note").textContent = found.length > 60 ? `还有 ${found.length - 60} 个，请写得具体一点。` : found.length ? "" : "没有找到。";
  }

  // --- hands ---------------------------------------------------------------------------------------------------------

  $("device-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const found = secretIn($("device-link").value.trim());
    if (!found) {
      $("device-link").setCustomValidity("这不是设备的链接");
      $("device-link").reportValidity();
      return;
    }
    await takeSecret(found);
    begin();
  });
  $("device-link").addEventListener("input", () => $("device-link").setCustomValidity(""));

  $("code-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = $("code").value.trim();
    if (!text) return;
    $("code").value = "";
    await take(text);
    $("code").focus();
  });

  $("send").addEventListener("click", () => synchronise({ withRoster: true }));
  $("find").addEventListener("input", show);

  const CAMERA_BUTTON = { off: "打开摄像头扫码", opening: "正在打开摄像头…", on: "关掉摄像头" };

  function showCamera(state, why = "") {
    $("camera").hidden = state === "off";
    $("camera-button").textContent = CAMERA_BUTTON[state];
    $("camera-note").textContent = state === "on" ? "把通行证的二维码放进框里，读到就签到。" : why;
  }

  $("camera-button").addEventListener("click", () => {
    if (LinliCamera.isWanted()) LinliCamera.close();
    else LinliCamera.open($("video"), take, showCamera);
  });

  $("leave").addEventListener("click", async () => {
    const waiting = await LinliStore.unsent();
    if (waiting.length) {
      window.alert(`还有 ${waiting.length} 条没有发出去，连上网发送以后才能退出。`);
      return;
    }
    if (!window.confirm("退出以后，要重新打开设备的链接才能签到。退出吗？")) return;
    LinliCamera.close();
    await LinliStore.remove("secret");
    await LinliStore.remove("roster");
    secret = roster = null;
    begin();
  });

  window.addEventListener("online", () => synchronise({ withRoster: true }));
  window.addEventListener("offline", () => online(false));
  window.addEventListener("hashchange", begin);
  document.addEventListener("visibilitychange", () => document.hidden || synchronise({ withRoster: false }));
  setInterval(() => synchronise({ withRoster: false }), RETRY_EVERY);

  (async () => {
    if ("serviceWorker" in navigator) navigator.serviceWorker.register("/checkin/worker.js", { scope: "/checkin/" }).catch(() => {});
    try {
      await begin();
    } catch (error) {
      $("net").textContent = "不能保存";
      document.querySelector("main").prepend(element("p", `这个浏览器不让网页保存数据（${error?.message || error}），不能用来签到。无痕窗口请换成普通窗口。`, "alarm"));
    }
    const obstacle = LinliCamera.obstacle();
    $("camera-button").hidden = Boolean(obstacle);
    $("camera-note").textContent = obstacle;
    $("verify-note").textContent = (await LinliPass.canVerify()) ? "这台手机会验通行证的签名。" : "这台手机的浏览器验不了签名，只按名单核对；连上网时由服务器验。";
  })();
})();
