"use strict";
// The map: points and as many labels as there is room for. Words are only ever text, never markup.
const data = JSON.parse(document.getElementById("data").textContent);
const $ = id => document.getElementById(id);
const canvas = $("map"), brush = canvas.getContext("2d"), size = data.words.length;
const LIGHT = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#555555", "#B07A00", "#3A9BD9", "#8A7F00"];
const DARK = ["#56B4E9", "#F28E4B", "#2CC79A", "#E6A5CB", "#C9C9C9", "#E6B43C", "#9AD3F5", "#F0E442"];
const text = word => word.length > 40 ? word.slice(0, 39) + "…" : word;
const view = {x: 0, y: 0, scale: 1};  // of the middle of the canvas, and pixels to a unit
let width = 0, height = 0, hovered = -1, chosen = -1, matches = [], place = 0, asked = false, widths = null;

// --- drawing

const bounds = (() => {
  let [l, r, b, t] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < size; i++) {
    l = Math.min(l, data.x[i]); r = Math.max(r, data.x[i]);
    b = Math.min(b, data.y[i]); t = Math.max(t, data.y[i]);
  }
  return {l, r, b, t};
})();

function fitScale() {
  const margin = Math.min(50, width / 6, height / 6);
  const scale = Math.min((width - 2 * margin) / (bounds.r - bounds.l), (height - 2 * margin) / (bounds.t - bounds.b));
  return Number.isFinite(scale) && scale > 0 ? scale : 1;
}

function showAll() {
  view.x = (bounds.l + bounds.r) / 2; view.y = (bounds.b + bounds.t) / 2; view.scale = fitScale();
  draw();
}

const screenX = i => width / 2 + (data.x[i] - view.x) * view.scale;
const screenY = i => height / 2 - (data.y[i] - view.y) * view.scale;

// Boxes in a coarse grid, so that a thousand labels are not compared with each other, nor with all points.
function makePage() {
  const cells = new Map(), step = 64;
  const each = (box, visit) => {
    for (let c = Math.floor(box[0] / step); c <= Math.floor(box[2] / step); c++)
      for (let r = Math.floor(box[1] / step); r <= Math.floor(box[3] / step); r++)
        if (visit(c * 100003 + r)) return true;
    return false;
  };
  const meets = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
  return {
    isFree: box => !each(box, key => (cells.get(key) || []).some(other => meets(box, other))),
    count: box => {
      const met = new Set();
      each(box, key => { for (const other of cells.get(key) || []) if (meets(box, other)) met.add(other); });
      return met.size;
    },
    take: box => { each(box, key => { cells.has(key) ? cells.get(key).push(box) : cells.set(key, [box]); }); },
  };
}

function drawLabel(i, page, dots, must) {
  const x = screenX(i), y = screenY(i), w = must ? brush.measureText(text(data.words[i])).width : widths[i];
  const h = must ? 17 : 14, gap = must ? 10 : 6;
  const right = x + gap, left = x - gap - w, above = y - gap - h, below = y + gap;
  const corners = [[right, y - h / 2], [left, y - h / 2], [x - w / 2, above], [x - w / 2, below],
    [right - 2, above + 4], [right - 2, below - 4], [left + 2, above + 4], [left + 2, below - 4]];
  const boxes = corners.map(([start, top]) => [start - 1, top, start + w + 1, top + h]);
  const isInside = ([l, t, r, b]) => l >= 0 && t >= 0 && r <= width && b <= height;
  // Beside the point where the fewest others are covered; that of the label itself is never.
  const free = boxes.filter(b => isInside(b) && page.isFree(b)).map(b => [dots.count(b), b]);
  const [covered, box] = free.reduce((best, one) => one[0] < best[0] ? one : best, [Infinity, boxes[0]]);
  if (covered > 1 && !must) return;
  page.take(box);
  // A rim in the colour of the paper keeps a label apart from the points below it.
  brush.strokeText(text(data.words[i]), box[0] + 1, (box[1] + box[3]) / 2);
  brush.fillText(text(data.words[i]), box[0] + 1, (box[1] + box[3]) / 2);
}

function drawPoint(i, radius, colour) {
  brush.fillStyle = colour;
  brush.beginPath(); brush.arc(screenX(i), screenY(i), radius, 0, 7); brush.fill();
}

function ring(i, radius, colour) {
  brush.strokeStyle = colour; brush.lineWidth = 2;
  brush.beginPath(); brush.arc(screenX(i), screenY(i), radius, 0, 7); brush.stroke();
}

const isSeen = i => { const x = screenX(i), y = screenY(i); return x > -9 && y > -9 && x < width + 9 && y < height + 9; };

function draw() {
  if (!width) return;
  const style = getComputedStyle(document.documentElement), ink = style.getPropertyValue("--ink");
  const faint = style.getPropertyValue("--faint"), mark = style.getPropertyValue("--mark");
  const paper = style.getPropertyValue("--paper").trim(), colours = paper === "#fff" ? LIGHT : DARK;
  const family = getComputedStyle(document.body).fontFamily, focus = hovered >= 0 ? hovered : chosen;
  brush.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  brush.clearRect(0, 0, width, height);
  brush.direction = "ltr"; brush.textAlign = "left"; brush.textBaseline = "middle"; brush.font = "12px " + family;
  widths = widths || data.words.map(word => brush.measureText(text(word)).width);
  const seen = [];
  for (let i = 0; i < size; i++) if (isSeen(i)) seen.push(i);
  const near = focus < 0 ? [] : nearOf(focus).filter(([j]) => j < size).map(([j]) => j);
  brush.strokeStyle = faint; brush.lineWidth = 1; brush.globalAlpha = .5;
  for (const j of near) {
    brush.beginPath(); brush.moveTo(screenX(focus), screenY(focus)); brush.lineTo(screenX(j), screenY(j)); brush.stroke();
  }
  const radius = Math.min(size > 300 ? 2.4 : 3.5, Math.max(1, 12 * Math.sqrt(view.scale / fitScale() / size) + 1.5));
  brush.globalAlpha = focus >= 0 ? .5 : .8;
  for (const i of seen) drawPoint(i, radius, colours[data.group[i] % colours.length]);
  brush.globalAlpha = 1;
  const page = makePage(), dots = makePage();
  for (const i of seen) dots.take([screenX(i) - radius, screenY(i) - radius, screenX(i) + radius, screenY(i) + radius]);
  const first = [...new Set([focus, chosen, ...matches.slice(0, 200), ...near])].filter(i => i >= 0);
  for (const i of matches) if (isSeen(i)) ring(i, radius + 2, mark);
  if (focus >= 0) { drawPoint(focus, radius + 1.5, mark); ring(focus, radius + 4, mark); }
  brush.strokeStyle = paper; brush.lineWidth = 3; brush.lineJoin = "round";
  for (const i of first) {
    if (!isSeen(i)) continue;
    brush.fillStyle = near.includes(i) && i !== focus ? ink : mark;
    brush.font = (i === focus || i === chosen ? "bold 14px " : "12px ") + family;
    drawLabel(i, page, dots, i === focus || i === chosen);
  }
  const done = new Set(first);
  brush.fillStyle = focus >= 0 ? faint : ink; brush.font = "12px " + family;
  for (const i of seen) if (!done.has(i)) drawLabel(i, page, dots, false);
}

// --- the word that is looked at

const nearOf = i => data.near[i];

function tell(i) {
  $("info").hidden = i < 0;
  if (i < 0) return;
  $("word").textContent = data.words[i];
  $("count").textContent = data.counts ? data.counts[i].toLocaleString("en") + " times in the corpus" : "";
  $("near").replaceChildren(...nearOf(i).map(([j, cosine]) => {
    const item = document.createElement("li"), score = document.createElement("span");
    const word = document.createElement(j < size ? "button" : "span");
    word.textContent = j < size ? data.words[j] : data.others[j - size];
    word.dir = "auto";
    if (j < size) { word.type = "button"; word.addEventListener("click", () => choose(j, true)); }
    else word.title = "not on this map";
    score.textContent = cosine.toFixed(2);
    score.className = "score";
    item.append(word, score);
    return item;
  }));
}

function choose(i, centre) {
  chosen = i; hovered = -1;
  if (i >= 0 && centre) {
    // The more words there are, the nearer one has to go to see those around this one.
    const closer = Math.min(2.5, Math.max(1, Math.sqrt(size / 60)));
    view.x = data.x[i]; view.y = data.y[i]; view.scale = Math.max(view.scale, closer * fitScale());
  }
  tell(i); draw();
}

// --- search

const fold = word => word.normalize("NFKC").toLowerCase();
const folded = data.words.map(fold);

function find(query) {
  const wanted = fold(query), ranks = [[], [], [], []];
  for (let i = 0; i < size; i++) {
    if (data.words[i] === query) ranks[0].push(i);
    else if (folded[i] === wanted) ranks[1].push(i);
    else if (folded[i].startsWith(wanted)) ranks[2].push(i);
    else if (folded[i].includes(wanted)) ranks[3].push(i);
  }
  return ranks.flat();
}

function search(query) {
  asked = query !== ""; matches = asked ? find(query) : []; place = 0;
  if (!asked || !matches.length) choose(-1, false);
  report(query);
  if (matches.length) choose(matches[0], true);
}

function report(query) {
  const status = $("status");
  status.className = asked && !matches.length ? "none" : "";
  status.textContent = !asked ? "" : !matches.length ? `no word on this map contains “${query}”`
    : matches.length === 1 ? "1 word found" : `${place + 1} of ${matches.length} words found`;
}

function next(step) {
  if (!matches.length) return;
  place = (place + step + matches.length) % matches.length;
  report($("search").value.trim());
  choose(matches[place], true);
}
