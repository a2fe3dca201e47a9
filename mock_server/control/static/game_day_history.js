// The last ten minutes, a sample a second. After a break the server sends its last ten minutes again, and what is
// known already is not taken twice; a server that began its clock anew goes on to the right of the gap.

import { wallClock } from "./game_day_words.js";

export const KEPT_S = 600;
const LEAST_S = 120;
const GAP_S = 3.5;

export class History {
  constructor() {
    this.samples = [];
    this.shift = 0;
    this.heardMs = 0;
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

  // From when to when the charts reach.
  get span() {
    const end = this.last?.at ?? 0;
    const known = end - (this.samples[0]?.at ?? end);
    return { start: end - Math.min(KEPT_S, Math.max(LEAST_S, known)), end };
  }

  // The sample so many seconds before the last, if there is one near it.
  ago(seconds) {
    const at = (this.last?.at ?? 0) - seconds;
    const found = this.samples.findLast((each) => each.at <= at + 0.5);
    return found && at - found.at < GAP_S ? found : undefined;
  }

  // What was good and offered in the last seconds.
  goodShare(seconds) {
    const from = (this.last?.at ?? 0) - seconds;
    const recent = this.samples.filter((each) => each.at > from);
    const ended = recent.reduce((sum, each) => sum + each.good + each.bad, 0);
    return ended ? recent.reduce((sum, each) => sum + each.good, 0) / ended : null;
  }

  // Every kind of failure seen, most first.
  get failures() {
    const totals = new Map();
    for (const each of this.samples)
      for (const [name, number] of Object.entries(each.failed)) totals.set(name, (totals.get(name) ?? 0) + number);
    return [...totals].filter(([, number]) => number > 0).sort((a, b) => b[1] - a[1]).map(([name]) => name);
  }

  // The stretches of time in which each fault was active: {name, start, end}.
  get faults() {
    const open = new Map();
    const found = [];
    let before;
    for (const each of this.samples) {
      const names = new Set(each.active.map((fault) => fault.name));
      for (const name of names) {
        const span = open.get(name);
        if (span && each.at - span.end < GAP_S) span.end = each.at;
        else {
          const begun = { name, start: before && each.at - before.at < GAP_S ? before.at : each.at, end: each.at };
          open.set(name, begun);
          found.push(begun);
        }
      }
      for (const name of [...open.keys()]) if (!names.has(name)) open.delete(name);
      before = each;
    }
    return found;
  }
}

function read(told, at) {
  const failed = told.failed ?? {};
  return {
    at,
    label: told.now || wallClock(told.at_s * 1000), // the wall's clock until the scenario has begun
    offered: told.offered ?? 0,
    good: told.good ?? 0,
    failed,
    bad: Object.values(failed).reduce((sum, number) => sum + number, 0),
    p50: told.response_ms?.p50 ?? null,
    p95: told.response_ms?.p95 ?? null,
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
    if (before && each.at - before.at < GAP_S) runs.at(-1).push(each);
    else runs.push([each]);
    before = each;
  }
  return runs;
}
