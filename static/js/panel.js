/* The list "who for this place" opens beside the evening. Where nothing fits beside it, the link leads to its own page.

   A click that assigns, confirms or undoes brings back the evening as it is now; what she looked at stays where it was. */
(() => {
  const beside = () => document.getElementById("beside");
  if (!beside()) return;
  const wide = window.matchMedia("(min-width: 1024px)");
  let opener = null;
  let before = null;
  let held = null;

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

  const row = (one) => one.closest("[data-keeps]")?.dataset.keeps ?? one.closest("[id^=post-]")?.id;

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, requestConfig } = event.detail;
    const id = target.matches(".desk") && row(requestConfig.elt);
    const one = id && document.getElementById(id);
    held = one && { id, top: one.getBoundingClientRect().top };
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target !== beside()) return;
    mark(event.detail.requestConfig.elt);
    document.getElementById("panel").focus({ preventScroll: true });
  });

  /* The museums are in another order now: hers stays under her eyes, and the keyboard goes on at its next place.
     Where something is to be read first, that comes into sight. */
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!event.detail.target.matches(".desk")) return;
    opener = before = null;
    const said = document.querySelector(".messages");
    if (said) {
      held = null;
      document.getElementById("main").focus({ preventScroll: true });
      said.scrollIntoView({ block: "nearest" });
    }
    const one = held && document.getElementById(held.id);
    if (!one) return;
    window.scrollBy(0, one.getBoundingClientRect().top - held.top);
    /* The strip of the undo bar has come: what it is about stands above it. */
    one.scrollIntoView({ block: "nearest" });
    const next = document.querySelector("#beside [autofocus]") ?? one.querySelector("[data-panel]") ?? one;
    if (!document.activeElement || document.activeElement === document.body) next.focus({ preventScroll: true });
    held = null;
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
