/* Arrow keys move between the cells of the season: left and right along an evening, up and down between evenings. */
(() => {
  const table = document.querySelector("table.season");
  if (!table) return;
  const rows = () => [...table.rows].map((row) => [...row.querySelectorAll("a")]).filter((links) => links.length);

  table.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    const grid = rows();
    const y = grid.findIndex((links) => links.includes(document.activeElement));
    if (y < 0) return;
    const x = grid[y].indexOf(document.activeElement);
    const links = grid[y + step[0]];
    const next = links && links[step[0] ? Math.min(x, links.length - 1) : x + step[1]];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
})();
