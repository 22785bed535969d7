/* Arrow keys move between the cells of the season, as they lie on the screen: beside, above and below each other. */
(() => {
  const table = document.querySelector("table.season");
  if (!table) return;

  const centre = (link) => {
    const box = link.getBoundingClientRect();
    return { link, x: box.left + box.width / 2, top: box.top, bottom: box.bottom };
  };

  /* The line above or below is the nearest one that shares no height with this one; in it, the nearest cell. */
  const vertical = (here, others, down) => {
    const beyond = others.filter((one) => (down ? one.top >= here.bottom : one.bottom <= here.top));
    const edge = down ? Math.min(...beyond.map((one) => one.top)) : Math.max(...beyond.map((one) => one.bottom));
    const line = beyond.filter((one) => (down ? one.top < edge + 24 : one.bottom > edge - 24));
    return line.sort((a, b) => Math.abs(a.x - here.x) - Math.abs(b.x - here.x))[0];
  };

  table.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"].includes(event.key)) return;
    const links = [...table.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement);
    if (at < 0) return;
    let next;
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      next = links[at + (event.key === "ArrowRight" ? 1 : -1)];
    } else {
      const all = links.map(centre);
      next = vertical(all[at], all, event.key === "ArrowDown")?.link;
    }
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
})();
