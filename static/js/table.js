/* Arrow up and down go to the same cell of the row above or below, and select what stands there. */
(() => {
  const table = document.querySelector("[data-arrow-table]");
  if (!table) return;

  table.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const rows = [...table.rows].map((row) => [...row.querySelectorAll("input:not([type=hidden])")]);
    const filled = rows.filter((inputs) => inputs.length);
    const y = filled.findIndex((inputs) => inputs.includes(event.target));
    const next = y < 0 ? null : filled[y + step];
    if (!next) return;
    event.preventDefault();
    const cell = next[filled[y].indexOf(event.target)];
    cell.focus();
    cell.select();
  });
})();
