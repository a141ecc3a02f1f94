/* Reading QR codes with the camera, in browsers that can (BarcodeDetector: Chrome on Android). Others type the code. */
"use strict";

window.LinliCamera = (() => {
  const EVERY_MS = 200, SAME_AGAIN_MS = 4000;
  let stream = null, timer = 0, last = "", lastAt = 0;

  async function canScan() {
    if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return false;
    try {
      return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
    } catch {
      return false;
    }
  }

  /* Shows the camera in `video` and calls `found` with the text of each code, once for as long as it is held there. */
  async function start(video, found) {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    video.srcObject = stream;
    await video.play();
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const look = async () => {
      if (!stream) return;
      try {
        const [code] = await detector.detect(video);
        if (code) {
          const text = code.rawValue, now = Date.now();
          if (text !== last || now - lastAt > SAME_AGAIN_MS) await found(text);
          last = text;
          lastAt = now;
        }
      } catch {
        // A frame that cannot be read: the next one comes.
      }
      timer = setTimeout(look, EVERY_MS);
    };
    look();
  }

  function stop(video) {
    clearTimeout(timer);
    for (const track of stream?.getTracks() || []) track.stop();
    stream = null;
    video.srcObject = null;
  }

  return { canScan, start, stop, isOn: () => stream !== null };
})();
