/* What the telephone keeps: the device's secret, the roster, and every scan until the server has answered it. A scan is
   only called taken when IndexedDB says that it is written. */
"use strict";

window.LinliStore = (() => {
  const KEPT_MS = 3 * 24 * 3600 * 1000;
  const AT_ONCE = 100;
  let opened = null;

  function open() {
    opened ||= new Promise((resolve, reject) => {
      const request = indexedDB.open("linli-checkin", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("things");
        request.result.createObjectStore("scans", { keyPath: "nonce" });
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return opened;
  }

  /* Runs one transaction to its very end; the result is that of the request that `work` returns. */
  async function run(store, mode, work) {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode, { durability: "strict" });
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  }

  const get = (name) => run("things", "readonly", (store) => store.get(name));
  const put = (name, value) => run("things", "readwrite", (store) => store.put(value, name));
  const remove = (name) => run("things", "readwrite", (store) => store.delete(name));
  const keep = (scan) => run("scans", "readwrite", (store) => store.put(scan));
  const scans = async () => (await run("scans", "readonly", (store) => store.getAll())).sort((a, b) => (a.at < b.at ? -1 : 1));
  const unsent = async () => (await scans()).filter((scan) => !scan.answer);

  async function forgetOld() {
    const old = (await scans()).filter((scan) => scan.answer && !scan.alarm && Date.now() - Date.parse(scan.at) > KEPT_MS);
    for (const scan of old) await run("scans", "readwrite", (store) => store.delete(scan.nonce));
  }

  async function ask(path, secret, body) {
    const options = { headers: { Authorization: `Bearer ${secret}` }, cache: "no-store", credentials: "omit" };
    if (body) {
      Object.assign(options, { method: "POST", body: JSON.stringify(body) });
      options.headers["Content-Type"] = "application/json";
    }
    const response = await fetch(`/api/v1/checkin/${path}/`, options);
    if (response.status === 401) throw Object.assign(new Error("refused"), { refused: true });
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return response.json();
  }

  /* Sends what waits, oldest first and each with the secret that it was read under; returns the scans that were
     answered. Throws where the network or the server fails; what was not answered stays. */
  async function send() {
    const answered = [];
    const waiting = await unsent();
    for (const secret of new Set(waiting.map((scan) => scan.secret))) {
      const own = waiting.filter((scan) => scan.secret === secret);
      for (let start = 0; start < own.length; start += AT_ONCE) {
        const batch = own.slice(start, start + AT_ONCE);
        const body = {
          sent_at: new Date().toISOString(),
          scans: batch.map((scan) => ({ nonce: scan.nonce, code: scan.text, scanned_at: scan.at })),
        };
        const { results } = await ask("scans", secret, body);
        for (const scan of batch) {
          const answer = results.find((one) => one.nonce === scan.nonce);
          if (!answer) continue;
          scan.answer = answer;
          scan.alarm = answer.answer !== scan.verdict.kind && answer.answer !== "accepted";
          await keep(scan);
          answered.push(scan);
        }
      }
    }
    await forgetOld();
    return answered;
  }

  const fetchRoster = (secret) => ask("roster", secret);

  return { get, put, remove, keep, scans, unsent, send, fetchRoster };
})();
