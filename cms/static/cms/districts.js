// Shows at once how well a chosen colour can be read. The server checks it again when the form is sent.

const luminance = (colour) => {
  const linear = [1, 3, 5].map((at) => {
    const one = parseInt(colour.slice(at, at + 2), 16) / 255;
    return one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
};

const contrast = (first, second) => {
  const [dark, light] = [luminance(first), luminance(second)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
};

document.querySelectorAll("[data-linli-sample]").forEach((sample) => {
  const field = document.querySelector(`input[name="${sample.dataset.linliSample}"]`);
  field?.addEventListener("input", () => {
    if (!/^#[0-9a-f]{6}$/.test(field.value)) return;
    const ratio = contrast(field.value, sample.dataset.ground);
    sample.querySelector("text").setAttribute("fill", field.value);
    sample.querySelector("[data-linli-ratio]").textContent = ratio.toFixed(1);
    sample.querySelector("[data-linli-verdict]").textContent = ratio >= 4.5 ? "看得清" : "看不清";
  });
});
