// The first line of the page: how the service stands, in one sentence. Pure functions of what is known.

import { duration, many, milliseconds, rate, share, wallClock } from "./game_day_words.js";

export const WELL = 0.99; // of the requests that ended in the last ten seconds, answered well
export const POORLY = 0.9;
const AT_LEAST_S = 3; // without an answer before that is said
const UNASKED = "Load comes from another terminal: rehearse load, with the address that the service printed as --host "
  + "and the one of this page as --control.";

// {tone, text, more}
export function standing({ isConnected, everConnected, lostMs, nowMs, crash, sample, good, asked, active, offline }) {
  if (!isConnected) {
    if (!everConnected) return as("void", "Connecting to the mock server");
    return gone(lostMs, nowMs, crash?.backMs, sample?.label);
  }
  if (crash?.backMs > nowMs) return as("missed", `The server crashed: it ${expected(crash.backMs, nowMs)}`);
  const others = active.filter(({ kind }) => kind !== "offline");
  const names = others.map(({ name }) => name).join(", ");
  const faults = names && `${many(others.length, "fault")} active: ${names}.`;
  if (offline) return as("missed", `Offline: nobody is served.${left(active, nowMs)}`, faults);
  if (good === null) return unanswered(sample, asked, faults);
  const limited = sample.failed?.rate_limited;
  const more = [faults, limited && `${rate(limited)} a second are answered 429: above a rate limit.`].filter(Boolean).join(" ");
  const within = sample.p95 == null ? "" : `, 95\u00a0% of those within ${milliseconds(sample.p95)}`;
  const figures = `${rate(sample.offered)} requests a second, ${share(good)} answered well${within}.`;
  if (good >= WELL) return as(names ? "open" : "met", `In service: ${figures}`, more);
  if (good >= POORLY) return as("open", `In service, not for everybody: ${figures}`, more);
  return as("missed", `In trouble: ${figures}`, more);
}

// Nothing has ended in the last ten seconds: nobody asks, or nobody is answered.
function unanswered({ offered } = {}, { forS, inLine }, faults) {
  if (!forS) return as("void", "In service. Nothing is being asked of it.", faults || UNASKED);
  if (inLine) return as("open", "In service, not for everybody: whoever comes is told to wait in line.", faults);
  if (forS < AT_LEAST_S) return as("void", "In service. The first requests have come.", faults);
  return as("missed", `In trouble: ${rate(offered)} requests a second, and no answer for ${duration(forS)}.`, faults);
}

const as = (tone, text, more = "") => ({ tone, text, more });

function left(active, nowMs) {
  const due = active.find(({ kind }) => kind === "offline")?.dueMs;
  return due === undefined ? "" : ` ${duration((due - nowMs) / 1000)} left.`;
}

function gone(lostMs, nowMs, backMs, label) {
  const since = `No connection since ${wallClock(lostMs)} (${duration((nowMs - lostMs) / 1000)})`;
  const shown = `The picture is the last one known${label ? `, of ${label}` : ""}. Trying again by itself.`;
  if (!(backMs > lostMs)) return as("void", since, shown);
  return as("missed", `The server crashed: it ${expected(backMs, nowMs)}`, `${since}. ${shown}`);
}

function expected(backMs, nowMs) {
  const seconds = (backMs - nowMs) / 1000;
  return seconds > 0
    ? `should be back in ${duration(seconds)}, at ${wallClock(backMs)}`
    : `should have been back at ${wallClock(backMs)}`;
}

// When a crashed server should be back, as far as the last thing known says so; undefined when it was no crash.
export function backAt({ active, coming }, lostMs) {
  const known = active.find(({ kind }) => kind === "crash");
  if (known) return known.dueMs;
  return coming.find(({ kind, dueMs }) => kind === "crash" && dueMs < lostMs + 5000)?.backMs;
}
