const specs = JSON.parse(document.getElementById("chart-specs").textContent);
const narrow = matchMedia("(max-width:44rem)");
const sans = getComputedStyle(document.documentElement).getPropertyValue("--sans").trim();
const views = new Map();
const tip = document.createElement("div");
tip.className = "tip";
tip.setAttribute("role", "tooltip");
tip.hidden = true;
document.body.append(tip);

const tooltip = (handler, event, item, value) => {
  tip.hidden = value === null || value === undefined || value === "";
  if (tip.hidden) return;
  tip.textContent = String(value);
  const box = tip.getBoundingClientRect(), gap = 14;
  const right = document.documentElement.clientWidth - box.width - 8;
  const below = event.clientY + gap + box.height < innerHeight;
  tip.style.left = `${Math.max(8, Math.min(event.clientX + gap, right))}px`;
  tip.style.top = `${Math.max(8, below ? event.clientY + gap : event.clientY - gap - box.height)}px`;
};

const follow = (event, item) => {
  const target = item && item.datum && item.datum.href;
  if (typeof target !== "string" || !/^#(w\d+|workloads)$/.test(target)) return;
  tip.hidden = true;
  if (target === location.hash) dispatchEvent(new Event("hashchange"));
  location.hash = target;
};

const draw = async (key) => {
  const variant = narrow.matches ? "narrow" : "wide";
  const figure = document.getElementById(`chart-${key}`);
  const drawn = figure.querySelector(`.plot > .drawing.${variant}`);
  const place = document.createElement("div");
  place.className = "live";
  const spec = specs[key][variant];
  const config = { ...spec.config, font: sans }; // measure with the font the style sheet sets
  try {
    const made = await vegaEmbed(place, { ...spec, config }, {
      mode: "vega-lite", renderer: "svg", ast: true, actions: false, defaultStyle: false, hover: false, tooltip,
    });
    const live = place.querySelector("svg");
    live.classList.add("drawing", variant);
    live.setAttribute("role", "img");
    live.setAttribute("aria-label", drawn.getAttribute("aria-label"));
    made.view.addEventListener("click", follow);
    const old = views.get(key);
    if (old) { old.made.finalize(); old.place.remove(); }
    views.set(key, { made, place });
    figure.querySelector(".plot").append(place);
    figure.classList.add("alive");
  } catch (error) {
    console.warn(`The chart ${key} stays as it was drawn:`, error);
  }
};

let turn = Promise.resolve();
const drawAll = () => {
  for (const key of Object.keys(specs)) {
    turn = turn.then(() => new Promise((done) => { setTimeout(done); })).then(() => draw(key));
  }
};
narrow.addEventListener("change", drawAll);
addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });
addEventListener("keydown", (event) => { if (event.key === "Escape") tip.hidden = true; });
drawAll();
