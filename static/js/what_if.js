/* What would happen by the rules as they are typed is asked for alone: where nothing comes back, the page says so, and
   keeps what is typed. */
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.elt.id === "what-if-show") document.getElementById("what-if-failed").textContent = "";
});

for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, ({ detail }) => {
    const said = document.getElementById("what-if-failed");
    if (said && detail.requestConfig.elt.id === "what-if-show") said.textContent = said.dataset.words;
  });
}
