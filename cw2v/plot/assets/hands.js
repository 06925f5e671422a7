
// Second half of the script, after map.js: mouse, fingers, keys, buttons and the address.

function zoom(factor, x = width / 2, y = height / 2) {
  const fit = fitScale(), scale = Math.min(Math.max(view.scale * factor, fit / 4), fit * 2000);
  view.x += (x - width / 2) * (1 / view.scale - 1 / scale);
  view.y -= (y - height / 2) * (1 / view.scale - 1 / scale);
  view.scale = scale;
  draw();
}

function move(dx, dy) { view.x -= dx / view.scale; view.y += dy / view.scale; draw(); }

function pointAt(x, y) {
  let best = -1, least = 14 * 14;
  for (let i = 0; i < size; i++) {
    const d = (screenX(i) - x) ** 2 + (screenY(i) - y) ** 2;
    if (d < least) { best = i; least = d; }
  }
  return best;
}

const fingers = new Map();
let moved = 0;
const at = event => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };

canvas.addEventListener("pointerdown", event => {
  canvas.setPointerCapture(event.pointerId); fingers.set(event.pointerId, at(event)); moved = 0;
});
canvas.addEventListener("pointermove", event => {
  const [x, y] = at(event), before = fingers.get(event.pointerId);
  if (!before) {
    const over = pointAt(x, y);
    canvas.classList.toggle("over", over >= 0);
    if (over !== hovered) { hovered = over; tell(over >= 0 ? over : chosen); draw(); }
    return;
  }
  moved += Math.abs(x - before[0]) + Math.abs(y - before[1]);
  canvas.classList.toggle("moving", moved > 4);
  if (fingers.size === 2) {
    const [other] = [...fingers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
    const spread = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]) || 1;
    zoom(spread([x, y], other) / spread(before, other), (x + other[0]) / 2, (y + other[1]) / 2);
  } else move(x - before[0], y - before[1]);
  fingers.set(event.pointerId, [x, y]);
});
canvas.addEventListener("pointerup", event => {
  const wasClick = moved <= 4 && fingers.size === 1;
  fingers.delete(event.pointerId); canvas.classList.remove("moving");
  if (wasClick) choose(pointAt(...at(event)), false);
});
canvas.addEventListener("pointercancel", event => { fingers.delete(event.pointerId); canvas.classList.remove("moving"); });
canvas.addEventListener("pointerleave", () => { if (hovered >= 0) { hovered = -1; tell(chosen); draw(); } });
canvas.addEventListener("wheel", event => {
  event.preventDefault();
  zoom(Math.exp(-event.deltaY * (event.deltaMode ? .05 : .0015)), ...at(event));
}, {passive: false});

const KEYS = {
  ArrowLeft: () => move(60, 0), ArrowRight: () => move(-60, 0), ArrowUp: () => move(0, 60), ArrowDown: () => move(0, -60),
  "+": () => zoom(1.4), "=": () => zoom(1.4), "-": () => zoom(1 / 1.4), "0": showAll, Home: showAll,
};
canvas.addEventListener("keydown", event => {
  if (!KEYS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault(); KEYS[event.key]();
});
document.addEventListener("keydown", event => {
  if (event.key === "/" && document.activeElement !== $("search")) { event.preventDefault(); $("search").select(); }
  if (event.key === "Escape") clear();
});
$("form").addEventListener("submit", event => { event.preventDefault(); next(1); });
$("search").addEventListener("keydown", event => {
  if (event.key === "Enter" && event.shiftKey) { event.preventDefault(); next(-1); }
});
$("search").addEventListener("input", () => { const query = $("search").value.trim(); search(query); link(query); });
$("in").addEventListener("click", () => zoom(1.5));
$("out").addEventListener("click", () => zoom(1 / 1.5));
$("all").addEventListener("click", showAll);
$("close").addEventListener("click", clear);

function clear() { $("search").value = ""; search(""); link(""); showAll(); }

// --- the address: #q=word searches when the page opens, so that a found word can be linked to

function link(query) {
  const address = location.pathname + location.search + (query ? "#q=" + encodeURIComponent(query) : "");
  try { history.replaceState(null, "", address); } catch { /* some viewers of local files forbid it */ }
}

function open() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  if (wanted.get("theme")) document.documentElement.dataset.theme = wanted.get("theme");
  if (wanted.has("q")) { $("search").value = wanted.get("q"); search(wanted.get("q").trim()); }
}

const prefersDark = matchMedia("(prefers-color-scheme: dark)");
$("theme").addEventListener("click", () => {
  const now = document.documentElement.dataset.theme || (prefersDark.matches ? "dark" : "light");
  document.documentElement.dataset.theme = now === "dark" ? "light" : "dark";
  paintLegend(); draw();
});
prefersDark.addEventListener("change", () => { paintLegend(); draw(); });

function paintLegend() {
  if (data.groups.length < 2 && !data.groups[0]) return;
  const isLight = getComputedStyle(document.documentElement).getPropertyValue("--paper").trim() === "#fff";
  $("legend").replaceChildren(...data.groups.map((name, i) => {
    const item = document.createElement("li"), dot = document.createElement("i");
    dot.style.background = (isLight ? LIGHT : DARK)[i % LIGHT.length];
    item.append(dot, name);
    return item;
  }));
}

function resize() {
  const isFirst = !width, box = canvas.parentElement.getBoundingClientRect();
  width = box.width; height = box.height;
  canvas.width = Math.round(width * devicePixelRatio); canvas.height = Math.round(height * devicePixelRatio);
  isFirst ? showAll() : draw();
}
addEventListener("resize", resize);
addEventListener("hashchange", open);
resize(); open(); paintLegend(); draw();
