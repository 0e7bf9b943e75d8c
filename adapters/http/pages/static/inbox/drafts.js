"use strict";
/* Saves what somebody writes about a message while they write. Until the server has it, this tab does; the server's
   draft stands in the field when the page is opened, and in the other tabs of this browser that show the message. */
(() => {
  const PAUSE = 700;
  const AGAIN = 10_000;
  // Somebody who writes without a pause is saved meanwhile, too: colleagues see by it that they write.
  const LONGEST = 6_000;
  const PATIENCE = 2_000;
  const whose = document.body.dataset.whose;
  const page = location.pathname;
  const told = document.querySelector("[data-told]")?.dataset.told;
  const SENT = {
    replied: "reply", "kept-open": "reply", forwarded: "note", "forwarded-whole": "note", noted: "colleagues",
    "noted-given": "colleagues", "noted-told": "colleagues", discarded: "",
  };
  // Without it, who goes on in another tab would save over what the server has of this one. Older browsers have none.
  const tabs = window.BroadcastChannel ? new BroadcastChannel(`careroute:draft:${whose}:${page}`) : new EventTarget();
  const tell = (message) => tabs.postMessage?.(message);
  const fields = [...document.querySelectorAll("textarea[data-draft]")].map((area) => watch(area));

  function watch(area) {
    const kind = area.dataset.draft;
    const kept = `careroute:draft:${page}:${kind}`;
    const said = document.querySelector(`[data-draft-said=${kind}]`);
    const form = area.form;
    let saved = area.defaultValue;
    // When this page learned what the server has: what another page had before that is old.
    let knownAt = performance.timeOrigin;
    let timer = 0;
    let begun = 0;
    let sending = false;

    const isDirty = () => !sending && area.value !== saved;
    // When the draft was saved that stands, or stood, in the field: what another device has saved since then is kept.
    const seen = form.elements[`seen_${kind}`];
    const fieldsOf = (text) => new URLSearchParams({
      csrf: form.elements.csrf.value, kind, body: text, key: form.elements.key.value, [seen.name]: seen.value,
    });

    function keepInTab() {
      sessionStorage.setItem(kept, JSON.stringify({ whose, text: area.value, seen: seen.value }));
    }

    async function save() {
      clearTimeout(timer);
      begun = 0;
      const text = area.value;
      if (sending || text === saved) return;
      try {
        const answer = await fetch(`${page}/draft`, {
          method: "POST", body: fieldsOf(text), headers: { Accept: "application/json" },
        });
        if (answer.status === 401) { dispatchEvent(new Event("careroute:ended")); return; }
        if (answer.status === 422) { said.textContent = "Not saved: the text is too long, or has characters that can't be saved."; return; }
        if (!answer.ok) throw new Error("not saved");
        const now = await answer.json();
        saved = text;
        knownAt = Date.now();
        seen.value = now.at;
        tell({ kind, text, at: knownAt, seen: seen.value });
        if (area.value === text) sessionStorage.removeItem(kept);
        said.textContent = now.saved ? "Draft saved. Only you can see it." : "";
        if (now.other && !document.querySelector(`[data-draft-other=${kind}]`)) sayOther();
      } catch {
        said.textContent = "The draft is not saved yet. This tab keeps it and will try again.";
        timer = setTimeout(save, AGAIN);
      }
    }

    function sayOther() {
      const link = document.createElement("a");
      link.href = location.pathname + location.search;
      link.textContent = "Show both";
      said.append(" You also wrote something else about this, on another page or device. It is kept. ", link);
    }

    function bringBack() {
      const before = JSON.parse(sessionStorage.getItem(kept) ?? "null");
      if (!before || before.whose !== whose) return;
      // What was written after the page had told of an earlier one was not sent with it.
      if (before.sent && told in SENT && (SENT[told] === kind || !SENT[told])) { sessionStorage.removeItem(kept); return; }
      if (area.hasAttribute("aria-invalid") || before.text === area.value) return;
      area.value = before.text;
      // What the page shows of the server's draft is no longer seen.
      seen.value = before.seen ?? "";
      const box = area.closest("details");
      if (box) box.open = true;
      save();
    }

    area.addEventListener("input", () => {
      keepInTab();
      clearTimeout(timer);
      begun ||= Date.now();
      timer = setTimeout(save, Date.now() - begun > LONGEST ? 0 : PAUSE);
    });
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      if (event.submitter?.value === "keep") return;
      sending = true;
      const before = JSON.parse(sessionStorage.getItem(kept) ?? "null");
      if (before) sessionStorage.setItem(kept, JSON.stringify({ ...before, sent: true }));
    });
    addEventListener("pagehide", () => {
      if (isDirty()) navigator.sendBeacon(`${page}/draft`, fieldsOf(area.value));
    });
    // Back to a page whose form was sent: it is opened anew, with what was sent in the conversation and an empty field.
    addEventListener("pageshow", (event) => { if (event.persisted && sending) location.reload(); });
    tabs.addEventListener("message", ({ data }) => {
      if (data.kind !== kind || sending) return;
      // A page that is slow to open has what the server had before.
      if (data.at < knownAt) { if (data.opens) tell({ kind, text: saved, at: knownAt, seen: seen.value }); return; }
      if (isDirty() || data.text === area.value) return;
      area.value = saved = data.text;
      knownAt = data.at;
      seen.value = data.seen;
      const box = area.closest("details");
      if (box && data.text) box.open = true;
      said.textContent = data.text ? "Draft saved in another tab. Only you can see it." : "";
    });
    // A page that comes back with errors has what was typed, which the server may not have.
    if (!area.hasAttribute("aria-invalid")) tell({ kind, text: saved, at: knownAt, seen: seen.value, opens: true });
    bringBack();
    return { form, isDirty, save, forget: () => { sending = true; sessionStorage.removeItem(kept); } };
  }

  /* Let what is written arrive before the page is left, but not for long: the tab keeps it anyway. */
  async function settle() {
    await Promise.race([
      Promise.all(fields.map((field) => field.save())),
      new Promise((resolve) => setTimeout(resolve, PATIENCE)),
    ]);
  }

  let settled = false;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const discards = form.dataset.discards;
    if (discards) {
      fields.find((field) => field.form.querySelector(`[data-draft=${discards}]`))?.forget();
      return;
    }
    if (settled || !fields.some((field) => field.form !== form && field.isDirty())) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    settle().finally(() => { settled = true; form.requestSubmit(event.submitter); settled = false; });
  }, { capture: true });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    // A link to a part of this page leaves nothing.
    const stays = link.hash && link.pathname === location.pathname && link.search === location.search;
    if (link.target || link.origin !== location.origin || stays || !fields.some((field) => field.isDirty())) return;
    event.preventDefault();
    settle().finally(() => location.assign(link.href));
  });
  for (const button of document.querySelectorAll("[data-draft-button]")) button.hidden = true;
})();
