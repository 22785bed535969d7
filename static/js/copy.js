/* Buttons that copy the text of the field they name. They stay hidden where the script or the clipboard is missing. */
(() => {
  if (!navigator.clipboard) return;
  document.querySelectorAll("button[data-copy]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      await navigator.clipboard.writeText(field.value ?? field.textContent);
      button.querySelector("[data-copy-word]").textContent = button.dataset.copied;
    });
  });
})();
