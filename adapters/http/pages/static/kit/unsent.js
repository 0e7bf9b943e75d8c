"use strict";
/* Sends a form whose session had ended, once the same person has signed in again, in whatever tab. */
(() => {
  const form = document.querySelector("form[data-resend]");
  if (!form) return;
  const said = document.querySelector("[data-resend-said]");

  function tell(words) {
    said.textContent = words;
    said.hidden = false;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(form.dataset.resend, { headers: { Accept: "application/json" } });
      if (answer.status === 401) { tell("Your text was not sent: you are not signed in yet."); return; }
      const { csrf, whose } = await answer.json();
      if (whose !== form.dataset.writer) { tell("Your text was not sent: somebody else is signed in now."); return; }
      form.elements.csrf.value = csrf;
      form.submit();
    } catch {
      tell("Your text was not sent: there is no connection. Try again in a moment.");
    }
  });
})();
