// The last hour, a sample a second, and the part of it that the charts show. After a break the server sends its last hour
// again, and what is known already is not taken twice; a server that began its clock anew goes on to the right of the gap.

import { OUTCOMES } from "./game_day_outcomes.js";
import { wallClock } from "./game_day_words.js";

const KEPT_S = 3600;
const LEAST_S = 120;
const GAP_S = 3.5;
const POINTS = 450; // that a chart draws at most: more seconds are drawn in groups

export class History {
  constructor() {
    this.samples = [];
    this.shift = 0;
    this.heardMs = 0;
    this.rangeS = KEPT_S;
  }

  get last() {
    return this.samples.at(-1);
  }

  // Takes what one message or a whole backlog told; returns whether any of it was new.
  add(burst, nowMs) {
    const last = this.last;
    const told = burst.toSorted((one, other) => one.at_s - other.at_s);
    const [oldest, newest] = [told[0].at_s, told.at(-1).at_s];
    if (last && newest + this.shift < last.at - 0.5)
      this.shift = last.at + Math.max((nowMs - this.heardMs) / 1000 - newest, GAP_S + 0.5 - oldest);
    const fresh = told
      .map((each) => read(each, each.at_s + this.shift))
      .filter((each) => !last || each.at > last.at + 1e-6);
    this.samples.push(...fresh);
    this.heardMs = nowMs;
    while (this.samples.length && this.samples[0].at < this.last.at - KEPT_S) this.samples.shift();
    return fresh.length > 0;
  }

  // From when to when the charts reach: over the range that was chosen, or over what is known of it.
  get span() {
    const end = this.last?.at ?? 0;
    const known = end - (this.samples[0]?.at ?? end);
    return { start: end - Math.min(this.rangeS, Math.max(LEAST_S, known)), end };
  }

  // The samples within the span.
  get inRange() {
    const { start } = this.span;
    return this.samples.slice(this.samples.findIndex((each) => each.at >= start));
  }

  // The sample so many seconds before the last, if there is one near it.
  ago(seconds) {
    const at = (this.last?.at ?? 0) - seconds;
    const found = this.samples.findLast((each) => each.at <= at + 0.5);
    return found && at - found.at < GAP_S ? found : undefined;
  }

  recent(seconds) {
    const from = (this.last?.at ?? 0) - seconds;
    return this.samples.filter((each) => each.at > from);
  }

  // For how many of the last seconds requests have come, and how many were told to wait in line.
  asked(seconds) {
    const recent = this.recent(seconds);
    const first = recent.find((each) => each.offered > 0);
    return { forS: first ? this.last.at - first.at + 1 : 0, inLine: recent.reduce((sum, each) => sum + each.inLine, 0) };
  }

  // The share of those that ended in the last seconds that were answered well.
  goodShare(seconds) {
    const recent = this.recent(seconds);
    const ended = recent.reduce((sum, each) => sum + each.good + each.bad, 0);
    return ended ? recent.reduce((sum, each) => sum + each.good, 0) / ended : null;
  }
}

// Every kind of failure among these, in the order in which the report has them.
export function failuresIn(samples) {
  const seen = new Set(samples.flatMap((each) => Object.keys(each.failed).filter((name) => each.failed[name] > 0)));
  return Object.keys(OUTCOMES).filter((name) => seen.has(name));
}

// When each fault was active: {name, start, end, from, to}, the last two in words.
export function faultsIn(samples) {
  const open = new Map();
  const found = [];
  let before;
  for (const each of samples) {
    const names = new Set(each.active.map((fault) => fault.name));
    for (const name of names) {
      const span = open.get(name);
      if (span && each.at - span.end < GAP_S) Object.assign(span, { end: each.at, to: each.label });
      else {
        const first = before && each.at - before.at < GAP_S ? before : each;
        const begun = { name, start: first.at, from: first.label, end: each.at, to: each.label };
        open.set(name, begun);
        found.push(begun);
      }
    }
    for (const name of [...open.keys()]) if (!names.has(name)) open.delete(name);
    before = each;
  }
  return found;
}

// No more samples than a chart draws: seconds in groups, with the means of what is counted, and the percentiles as the
// last of a group has them, which are of the last ten seconds.
export function thinned(samples, seconds) {
  const step = Math.ceil(seconds / POINTS);
  if (step <= 1) return samples;
  const groups = Map.groupBy(samples, (each) => Math.floor(each.at / step));
  return [...groups.values()].map((group) => (group.length > 1 ? together(group, step) : group[0]));
}

function together(group, step) {
  const last = group.at(-1);
  const mean = (value) => group.reduce((sum, each) => sum + (value(each) ?? 0), 0) / group.length;
  const station = (name) => [name, {
    servers: last.stations[name].servers,
    busy: mean((each) => each.stations[name]?.busy),
    waiting: mean((each) => each.stations[name]?.waiting),
  }];
  return {
    ...last,
    lasts: step,
    offered: mean((each) => each.offered),
    good: mean((each) => each.good),
    bad: mean((each) => each.bad),
    inLine: mean((each) => each.inLine),
    failed: Object.fromEntries(failuresIn(group).map((name) => [name, mean((each) => each.failed[name])])),
    logOns: mean((each) => each.logOns),
    stations: Object.fromEntries(Object.keys(last.stations).map(station)),
  };
}

function read(told, at) {
  const failed = told.failed ?? {};
  return {
    at,
    lasts: 1,
    clock: told.now_s ?? told.at_s, // what the label says, in seconds
    label: told.now || wallClock(told.at_s * 1000), // the wall's clock until the scenario has begun
    offered: told.offered ?? 0,
    good: told.good ?? 0,
    failed,
    bad: Object.values(failed).reduce((sum, number) => sum + number, 0),
    p50: told.response_ms?.p50 ?? null,
    p95: told.response_ms?.p95 ?? null,
    p99: told.response_ms?.p99 ?? null,
    inLine: told.in_line ?? 0,
    stations: told.stations ?? {},
    logOns: told.log_ons ?? 0,
    active: told.active ?? [],
  };
}

// Runs of samples without a gap between them, so that a line does not cross what nobody saw.
export function unbroken(samples) {
  const runs = [];
  let before;
  for (const each of samples) {
    if (before && each.at - before.at < GAP_S + each.lasts - 1) runs.at(-1).push(each);
    else runs.push([each]);
    before = each;
  }
  return runs;
}
