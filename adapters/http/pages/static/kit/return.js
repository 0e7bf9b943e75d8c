"use strict";
/* After a session has ended while somebody wrote: once the same person is signed in again, also in another tab, this
   tab goes back to where they were. */
(() => {
  const KEPT = "careroute:interrupted";
  const place = document.querySelector("[data-return-by]");
  if (!place) return;
  const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  if ("returnKept" in place.dataset) place.hidden = !kept;
  const back = place.dataset.returnTo || kept?.path;
  if (!back) return;
  new BroadcastChannel(`careroute:${place.dataset.returnBy}`).addEventListener("message", () => location.replace(back));
})();
