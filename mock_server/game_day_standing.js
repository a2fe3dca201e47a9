// The first line of the page: how the service stands, in one sentence. Pure functions of what is known.

import { duration, many, rate, share, wallClock } from "./game_day_words.js";

export const WELL = 0.99; // of the requests that ended in the last ten seconds, good
export const POORLY = 0.9;

// {tone, sign, text, more}
export function standing({ isConnected, everConnected, lostMs, nowMs, back, sample, good, active, offline, lastNow }) {
  if (!isConnected) return everConnected ? gone(lostMs, nowMs, back, lastNow) : as("void", "void", "Connecting to the mock server", "");
  const others = active.filter(({ kind }) => kind !== "offline");
  const faults = others.length ? `${many(others.length, "fault")} active: ${others.map(({ name }) => name).join(", ")}.` : "";
  if (offline) return as("missed", "missed", `Offline: nobody is served.${left(active, nowMs)}`, faults);
  if (good === null) return as("void", "void", "In service. Nothing is being asked of it.", faults);
  const figures = `${share(good)} of requests are good, ${rate(sample.offered)} a second.`;
  if (good >= WELL) return as(others.length ? "open" : "met", others.length ? "open" : "met", `In service: ${figures}`, faults);
  if (good >= POORLY) return as("open", "open", `In service, not for everybody: ${figures}`, faults);
  return as("missed", "missed", `In trouble: ${figures}`, faults);
}

const as = (tone, sign, text, more) => ({ tone, sign, text, more });

function left(active, nowMs) {
  const due = active.find(({ kind }) => kind === "offline")?.dueMs;
  return due === undefined ? "" : ` ${duration((due - nowMs) / 1000)} left.`;
}

function gone(lostMs, nowMs, back, lastNow) {
  const since = `since ${wallClock(lostMs)} (${duration((nowMs - lostMs) / 1000)})`;
  const shown = `The picture is the last one known${lastNow ? `, of ${lastNow}` : ""}. Trying again by itself.`;
  if (back === undefined) return as("void", "void", `No connection ${since}`, shown);
  const due = back - nowMs;
  const when = due > 0 ? `should be back in ${duration(due / 1000)}, at ${wallClock(back)}` : `should have been back at ${wallClock(back)}`;
  return as("missed", "missed", `The server crashed ${since}: it ${when}`, shown);
}

// When a crashed server should be back, as far as the last thing known says so; undefined when it was no crash.
export function backAt({ active, coming }, crash, lostMs) {
  const known = active.find(({ kind }) => kind === "crash");
  if (known?.dueMs !== undefined) return known.dueMs;
  if (crash && crash.startedMs > lostMs - 10000) return crash.backMs;
  const due = coming.find(({ kind, dueMs }) => kind === "crash" && dueMs < lostMs + 5000);
  return due && (due.backMs ?? due.dueMs);
}
