// A plot over the range that is shown: axes in HTML, so that their text keeps its size, curves in an SVG that is
// stretched to fit. Elements are made once; a second later only their places and paths change.

import { drawn, element, say } from "./game_day_elements.js";
import { unbroken } from "./game_day_history.js";

export const WIDE = 1000;
export const HIGH = 100;
const LANES = 5;

// From zero to a round number not below `highest`, in at most `most` steps.
export function valueAxis(highest, text, most = 4) {
  const step = highest > 0 ? roundStep(highest / most) : 1;
  const steps = Math.max(1, Math.ceil(highest / step - 1e-9));
  const ticks = Array.from({ length: steps + 1 }, (_, at) => [at * step, text(at * step)]);
  return { ticks, place: (value) => clamp(value / (steps * step)) };
}

export const shareAxis = {
  ticks: [[0, "0 %"], [1, "100 %"]],
  place: clamp,
};

// Powers of ten around all values, at least two of them.
export function logAxis(values, text) {
  const logs = values.filter((value) => value > 0).map(Math.log10);
  let low = logs.length ? Math.floor(Math.min(...logs)) : 1;
  let high = logs.length ? Math.ceil(Math.max(...logs)) : 3;
  if (high - low < 2) [low, high] = [Math.min(low, high - 2), high];
  const ticks = Array.from({ length: high - low + 1 }, (_, at) => [10 ** (low + at), text(10 ** (low + at))]);
  return { ticks, place: (value) => clamp((Math.log10(Math.max(value, 1e-9)) - low) / (high - low)) };
}

function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((step) => step >= least * (1 - 1e-9));
}

function clamp(share) {
  return Math.min(Math.max(share, 0), 1);
}

export class Plot {
  // `label` is what a screen reader says of the picture; the figures themselves are in the table beside it.
  constructor(label, { moments = true, notes = false } = {}) {
    this.levels = element("div", { class: "levels" });
    this.moments = element("div", { class: "moments" });
    this.notes = notes && element("div", { class: "notes" });
    this.bars = notes && element("div", { class: "bars", "aria-hidden": "true" });
    this.grid = drawn("g");
    this.marks = drawn("g");
    this.curves = drawn("g");
    this.svg = drawn(
      "svg",
      { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      this.marks, this.grid, this.curves,
    );
    const kind = `plot${moments ? " dated" : ""}${notes ? " noted" : ""}`;
    this.area = element("div", { class: "area-of-plot" }, this.svg, this.levels, this.moments, this.bars || "", this.notes || "");
    this.node = element("div", { class: kind, role: "img", "aria-label": label }, this.area);
    this.paths = new Map();
  }

  // Prepares the frame for what is drawn next.
  frame(span, axis, ticks) {
    this.span = span;
    this.axis = axis;
    reuse(this.grid, axis.ticks, () => drawn("line", { x1: 0, x2: WIDE }), (line, [value]) => {
      const y = (1 - axis.place(value)) * HIGH;
      line.setAttribute("y1", y);
      line.setAttribute("y2", y);
      line.setAttribute("class", value ? "grid" : "base");
    });
    reuse(this.levels, axis.ticks, () => element("span"), (label, [value, text]) => {
      say(label, text);
      label.style.top = `${(1 - axis.place(value)) * 100}%`;
    });
    thin([...this.levels.children], [...axis.ticks.keys()], { place: "offsetTop", size: "offsetHeight", gap: 0 });
    reuse(this.moments, ticks, () => element("span"), (label, [at, text]) => {
      say(label, text);
      label.style.left = `${this.share(at) * 100}%`;
    });
    const numbers = ticks.map(([, , number]) => number);
    thin([...this.moments.children], numbers, { place: "offsetLeft", size: "offsetWidth", gap: 10 });
  }

  share(at) {
    return clamp((at - this.span.start) / (this.span.end - this.span.start));
  }

  // Stretches of time behind the curves, each with its name and a bar above the plot. Returns those whose name had no
  // room there, or was cut short.
  mark(spans) {
    reuse(this.marks, spans, () => drawn("rect", { y: 0, height: HIGH, class: "marked" }), (rect, span) => {
      const left = this.share(span.start) * WIDE;
      rect.setAttribute("x", left.toFixed(1));
      rect.setAttribute("width", Math.max(this.share(span.end) * WIDE - left, 3).toFixed(1));
    });
    if (!this.notes) return [];
    reuse(this.bars, spans, () => element("i"), (bar, span) => {
      const left = this.share(span.start);
      bar.style.left = `${left * 100}%`;
      bar.style.width = `${(this.share(span.end) - left) * 100}%`;
    });
    reuse(this.notes, spans, () => element("span"), (note, span) => {
      say(note, span.name);
      const left = this.share(span.start);
      note.className = left < 0.5 ? "" : "from-right";
      note.style.insetInlineStart = left < 0.5 ? `${left * 100}%` : "auto";
      note.style.insetInlineEnd = left < 0.5 ? "auto" : `${(1 - this.share(span.end)) * 100}%`;
      note.style.maxWidth = `${(left < 0.5 ? 1 - left : this.share(span.end)) * 100}%`;
    });
    const notes = [...this.notes.children];
    stack(notes, [...this.bars.children], this.node);
    return spans.filter((_, at) => notes[at].hidden || notes[at].scrollWidth > notes[at].clientWidth);
  }

  line(name, samples, value) {
    this.path(`line ${name}`).setAttribute("d", unbroken(samples.filter((each) => value(each) != null))
      .map((run) => `M${run.map((each) => this.point(each.at, value(each))).join("L")}`).join(""));
  }

  // Between two values; `kind` is its class.
  band(kind, samples, low, high) {
    this.path(kind).setAttribute("d", unbroken(samples).map((run) => {
      const over = run.map((each) => this.point(each.at, high(each)));
      const under = run.toReversed().map((each) => this.point(each.at, low(each)));
      return `M${over.join("L")}L${under.join("L")}Z`;
    }).join(""));
  }

  path(kind) {
    if (!this.paths.has(kind)) {
      this.paths.set(kind, drawn("path", { class: kind }));
      this.curves.append(this.paths.get(kind));
    }
    return this.paths.get(kind);
  }

  // Empties the curves that are not drawn any more.
  only(kinds) {
    for (const [kind, path] of this.paths) if (!kinds.has(kind)) path.setAttribute("d", "");
  }

  point(at, value) {
    return `${(this.share(at) * WIDE).toFixed(1)},${((1 - this.axis.place(value)) * HIGH).toFixed(2)}`;
  }
}

// As many children as items, each brought up to date.
function reuse(parent, items, make, update) {
  while (parent.children.length < items.length) parent.append(make());
  while (parent.children.length > items.length) parent.lastChild.remove();
  items.forEach((item, place) => update(parent.children[place], item));
}

// Every second, third, … label where all of them would run into each other. `numbers` say which ones go together, so
// that labels that move on with time stay the same ones.
function thin(labels, numbers, { place, size, gap }) {
  for (const label of labels) label.hidden = false;
  if (labels.length < 2) return;
  const room = Math.abs(labels[1][place] - labels[0][place]);
  const every = Math.ceil((Math.max(...labels.map((label) => label[size])) + gap) / Math.max(room, 1));
  labels.forEach((label, at) => {
    label.hidden = numbers[at] % every > 0;
  });
}

// Names that would run into each other, or into another's bar, are stacked, each in the lowest lane where it has room.
// Where there are more than lanes, the newest are shown: they are what happens now.
function stack(notes, bars, plot) {
  for (const each of [...notes, ...bars]) each.hidden = false;
  const lanes = [];
  const placed = notes.map((note, at) => [note, bars[at], reach(note, bars[at])]).reverse();
  for (const [note, bar, { left, right }] of placed) {
    const isFree = (lane) => lane.every((other) => right + 8 < other.left || other.right + 8 < left);
    let at = lanes.findIndex(isFree);
    if (at < 0) at = lanes.push([]) - 1;
    for (const each of [note, bar]) {
      each.hidden = at >= LANES;
      each.style.setProperty("--lane", at);
    }
    lanes[at].push({ left, right });
  }
  plot.style.setProperty("--lanes", Math.min(Math.max(lanes.length, 1), LANES));
}

function reach(...nodes) {
  const boxes = nodes.map((node) => node.getBoundingClientRect());
  return { left: Math.min(...boxes.map((box) => box.left)), right: Math.max(...boxes.map((box) => box.right)) };
}

// Round moments with the server's own words for them, and the number of each; none so near the end that it would
// stand out.
export function momentTicks(history, most) {
  const { start, end } = history.span;
  const step = [10, 20, 30, 60, 120, 300, 600].find((each) => (end - start) / each <= most) ?? 1200;
  const number = ({ clock }) => Math.floor(clock / step);
  return history.inRange
    .filter((each, place, all) => place && number(each) > number(all[place - 1]))
    .filter((each) => end - each.at > (end - start) * 0.05)
    .map((each) => [each.at, each.label.replace(/^(\d+:\d\d):00$/, "$1"), number(each)]);
}
