"use strict";
/* Makes the settings quicker to edit: people are added and removed at once, what patients see follows, and
   nothing is lost by a stray click. Everything here also works without it, by the form's own buttons. */
(() => {
  const form = document.getElementById("messaging");
  const mark = form.querySelector("[data-unsaved-mark]");
  const discards = form.querySelectorAll("[data-discard]");
  const said = document.querySelector("[data-said]");
  const options = [...document.querySelectorAll("#staff-options option")];
  const KEPT = "careroute:messaging";
  const IGNORED = /^(csrf|version|editing|draft|site|try\.|.*\.new$)/;
  let sending = false;

  const state = () => JSON.stringify([...new FormData(form)].filter(([name]) => !IGNORED.test(name)));
  const atFirst = state();
  const unsaved = () => form.dataset.unsaved === "yes" || state() !== atFirst;

  function refresh() {
    const changed = unsaved();
    const words = changed ? "You have unsaved changes." : "";
    if (mark.textContent.trim() !== words) mark.textContent = words;
    for (const one of discards) one.hidden = !changed && !one.closest("#conflict");
    for (const topic of form.querySelectorAll("[data-topic]")) show(topic);
    const choice = form.querySelector("[data-site-choice]");
    const bySite = form.elements.by_site;
    if (choice && bySite) choice.hidden = !bySite.checked;
  }

  function show(topic) {
    const field = topic.querySelector("[data-display-name]");
    if (!field) return;
    const on = topic.querySelector("[role=switch]").checked;
    const people = [...topic.querySelectorAll(".person input")].map((one) => one.value);
    const anybody = people.length > 0;
    const staying = topic.querySelectorAll(".person:not([data-left])").length;
    const now = !on ? "off" : anybody ? "fixed" : "choose";
    for (const seen of topic.querySelectorAll("[data-seen]")) seen.hidden = seen.dataset.seen !== now;
    for (const name of topic.querySelectorAll("[data-to-name]")) name.textContent = field.value.trim() || "…";
    // What the server noted is about the people whom it saw.
    const before = topic.dataset.people ??= people.join("\n");
    const same = before === people.join("\n");
    const notes = topic.querySelector("[data-notes]");
    if (notes) notes.hidden = !on || !same;
    topic.querySelector("[data-single]").hidden = !on || staying !== 1 || (same && notes !== null);
  }

  function person(area, id, label) {
    const line = document.createElement("li");
    line.className = "person";
    const value = document.createElement("input");
    value.type = "hidden";
    value.name = area === "catch_all" ? area : `${area}.recipients`;
    value.value = id;
    const name = document.createElement("span");
    name.className = "person-words";
    name.textContent = label;
    const button = document.createElement("button");
    button.className = "button slim plain";
    button.name = "do";
    button.value = `remove:${area}:${id}`;
    button.dataset.remove = "";
    button.setAttribute("aria-label", `Remove ${label}`);
    button.textContent = "Remove";
    line.append(value, name, button);
    return line;
  }

  const fold = (text) => text.trim().normalize("NFKC").toLowerCase();

  /* Adds the person chosen from the list; returns whether the field names one of them. The server finds parts of names. */
  function add(field) {
    const wanted = fold(field.value);
    const found = wanted ? options.filter((one) => fold(one.value) === wanted) : [];
    if (found.length !== 1) return false;
    const area = field.dataset.add;
    const list = form.querySelector(`[data-people="${area}"]`);
    const [{ value: label, dataset: { id } }] = found;
    const there = [...list.querySelectorAll("input")].some((one) => one.value === id);
    if (!there) list.append(person(area, id, label));
    field.value = "";
    said.textContent = there ? `${label} is there already.` : `${label} added. Not saved yet.`;
    refresh();
    return true;
  }

  function remove(button) {
    const line = button.closest(".person");
    const list = line.closest("[data-people]");
    const next = (line.nextElementSibling ?? line.previousElementSibling)?.querySelector("button")
      ?? form.querySelector(`[data-add="${list.dataset.people}"]`);
    said.textContent = `${button.getAttribute("aria-label").replace("Remove ", "")} removed. Not saved yet.`;
    line.remove();
    next.focus();
    refresh();
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("remove" in button.dataset) { event.preventDefault(); remove(button); }
    else if (button.dataset.addButton) {
      const field = form.querySelector(`[data-add="${button.dataset.addButton}"]`);
      if (!field.value.trim()) { event.preventDefault(); field.focus(); }
      else if (add(field)) { event.preventDefault(); field.focus(); }
    }
  });
  form.addEventListener("input", (event) => {
    const field = event.target;
    // A person picked from the list is added at once.
    if (field.dataset.add && options.some((one) => one.value === field.value)) add(field);
    refresh();
  });
  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (event.key !== "Enter" || !field.dataset.add) return;
    event.preventDefault();
    // The server finds parts of names; its page comes back to this field.
    if (field.value.trim() && !add(field)) form.requestSubmit(form.querySelector(`[data-add-button="${field.dataset.add}"]`));
  });
  form.addEventListener("change", refresh);
  form.elements.site?.addEventListener("change", () => form.requestSubmit(form.querySelector("[data-edit]")));
  form.addEventListener("submit", () => { sending = true; sessionStorage.removeItem(KEPT); });
  for (const one of discards) one.addEventListener("click", () => { sending = true; });
  addEventListener("beforeunload", (event) => { if (!sending && unsaved()) event.preventDefault(); });
  // A page that is brought back from memory may warn again.
  addEventListener("pageshow", () => { sending = false; });

  /* An ended session: what was edited waits in this tab until the same person is back. */
  const who = document.querySelector(".who summary").textContent.trim();
  addEventListener("careroute:ending", () => {
    if (unsaved()) sessionStorage.setItem(KEPT, JSON.stringify({ who, fields: [...new FormData(form)] }));
    sending = true;
  });
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  sessionStorage.removeItem(KEPT);
  if (kept?.who === who) {
    const back = document.createElement("form");
    back.method = "post";
    back.action = form.getAttribute("action");
    const token = form.elements.csrf.value;
    for (const [name, value] of [...kept.fields, ["do", "update"]]) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = name === "csrf" ? token : value;
      back.append(field);
    }
    document.body.append(back);
    back.submit();
    return;
  }

  form.querySelector("[data-edit]")?.classList.add("visually-hidden");
  form.querySelector("[data-edit]")?.setAttribute("tabindex", "-1");
  document.getElementById("errors")?.focus();
  document.getElementById("conflict")?.scrollIntoView();
  refresh();
})();
