"use strict";
/* The portal: keeps in this tab what somebody writes until it is sent or they sign out. Every page works without it. */
(() => {
  // By whom and for whom: a parent who opens the form of one child goes on later with what they wrote for another.
  const DRAFTS = "careroute:draft:by:";
  const keyOf = (path) => `${DRAFTS}${document.body.dataset.whose}:${path}`;
  const MOST = 10;

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
  const sent = document.querySelector("[data-sent]");
  if (sent) {
    sessionStorage.removeItem(keyOf(sent.dataset.sent));
    // Opening the page again must not tell it again.
    if (location.search) history.replaceState(null, "", location.pathname);
  }
  // Advice is read before anything that is wrong with the form.
  const first = ["advice", "changed", "errors"].map((id) => document.getElementById(id)).find((found) => found);
  (first ?? document.querySelector("form.reply [aria-invalid]"))?.focus();
  for (const box of document.querySelectorAll("details.reply-box")) {
    // Only after somebody opened it: a page that comes with it open leaves the focus where it is.
    box.addEventListener("toggle", () => {
      if (box.open && box.contains(document.activeElement)) box.querySelector("textarea").focus();
    });
  }

  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const kept = keyOf(form.dataset.draft);
  // What a form was answered with can be gone back to and reloaded without sending it again: the text is kept here.
  if ("posted" in document.body.dataset) history.replaceState(null, "", form.dataset.draft);
  const isWritten = () => ["subject", "body"].some((name) => form.elements[name]?.value.trim());

  function keep() {
    if (!isWritten()) { sessionStorage.removeItem(kept); return; }
    const fields = [...new FormData(form)].filter(([name]) => !["csrf", "shown", "do"].includes(name));
    makeRoom();
    sessionStorage.setItem(kept, JSON.stringify({ at: Date.now(), fields }));
  }

  /* Of the others only the newest stay: a tab in which nobody signs out doesn't keep texts without end. */
  function makeRoom() {
    const others = Object.keys(sessionStorage).filter((key) => key.startsWith(DRAFTS) && key !== kept);
    const keptAt = (key) => JSON.parse(sessionStorage.getItem(key)).at;
    others.sort((one, other) => keptAt(other) - keptAt(one));
    for (const key of others.slice(MOST - 1)) sessionStorage.removeItem(key);
  }

  function bringBack() {
    const before = JSON.parse(sessionStorage.getItem(kept) ?? "null");
    if (!before) return;
    for (const [name, value] of before.fields) {
      const field = form.elements[name];
      if (!field) continue;
      if (field.type === "checkbox") field.checked = true;
      else if (field.type === "radio") field.checked = field.value === value;
      else if (!(field instanceof HTMLSelectElement) || [...field.options].some((one) => one.value === value)) field.value = value;
    }
    const site = form.elements.site;
    if (site instanceof HTMLSelectElement && !site.options[site.selectedIndex].defaultSelected) {
      form.requestSubmit(form.querySelector("[value=look]"));
      return;
    }
    const box = form.closest("details");
    if (box) box.open = true;
    const said = form.querySelector("[data-kept]");
    if (said) said.hidden = false;
  }

  let wasSent = false;
  form.addEventListener("submit", (event) => { wasSent = event.submitter?.value !== "look"; });
  addEventListener("pageshow", (event) => {
    // Back to a page whose form was sent: it is opened anew, and offers nothing of what was sent.
    if (event.persisted && wasSent) location.reload();
  });
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.elements.site?.addEventListener?.("change", () => form.requestSubmit(form.querySelector("[value=look]")));
  form.querySelector("[data-discard]")?.addEventListener("click", () => {
    sessionStorage.removeItem(kept);
    location.assign(form.dataset.draft);
  });
  const look = form.querySelector("button[value=look]");
  if (look) look.hidden = true;
  if ("fresh" in form.dataset) bringBack(); else keep();
  if ("looked" in form.dataset) form.elements.site.focus();
})();
