"use strict";
/* Hears when something comes into the inbox: counts, the list and a quiet announcement follow. Says that a message
   is read once it is in front of somebody. Everything here also works without it, by reloading and by buttons. */
(() => {
  // What a form about a message was answered with is that message's page: going back and reloading send nothing again.
  const shown = document.querySelector("[data-address]");
  if (shown && "posted" in document.body.dataset) history.replaceState(null, "", shown.dataset.address + location.hash);

  const STREAM = "/inbox/events";
  const AGAIN = 15_000;
  const token = document.querySelector("meta[name=csrf-token]").content;
  const said = document.querySelector("[data-said]");
  const live = document.querySelector("[data-live]");
  const title = document.title.replace(/^\(\d+\) /, "");
  const windows = new BroadcastChannel("careroute:inbox");
  let unread = Number(document.querySelector("[data-unread]").dataset.unread);
  let newest = null;

  function count(number) {
    unread = number;
    document.title = number ? `(${number}) ${title}` : title;
    for (const one of document.querySelectorAll("[data-unread]")) {
      one.dataset.unread = number;
      one.hidden = !number;
      one.querySelector("[data-unread-number]").textContent = number;
    }
  }

  /* The list as it is now. */
  async function refresh() {
    if (!live) return;
    const answer = await fetch(live.dataset.live, { headers: { Accept: "application/json, text/html" } });
    if (answer.status === 401) { dispatchEvent(new Event("careroute:ended")); return; }
    if (!answer.ok) return;
    const text = await answer.text();
    const latest = new DOMParser().parseFromString(text, "text/html");
    const rows = new Map([...live.querySelectorAll("[data-delivery]")].map((row) => [row.dataset.delivery, row]));
    if (rows.size) offer(latest, rows, text);
    else show(text, new Set());
    count(Number(latest.querySelector("[data-count]").dataset.count));
  }

  /* A reply that was sent is no draft any more in the tab that it was written in, wherever that went on to. */
  const sent = document.querySelector("[data-sent]")?.dataset.sent;
  if (sent) sessionStorage.removeItem(`careroute:draft:/inbox/message/${sent}:reply`);

  /* Beside an open message its own line is marked. */
  function markCurrent() {
    for (const link of document.querySelectorAll("[data-pane-list] .delivery-subject a")) {
      if (link.pathname === location.pathname) link.setAttribute("aria-current", "true");
    }
  }
  markCurrent();

  function show(text, before) {
    const selected = [...live.querySelectorAll("input[name=delivery]:checked")].map((box) => box.value);
    live.innerHTML = text;
    for (const box of live.querySelectorAll("input[name=delivery]")) box.checked = selected.includes(box.value);
    markCurrent();
    for (const row of live.querySelectorAll("[data-delivery]")) {
      if (!before.has(row.dataset.delivery)) row.classList.add("arrived");
    }
    dispatchEvent(new Event("careroute:list"));
  }

  /* Nothing moves under the pointer: lines that are there change in their place, and what is new waits. */
  function offer(latest, rows, text) {
    let arrived = 0;
    for (const row of latest.querySelectorAll("[data-delivery]")) {
      const shown = rows.get(row.dataset.delivery);
      if (!shown) { arrived += 1; continue; }
      shown.className = row.className;
      for (const part of [".delivery-subject a", ".delivery-facts", ".delivery-reason"]) {
        shown.querySelector(part).innerHTML = row.querySelector(part).innerHTML;
      }
    }
    let button = live.parentElement.querySelector("[data-news]");
    if (!arrived) { button?.remove(); return; }
    if (!button) {
      button = document.createElement("button");
      button.type = "button";
      button.className = "button news";
      button.dataset.news = "";
      live.before(button);
    }
    button.textContent = arrived === 1 ? "1 new message" : `${arrived} new messages`;
    button.onclick = () => {
      button.remove();
      show(text, new Set(rows.keys()));
      live.querySelector(".delivery-subject a")?.focus();
    };
  }

  function hear(pulse) {
    const before = unread;
    const came = pulse.newest && pulse.unread && (newest === null ? pulse.unread > before : pulse.newest > newest || pulse.unread > before);
    const changed = newest !== null ? pulse.newest !== newest || pulse.unread !== before : pulse.unread !== before;
    newest = pulse.newest;
    count(pulse.unread);
    if (came) said.textContent = `New message. ${pulse.unread} unread.`;
    if (changed) refresh().catch(() => { /* Offline: the next news tries again. */ });
  }

  /* One stream for all windows of this browser: the window with the lock listens and informs the others. */
  function listen(release) {
    const stream = new EventSource(STREAM);
    stream.addEventListener("inbox", (event) => {
      const pulse = JSON.parse(event.data);
      windows.postMessage(pulse);
      hear(pulse);
    });
    stream.addEventListener("ended", () => {
      stream.close();
      windows.postMessage("ended");
      dispatchEvent(new Event("careroute:ended"));
    });
    stream.addEventListener("error", () => {
      if (stream.readyState !== EventSource.CLOSED) return;
      // It was refused: there are too many, or the session has ended, which asking for the list finds out.
      refresh().catch(() => {}).finally(() => setTimeout(() => release(), AGAIN));
    });
    addEventListener("pagehide", () => stream.close(), { once: true });
  }

  function follow() {
    const held = () => new Promise((release) => listen(release));
    if (navigator.locks) navigator.locks.request("careroute:inbox", held).then(follow, () => {});
    else held().then(follow);
  }

  windows.addEventListener("message", ({ data }) => {
    if (data === "ended") dispatchEvent(new Event("careroute:ended"));
    else hear(data);
  });

  const message = document.querySelector("[data-read]");
  async function read() {
    if (document.visibilityState !== "visible") return;
    document.removeEventListener("visibilitychange", read);
    const answer = await fetch(message.dataset.read, {
      method: "POST", headers: { "X-CSRF-Token": token, Accept: "application/json" },
    });
    if (!answer.ok) return;
    count((await answer.json()).unread);
    message.querySelector("[data-state] .badge").textContent = "Read";
    message.querySelector("[data-state] .badge").classList.remove("warn");
    message.querySelector("[data-act=read]").remove();
    message.querySelector("[data-once-read]").hidden = false;
    const line = document.querySelector("[data-pane-list] [aria-current]")?.closest(".delivery");
    line?.classList.remove("unread");
    for (const part of line?.querySelectorAll(".dot, .delivery-subject .visually-hidden") ?? []) part.remove();
  }
  if (message) {
    document.addEventListener("visibilitychange", read);
    read().catch(() => { /* Offline: the button is still there. */ });
  }

  // What has opened over the page is closed by Escape as well.
  document.addEventListener("keydown", (event) => {
    const opened = event.key === "Escape" && document.querySelector(".drops[open]");
    if (!opened) return;
    opened.open = false;
    opened.querySelector("summary").focus();
  });

  ["errors", "asks", "who-reads"].map((id) => document.getElementById(id)).find((found) => found)?.focus();
  follow();
})();
