// The live charts: requests, response times, log-ons, and each station's busy servers and queue. Each has a key with
// the values of now, and the same values in a table, which a screen reader reads and everybody can have in place of
// the picture.

import { drawn, element, keep, say } from "./game_day_elements.js";
import { Plot, logAxis, momentTicks, shareAxis, valueAxis } from "./game_day_plots.js";
import { count, many, milliseconds, plain, rate, share } from "./game_day_words.js";

const AGES = [[0, "now"], [10, "10\u00a0s ago"], [60, "1\u00a0min ago"], [300, "5\u00a0min ago"]];
const KNOWN = new Set([
  "busy", "left_queue", "error", "refused", "timeout", "unfinished", "not_started",
  "conflict", "logged_out", "no_slot", "in_line", "held_back", "rate_limited",
]);
const WORDS = {
  busy: "turned away", left_queue: "waited too long", error: "failed", refused: "no connection", timeout: "timed out",
  no_slot: "no slot", rate_limited: "rate limited",
};

const failure = (name) => WORDS[name] ?? plain(name);
const sum = (names, numbers) => names.reduce((total, name) => total + (numbers[name] ?? 0), 0);
const hue = (name) => (KNOWN.has(name) ? name : "other");

export class Charts {
  constructor(place, history) {
    this.history = history;
    this.parts = [new Requests(), new Responses(), new LogOns()];
    this.stations = new Map();
    this.stationList = element("div", { class: "stations" });
    this.stationTable = new Values("Stations");
    const inside = [this.stationList, this.stationTable.node];
    place.append(
      ...this.parts.map((each) => each.node),
      element("section", { class: "card station-card", "aria-label": "Stations" }, ...inside),
    );
  }

  draw() {
    const { history } = this;
    if (!history.last) return;
    const view = {
      history, samples: history.samples, span: history.span, faults: history.faults,
      ticks: momentTicks(history, 6),
    };
    for (const part of this.parts) part.draw(view);
    this.drawStations(view);
  }

  drawStations(view) {
    const names = Object.keys(view.history.last.stations);
    keep(this.stationList, names, (name) => name, (name) => {
      this.stations.set(name, new Station(name));
      return this.stations.get(name).node;
    }, (node, name) => this.stations.get(name).draw(view));
    this.stationTable.show(view.history, names.flatMap((name) => [
      [`${name}: busy servers`, (each) => stationText(each.stations[name])],
      [`${name}: waiting`, (each) => count(each.stations[name]?.waiting)],
    ]));
  }
}

function stationText(station) {
  return station ? `${count(station.busy)} of ${count(station.servers)}` : "–";
}

// What a chart shows, in figures: now, and a while ago.
class Values {
  constructor(title) {
    this.body = element("tbody");
    const heads = AGES.map(([, text]) => element("th", { scope: "col" }, text));
    const head = element("thead", {}, element("tr", {}, element("td", {}), ...heads));
    const table = element("table", { "aria-label": `${title}, last values` }, head, this.body);
    this.node = element("div", { class: "values" }, table);
  }

  show(history, rows) {
    const moments = AGES.map(([seconds]) => history.ago(seconds));
    keep(this.body, rows, ([name]) => name, ([name]) => {
      const cells = AGES.map(() => element("td"));
      return element("tr", {}, element("th", { scope: "row" }, name), ...cells);
    }, (row, [, value]) => {
      moments.forEach((moment, place) => say(row.children[place + 1], moment ? value(moment) : "–"));
    });
  }
}

class Chart {
  constructor(name, title, options) {
    this.plot = new Plot(`${title} over the last 10 minutes, drawn; the values are in the table that follows`, options);
    this.key = element("ul", { class: "key" });
    this.values = new Values(title);
    this.node = element(
      "figure", { class: `card chart ${name}`, "aria-label": title },
      element("figcaption", {}, element("h2", {}, title), this.key), this.plot.node, this.values.node,
    );
  }

  // [class, swatch, name, value]
  showKey(entries) {
    keep(this.key, entries, ([kind, , name]) => kind + name, ([kind, swatch, name]) =>
      element("li", { class: kind }, swatch(), element("b"), element("span", {}, name)),
    (item, [, , , value]) => say(item.querySelector("b"), value));
  }
}

const square = (name) => () => element("i", { class: name, "aria-hidden": "true" });
const stroke = (name) => () => drawn("svg", { class: "swatch", viewBox: "0 0 26 12", "aria-hidden": "true" },
  drawn("line", { x1: 0, x2: 26, y1: 6, y2: 6, class: `line ${name}` }));

class Requests extends Chart {
  constructor() {
    super("requests", "Requests a second", { notes: true });
  }

  draw({ history, samples, span, faults, ticks }) {
    const failures = history.failures;
    const now = history.last;
    const highest = Math.max(...samples.map((each) => Math.max(each.offered, each.good + each.bad)));
    this.plot.frame(span, valueAxis(highest, rate), ticks);
    this.plot.mark(faults);
    const kinds = ["good", ...new Set(failures.map(hue))];
    let floor = () => 0;
    for (const kind of kinds) {
      const below = floor;
      const names = failures.filter((name) => hue(name) === kind);
      floor = (each) => below(each) + (kind === "good" ? each.good : sum(names, each.failed));
      this.plot.band(`band ${kind}`, samples, below, floor);
    }
    this.plot.line("offered", samples, (each) => each.offered);
    this.plot.curves.append(this.plot.path("line offered"));
    this.plot.only(new Set(["line offered", ...kinds.map((kind) => `band ${kind}`)]));
    const recent = failures.filter((name) => now.failed[name]);
    this.showKey([
      ["big", stroke("offered"), "offered", rate(now.offered)],
      ["big", square("good"), "good", rate(now.good)],
      [`big${now.bad ? " bad" : ""}`, () => null, "failed", rate(now.bad)],
      ...recent.slice(0, 4).map((name) => ["", square(hue(name)), failure(name), rate(now.failed[name])]),
    ]);
    this.values.show(history, [
      ["offered", (each) => rate(each.offered)],
      ["good", (each) => rate(each.good)],
      ["failed", (each) => rate(each.bad)],
      ...failures.map((name) => [`failed: ${failure(name)}`, (each) => rate(each.failed[name] ?? 0)]),
    ]);
  }
}

class Responses extends Chart {
  constructor() {
    super("responses", "Response time");
  }

  draw({ history, samples, span, faults, ticks }) {
    const known = samples.flatMap((each) => [each.p50, each.p95]);
    this.plot.frame(span, logAxis(known, milliseconds), ticks);
    this.plot.mark(faults);
    this.plot.line("p50", samples, (each) => each.p50);
    this.plot.line("p95", samples, (each) => each.p95);
    this.showKey([
      ["big", stroke("p50"), "median", milliseconds(history.last.p50)],
      ["big", stroke("p95"), "95 %", milliseconds(history.last.p95)],
    ]);
    this.values.show(history, [
      ["median", (each) => milliseconds(each.p50)],
      ["95th percentile", (each) => milliseconds(each.p95)],
    ]);
  }
}

class LogOns extends Chart {
  constructor() {
    super("log-ons", "Logged on");
  }

  draw({ history, samples, span, faults, ticks }) {
    const value = (each) => each.logOns;
    this.plot.frame(span, valueAxis(Math.max(...samples.map(value)), rate, 3), ticks);
    this.plot.mark(faults);
    this.plot.band("area good", samples, () => 0, value);
    this.plot.line("good", samples, value);
    this.showKey([["big", () => null, "sessions", count(value(history.last))]]);
    this.values.show(history, [["sessions", (each) => count(each.logOns)]]);
  }
}

class Station {
  constructor(name) {
    this.name = name;
    this.servers = element("span");
    this.busyText = element("b");
    this.busyShare = element("span");
    this.waitingText = element("b");
    this.busy = new Plot(`Busy servers of ${name}, drawn`, { moments: false });
    this.queue = new Plot(`Queue at ${name}, drawn`, { moments: false });
    this.node = element(
      "figure", { class: "station", "aria-label": `Station ${name}` },
      element("figcaption", {}, element("h3", {}, name, " ", this.servers)),
      element("div", { class: "half" }, element("p", {}, this.busyText, " busy ", this.busyShare), this.busy.node),
      element("div", { class: "half" }, element("p", {}, this.waitingText, " waiting"), this.queue.node),
    );
  }

  draw({ history, samples, span, faults }) {
    const of = (each) => each.stations[this.name];
    const seen = samples.filter(of);
    const now = of(history.last);
    const busy = (each) => (of(each).servers ? of(each).busy / of(each).servers : 0);
    const waiting = (each) => of(each).waiting;
    const isFull = now.busy >= now.servers;
    say(this.servers, many(now.servers, "server"));
    say(this.busyText, count(now.busy));
    say(this.busyShare, now.servers ? share(now.busy / now.servers) : "none left");
    say(this.waitingText, count(now.waiting));
    this.node.classList.toggle("full", isFull);
    this.node.classList.toggle("queued", now.waiting > 0);
    this.busy.frame(span, shareAxis, []);
    this.busy.mark(faults);
    this.curve(this.busy, "busy-servers", seen, busy);
    this.queue.frame(span, valueAxis(Math.max(1, ...seen.map(waiting)), count, 1), []);
    this.queue.mark(faults);
    this.curve(this.queue, "queue", seen, waiting);
  }

  curve(plot, name, samples, value) {
    plot.band(`area ${name}`, samples, () => 0, value);
    plot.line(name, samples, value);
  }
}
