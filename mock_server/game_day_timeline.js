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
    for (const [name, items] of Object.entries({ active, coming, past })) byId(`${name}-none`).hidden = items.length > 0;
    const stopHadFocus = this.lists.active.contains(document.activeElement);
    keep(this.lists.active, active, ({ name }) => name, (item) => this.active(item), (node, item) => update(node, item, nowMs));
    if (stopHadFocus && !this.lists.active.contains(document.activeElement)) byId("active-title").focus();
    keep(this.lists.coming, coming, ({ name, at }) => `${name} ${at}`, planned, (node, item) => update(node, item, nowMs));
    keep(this.lists.past, past.slice(0, PAST), pastKey, was, () => {});
  }

  active(item) {
    const bar = element("progress", { max: 1, value: 1, "aria-hidden": "true" });
    const button = element("button", { type: "button", "data-stop": item.name, "aria-label": `Stop ${item.name}` }, "Stop");
    button.addEventListener("click", () => this.stop(item.name));
    return element("li", { class: "active" }, element("div", {}, ...named(item), element("span", { class: "left" }), bar), button);
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

function was({ at, at_epoch_s: epochS, name, event, by, hits }) {
  const when = at || (epochS ? wallClock(epochS * 1000) : "");
  const more = [by && (by.startsWith("by ") ? by : `by ${by}`), hits ? many(hits, "hit") : ""].filter(Boolean).join(", ");
  return element("li", {}, element("time", {}, when), element("span", {}, element("b", {}, name), ` ${event ?? ""}`, element("small", {}, more)));
}
