/* A table whose cells are fields. Arrow up and down go to the same cell of the row above or below, and select what
   stands there. Saved without leaving the page, the keyboard stays in its cell: what is said then stands beside the
   button, which is always in sight, and is told to who does not see it. */
(() => {
  document.addEventListener("keydown", (event) => {
    const table = event.target.closest("[data-arrow-table]");
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!table || !step || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
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

  const told = Object.assign(document.createElement("p"), { className: "hide" });
  told.setAttribute("role", "status");
  document.body.append(told);

  document.addEventListener("htmx:beforeSwap", () => { told.textContent = ""; });

  document.addEventListener("htmx:afterSettle", (event) => {
    const foot = event.detail.target.matches(".desk") && document.querySelector(".plan-foot");
    const said = document.querySelector("main > .messages");
    if (!foot || !said || document.querySelector(".summary")) return;
    said.className = "plan-foot__said";
    foot.prepend(said);
    told.textContent = said.textContent;
    if (document.activeElement === document.body) foot.querySelector("button").focus({ preventScroll: true });
  });
})();
