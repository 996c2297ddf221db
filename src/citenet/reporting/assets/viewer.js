// The interactive network: works and citations on a canvas. Places are computed when the report is made.
"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("network-data").textContent);
  const { works, arcs } = data;
  const n = works.id.length, m = arcs.citing.length;
  const canvas = byId("map"), context = canvas.getContext("2d"), stage = byId("stage");
  const margin = 24, chunk = 250, dense = 12000, perPage = 50, quick = 30; // quick: milliseconds a frame may take
  const shapes = ["circle", "square", "up", "diamond", "down", "plus", "cross", "pentagon"];
  const schemes = {}; // name -> { labels: names, of: Int array, order }
  const state = { colour: "group", from: -Infinity, to: Infinity, crossing: false, chosen: -1, hover: -1, hidden: new Set(), page: 0,
    sort: "across", down: true };

  // -- what is known of each work ---------------------------------------------------------------------------

  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const searched = works.id.map((id, i) => fold([works.title[i], works.authors[i], works.year[i] ?? "", id].join(" ")));
  const crosses = new Uint8Array(m);
  for (let e = 0; e < m; e++) {
    const one = works.group[arcs.citing[e]], other = works.group[arcs.cited[e]];
    crosses[e] = one !== other && one >= 0 && other >= 0 ? 1 : 0;
  }
  const bridging = works.id.map((_, i) => i).filter((i) => works.across[i] > 0)
    .sort((i, j) => works.across[j] - works.across[i] || i - j);
  const touching = neighbours();
  const known = works.year.filter((year) => year !== null);
  const first = Math.min(...minmax(known)), last = Math.max(...minmax(known));

  function minmax(values) {
    let low = Infinity, high = -Infinity;
    for (const value of values) { if (value < low) low = value; if (value > high) high = value; }
    return values.length ? [low, high] : [0, 0];
  }

  function neighbours() { // arcs of each work: start positions and arc numbers
    const start = new Int32Array(n + 1), slots = new Int32Array(2 * m);
    for (let e = 0; e < m; e++) { start[arcs.citing[e] + 1]++; start[arcs.cited[e] + 1]++; }
    for (let i = 0; i < n; i++) start[i + 1] += start[i];
    const next = start.slice(0, n);
    for (let e = 0; e < m; e++) { slots[next[arcs.citing[e]]++] = e; slots[next[arcs.cited[e]]++] = e; }
    return { start, slots };
  }

  // -- colours ----------------------------------------------------------------------------------------------

  function addScheme(name, title, labels, of) { schemes[name] = { title, labels, of }; }

  function yearClasses() { // at most eight spans of years of about the same length
    const width = Math.max(1, Math.ceil((last - first + 1) / 8));
    const labels = [];
    for (let year = first; year <= last; year += width) {
      const end = Math.min(last, year + width - 1);
      labels.push(end > year ? `${year}–${end}` : String(year));
    }
    return { labels, of: works.year.map((year) => (year === null ? -1 : Math.floor((year - first) / width))) };
  }

  addScheme("group", "group", data.groups, works.group);
  if (data.communities.length) addScheme("community", "community", data.communities, works.community);
  if (known.length) { const years = yearClasses(); addScheme("year", "year", years.labels, years.of); }

  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  let palette;
  function readPalette() {
    palette = { hues: [], years: [], none: style("--none"), pale: style("--arc-pale"), dark: style("--arc-dark"),
      paper: style("--paper"), ink: style("--ink"), to: style("--arc-to"), by: style("--arc-by") };
    for (let i = 0; i < 8; i++) { palette.hues.push(style(`--hue-${i}`)); palette.years.push(style(`--year-${i}`)); }
  }
  const classOf = (i) => { const value = schemes[state.colour].of[i]; return value < 0 ? -1 : Math.min(value, 8); };
  const colourOf = (value) => value < 0 || value > 7 ? palette.none : (state.colour === "year" ? palette.years : palette.hues)[value];
  const shapeOf = (value) => state.colour === "year" || value < 0 || value > 7 ? "circle" : shapes[value];

  // -- what is shown ----------------------------------------------------------------------------------------

  const visible = new Uint8Array(n), near = new Uint8Array(n);
  let tree, nVisible = 0, nArcs = 0;

  function refresh() { // after a filter: which works stay, and how to find them under the pointer
    const all = state.from <= first && state.to >= last, touched = new Uint8Array(n);
    nVisible = nArcs = 0;
    for (let i = 0; i < n; i++) {
      const year = works.year[i];
      const inTime = year === null ? all : year >= state.from && year <= state.to;
      visible[i] = inTime && !state.hidden.has(classOf(i)) ? 1 : 0;
    }
    if (state.crossing) {
      for (let e = 0; e < m; e++)
        if (crosses[e] && visible[arcs.citing[e]] && visible[arcs.cited[e]]) touched[arcs.citing[e]] = touched[arcs.cited[e]] = 1;
      for (let i = 0; i < n; i++) visible[i] &= touched[i];
    }
    const shown = [];
    for (let i = 0; i < n; i++) if (visible[i]) { nVisible++; shown.push(i); }
    for (let e = 0; e < m; e++) nArcs += arcShown(e);
    tree = d3.quadtree(shown, (i) => works.x[i], (i) => works.y[i]);
    if (state.chosen >= 0 && !visible[state.chosen]) choose(-1);
    state.page = 0;
    if (!byId("table").hidden) fillTable();
    redraw();
  }

  function tell(left) {
    const shown = `${count(nVisible, "work")} of ${n.toLocaleString("en")} and ${count(nArcs, "citation")} of ${m.toLocaleString("en")} shown.`;
    const text = left ? `${shown} ${count(left, "line")} of those in view are left out of the drawing; zoom in to see all.` : shown;
    if (byId("status").textContent !== text) byId("status").textContent = text;
  }

  const arcShown = (e) => visible[arcs.citing[e]] && visible[arcs.cited[e]] && (!state.crossing || crosses[e]) ? 1 : 0;
  const count = (k, noun) => `${k.toLocaleString("en")} ${noun}${k === 1 ? "" : "s"}`;

  // -- places -----------------------------------------------------------------------------------------------

  let width = 0, height = 0, ratio = 1, fit = { k: 1, x: 0, y: 0 }, view = d3.zoomIdentity;
  const [xLow, xHigh] = minmax(works.x), [yLow, yHigh] = minmax(works.y);

  function resize() {
    ratio = Math.min(2, window.devicePixelRatio || 1);
    width = stage.clientWidth; height = stage.clientHeight;
    canvas.width = Math.round(width * ratio); canvas.height = Math.round(height * ratio);
    const k = Math.min((width - 2 * margin) / Math.max(1, xHigh - xLow), (height - 2 * margin) / Math.max(1, yHigh - yLow));
    fit = { k, x: (width - k * (xLow + xHigh)) / 2, y: (height + k * (yLow + yHigh)) / 2 };
    zoom.extent([[0, 0], [width, height]]).translateExtent([[-width, -height], [2 * width, 2 * height]]);
    redraw();
  }
  const scale = () => fit.k * view.k;
  const toScreen = (i) => [view.x + view.k * (fit.x + fit.k * works.x[i]), view.y + view.k * (fit.y - fit.k * works.y[i])];
  const toWorld = (sx, sy) => [((sx - view.x) / view.k - fit.x) / fit.k, (fit.y - (sy - view.y) / view.k) / fit.k];
  const sizes = works.cited.map((cited) => 1 + Math.min(5, Math.sqrt(cited) / 2));
  const base = Math.max(0.55, Math.min(3, 45 / Math.sqrt(Math.max(1, n))));
  const radius = (i) => base * sizes[i] * Math.min(4, Math.pow(view.k, 0.45));

  // -- drawing: the same scene for the screen, PNG and SVG -----------------------------------------------------

  function scene() { // what to draw, in order: faint arcs, dark arcs, works by class
    const found = { pale: [], dark: [], to: [], by: [], works: new Map(), left: 0, faded: [] };
    const [xa, ya] = toWorld(-40, height + 40), [xb, yb] = toWorld(width + 40, -40);
    const ego = state.chosen >= 0;
    for (let e = 0; e < m; e++) {
      if (!arcShown(e)) continue;
      const s = arcs.citing[e], t = arcs.cited[e];
      const x1 = works.x[s], x2 = works.x[t], y1 = works.y[s], y2 = works.y[t];
      if ((x1 < xa && x2 < xa) || (x1 > xb && x2 > xb) || (y1 < ya && y2 < ya) || (y1 > yb && y2 > yb)) continue;
      if (ego) { if (s === state.chosen) found.to.push(e); else if (t === state.chosen) found.by.push(e); continue; }
      (crosses[e] ? found.dark : found.pale).push(e);
    }
    for (const kind of ["pale", "dark"]) { // of very many, a part taken evenly; zooming in brings the others
      const step = Math.ceil(found[kind].length / dense);
      if (step > 1) { found.left += found[kind].length; found[kind] = found[kind].filter((_, k) => k % step === 0); found.left -= found[kind].length; }
    }
    for (let i = 0; i < n; i++) {
      if (!visible[i]) continue;
      if (works.x[i] < xa || works.x[i] > xb || works.y[i] < ya || works.y[i] > yb) continue;
      if (ego && !near[i]) { found.faded.push(i); continue; }
      const value = classOf(i);
      if (!found.works.has(value)) found.works.set(value, []);
      found.works.get(value).push(i);
    }
    return found;
  }

  function trace(path, shape, x, y, r) { // one mark; path is a canvas context or a recorder of SVG
    if (shape === "circle") { path.moveTo(x + r, y); path.arc(x, y, r, 0, 2 * Math.PI); return; }
    const points = OUTLINES[shape];
    path.moveTo(x + r * points[0][0], y + r * points[0][1]);
    for (let k = 1; k < points.length; k++) path.lineTo(x + r * points[k][0], y + r * points[k][1]);
    path.closePath();
  }
  const regular = (k, turn) => Array.from({ length: k }, (_, i) => {
    const a = turn + (2 * Math.PI * i) / k; return [1.15 * Math.cos(a), 1.15 * Math.sin(a)];
  });
  const plus = [[-0.4, -1.1], [0.4, -1.1], [0.4, -0.4], [1.1, -0.4], [1.1, 0.4], [0.4, 0.4], [0.4, 1.1], [-0.4, 1.1], [-0.4, 0.4],
    [-1.1, 0.4], [-1.1, -0.4], [-0.4, -0.4]];
  const OUTLINES = {
    square: [[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]], up: regular(3, -Math.PI / 2), down: regular(3, Math.PI / 2),
    diamond: regular(4, 0), pentagon: regular(5, -Math.PI / 2), plus, cross: plus.map(([x, y]) => [(x - y) * 0.72, (x + y) * 0.72]),
  };

  function lines(ctx, chosen, colour, alpha, lineWidth, dash = []) {
    ctx.strokeStyle = colour; ctx.globalAlpha = alpha; ctx.lineWidth = lineWidth; ctx.setLineDash(dash);
    const kx = view.k * fit.k, ox = view.x + view.k * fit.x, oy = view.y + view.k * fit.y;
    for (let from = 0; from < chosen.length; from += chunk) { // one long path is slower than many short ones
      ctx.beginPath();
      for (let k = from; k < Math.min(from + chunk, chosen.length); k++) {
        const s = arcs.citing[chosen[k]], t = arcs.cited[chosen[k]];
        ctx.moveTo(ox + kx * works.x[s], oy - kx * works.y[s]); ctx.lineTo(ox + kx * works.x[t], oy - kx * works.y[t]);
      }
      ctx.stroke();
    }
    ctx.globalAlpha = 1; ctx.setLineDash([]);
  }

  function marks(ctx, chosen, shape, colour, alpha) {
    ctx.fillStyle = colour; ctx.globalAlpha = alpha;
    const outlined = chosen.length < 4000;
    ctx.strokeStyle = palette.paper; ctx.lineWidth = 0.6;
    for (let from = 0; from < chosen.length; from += chunk) {
      ctx.beginPath();
      for (let k = from; k < Math.min(from + chunk, chosen.length); k++) {
        const [x, y] = toScreen(chosen[k]), r = radius(chosen[k]);
        if (r < 1.6) ctx.rect(x - r, y - r, 2 * r, 2 * r); // too small to show a shape
        else trace(ctx, shape, x, y, r);
      }
      ctx.fill();
      if (outlined) ctx.stroke();
    }
    ctx.globalAlpha = 1;
  }

  const alphaOf = (many) => Math.max(0.04, Math.min(0.7, 12 / Math.sqrt(Math.max(1, many)))); // no black sheet

  function paint(ctx, found) {
    ctx.fillStyle = palette.paper; ctx.fillRect(0, 0, width, height);
    lines(ctx, found.pale, palette.pale, alphaOf(found.pale.length), 0.8);
    lines(ctx, found.dark, palette.dark, alphaOf(found.dark.length), 0.9);
    marks(ctx, found.faded, "circle", palette.none, 0.15);
    lines(ctx, found.to, palette.to, 0.8, 1.3);
    lines(ctx, found.by, palette.by, 0.8, 1.3, [5, 3]);
    const order = [...found.works.keys()].sort((a, b) => (a < 0) - (b < 0) || b - a);
    for (const value of order.reverse()) marks(ctx, found.works.get(value), shapeOf(value), colourOf(value), 0.95);
    for (const i of [state.chosen, state.hover]) if (i >= 0) ring(ctx, i);
    for (const label of labels(found)) {
      ctx.font = "12px system-ui, sans-serif"; ctx.textBaseline = "middle"; ctx.lineWidth = 3; ctx.lineJoin = "round";
      ctx.strokeStyle = palette.paper; ctx.strokeText(label.text, label.x, label.y);
      ctx.fillStyle = palette.ink; ctx.fillText(label.text, label.x, label.y);
    }
  }

  function ring(ctx, i) {
    const [x, y] = toScreen(i);
    ctx.beginPath(); ctx.arc(x, y, radius(i) + 3, 0, 2 * Math.PI);
    ctx.strokeStyle = palette.ink; ctx.lineWidth = 2; ctx.stroke();
  }

  function labels(found) { // names of the leading bridging works that are in view, none on another
    const wanted = state.chosen >= 0 ? [state.chosen, ...nearest(state.chosen)] : bridging;
    const taken = [], placed = [];
    context.font = "12px system-ui, sans-serif";
    for (const i of wanted) {
      if (placed.length >= 14) break;
      if (!visible[i]) continue;
      const [sx, sy] = toScreen(i);
      if (sx < 0 || sy < 8 || sy > height - 8) continue;
      const text = works.label[i], w = context.measureText(text).width;
      let x = sx + radius(i) + 4;
      if (x + w > width) x = sx - radius(i) - 4 - w;
      if (x < 0) continue;
      const box = [x - 2, sy - 8, x + w + 2, sy + 8];
      if (taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
      taken.push(box); placed.push({ text, x, y: sy });
    }
    return placed;
  }

  // While moving, a slow scene is shown as a picture of itself; it is drawn anew when the movement rests.
  const picture = document.createElement("canvas");
  let pictureView = null, paintedView = view, cost = 0, resting = 0, planned = 0, drawn = 0;

  function paintAll() {
    planned = 0;
    const begin = performance.now();
    paintedView = view;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const found = scene();
    paint(context, found);
    pictureView = null; drawn++;
    canvas.dataset.drawn = drawn; canvas.dataset.left = found.left;
    tell(found.left);
    requestAnimationFrame(() => { // what was asked for is drawn before the next frame: its time is the true cost
      cost = performance.now() - begin;
      canvas.dataset.cost = cost.toFixed(1);
    });
  }

  function takePicture() {
    picture.width = canvas.width; picture.height = canvas.height;
    picture.getContext("2d").drawImage(canvas, 0, 0);
    pictureView = paintedView;
  }

  function paintPicture() {
    planned = 0;
    const k = view.k / pictureView.k;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = palette.paper; context.fillRect(0, 0, canvas.width, canvas.height);
    context.setTransform(k, 0, 0, k, ratio * (view.x - k * pictureView.x), ratio * (view.y - k * pictureView.y));
    context.drawImage(picture, 0, 0);
  }

  function redraw() { if (!planned) planned = requestAnimationFrame(paintAll); }

  function moved() {
    if (cost <= quick) return redraw();
    if (!pictureView) takePicture();
    if (!planned) planned = requestAnimationFrame(paintPicture);
    clearTimeout(resting); resting = setTimeout(redraw, 140);
  }

  // -- choosing ---------------------------------------------------------------------------------------------

  function nearest(i) {
    const found = [];
    for (let k = touching.start[i]; k < touching.start[i + 1]; k++) {
      const e = touching.slots[k];
      if (arcShown(e)) found.push(arcs.citing[e] === i ? arcs.cited[e] : arcs.citing[e]);
    }
    return [...new Set(found)].sort((a, b) => works.across[b] - works.across[a] || works.cited[b] - works.cited[a] || a - b);
  }

  function choose(i) {
    state.chosen = i; near.fill(0);
    const panel = byId("chosen");
    panel.replaceChildren(); panel.hidden = i < 0;
    if (i >= 0) {
      near[i] = 1;
      const others = nearest(i);
      for (const other of others) near[other] = 1;
      panel.append(...described(i), ...listed(i, others));
    }
    redraw();
  }

  function described(i) {
    const name = element("p", works.title[i] || works.id[i], "name");
    const where = [works.authors[i], works.year[i], works.container[i]].filter(Boolean).join(" · ");
    const groups = [data.groups[works.group[i]] ?? "no group"];
    if (data.communities.length) groups.push(works.community[i] < 0 ? "no community" : `community ${data.communities[works.community[i]]}`);
    const counts = `cites ${works.cites[i]}, cited ${count(works.cited[i], "time")}, ${works.across[i]} across`;
    return [name, element("p", where), element("p", groups.join(" · ")), element("p", counts)];
  }

  function listed(i, others) {
    const made = [];
    if (works.doi[i]) {
      const link = element("a", `doi.org/${works.doi[i]}`);
      link.href = `https://doi.org/${encodeURI(works.doi[i])}`; link.rel = "noopener noreferrer"; link.target = "_blank";
      const line = element("p", ""); line.append(link); made.push(line);
    }
    const list = element("ul", "");
    for (const other of others.slice(0, 40)) {
      const item = element("li", ""), button = element("button", works.label[other]);
      button.type = "button"; button.title = works.title[other]; button.addEventListener("click", () => choose(other));
      item.append(button); list.append(item);
    }
    made.push(element("p", `${count(others.length, "neighbour")} (solid line: it cites; dashed: cites it)`), list);
    if (others.length > 40) made.push(element("p", `… and ${others.length - 40} more`));
    const clear = element("button", "Clear"); clear.type = "button";
    clear.addEventListener("click", () => { choose(-1); canvas.focus(); });
    made.push(clear);
    return made;
  }

  function element(name, text, className) {
    const made = document.createElement(name);
    made.textContent = text; if (className) made.className = className;
    return made;
  }

  function under(event) {
    const box = canvas.getBoundingClientRect();
    const [x, y] = toWorld(event.clientX - box.left, event.clientY - box.top);
    return tree.find(x, y, 12 / scale()) ?? -1;
  }

  function hover(event) {
    const i = under(event), card = byId("card");
    if (i !== state.hover) {
      state.hover = i; card.hidden = i < 0;
      if (i >= 0) card.replaceChildren(...described(i));
      if (cost <= quick) redraw();
    }
    if (i >= 0) {
      const box = stage.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
      card.style.left = `${Math.min(x + 14, width - card.offsetWidth - 6)}px`;
      card.style.top = `${y + 18 + card.offsetHeight > height ? y - card.offsetHeight - 10 : y + 18}px`;
    }
    canvas.classList.toggle("over", i >= 0);
  }

  function centre(i) { // bring a work into the middle, near enough to see what surrounds it
    const k = Math.max(view.k, Math.min(8, Math.max(2, Math.sqrt(n) / 25)));
    const x = fit.x + fit.k * works.x[i], y = fit.y - fit.k * works.y[i];
    d3.select(canvas).call(zoom.transform, d3.zoomIdentity.translate(width / 2 - k * x, height / 2 - k * y).scale(k));
  }

  // -- search -----------------------------------------------------------------------------------------------

  const field = byId("find"), results = byId("found");
  let active = -1;

  function search() {
    const terms = fold(field.value).split(/\s+/).filter(Boolean);
    const hits = [];
    for (let i = 0; terms.length && i < n; i++) if (visible[i] && terms.every((term) => searched[i].includes(term))) hits.push(i);
    const whole = (i) => terms.filter((term) => ` ${searched[i]} `.includes(` ${term} `)).length; // whole words come first
    hits.sort((i, j) => whole(j) - whole(i) || works.across[j] - works.across[i] || works.cited[j] - works.cited[i] || i - j);
    results.replaceChildren(...hits.slice(0, 12).map((i, k) => {
      const option = element("li", `${works.label[i]} — ${works.title[i] || works.id[i]}`);
      option.id = `found-${k}`; option.setAttribute("role", "option"); option.setAttribute("aria-selected", "false");
      option.dataset.work = i;
      option.addEventListener("mousedown", (event) => { event.preventDefault(); take(i); });
      return option;
    }));
    if (terms.length && !hits.length) {
      const nothing = element("li", "No work that is shown has these words");
      nothing.setAttribute("role", "option"); nothing.setAttribute("aria-selected", "false"); results.append(nothing);
    }
    active = -1; open(terms.length > 0);
  }
  function open(shown) {
    results.hidden = !shown; field.setAttribute("aria-expanded", String(shown));
    if (!shown) field.removeAttribute("aria-activedescendant");
  }
  function take(i) { open(false); centre(i); choose(i); }

  field.addEventListener("input", search);
  field.addEventListener("blur", () => open(false));
  field.addEventListener("keydown", (event) => {
    const options = [...results.querySelectorAll("[data-work]")];
    if (event.key === "Escape") open(false);
    else if (event.key === "Enter" && options.length) { event.preventDefault(); take(Number(options[Math.max(0, active)].dataset.work)); }
    else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options.length) {
      event.preventDefault();
      active = (active + (event.key === "ArrowDown" ? 1 : -1) + options.length) % options.length;
      options.forEach((option, k) => option.setAttribute("aria-selected", String(k === active)));
      field.setAttribute("aria-activedescendant", options[active].id);
    }
  });

  // -- table ------------------------------------------------------------------------------------------------

  const columns = [["title", "Title"], ["year", "Year"], ["group", "Group"], ["cites", "Cites"], ["cited", "Cited"], ["across", "Across"]];

  function fillTable() {
    const chosen = [];
    for (let i = 0; i < n; i++) if (visible[i]) chosen.push(i);
    const values = works[state.sort], sign = state.down ? -1 : 1;
    const text = state.sort === "title";
    chosen.sort((i, j) => sign * (text ? values[i].localeCompare(values[j]) : (values[i] ?? -1) - (values[j] ?? -1)) || i - j);
    const pages = Math.max(1, Math.ceil(chosen.length / perPage));
    state.page = Math.min(state.page, pages - 1);
    const table = element("table", ""), head = table.createTHead().insertRow(), body = table.createTBody();
    for (const [key, title] of columns) {
      const cell = element("th", ""), button = element("button", title);
      cell.scope = "col"; button.type = "button";
      if (state.sort === key) cell.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      button.addEventListener("click", () => {
        state.down = state.sort === key ? !state.down : !(key === "title"); state.sort = key; state.page = 0; fillTable();
      });
      cell.append(button); head.append(cell);
    }
    for (const i of chosen.slice(state.page * perPage, (state.page + 1) * perPage)) {
      const row = body.insertRow(), button = element("button", works.title[i] || works.id[i]);
      button.type = "button"; button.addEventListener("click", () => { centre(i); choose(i); });
      row.insertCell().append(button);
      for (const [key] of columns.slice(1)) row.insertCell().textContent = key === "group" ? data.groups[works.group[i]] ?? "" : works[key][i] ?? "";
    }
    const bar = element("p", `Page ${state.page + 1} of ${pages} `, "pages");
    for (const [title, step] of [["Previous", -1], ["Next", 1]]) {
      const button = element("button", title);
      button.type = "button"; button.disabled = state.page + step < 0 || state.page + step >= pages;
      button.addEventListener("click", () => { state.page += step; fillTable(); });
      bar.append(button);
    }
    byId("table").replaceChildren(bar, table);
  }

  // -- legend, filters --------------------------------------------------------------------------------------

  function fillLegend() {
    const { labels, of } = schemes[state.colour], sizes = new Map();
    for (let i = 0; i < n; i++) sizes.set(classOf(i), (sizes.get(classOf(i)) ?? 0) + 1);
    const order = [...sizes.keys()].sort((a, b) => (a < 0) - (b < 0) || a - b);
    byId("legend").replaceChildren(...order.map((value) => {
      const name = value < 0 ? (state.colour === "year" ? "no year" : "none") : value > 7 ? `${labels.length - 8} smaller` : labels[value];
      const item = element("li", ""), button = element("button", ` ${name} (${sizes.get(value).toLocaleString("en")})`);
      button.type = "button"; button.setAttribute("aria-pressed", String(!state.hidden.has(value)));
      button.prepend(swatch(value));
      button.addEventListener("click", () => {
        if (!state.hidden.delete(value)) state.hidden.add(value);
        button.setAttribute("aria-pressed", String(!state.hidden.has(value))); refresh();
      });
      item.append(button); return item;
    }));
  }

  function swatch(value) {
    const small = document.createElement("canvas"), ctx = small.getContext("2d");
    small.width = small.height = 28; small.className = "swatch"; small.setAttribute("aria-hidden", "true");
    ctx.fillStyle = colourOf(value); ctx.beginPath(); trace(ctx, shapeOf(value), 14, 14, 10); ctx.fill();
    return small;
  }

  function years() {
    const from = byId("from"), to = byId("to");
    if (!known.length) { from.disabled = to.disabled = true; byId("span").textContent = "unknown"; return; }
    for (const [input, value] of [[from, first], [to, last]]) { input.min = first; input.max = last; input.value = value; }
    const changed = (event) => {
      if (Number(from.value) > Number(to.value)) (event?.target === from ? to : from).value = event.target.value;
      state.from = Number(from.value); state.to = Number(to.value);
      byId("span").textContent = `${state.from}–${state.to}`;
      if (event) refresh();
    };
    from.addEventListener("input", changed); to.addEventListener("input", changed); changed();
  }

  // -- files ------------------------------------------------------------------------------------------------

  function offer(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob); link.download = name; link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000); // a slow machine may still be saving it
  }

  function savePng() { paintAll(); canvas.toBlob((blob) => offer(blob, "network.png"), "image/png"); }

  function saveSvg() {
    const found = scene(), parts = [], number = (v) => v.toFixed(1);
    const escape = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
    const line = (chosen, colour, alpha, w, dash = "") => {
      if (!chosen.length) return;
      const d = chosen.map((e) => { const [x1, y1] = toScreen(arcs.citing[e]), [x2, y2] = toScreen(arcs.cited[e]);
        return `M${number(x1)} ${number(y1)}L${number(x2)} ${number(y2)}`; }).join("");
      parts.push(`<path d="${d}" fill="none" stroke="${colour}" stroke-opacity="${alpha.toFixed(3)}" stroke-width="${w}"${dash}/>`);
    };
    const mark = (chosen, shape, colour, alpha) => {
      const pen = { d: "", moveTo(x, y) { this.d += `M${number(x)} ${number(y)}`; }, lineTo(x, y) { this.d += `L${number(x)} ${number(y)}`; },
        closePath() { this.d += "Z"; },
        arc(x, y, r) { this.d += `A${number(r)} ${number(r)} 0 1 1 ${number(x - r)} ${number(y)}A${number(r)} ${number(r)} 0 1 1 ${number(x + r)} ${number(y)}Z`; } };
      for (const i of chosen) { const [x, y] = toScreen(i); trace(pen, shape, x, y, radius(i)); }
      if (pen.d) parts.push(`<path d="${pen.d}" fill="${colour}" fill-opacity="${alpha}"/>`);
    };
    line(found.pale, palette.pale, alphaOf(found.pale.length), 0.8);
    line(found.dark, palette.dark, alphaOf(found.dark.length), 0.9);
    mark(found.faded, "circle", palette.none, 0.15);
    line(found.to, palette.to, 0.8, 1.3);
    line(found.by, palette.by, 0.8, 1.3, ' stroke-dasharray="5 3"');
    for (const [value, members] of found.works) mark(members, shapeOf(value), colourOf(value), 0.95);
    for (const { text, x, y } of labels(found))
      parts.push(`<text x="${number(x)}" y="${number(y)}" dominant-baseline="middle" font-size="12" font-family="sans-serif" fill="${palette.ink}" ` +
        `stroke="${palette.paper}" stroke-width="3" paint-order="stroke">${escape(text)}</text>`);
    const text = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
      `<rect width="100%" height="100%" fill="${palette.paper}"/>${parts.join("\n")}</svg>\n`;
    offer(new Blob([text], { type: "image/svg+xml" }), "network.svg");
  }

  // -- everything together ----------------------------------------------------------------------------------

  const zoom = d3.zoom().scaleExtent([0.5, 60]).on("zoom", (event) => { view = event.transform; moved(); });
  d3.select(canvas).call(zoom).on("dblclick.zoom", null);
  canvas.addEventListener("pointermove", hover);
  canvas.addEventListener("pointerleave", () => { state.hover = -1; byId("card").hidden = true; if (cost <= quick) redraw(); });
  canvas.addEventListener("click", (event) => { const i = under(event); choose(i === state.chosen ? -1 : i); });

  function step(by) { // through the bridging works that are shown, most crossings first
    const shown = bridging.filter((i) => visible[i]);
    if (!shown.length) return;
    const at = shown.indexOf(state.chosen);
    take(shown[(at < 0 ? (by > 0 ? 0 : shown.length - 1) : (at + by + shown.length)) % shown.length]);
  }
  const keys = {
    ArrowLeft: () => zoom.translateBy(d3.select(canvas), 60 / view.k, 0), ArrowRight: () => zoom.translateBy(d3.select(canvas), -60 / view.k, 0),
    ArrowUp: () => zoom.translateBy(d3.select(canvas), 0, 60 / view.k), ArrowDown: () => zoom.translateBy(d3.select(canvas), 0, -60 / view.k),
    "+": () => zoom.scaleBy(d3.select(canvas), 1.4), "=": () => zoom.scaleBy(d3.select(canvas), 1.4), "-": () => zoom.scaleBy(d3.select(canvas), 1 / 1.4),
    0: whole, n: () => step(1), p: () => step(-1), Escape: () => choose(-1),
  };
  function whole() { choose(-1); d3.select(canvas).call(zoom.transform, d3.zoomIdentity); }
  canvas.addEventListener("keydown", (event) => {
    const action = event.ctrlKey || event.metaKey || event.altKey ? null : keys[event.key];
    if (action) { event.preventDefault(); action(); }
  });

  byId("colour").append(...Object.entries(schemes).map(([name, { title }]) => new Option(title, name)));
  byId("colour").addEventListener("change", (event) => { state.colour = event.target.value; state.hidden.clear(); fillLegend(); refresh(); });
  byId("crossing").addEventListener("change", (event) => { state.crossing = event.target.checked; refresh(); });
  byId("whole").addEventListener("click", whole);
  byId("png").addEventListener("click", savePng);
  byId("svg").addEventListener("click", saveSvg);
  byId("as-table").addEventListener("click", (event) => {
    const table = byId("table"); table.hidden = !table.hidden;
    event.target.setAttribute("aria-pressed", String(!table.hidden));
    if (!table.hidden) fillTable();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readPalette(); fillLegend(); redraw(); });
  new ResizeObserver(resize).observe(stage);

  readPalette(); years(); fillLegend(); resize(); refresh();
})();
