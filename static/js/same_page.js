/* A click brings back only what it changed, and what she looked at stays where it was. Where what comes back is another
   page, such as the sign-in after a long pause, or nothing at all, the browser goes there and says itself what is wrong. */
(() => {
  let held = null;

  /* A page that stands for itself has one address (`data-stays`); others share the first parts of theirs. */
  const place = (address) => {
    const { pathname } = new URL(address, window.location);
    return "stays" in document.body.dataset ? pathname : pathname.split("/").slice(0, 3).join("/");
  };
  const kept = (one) => one.closest("[data-keeps]")?.dataset.keeps ?? one.closest("[id^=post-]")?.id;

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr, requestConfig, isError } = event.detail;
    if (target.id === "live" || isError) return;
    if (place(xhr.responseURL) !== place(window.location)) {
      event.detail.shouldSwap = false;
      window.location.assign(xhr.responseURL);
      return;
    }
    const one = target.matches(".desk") && document.getElementById(kept(requestConfig.elt));
    held = one && { id: one.id, top: one.getBoundingClientRect().top };
  });

  /* Other lines may stand above it now: it stays under her eyes, and the keyboard goes on at its next place. Where
     something is to be read first, that comes into sight. */
  document.addEventListener("htmx:afterSettle", (event) => {
    if (!event.detail.target.matches(".desk")) return;
    const said = document.querySelector(".messages");
    if (said) {
      said.focus({ preventScroll: true });
      said.scrollIntoView({ block: "nearest" });
      return;
    }
    const one = held && document.getElementById(held.id);
    if (!one) return;
    const place = one.getBoundingClientRect();
    window.scrollBy(0, place.top - held.top);
    /* The strip of the undo bar may have come: what it is about stands above it. */
    if (place.height < window.innerHeight / 2) one.scrollIntoView({ block: "nearest" });
    const next = document.querySelector("#beside [autofocus]") ?? one.querySelector("[data-panel]") ?? one;
    if (!document.activeElement || document.activeElement === document.body) next.focus({ preventScroll: true });
  });

  /* What goes wrong the browser says itself: it goes there without us, by the button that was pressed. Nothing is done
     twice by it, as by a second click. */
  const goes = (one, button) => {
    if (one.href) {
      window.location.assign(one.href);
    } else if (one.tagName === "FORM") {
      if (button?.name) {
        const pressed = Object.assign(document.createElement("input"), { type: "hidden" });
        one.append(Object.assign(pressed, { name: button.name, value: button.value }));
      }
      HTMLFormElement.prototype.submit.call(one);
    } else {
      window.location.reload();
    }
  };

  /* Who leaves while an answer is on its way has not failed. */
  let isLeaving = false;
  window.addEventListener("beforeunload", () => { isLeaving = true; });
  document.addEventListener("htmx:beforeRequest", () => { isLeaving = false; });

  for (const failure of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(failure, ({ detail }) => {
      const { elt, triggeringEvent } = detail.requestConfig;
      if (elt.id !== "live" && !isLeaving) goes(elt, triggeringEvent?.submitter);
    });
  }
})();
