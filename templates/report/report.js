"use strict";
(() => {
  const page = document.documentElement;
  const table = document.querySelector("table.rows");
  const form = document.querySelector("form.filters");
  const groups = Array.from(table.querySelectorAll("tbody.workload"));
  const order = { go: 0, conditional: 1, needs_evidence: 2, stay: 3, realtime: 0, mixed: 1, batch: 2, unknown: 3 };
  page.classList.add("js");
  form.hidden = false;

  const opener = (group) => group.querySelector(".opener");
  const isOpen = (group) => group.classList.contains("open");
  const open = (group, yes) => {
    group.classList.toggle("open", yes);
    opener(group).setAttribute("aria-expanded", String(yes));
  };
  const shown = () => groups.filter((group) => !group.hidden);

  for (const group of groups) {
    const link = opener(group);
    link.setAttribute("role", "button");
    link.setAttribute("aria-controls", group.querySelector(".evidence").id);
    open(group, false);
    link.addEventListener("keydown", (event) => {
      if (event.key === " ") { event.preventDefault(); link.click(); }
    });
    group.querySelector(".summary").addEventListener("click", (event) => {
      if (String(window.getSelection()) && !event.target.closest(".opener")) return;
      event.preventDefault();
      open(group, !isOpen(group));
      label();
    });
  }

  const all = form.elements.open;
  const label = () => { all.textContent = shown().length && shown().every(isOpen) ? "Close all" : "Open all"; };
  all.addEventListener("click", () => {
    const yes = all.textContent === "Open all";
    for (const group of shown()) open(group, yes);
    label();
  });

  const filter = () => {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const group of groups) {
      const data = group.dataset;
      const text = `${data.name} ${data.kind} ${data.region}`.toLowerCase();
      group.hidden = !(words.every((word) => text.includes(word))
        && ["decision", "label", "region"].every((key) => !form.elements[key].value || form.elements[key].value === data[key]));
    }
    const left = shown();
    const known = left.filter((group) => group.dataset.cost !== "");
    const sum = known.reduce((total, group) => total + Number(group.dataset.cost), 0);
    const lost = left.length - known.length;
    const amount = known.length ? `, $${Math.round(sum).toLocaleString("en-US")} a month${lost ? ` + ${lost} unknown` : ""}` : lost ? ", cost unknown" : "";
    form.querySelector("output").textContent = `${left.length} of ${groups.length} shown${amount}`;
    document.querySelector(".none-found").hidden = left.length > 0;
    label();
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("keydown", (event) => { if (event.key === "Enter" && event.target.tagName === "INPUT") event.preventDefault(); });

  for (const pick of document.querySelectorAll("[data-pick]")) {
    pick.addEventListener("click", () => {
      form.elements[pick.dataset.pick].value = pick.dataset.value;
      filter();
    });
  }

  const compare = (key, numeric, up) => (one, other) => {
    const a = one.dataset[key], b = other.dataset[key];
    if (a === b) return 0;
    if (a === "") return 1;
    if (b === "") return -1;
    const ranked = key === "decision" || key === "label";
    const by = numeric ? Number(a) - Number(b) : ranked ? order[a] - order[b] : a.localeCompare(b, "en");
    return up ? by : -by;
  };
  for (const head of table.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const numeric = "number" in head.dataset;
      const was = head.getAttribute("aria-sort");
      const up = was ? was === "descending" : !numeric;
      for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      table.append(...groups.slice().sort(compare(head.dataset.sort, numeric, up)));
    });
  }

  const follow = () => {
    const target = /^#w\d+$/.test(location.hash) && document.getElementById(location.hash.slice(1));
    if (!target) return;
    const group = target.closest("tbody");
    if (group.hidden) { form.reset(); filter(); }
    open(group, true);
    label();
    group.scrollIntoView();
    opener(group).focus({ preventScroll: true });
  };
  window.addEventListener("hashchange", follow);
  for (const link of document.querySelectorAll(".drawing a")) {
    link.addEventListener("click", () => { if (link.getAttribute("href") === location.hash) follow(); });
  }
  filter();
  follow();

  const bundle = document.getElementById("chart-bundle");
  const saves = (navigator.connection && navigator.connection.saveData) || matchMedia("(prefers-reduced-data:reduce)").matches;
  const enliven = () => {
    const script = document.createElement("script");
    script.type = "module";
    script.text = bundle.textContent;
    document.body.append(script);
  };
  if (bundle && !saves) requestAnimationFrame(() => setTimeout(enliven));
})();
