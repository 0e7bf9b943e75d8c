"use strict";
// People who come with scripts need not press the button.
const form = document.querySelector("form[data-submit-at-once]");
if (form && form.elements.link.value) form.requestSubmit();
