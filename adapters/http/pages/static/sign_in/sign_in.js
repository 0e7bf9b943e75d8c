"use strict";
// The practice is remembered on this device where somebody wants it; nothing else is.
const KEY = "careroute-practice";
const practice = document.getElementById("practice");
const remember = document.getElementById("remember");
if (practice && remember) {
  let kept = "";
  try {
    kept = localStorage.getItem(KEY) || "";
    document.querySelector("[data-remember]").hidden = false;
  } catch {
    // Storage is off: the box stays hidden.
  }
  remember.checked = kept !== "";
  if (!practice.value && kept) practice.value = kept;
  practice.form.addEventListener("submit", () => {
    try {
      if (remember.checked && practice.value.trim()) localStorage.setItem(KEY, practice.value.trim());
      else localStorage.removeItem(KEY);
    } catch {
      // Likewise.
    }
  });
}
