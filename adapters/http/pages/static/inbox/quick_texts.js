"use strict";
/* A button under the reply, and / at the beginning of a line, open the quick texts; the chosen one is inserted where the
   caret is. Without it a menu and a button do the same. Where there are no quick texts, the key says so. */
(() => {
  const dialog = document.getElementById("quick-texts");
  const area = document.querySelector("textarea[data-draft=reply]");
  if (!area) return;
  const said = document.querySelector("[data-quick-said]");
  const isOn = () => localStorage.getItem(`careroute:keys:${document.body.dataset.whose}`) !== "off";

  /* What the key / does at the beginning of a line; whether the slash is not to be written. */
  function onSlash(act) {
    area.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !isOn()) return;
      const before = area.value.slice(0, area.selectionStart);
      if (before && !before.endsWith("\n")) return;
      if (act()) event.preventDefault();
    });
  }

  if (!dialog) {
    const missing = document.querySelector("[data-quick-missing]");
    onSlash(() => { said.replaceChildren(missing.content.cloneNode(true)); return false; });
    return;
  }
  const sought = dialog.querySelector("#quick-sought");
  const choices = [...dialog.querySelectorAll("[data-quick]")];
  const opener = document.querySelector("[data-quick-open]");
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  let typedSlash = false;
  // Where the caret was: the browser may move it while the dialog is open.
  let place = [0, 0];

  document.querySelector("[data-quick-choice]").hidden = true;
  opener.hidden = false;
  opener.querySelector("button").addEventListener("click", () => open(false));
  dialog.querySelector("[data-quick-close]").addEventListener("click", () => dialog.close());

  function open(bySlash) {
    typedSlash = bySlash;
    place = [area.selectionStart, area.selectionEnd];
    sought.value = "";
    filter();
    dialog.showModal();
    sought.focus();
  }

  function filter() {
    const words = fold(sought.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const choice of choices) {
      const fits = words.every((word) => fold(choice.textContent).includes(word));
      choice.parentElement.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    dialog.querySelector("[data-quick-none]").hidden = shown > 0;
  }

  function insert(text, left = "") {
    area.focus();
    area.setRangeText(text, ...place, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    said.textContent = left ? `Not known, fill it in yourself: ${left}` : "";
  }

  function choose(choice) {
    typedSlash = false;
    dialog.close();
    insert(choice.dataset.quick, choice.dataset.left);
  }

  const visible = () => choices.filter((choice) => !choice.parentElement.hidden);
  for (const choice of choices) choice.addEventListener("click", () => choose(choice));
  sought.addEventListener("input", filter);
  dialog.addEventListener("keydown", (event) => {
    const shown = visible();
    const here = shown.indexOf(document.activeElement);
    if (event.key === "Enter" && document.activeElement === sought) {
      event.preventDefault();
      if (shown.length) choose(shown[0]);
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      shown[Math.min(shown.length - 1, here + 1)]?.focus();
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      (shown[here - 1] ?? sought).focus();
    }
  });
  // Somebody who wanted to write a slash has it.
  dialog.addEventListener("close", () => { if (typedSlash) insert("/"); else area.focus(); });
  onSlash(() => { open(true); return true; });
})();
