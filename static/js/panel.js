/* The list "who for this place" opens beside the evening. Where nothing fits beside it, the link leads to its own page. */
(() => {
  const beside = () => document.getElementById("beside");
  if (!beside()) return;
  const wide = window.matchMedia("(min-width: 1024px)");
  let opener = null;
  let before = null;

  const mark = (link) => {
    document.querySelectorAll("[data-panel].btn--open").forEach((other) => other.classList.remove("btn--open"));
    if (link) link.classList.add("btn--open");
    opener = link;
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.detail.elt.closest("[data-panel]");
    if (!link) return;
    if (wide.matches) {
      if (!beside().querySelector(".panel")) before = [...beside().children];
      return;
    }
    event.preventDefault();
    window.location.assign(link.href);
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== beside()) {
      /* The evening came back whole, with what stands beside it. */
      opener = before = null;
      return;
    }
    mark(event.detail.requestConfig.elt);
    document.getElementById("panel").focus({ preventScroll: true });
  });

  /* Closing puts back what stood there; a list that came with the page closes by its link. */
  document.addEventListener("click", (event) => {
    if (!before || !event.target.closest("#beside [data-panel-close]")) return;
    event.preventDefault();
    beside().replaceChildren(...before);
    before = null;
    opener.focus();
    mark(null);
  });
})();
