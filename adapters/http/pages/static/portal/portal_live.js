"use strict";
/* What changes on a page of the portal while somebody looks: new entries of a conversation appear by themselves, and a
   field says how much room is left once there is little of it. Both also work without it: by opening the page again,
   and by what sending says. */
(() => {
  const EVERY = 15_000;
  const NEAR = 0.9;

  /* Characters as the server counts them: code points, without white space around. */
  const lengthOf = (text) => [...text.trim()].length;

  for (const count of document.querySelectorAll("[data-count-of]")) {
    const field = document.getElementById(count.dataset.countOf);
    const limit = Number(count.dataset.limit);
    const show = () => {
      const left = limit - lengthOf(field.value);
      const said = left > limit * (1 - NEAR) ? ""
        : left < 0 ? `${-left} characters too many` : `${left} characters left`;
      count.classList.toggle("over", left < 0);
      if (count.textContent !== said) count.textContent = said;
    };
    field.addEventListener("input", show);
    // Once what was kept in this tab is back.
    setTimeout(show);
  }

  const place = document.querySelector("[data-news]");
  if (!place) return;
  const said = document.querySelector("[data-said]");
  let asking = false;

  async function look() {
    if (asking || document.visibilityState !== "visible") return;
    asking = true;
    try {
      const newest = place.querySelector("[data-newest]").dataset.newest;
      const answer = await fetch(`${place.dataset.news}?newest=${newest}`, { headers: { Accept: "application/json, text/html" } });
      if (answer.status === 401) dispatchEvent(new Event("careroute:ended"));
      if (answer.status !== 200) return;
      place.innerHTML = await answer.text();
      const from = place.querySelector("[data-from]").dataset.from;
      said.textContent = `New entry from ${from}.`;
    } catch { /* Offline: the next look tries again. */ } finally { asking = false; }
  }
  document.addEventListener("visibilitychange", look);
  setInterval(look, EVERY);
})();
