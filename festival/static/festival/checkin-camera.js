/* Reading QR codes with the camera: by the browser where it can (BarcodeDetector: Chrome on Android with Google's services),
   else by the library in vendor/ (iPhones, Firefox, other Android phones, computers), which the service worker keeps at hand. */
"use strict";

window.LinliCamera = (() => {
  const EVERY_MS = 200, SAME_AGAIN_MS = 4000;
  // The library reads the middle of the picture, which is what the page shows of it. More pixels than these only take longer.
  const SIDE = 720;
  const WANTED = { video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } }, audio: false };
  const TYPE = "也可以输入二维码下面的 8 位号，或者在名单里点“到了”。";
  const WHY = {
    NotAllowedError: "没有得到用摄像头的许可：在浏览器的网站设置里允许以后，再按一次。",
    NotFoundError: "没有找到摄像头。",
    NotReadableError: "摄像头打不开，可能别的程序正在用它：关掉那个程序，再按一次。",
    Ended: "摄像头断开了：再按一次试试。",
    NoReader: "读二维码的程序没有下载好：连上网，刷新这个页面再试。",
  };

  // What is asked for: {video, found, changed}, or null. It stays while a locked phone has the camera off.
  let wanted = null;
  // Counts up whenever the camera is opened or let go, so that an opening that took long knows that it is out of date.
  let turn = 0;
  let stream = null, timer = 0;
  const seen = new Map();

  // --- reading -------------------------------------------------------------------------------------------------------

  /* Both readers are functions that say what the QR code in a video reads, or null. */

  async function ownReader() {
    try {
      if (!(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return null;
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      return async (video) => (await detector.detect(video))[0]?.rawValue ?? null;
    } catch {
      return null;
    }
  }

  async function libraryReader() {
    const { decodeQR } = await import(document.body.dataset.decoder).catch(() => {
      throw Object.assign(new Error("no reader"), { name: "NoReader" });
    });
    const canvas = document.createElement("canvas"), pen = canvas.getContext("2d", { willReadFrequently: true });
    return (video) => {
      const side = Math.min(video.videoWidth, video.videoHeight), size = Math.min(side, SIDE);
      if (canvas.width !== size) canvas.width = canvas.height = size;
      pen.drawImage(video, (video.videoWidth - side) / 2, (video.videoHeight - side) / 2, side, side, 0, 0, size, size);
      try {
        return decodeQR(pen.getImageData(0, 0, size, size));
      } catch {
        return null; // it throws where there is no code to read
      }
    };
  }

  /* Once for as long as a code is held there, also when two of them are. */
  function isNew(text) {
    const now = Date.now(), before = seen.get(text);
    seen.set(text, now);
    return before === undefined || now - before > SAME_AGAIN_MS;
  }

  // --- the camera ----------------------------------------------------------------------------------------------------

  const release = (released) => released?.getTracks().forEach((track) => track.stop());

  async function light() {
    dark();
    const mine = turn, { video, found, changed } = wanted;
    const isCurrent = () => mine === turn;
    changed("opening");
    try {
      let read = (await ownReader()) || (await libraryReader());
      if (!isCurrent()) return;
      const got = await navigator.mediaDevices.getUserMedia(WANTED);
      if (!isCurrent()) {
        release(got);
        return;
      }
      stream = got;
      got.getVideoTracks()[0].addEventListener("ended", () => isCurrent() && close(WHY.Ended + TYPE));
      video.srcObject = got;
      await video.play();
      if (!isCurrent()) return;
      changed("on");
      const look = async () => {
        let text = null;
        try {
          if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) text = await read(video);
        } catch {
          // A browser that says it can and cannot.
          read = await libraryReader().catch(() => read);
        }
        if (!isCurrent()) return;
        try {
          if (text !== null && isNew(text)) await found(text);
        } finally {
          if (isCurrent()) timer = setTimeout(look, EVERY_MS);
        }
      };
      look();
    } catch (error) {
      if (isCurrent()) close((WHY[error?.name] || WHY.NotReadableError) + TYPE);
    }
  }

  function dark() {
    turn++;
    clearTimeout(timer);
    release(stream);
    stream = null;
    wanted.video.srcObject = null;
  }

  /* Shows the camera in `video`, calls `found` with each code, and `changed` with "opening", "on", or "off" and why. */
  function open(video, found, changed) {
    if (wanted) return;
    wanted = { video, found, changed };
    seen.clear();
    light();
  }

  function close(why = "") {
    if (!wanted) return;
    const { changed } = wanted;
    dark();
    wanted = null;
    changed("off", why);
  }

  // A locked phone needs no camera, and some give a black picture afterwards: let go of, and opened anew.
  document.addEventListener("visibilitychange", () => {
    if (!wanted) return;
    if (document.hidden) dark();
    else light();
  });

  /* Why there can be no camera in this page at all; empty when there can. */
  function obstacle() {
    if (navigator.mediaDevices?.getUserMedia) return "";
    return `${window.isSecureContext ? "这个浏览器不能用摄像头。" : "这个网页不是用 https 打开的，浏览器不让它用摄像头。"}请输入二维码下面的 8 位号，或者在名单里点“到了”。`;
  }

  return { open, close, obstacle, isWanted: () => wanted !== null };
})();
