"use strict";
/* The list: selecting several messages, and how close the lines stand. Forms and buttons work without it. */
(() => {
  const form = document.querySelector("form[data-bulk]");
  if (!form) return;
  const all = form.querySelector("[data-select-all]");
  const counted = form.querySelector("[data-selected]");
  const boxes = () => [...form.querySelectorAll("input[name=delivery]")];
  let last = null;

  function count() {
    const chosen = boxes().filter((box) => box.checked).length;
    counted.textContent = chosen ? `${chosen} selected` : "";
    const every = all.querySelector("input");
    every.checked = chosen > 0 && chosen === boxes().length;
    every.indeterminate = chosen > 0 && !every.checked;
  }

  form.addEventListener("click", (event) => {
    const box = event.target;
    if (box.name !== "delivery") return;
    form.querySelector("[data-alone]").disabled = true;
    const shown = boxes();
    if (event.shiftKey && last && shown.includes(last)) {
      const [from, to] = [shown.indexOf(last), shown.indexOf(box)].sort((one, other) => one - other);
      for (const between of shown.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
    count();
  });
  all.hidden = false;
  all.addEventListener("change", (event) => {
    form.querySelector("[data-alone]").disabled = true;
    for (const box of boxes()) box.checked = event.target.checked;
    count();
  });
  addEventListener("careroute:list", count);
  /* A page that the browser kept shows the list of before what was done since, with what was selected for it. */
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
    else count();
  });

  /* With nothing selected nothing is sent, and it is said beside the buttons. */
  form.addEventListener("submit", (event) => {
    if (boxes().some((box) => box.checked)) return;
    event.preventDefault();
    counted.textContent = "Select at least one message.";
    boxes()[0]?.focus();
  });

  const density = document.querySelector("[data-density]");
  density.hidden = false;
  density.addEventListener("click", () => {
    const compact = document.querySelector("[data-lines]").classList.toggle("compact");
    density.setAttribute("aria-pressed", compact);
    const year = 365 * 24 * 3600;
    document.cookie = `careroute_density=${compact ? "compact" : ""}; path=/inbox; max-age=${year}; samesite=lax`;
  });
})();
