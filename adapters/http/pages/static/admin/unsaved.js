"use strict";
/* Warns before what was edited and isn't saved is left, also by sending another form of the page, or by a button that
   saves something else than what was typed (`data-discards`). */
(() => {
  let leaving = false;
  const forms = [...document.querySelectorAll("form[data-unsaved]")];
  const fields = (form) => new URLSearchParams(new FormData(form)).toString();
  const shown = new Map(forms.map((form) => [form, fields(form)]));
  const isUnsaved = (form) => form.dataset.unsaved === "yes" || fields(form) !== shown.get(form);

  addEventListener("submit", (event) => {
    const isKept = (form) => form === event.target && !event.submitter?.hasAttribute("data-discards");
    leaving = forms.every((form) => isKept(form) || !isUnsaved(form));
  });
  // The session's own script keeps the form.
  addEventListener("careroute:ending", () => { leaving = true; });
  addEventListener("beforeunload", (event) => { if (!leaving && forms.some(isUnsaved)) event.preventDefault(); });
  // A page that is brought back from memory may warn again.
  addEventListener("pageshow", () => { leaving = false; });
})();
