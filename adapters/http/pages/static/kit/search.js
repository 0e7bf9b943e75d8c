"use strict";
/* Shows what was found in place, and keeps the search in this tab, never in an address, so that it is still
   there after going back from a message. Without this script the form works too, but going back asks to resubmit it. */
(() => {
  const part = () => document.querySelector("[data-search]");
  const address = part().dataset.search;
  const KEPT = `careroute:search:${address}`;
  const { whose } = document.body.dataset;
  const fieldsOf = (form, button) => [...new FormData(form, button)].filter(([name]) => name !== "csrf");
  const keep = (fields) => sessionStorage.setItem(KEPT, JSON.stringify({ whose, fields }));

  async function find(fields) {
    const token = part().querySelector("input[name=csrf]").value;
    const answer = await fetch(address, {
      method: "POST", body: new URLSearchParams([...fields, ["csrf", token]]), headers: { Accept: "text/html" },
    });
    if (answer.status === 401) { dispatchEvent(new Event("careroute:ended")); return; }
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-search]");
    if (!found) throw new Error("no page of a search");
    if (answer.ok) keep(fields);
    part().replaceWith(document.importNode(found, true));
    const told = part().querySelector("#errors, [aria-invalid]") ?? part().querySelector("#results");
    // A long list would be centred, with its heading out of sight; where that is in sight, the form stays there too.
    told?.focus({ preventScroll: true });
    const top = told?.getBoundingClientRect().top;
    if (top < 0 || top > innerHeight / 2) told.scrollIntoView({ block: "start" });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest("[data-search]")) return;
    event.preventDefault();
    find(fieldsOf(form, event.submitter)).catch(() => form.submit());
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-forget]")) sessionStorage.removeItem(KEPT);
  });
  addEventListener("careroute:ending", () => sessionStorage.removeItem(KEPT));

  // What came back after signing in again, or by going back, is not asked for unseen.
  const criteria = part().querySelector(".criteria");
  if (criteria) criteria.open ||= [...criteria.querySelectorAll("input, select")].some((field) => field.value);

  if ("posted" in document.body.dataset) {
    // Looked for on another page: whoever comes back here finds it again.
    keep(fieldsOf(part().querySelector("form")));
    history.replaceState(null, "", address);
    return;
  }
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if (kept && kept.whose !== whose) sessionStorage.removeItem(KEPT);
  else if (kept) find(kept.fields).catch(() => sessionStorage.removeItem(KEPT));
})();
