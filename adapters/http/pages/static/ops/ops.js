"use strict";
/* Keeps the page as of now. Only parts whose words are new are replaced, and the focus stays on its button. */
(() => {
  const SECONDS = 5;
  const state = document.querySelector("[data-state]");
  const pause = document.querySelector("[data-pause]");
  const said = document.querySelector("[data-said]");
  const now = document.querySelector("[data-now]");
  let paused = false;
  let busy = false;

  const part = (root, name) => root.querySelector(`[data-part="${name}"]`);

  function replace(old, fresh) {
    if (old.innerHTML === fresh.innerHTML) return;
    const held = old.contains(document.activeElement) ? document.activeElement : null;
    const place = held?.id;
    const scrolled = old.querySelector(".table-scroll")?.scrollLeft;
    old.replaceChildren(...fresh.childNodes);
    if (scrolled) old.querySelector(".table-scroll")?.scrollTo(scrolled, 0);
    // What somebody was on may be gone: they stay at its heading.
    if (held) ((place && document.getElementById(place)) || old.querySelector("h2") || document.getElementById("main")).focus({ preventScroll: true });
  }

  function take(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    const before = part(now, "queues").dataset.words;
    const { at, words } = part(fresh, "queues").dataset;
    for (const old of now.querySelectorAll("[data-part]")) {
      const one = part(fresh, old.dataset.part);
      // What a button answered stays until the page is left, unless it can be followed.
      if (old.dataset.part !== "notice" || one.textContent.trim()) replace(old, one);
    }
    part(now, "queues").dataset.words = words;
    state.textContent = `As of ${at}`;
    if (words !== before) said.textContent = words;
  }

  async function refresh() {
    if (busy) return;
    busy = true;
    try {
      const answer = await fetch(`/ops/now${location.search}`, { headers: { Accept: "text/html" } });
      if (answer.redirected) { location.assign(`${document.body.dataset.ended}=1&next=%2Fops`); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      take(await answer.text());
    } catch {
      if (!state.textContent.includes("not refreshed")) state.textContent += ", not refreshed since: the service doesn't answer";
    } finally { busy = false; }
  }

  pause.hidden = false;
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    if (!paused) refresh();
  });
  document.querySelector("[data-refresh]").addEventListener("click", (event) => { event.preventDefault(); refresh(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !paused) refresh(); });
  setInterval(() => { if (!paused && !document.hidden) refresh(); }, SECONDS * 1000);
})();
