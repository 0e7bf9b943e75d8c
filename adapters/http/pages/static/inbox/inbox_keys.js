"use strict";
/* The keyboard, for who wants it: listed under ?, and off by one switch. No key does anything while a field, a menu or a
   dialog has the focus, or together with Ctrl, Alt or the command key, but Ctrl+Enter, which sends. */
(() => {
  const dialog = document.getElementById("keys");
  const opener = document.querySelector("[data-keys-open]");
  const toggle = dialog.querySelector("[data-keys-on]");
  // Where in the list somebody was when they did something by a key.
  const PLACE = "careroute:keys-place";
  const kept = `careroute:keys:${document.body.dataset.whose}`;
  const isOn = () => localStorage.getItem(kept) !== "off";
  // Which message was open last, and which follows it in its list.
  const OPENED = "careroute:opened";
  const list = document.querySelector("form[data-bulk]");
  const message = document.querySelector(".message");
  const links = () => [...document.querySelectorAll(".delivery-subject a")];

  opener.hidden = false;
  opener.addEventListener("click", () => dialog.showModal());
  dialog.querySelector("[data-keys-close]").addEventListener("click", () => dialog.close());
  toggle.checked = isOn();
  toggle.addEventListener("change", () => localStorage.setItem(kept, toggle.checked ? "on" : "off"));

  const current = () => document.activeElement.closest?.("[data-delivery]");

  function move(by) {
    const shown = links();
    if (!shown.length) return false;
    const here = shown.findIndex((link) => link.closest("[data-delivery]") === current());
    shown[Math.max(0, Math.min(shown.length - 1, here + by))].focus();
    return true;
  }

  const press = (selector) => { const found = document.querySelector(selector); found?.click(); return Boolean(found); };

  /* In the list keys act on what is selected, else on the message that has the focus: that one is selected for the one
     act, and the form says so, so that the next key acts on the message that has the focus then. */
  function choose() {
    const here = current()?.querySelector("input[name=delivery]");
    if (!list.querySelector("input[name=delivery]:checked") && here) {
      here.checked = true;
      list.querySelector("[data-alone]").disabled = false;
      dispatchEvent(new Event("careroute:list"));
    }
    return list.querySelector("input[name=delivery]:checked")?.closest("[data-delivery]");
  }

  function select() {
    current()?.querySelector("input[name=delivery]")?.click();
    return Boolean(list && current());
  }

  function together(act) {
    if (!list) return false;
    const first = choose();
    if (first) sessionStorage.setItem(PLACE, links().findIndex((link) => first.contains(link)));
    list.requestSubmit(list.querySelector(`.bulk button[value=${act}]`));
    return true;
  }

  function forward() {
    if (!list) return write(".forward #to");
    choose();
    return write(".bulk-forward #to");
  }

  /* The message from which the keys go on in a list: after an act by a key the next, and for who comes back from a
     message that one, or where it is gone the one that followed it. */
  function goesOnFrom() {
    const shown = links();
    const place = sessionStorage.getItem(PLACE);
    sessionStorage.removeItem(PLACE);
    if (place !== null && "posted" in document.body.dataset) return shown[Math.min(Number(place), shown.length - 1)];
    const isBack = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    const cameBack = isBack || location.hash.startsWith("#d-") || new URLSearchParams(location.search).has("told");
    const opened = cameBack ? JSON.parse(sessionStorage.getItem(OPENED) ?? "[]") : [];
    return opened.map((path) => shown.find((link) => link.pathname === path)).find(Boolean);
  }

  /* It has the focus, and is described by what was done, which is read with it. */
  function goOn() {
    if (message) {
      const following = document.querySelector("[data-key=j]")?.pathname;
      sessionStorage.setItem(OPENED, JSON.stringify([location.pathname, following ?? ""]));
    }
    const next = list && isOn() ? goesOnFrom() : null;
    if (!next) return;
    const told = [...document.querySelectorAll("main > .notice, main > .told > .notice")];
    for (const [number, notice] of told.entries()) notice.id ||= `told-${number}`;
    if (told.length) next.setAttribute("aria-describedby", told.map((notice) => notice.id).join(" "));
    next.focus();
  }

  function write(selector) {
    const field = document.querySelector(selector);
    if (!field) return false;
    const box = field.closest("details");
    if (box) box.open = true;
    field.focus();
    return true;
  }

  const act = (name) => together(name) || press(`.message [data-act=${name}] button`);
  const KEYS = {
    j: () => (message ? press("[data-key=j]") : move(1)),
    k: () => (message ? press("[data-key=k]") : move(-1)),
    l: () => press("[data-key=list]"),
    r: () => write(".reply textarea[name=body]"),
    f: forward,
    e: () => act("done"),
    c: () => act("claim"),
    u: () => act("unread"),
    x: select,
    "/": () => { location.assign("/inbox/search#text"); return true; },
    "?": () => { dialog.showModal(); return true; },
  };

  document.addEventListener("keydown", (event) => {
    if (!isOn() || dialog.open || event.defaultPrevented) return;
    const where = event.target;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const send = where.matches?.("textarea") && where.form.querySelector(".button.main, [value=forward]");
      if (send) { event.preventDefault(); where.form.requestSubmit(send); }
      return;
    }
    const isField = where.matches?.("textarea, select, input:not([type=checkbox], [type=radio]), [contenteditable]");
    if (isField || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (KEYS[event.key]?.()) event.preventDefault();
  });
  // What an address leads to takes the focus away once the page is whole.
  if (location.hash) addEventListener("load", goOn);
  else goOn();
})();
