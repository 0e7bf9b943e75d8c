"use strict";
for (const form of document.querySelectorAll("form[data-path]")) {
  const choice = form.querySelector("select");
  if (choice) choice.addEventListener("change", () => { form.querySelector("textarea").value = choice.value; });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const output = form.querySelector("output");
    const headers = { Authorization: "Bearer " + document.getElementById("key").value };
    const query = new URLSearchParams();
    let path = form.dataset.path;
    for (const input of form.querySelectorAll("input[name]")) {
      if (input.dataset.in === "path") path = path.replace("{" + input.name + "}", encodeURIComponent(input.value));
      else if (input.value === "") continue;
      else if (input.dataset.in === "query") query.set(input.name, input.value);
      else headers[input.name] = input.value;
    }
    const body = form.querySelector("textarea");
    if (body) headers["Content-Type"] = "application/json";
    const address = path + (query.size ? "?" + query : "");
    try {
      const answer = await fetch(address, { method: form.dataset.method, headers, body: body ? body.value : undefined });
      const text = await answer.text();
      const isJson = (answer.headers.get("Content-Type") || "").includes("json");
      output.textContent = answer.status + "\n" + (isJson ? JSON.stringify(JSON.parse(text), null, 2) : text);
    } catch (error) {
      output.textContent = "The call could not be made.";
    }
  });
}
