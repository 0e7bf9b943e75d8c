"use strict";
/* Warns before what was edited and isn't saved is left. */
(() => {
  let leaving = false;
  const changed = [...document.querySelectorAll("form[data-unsaved]")].map(watch);

  function watch(form) {
    const fields = () => new URLSearchParams(new FormData(form)).toString();
    const shown = fields();
    return () => form.dataset.unsaved === "yes" || fields() !== shown;
  }

  addEventListener("submit", () => { leaving = true; });
  // The session's own script keeps the form.
  addEventListener("careroute:ending", () => { leaving = true; });
  addEventListener("beforeunload", (event) => { if (!leaving && changed.some((one) => one())) event.preventDefault(); });
  // A page that is brought back from memory may warn again.
  addEventListener("pageshow", () => { leaving = false; });
})();
