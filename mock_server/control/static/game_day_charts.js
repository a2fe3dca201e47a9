// The live charts: requests, response times, log-ons, and each station's busy servers and queue. Each has a key with
// the values of now, and the same values in a table, which a screen reader reads and everybody can have in place of
// the picture.

import { drawn, element, keep, say } from "./game_day_elements.js";
import { failuresIn, faultsIn, thinned } from "./game_day_history.js";
import { IN_LINE, OUTCOMES, PERCENTILES } from "./game_day_outcomes.js";
import { Plot, logAxis, momentTicks, shareAxis, valueAxis } from "./game_day_plots.js";
import { count, duration, many, milliseconds, rate, share } from "./game_day_words.js";

// How long ago the values of the tables are, by the range that is shown, in seconds.
const AGES = { 60: [0, 10, 30, 60], 300: [0, 10, 60, 300], 900: [0, 60, 300, 900], 3600: [0, 300, 900, 3600] };

const sum = (names, numbers) => names.reduce((total, name) => total + (numbers[name] ?? 0), 0);

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
    const { span } = history;
    const view = {
      history, span,
      samples: thinned(history.inRange, span.end - span.start),
      failures: failuresIn(history.inRange),
      faults: faultsIn(history.samples).filter((each) => each.end >= span.start),
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
    this.heads = AGES[60].map(() => element("th", { scope: "col" }));
    const head = element("thead", {}, element("tr", {}, element("td", {}), ...this.heads));
    const table = element("table", { "aria-label": `${title}, last values` }, head, this.body);
    this.node = element("div", { class: "values" }, table);
  }

  show(history, rows) {
    const ages = AGES[history.rangeS];
    const moments = ages.map((seconds) => history.ago(seconds));
    ages.forEach((seconds, at) => say(this.heads[at], seconds ? `${duration(seconds)} ago` : "now"));
    keep(this.body, rows, ([name]) => name, ([name]) => {
      const cells = ages.map(() => element("td"));
      return element("tr", {}, element("th", { scope: "row" }, name), ...cells);
    }, (row, [, value]) => {
      moments.forEach((moment, place) => say(row.children[place + 1], moment ? value(moment) : "–"));
    });
  }
}

class Chart {
  constructor(name, title, options, about = "") {
    this.plot = new Plot(`${title} over the range that is shown, drawn; the values are in the table that follows`, options);
    this.key = element("ul", { class: "key" });
    this.values = new Values(title);
    this.node = element(
      "figure", { class: `card chart ${name}`, "aria-label": title },
      element("figcaption", {}, element("h2", {}, title, about && element("small", {}, ` ${about}`)), this.key), this.plot.node, this.values.node,
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
    this.also = element("p", { class: "also", hidden: true });
    this.plot.node.after(this.also);
  }

  draw({ history, samples, span, failures, faults, ticks }) {
    const now = history.last;
    const highest = Math.max(...samples.map((each) => Math.max(each.offered, each.good + each.bad, each.inLine)));
    this.plot.frame(span, valueAxis(highest, rate), ticks);
    this.name(this.plot.mark(faults));
    const kinds = ["good", ...failures];
    kinds.forEach((kind, place) => {
      const below = (each) => (place ? each.good : 0) + sum(failures.slice(0, Math.max(0, place - 1)), each.failed);
      this.plot.band(`band ${kind}`, samples, below, (each) => below(each) + (place ? each.failed[kind] ?? 0 : each.good));
    });
    const isInLine = samples.some((each) => each.inLine);
    const lines = ["offered", ...(isInLine ? ["in_line"] : [])].map((name) => `line ${name}`);
    this.plot.line("offered", samples, (each) => each.offered);
    if (isInLine) this.plot.line("in_line", samples, (each) => each.inLine);
    this.plot.curves.append(...lines.map((kind) => this.plot.path(kind)));
    this.plot.only(new Set([...lines, ...kinds.map((kind) => `band ${kind}`)]));
    const recent = failures.filter((name) => now.failed[name]);
    this.showKey([
      ["big", stroke("offered"), "offered", rate(now.offered)],
      ["big", square("good"), OUTCOMES.good, rate(now.good)],
      [`big${now.bad ? " bad" : ""}`, () => null, "failed", rate(now.bad)],
      ...recent.map((name) => ["", square(name), OUTCOMES[name], rate(now.failed[name])]),
      ...(now.inLine ? [["", stroke("in_line"), IN_LINE, rate(now.inLine)]] : []),
    ]);
    this.values.show(history, [
      ["offered", (each) => rate(each.offered)],
      [OUTCOMES.good, (each) => rate(each.good)],
      ["failed", (each) => rate(each.bad)],
      ...failures.map((name) => [OUTCOMES[name], (each) => rate(each.failed[name] ?? 0)]),
      ...(isInLine ? [[IN_LINE, (each) => rate(each.inLine)]] : []),
    ]);
  }

  // What has no room above the plot is named below it.
  name(faults) {
    const words = faults.map(({ name, from, to }) => `${name} (${from === to ? from : `${from} to ${to}`})`);
    this.also.hidden = !words.length;
    say(this.also, `Also marked: ${words.join(", ")}`);
  }
}

class Responses extends Chart {
  constructor() {
    super("responses", "Response time", {}, "of those answered well, last 10\u00a0s");
  }

  draw({ history, samples, span, faults, ticks }) {
    const names = Object.keys(PERCENTILES);
    const known = samples.flatMap((each) => names.map((name) => each[name]));
    this.plot.frame(span, logAxis(known, milliseconds), ticks);
    this.plot.mark(faults);
    for (const name of names) this.plot.line(name, samples, (each) => each[name]);
    this.showKey(names.map((name) => ["big", stroke(name), PERCENTILES[name], milliseconds(history.last[name])]));
    this.values.show(history, names.map((name) => [PERCENTILES[name], (each) => milliseconds(each[name])]));
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
    this.plot.band("area logged-on", samples, () => 0, value);
    this.plot.line("logged-on", samples, value);
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
