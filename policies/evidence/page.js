"use strict";
(() => {
  const root = document.documentElement;
  const find = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const button = find("theme");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : dark.matches);
  const label = () => { button.textContent = isDark() ? "Light page" : "Dark page"; };
  button.hidden = false;
  button.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; label(); });
  dark.addEventListener("change", label);
  label();

  const fields = ["text", "framework", "severity", "verdict"].map(find);
  const controls = all(".control");
  const requirements = all(".requirement");
  const words = new Map([...controls, ...requirements].map((e) => [e, e.dataset.text || e.textContent.toLowerCase()]));
  const has = (list, value) => !value || (list || "").split(" ").includes(value);

  function filter() {
    const [text, framework, severity, verdict] = fields.map((f) => f.value.trim().toLowerCase());
    const wanted = text.split(/\s+/).filter(Boolean);
    const shown = (element) => {
      const d = element.dataset;
      const said = words.get(element);
      return has(d.frameworks, framework) && has(d.severities, severity) && has(d.verdicts, verdict)
        && wanted.every((word) => said.includes(word));
    };
    let controlCount = 0;
    let requirementCount = 0;
    for (const c of controls) { c.hidden = !shown(c); controlCount += !c.hidden; }
    for (const r of requirements) { r.hidden = !shown(r); requirementCount += !r.hidden; }
    for (const group of all("details.group")) { group.hidden = !group.querySelector(".requirement:not([hidden])"); }
    find("none").hidden = controlCount > 0;
    find("count").textContent = `${controlCount} of ${controls.length} controls, ${requirementCount} of ${requirements.length} requirements`;
  }
  for (const field of fields) { field.addEventListener("input", filter); }
  find("filters").addEventListener("submit", (event) => event.preventDefault());
  find("filters").addEventListener("reset", () => setTimeout(filter));
  filter();

  function reveal() {
    const target = location.hash && find(decodeURIComponent(location.hash.slice(1)));
    if (!target) { return; }
    if (target.hidden) { find("filters").reset(); for (const e of [...controls, ...requirements]) { e.hidden = false; } }
    for (let e = target; e; e = e.parentElement) { if (e.tagName === "DETAILS") { e.open = true; } }
    target.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  reveal();
  let opened = [];
  addEventListener("beforeprint", () => { opened = all("details:not([open])"); for (const d of opened) { d.open = true; } });
  addEventListener("afterprint", () => { for (const d of opened) { d.open = false; } });
})();
