"use strict";
// The link is sent once: people who come with scripts need not press the button, and can't press it twice.
(() => {
  const form = document.querySelector("form[data-submit-at-once]");
  if (!form) return;
  const button = form.querySelector("button");
  const label = button.textContent;

  function show(opening) {
    button.disabled = opening;
    button.textContent = opening ? "Opening your messages…" : label;
  }

  form.addEventListener("submit", () => show(true));
  // Back to the page as it was left.
  addEventListener("pageshow", (event) => { if (event.persisted) show(false); });
  if (form.elements.link.value) form.requestSubmit();
})();
