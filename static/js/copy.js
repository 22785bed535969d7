/* Buttons that copy the text of the field they name, also those that come while the page is open. They stay hidden where
   the script or the clipboard is missing. */
(() => {
  if (!navigator.clipboard) return;
  const show = () => document.querySelectorAll("button[data-copy]").forEach((button) => { button.hidden = false; });

  show();
  document.addEventListener("htmx:afterSettle", show);
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("button[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(field.value ?? field.textContent);
    button.querySelector("[data-copy-word]").textContent = button.dataset.copied;
  });
})();
