/* Computes a draw again on the visitor's own machine: from the list and the seed, as the page describes it. The hash
   and the seed are those that stand in the page, not those that come with the list. */
(() => {
  "use strict";
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const sha256 = async (text) => hex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));

  const line = (box, text, name) => box.append(Object.assign(document.createElement("p"), { textContent: text, className: name || "" }));

  async function order(draw, seed, hash) {
    const standing = draw.entrants.filter((one) => !Object.hasOwn(draw.left, one.reference));
    const keyed = await Promise.all(standing.map(async (one) => ({ ...one, key: await sha256(`${seed}\n${hash}\n${one.reference}`) })));
    keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
    let places = draw.places;
    return keyed.map(({ reference, wanted }) => {
      const got = Math.min(wanted, places);
      places -= got;
      return { reference, places: got };
    });
  }

  async function check(section, box, button) {
    button.disabled = true;
    button.textContent = "在算…";
    const { hash, seed, address } = section.dataset;
    try {
      const response = await fetch(address);
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const draw = await response.json();
      box.replaceChildren();
      const text = draw.entrants.map((one) => `${one.reference} ${one.wanted}\n`).sort().join("");
      const listed = (await sha256(text)) === hash && new Set(draw.entrants.map((one) => one.reference)).size === draw.entrants.length;
      line(box, listed ? `名单有 ${draw.entrants.length} 份，SHA-256 与公布的一样。` : "名单的 SHA-256 与公布的不一样！", listed ? "good" : "wrong");
      if (!seed) {
        line(box, "还没有抽。可以把上面的 SHA-256 记下来，抽签以后再来核对。");
        return;
      }
      const expected = await order(draw, seed, hash);
      const same = JSON.stringify(expected) === JSON.stringify(draw.result.map(({ reference, places }) => ({ reference, places })));
      line(box, same ? "用种子重新算出的顺序，与公布的结果一样。" : "用种子重新算出的顺序，与公布的结果不一样！", same ? "good" : "wrong");
      const left = Object.keys(draw.left).length;
      if (left) line(box, `有 ${left} 份抽签时已经不在（撤回或另有决定），没有占名额。`);
      search(box, draw, expected);
    } catch (error) {
      button.disabled = false;
      button.textContent = "再试一次";
      if (!box.contains(button)) box.append(button);
      line(box, `没有取到数据（${error.message}）。`, "wrong");
    }
  }

  function search(box, draw, expected) {
    const label = document.createElement("label"), input = document.createElement("input"), answer = document.createElement("p");
    label.textContent = "查一个编号";
    label.htmlFor = input.id = `find-${draw.number}`;
    input.autocomplete = "off";
    input.maxLength = 12;
    input.addEventListener("input", () => {
      const asked = input.value.trim().toUpperCase();
      const place = expected.findIndex((one) => one.reference === asked);
      if (asked.length < 8) answer.textContent = "";
      else if (Object.hasOwn(draw.left, asked)) answer.textContent = "在名单里，抽签时已经不在。";
      else if (place < 0) answer.textContent = "名单里没有这个编号。";
      else if (expected[place].places) answer.textContent = `第 ${place + 1} 位，抽中 ${expected[place].places} 个摊位。`;
      else answer.textContent = `第 ${place + 1} 位，候补。`;
    });
    box.append(label, input, answer);
  }

  for (const section of document.querySelectorAll(".draw")) {
    const box = section.querySelector(".check");
    box.hidden = false;
    if (!globalThis.crypto?.subtle) {
      line(box, "这个浏览器在这里不能算 SHA-256；请下载数据自己核对。");
      continue;
    }
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: "在这台设备上核对" });
    button.addEventListener("click", () => check(section, box, button));
    box.append(button);
  }
})();
