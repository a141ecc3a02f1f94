/* What a pass says, and whether its signature is good. Browsers without Ed25519 (before Chrome 137, Safari 17, Firefox 129)
   cannot tell; then the roster alone decides, and the page says so. */
"use strict";

window.LinliPass = (() => {
  const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const CODE = /^[23456789ABCDEFGHJKMNPQRSTVWXYZ]{8}$/;
  const BODY = 15, SIGNATURE = 64;

  function bytesOf(text) {
    const bytes = [];
    let value = 0, bits = 0;
    for (const letter of text) {
      const five = BASE32.indexOf(letter);
      if (five < 0) return null;
      value = ((value << 5) | five) & 0xfff;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.push((value >> bits) & 0xff);
      }
    }
    return Uint8Array.from(bytes);
  }

  const hexOf = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const bytesOfHex = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));

  /* {code, token: null | {mark, signed, signature}}, or null for what is neither a pass nor a short code. */
  function read(text, prefix) {
    const plain = text.trim().toUpperCase();
    if (!plain.startsWith(prefix)) {
      const code = plain.replace(/[\s\-·]/g, "");
      return CODE.test(code) ? { code, token: null } : null;
    }
    const data = bytesOf(plain.slice(prefix.length));
    if (!data || data.length !== BODY + SIGNATURE) return null;
    const code = String.fromCharCode(...data.slice(4, 12));
    if (!CODE.test(code)) return null;
    const signed = new Uint8Array([...new TextEncoder().encode(prefix), ...data.slice(0, BODY)]);
    return { code, token: { mark: hexOf(data.slice(0, 4)), signed, signature: data.slice(BODY) } };
  }

  let able = null;

  /* Whether this browser can check signatures at all. */
  async function canVerify() {
    if (able === null) {
      try {
        await crypto.subtle.importKey("raw", new Uint8Array(32), { name: "Ed25519" }, false, ["verify"]);
        able = true;
      } catch {
        able = false;
      }
    }
    return able;
  }

  /* true, false, or null where the browser cannot tell. */
  async function verify(token, keys) {
    const key = keys.find((one) => one.mark === token.mark);
    if (!key) return false;
    if (!(await canVerify())) return null;
    const own = await crypto.subtle.importKey("raw", bytesOfHex(key.public), { name: "Ed25519" }, false, ["verify"]);
    return crypto.subtle.verify({ name: "Ed25519" }, own, token.signature, token.signed);
  }

  return { read, verify, canVerify };
})();
