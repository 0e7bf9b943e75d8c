"use strict";
/* Keeps a session alive while somebody works, warns before it ends, and keeps in this tab what they typed. */
(() => {
  const body = document.body;
  // What a form was answered with, and holds nothing that was typed, is the page at this address: going back to it and
  // reloading it ask for that, and send nothing again.
  if (body.dataset.shownAt) history.replaceState(null, "", body.dataset.shownAt + location.hash);
  const idle = Number(body.dataset.idleSeconds) * 1000;
  const warning = Math.min(2 * 60_000, idle / 3);
  const token = document.querySelector("meta[name=csrf-token]").content;
  const dialog = document.getElementById("idle");
  const left = dialog.querySelector("[data-idle-left]");
  const kept = `careroute:${location.pathname}`;
  let used = Date.now();
  let told = Date.now();
  let leaving = false;
  // What is done in one tab keeps the others open as well: they share the session.
  const tabs = new BroadcastChannel(`careroute:${body.dataset.stay}`);

  const fields = () => [...document.querySelectorAll("[data-keep]")].filter((field) => field.id);

  /* Forms whose fields are kept together, those that their page shows unsaved included: the value is the act by which
     the server shows them again, and stores nothing. Of several, the one that somebody is writing in. */
  const wholes = [...document.querySelectorAll("form[data-keep-form]")];
  const WHOLE = "careroute:form";
  const entries = (form) => [...new FormData(form)].filter(([name]) => name !== "csrf");
  const atFirst = new Map(wholes.map((form) => [form, JSON.stringify(entries(form))]));
  const addressOf = (form) => new URL(form.getAttribute("action"), location.href).pathname;

  function keepWhole() {
    const form = wholes.find((one) => JSON.stringify(entries(one)) !== atFirst.get(one))
      ?? wholes.find((one) => one.dataset.unsaved === "yes");
    if (!form) return;
    const kept = { who: whose(), path: location.pathname, address: addressOf(form), fields: entries(form) };
    sessionStorage.setItem(WHOLE, JSON.stringify(kept));
  }

  function bringBackWhole() {
    const before = JSON.parse(sessionStorage.getItem(WHOLE) ?? "null");
    sessionStorage.removeItem(WHOLE);
    if (!hasSignedInAgain() || before?.path !== location.pathname || before.who !== whose()) return;
    const whole = wholes.find((one) => addressOf(one) === before.address);
    if (!whole) return;
    const back = document.createElement("form");
    back.method = "post";
    back.action = whole.getAttribute("action");
    for (const [name, value] of [...before.fields, ["csrf", token], ["do", whole.dataset.keepForm]]) {
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      back.append(field);
    }
    body.append(back);
    back.submit();
  }

  const INTERRUPTED = "careroute:interrupted";

  /* A page of the same person that was left because its session ended is opened again. */
  function carryOnThere() {
    const before = JSON.parse(sessionStorage.getItem(INTERRUPTED) ?? "null");
    sessionStorage.removeItem(INTERRUPTED);
    const there = before?.whose === whose() && before.path !== location.pathname ? before.path : null;
    if (there && /\/portal\/enter$/.test(document.referrer.split("?")[0])) location.replace(there);
  }

  function keep() {
    const typed = {};
    for (const field of fields()) if (field.value !== field.defaultValue) typed[field.id] = field.value;
    if (Object.keys(typed).length) sessionStorage.setItem(kept, JSON.stringify({ who: whose(), typed }));
  }

  const whose = () => body.dataset.whose;
  const hasSignedInAgain = () =>
    document.referrer && /^\/(sign-in|portal\/enter)/.test(new URL(document.referrer).pathname);

  function bringBack() {
    const text = sessionStorage.getItem(kept);
    sessionStorage.removeItem(kept);
    const before = text && JSON.parse(text);
    if (!before || !hasSignedInAgain() || before.who !== whose()) return;
    for (const [id, value] of Object.entries(before.typed)) {
      const field = document.getElementById(id);
      if (!field) continue;
      field.value = value;
      const fold = field.closest("details");
      if (fold) fold.open = true;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function carryOn() {
    told = used = Date.now();
    if (dialog.open) dialog.close();
  }

  async function stay() {
    carryOn();
    tabs.postMessage("used");
    try {
      const answer = await fetch(body.dataset.stay, {
        method: "POST", headers: { "X-CSRF-Token": token, Accept: "application/json" },
      });
      if (answer.status === 401) end();
    } catch { /* Offline: the next activity tries again. */ }
  }

  function end() {
    if (leaving) return;
    leaving = true;
    keep();
    keepWhole();
    if ([...document.querySelectorAll("textarea")].some((field) => field.value.trim() && !field.readOnly)) {
      sessionStorage.setItem(INTERRUPTED, JSON.stringify({ whose: whose(), path: location.pathname }));
    }
    dispatchEvent(new CustomEvent("careroute:ending"));
    const ended = body.dataset.ended;
    location.assign(ended.startsWith("/sign-in")
      ? `${ended}=1&next=${encodeURIComponent(location.pathname + location.search)}` : ended);
  }

  function active() {
    used = Date.now();
    // A message that takes long to write must not end the session, so the server is pinged now and then.
    if (!dialog.open && used - told > idle / 5) stay();
  }

  function look() {
    if (used > told && Date.now() - told > idle / 5) stay();
    const rest = idle - (Date.now() - used);
    if (rest <= 0) { end(); return; }
    if (rest > warning) return;
    const minutes = Math.ceil(rest / 60_000);
    const said = minutes > 1 ? `${minutes} minutes` : rest > 30_000 ? "one minute" : "half a minute";
    if (left.textContent !== said) left.textContent = said;
    if (!dialog.open) dialog.showModal();
  }

  for (const kind of ["keydown", "pointerdown", "input"]) addEventListener(kind, active, { passive: true });
  dialog.querySelector("[data-idle-stay]").addEventListener("click", stay);
  dialog.addEventListener("cancel", stay);
  for (const form of document.querySelectorAll("form[data-leaves]")) {
    form.addEventListener("submit", () => { leaving = true; sessionStorage.clear(); });
  }
  addEventListener("submit", (event) => { if (!event.defaultPrevented && !leaving) keep(); });
  addEventListener("careroute:ended", end);
  tabs.addEventListener("message", carryOn);
  tabs.postMessage("used");
  bringBack();
  bringBackWhole();
  carryOnThere();
  setInterval(look, 1000);
})();
