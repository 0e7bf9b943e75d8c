"use strict";
/* Shows what was found in place, and keeps the search in this tab, never in an address, so that it is still
   there after going back from a message. Without this script the form works too, but going back asks to resubmit it. */
(() => {
  const KEPT = "careroute:search";
  const who = document.querySelector(".who summary").textContent.trim();
  const part = () => document.querySelector("[data-search]");

  async function find(fields) {
    const token = part().querySelector("input[name=csrf]").value;
    const answer = await fetch("/inbox/search", {
      method: "POST", body: new URLSearchParams([...fields, ["csrf", token]]), headers: { Accept: "text/html" },
    });
    if (answer.status === 401) { dispatchEvent(new Event("careroute:ended")); return; }
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-search]");
    if (!found) throw new Error("no page of a search");
    if (answer.ok) sessionStorage.setItem(KEPT, JSON.stringify({ who, fields }));
    part().replaceWith(document.importNode(found, true));
    const told = part().querySelector("#errors") ?? part().querySelector("#results");
    // A long list would be centred, with its heading out of sight.
    told?.focus({ preventScroll: true });
    told?.scrollIntoView({ block: "start" });
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.closest("[data-search]")) return;
    event.preventDefault();
    const fields = [...new FormData(form, event.submitter)].filter(([name]) => name !== "csrf");
    find(fields).catch(() => form.submit());
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-forget]")) sessionStorage.removeItem(KEPT);
  });
  addEventListener("careroute:ending", () => sessionStorage.removeItem(KEPT));

  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  const shown = part().querySelector("#results, #errors");
  if (kept && kept.who !== who) sessionStorage.removeItem(KEPT);
  else if (kept && !shown) find(kept.fields).catch(() => sessionStorage.removeItem(KEPT));
})();
