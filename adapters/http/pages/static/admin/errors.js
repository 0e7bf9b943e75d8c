"use strict";
/* What is wrong is read aloud and within reach at once, instead of the beginning of the page. */
document.getElementById("errors")?.focus();
