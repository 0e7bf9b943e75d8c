"use strict";
/* The reading pane: its switch, and where in the list somebody was. The list beside a message comes from the server. */
(() => {
  const toggle = document.querySelector("[data-pane]");
  const list = document.querySelector("[data-pane-list]");
  const PLACE = "careroute:pane-place";
  if (toggle) {
    toggle.hidden = false;
    toggle.addEventListener("click", () => {
      const on = toggle.getAttribute("aria-pressed") !== "true";
      document.cookie = `careroute_pane=${on ? "on" : ""}; path=/inbox; max-age=${365 * 24 * 3600}; samesite=lax`;
      location.reload();
    });
  }
  if (!list) return;
  // Which list it is; which message is open doesn't matter.
  const where = new URLSearchParams(location.search);
  const here = ["view", "sort", "topic", "site", "before"].map((name) => where.get(name) ?? "").join("|");
  const kept = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
  if (kept?.here === here) list.scrollTop = kept.top;
  addEventListener("pagehide", () => sessionStorage.setItem(PLACE, JSON.stringify({ here, top: list.scrollTop })));
  const current = list.querySelector("[aria-current]")?.closest(".delivery");
  if (current) {
    const { top, bottom } = current.getBoundingClientRect();
    const box = list.getBoundingClientRect();
    if (top < box.top || bottom > box.bottom) list.scrollTop += top - box.top - box.height / 3;
  }
})();
