// A button that prints the page; without JavaScript it is not shown, and the browser's own does the same.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
