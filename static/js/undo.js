/* Whoever goes through a page by keyboard sees where she is: what stays at the foot of the screen covers no focus. */
document.addEventListener("focusin", ({ target }) => {
  /* What is pressed stays under the mouse. */
  if (!target.matches(":focus-visible")) return;
  document.querySelectorAll(".undo-dock, .undo--docked, .dock").forEach((strip) => {
    if (strip.contains(target) || getComputedStyle(strip).position !== "sticky") return;
    const box = target.getBoundingClientRect();
    const covered = box.bottom + 8 - strip.getBoundingClientRect().top;
    if (covered > 0) window.scrollBy(0, Math.min(covered, box.top - 8));
  });
});

/* Counts undo bars down. Without this script a bar says what the time left was when the page was made. */
(() => {
  const count = (bar) => {
    const left = bar.querySelector("[data-undo-left]");
    const ring = bar.querySelector("[data-undo-ring]");
    const total = Number(ring.dataset.undoTotal);
    const end = Date.now() + Number(bar.dataset.undoSeconds) * 1000;
    bar.dataset.undoCounts = "";

    const timer = setInterval(() => {
      const seconds = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      ring.setAttribute("stroke-dashoffset", String(100 - (100 * seconds) / total));
      if (seconds === 0 || !bar.isConnected) clearInterval(timer);
      if (seconds === 0) {
        bar.querySelectorAll("form").forEach((form) => form.remove());
        bar.querySelector("[data-undo-when]").textContent = bar.dataset.undoOver;
      }
    }, 1000);
  };

  const begin = () => document.querySelectorAll("[data-undo-seconds]:not([data-undo-counts])").forEach(count);
  begin();
  /* A bar may come with the answer to a click. */
  document.addEventListener("htmx:afterSettle", begin);
})();
