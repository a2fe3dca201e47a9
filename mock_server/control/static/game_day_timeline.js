// The timeline: what is active with the time left, what is coming with a countdown, and what was.

import { byId, element, keep, say } from "./game_day_elements.js";
import { duration, many, plain, wallClock } from "./game_day_words.js";

const PAST = 40;

export class Timeline {
  constructor(stop) {
    this.stop = stop;
    this.lists = { active: byId("active"), coming: byId("coming"), past: byId("past") };
  }

  // `active` and `coming` carry the moment on this computer's clock at which they end or begin.
  draw({ active, coming, past }, nowMs) {
    const lists = Object.entries({ active, coming, past });
    for (const [name, items] of lists) byId(`${name}-none`).hidden = items.length > 0;
    const bringUp = (node, item) => update(node, item, nowMs);
    const stopHadFocus = this.lists.active.contains(document.activeElement);
    keep(this.lists.active, active, ({ name }) => name, (item) => this.active(item), bringUp);
    if (stopHadFocus && !this.lists.active.contains(document.activeElement)) byId("active-title").focus();
    keep(this.lists.coming, coming, ({ name, at }) => `${name} ${at}`, planned, bringUp);
    keep(this.lists.past, past.slice(0, PAST), pastKey, was, () => {});
  }

  // To what is active, where it can be stopped.
  focus() {
    (this.lists.active.querySelector("button") ?? byId("active-title")).focus();
  }

  active(item) {
    const bar = element("progress", { max: 1, value: 1, "aria-hidden": "true" });
    const attributes = { type: "button", "aria-label": `Stop ${item.name}`, onclick: () => this.stop(item.name) };
    const about = element("div", {}, ...named(item), element("span", { class: "left" }), bar);
    return element("li", { class: "active" }, about, element("button", attributes, "Stop"));
  }
}

function planned(item) {
  return element("li", {}, element("div", {}, ...named(item), element("span", { class: "left" })));
}

function named({ name, kind, what }) {
  const about = [plain(kind ?? ""), what].filter((text) => text && text !== name).join(", ");
  return [element("b", {}, name), about ? element("small", {}, about) : null];
}

function update(node, item, nowMs) {
  const seconds = (item.dueMs - nowMs) / 1000;
  say(node.querySelector(".left"), words(item, seconds));
  const bar = node.querySelector("progress");
  if (!bar) return;
  bar.hidden = item.dueMs === undefined;
  if (bar.hidden) return;
  node.longest = Math.max(node.longest ?? 0, seconds);
  bar.value = Math.max(0, seconds / node.longest);
}

function words({ dueMs, at, isActive }, seconds) {
  if (dueMs === undefined) return isActive ? "until it is stopped" : (at ?? "");
  if (isActive) return `${duration(seconds)} left`;
  return `in ${duration(seconds)}${at ? ` · at ${at}` : ""}`;
}

const pastKey = ({ at, name, event, place }) => `${place} ${at} ${name} ${event}`;

function was({ at, at_epoch_s: epochS, name, event, by, hits, message }) {
  const when = at || (epochS ? wallClock(epochS * 1000) : "");
  const whose = by && (by.startsWith("by ") ? by : `by ${by}`);
  const more = [message && `“${message}”`, whose, hits ? many(hits, "hit") : ""].filter(Boolean).join(", ");
  const told = [element("b", {}, name), ` ${event ?? ""}`, element("small", {}, more)];
  return element("li", {}, element("time", {}, when), element("span", {}, ...told));
}
