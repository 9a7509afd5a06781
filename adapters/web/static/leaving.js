// Asks before a form is left in which something was typed or chosen. Everything else works without scripts.
"use strict";

for (const form of document.querySelectorAll("form.form")) {
  const filledIn = () => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  // A refused form comes back with what was typed, which is no less worth keeping.
  const atFirst = form.dataset.refused ? "" : filledIn();
  let sent = false;

  form.addEventListener("submit", () => { sent = true; });
  addEventListener("pageshow", () => { sent = false; });
  addEventListener("beforeunload", event => {
    if (!sent && filledIn() !== atFirst) event.preventDefault();
  });
}
