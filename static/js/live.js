/* A page that brings itself up to date while it is open: a click under way is not lost, and nothing jumps.

   Where the focus is htmx puts it back by itself, for whatever has an id. */
(() => {
  let isPressed = false;
  let held = null;

  document.addEventListener("pointerdown", () => { isPressed = true; });
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => { isPressed = false; });
  }

  /* A telephone that slept shows what is true now as soon as it wakes. */
  document.addEventListener("visibilitychange", () => {
    const live = document.getElementById("live");
    if (live && !document.hidden) window.htmx.trigger(live, "refresh");
  });

  /* What keeps its place: where the focus is, or else the first thing in sight. */
  const isSeen = (one) => {
    const place = one.getBoundingClientRect();
    return one.id && place.height > 0 && place.top >= 0 && place.top < window.innerHeight;
  };
  const seen = () => [document.activeElement, ...document.querySelectorAll("main [id], aside [id]")].find(isSeen);

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "live") return;
    const { xhr, pathInfo } = event.detail;
    if (new URL(xhr.responseURL).pathname !== new URL(pathInfo.requestPath, window.location).pathname) {
      /* She was signed out meanwhile: what came back is another page. */
      event.detail.shouldSwap = false;
      window.location.reload();
      return;
    }
    /* What is under a finger stays there until it is lifted: the next answer brings the same news. */
    if (isPressed) {
      event.detail.shouldSwap = false;
      return;
    }
    const first = window.scrollY > 0 ? seen() : null;
    held = first && { id: first.id, top: first.getBoundingClientRect().top };
  });

  document.addEventListener("htmx:afterSettle", () => {
    const again = held && document.getElementById(held.id);
    if (again) window.scrollBy(0, again.getBoundingClientRect().top - held.top);
    held = null;
  });
})();
