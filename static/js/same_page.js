/* A part of a page that is fetched may turn out to be another page, such as the sign-in after a long pause, or nothing
   at all: then the browser goes there, and says itself what is wrong. */
(() => {
  const place = (address) => new URL(address, window.location).pathname.split("/").slice(0, 3).join("/");

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    if (place(xhr.responseURL) === place(window.location)) return;
    event.detail.shouldSwap = false;
    window.location.assign(xhr.responseURL);
  });

  for (const failure of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(failure, (event) => {
      const one = event.detail.elt;
      if (one.href) window.location.assign(one.href);
      else if (failure === "htmx:sendError" && one.tagName === "FORM") HTMLFormElement.prototype.submit.call(one);
      else window.location.reload();
    });
  }
})();
