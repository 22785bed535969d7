/* The list "who for this place" opens beside the evening. Where nothing fits beside it, the link leads to its own page. */
(() => {
  const wide = window.matchMedia("(min-width: 1024px)");

  document.addEventListener("htmx:beforeRequest", (event) => {
    const link = event.target.closest("[data-panel]");
    if (!link || wide.matches) return;
    event.preventDefault();
    window.location.assign(link.href);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    const link = event.detail.requestConfig.elt.closest("[data-panel]");
    const title = document.getElementById("panel");
    if (!link || !title) return;
    document.querySelectorAll("[data-panel].btn--open").forEach((other) => other.classList.remove("btn--open"));
    link.classList.add("btn--open");
    title.focus({ preventScroll: true });
  });
  document.addEventListener("htmx:responseError", (event) => {
    const link = event.detail.elt.closest("[data-panel]");
    if (link) window.location.assign(link.href);
  });
})();
