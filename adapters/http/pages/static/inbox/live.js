"use strict";
/* An open message: what colleagues answer, claim or note appears by itself, and who is typing a reply. What is being
   written here, and the place on the page, stay as they are. Without it, sending asks before it answers twice. */
(() => {
  const EVERY = 5_000;
  const AFTER_TROUBLE = 20_000;
  const thread = document.querySelector("[data-mark]");
  if (!thread) return;
  const typing = document.querySelector("[data-typing]");
  const news = document.querySelector("[data-conversation-news]");
  const json = { headers: { Accept: "application/json" } };
  let mark = thread.dataset.mark;

  async function ask() {
    if (document.visibilityState !== "visible") return EVERY;
    const answer = await fetch(`${location.pathname}/news`, json);
    if (answer.status === 401) { dispatchEvent(new Event("careroute:ended")); return AFTER_TROUBLE; }
    if (!answer.ok) return AFTER_TROUBLE;
    const told = await answer.json();
    if (typing && typing.textContent !== told.typing) typing.textContent = told.typing;
    if (told.mark !== mark) await refresh();
    return EVERY;
  }

  async function refresh() {
    const answer = await fetch(`${location.pathname}/latest${location.search}`, json);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const before = new Set([...document.querySelectorAll("[data-entry]")].map((entry) => entry.dataset.entry));
    const top = document.activeElement.getBoundingClientRect().top;
    for (const part of document.querySelectorAll("[data-part]")) {
      const latest = page.querySelector(`[data-part=${part.dataset.part}]`);
      if (latest && latest.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) {
        part.replaceChildren(...document.importNode(latest, true).childNodes);
      }
    }
    mark = page.querySelector("[data-mark]")?.dataset.mark ?? mark;
    tell([...document.querySelectorAll("[data-entry]")].filter((entry) => !before.has(entry.dataset.entry)));
    // What somebody looks at or writes in stays under their eyes.
    if (document.activeElement !== document.body) scrollBy(0, document.activeElement.getBoundingClientRect().top - top);
  }

  function tell(added) {
    for (const entry of added) entry.classList.add("arrived");
    const last = added.at(-1);
    if (!news || !last) return;
    const who = last.querySelector(".entry-from").textContent;
    const did = last.classList.contains("note") ? "wrote or did something for colleagues" : "has written";
    news.hidden = false;
    const link = document.createElement("a");
    last.id ||= `entry-${last.dataset.entry}`;
    link.href = `#${last.id}`;
    link.textContent = "See it above";
    news.replaceChildren(`New while you are here: ${who} ${did}. `, link);
  }

  (async () => {
    for (let pause = EVERY; ;) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      try { pause = await ask(); } catch { pause = AFTER_TROUBLE; }
    }
  })();
})();
