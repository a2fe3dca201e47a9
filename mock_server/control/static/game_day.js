// The game-day page: what the control server tells once a second, drawn; what is pressed, asked of it. This module
// joins the others and holds what is known.

import { Charts } from "./game_day_charts.js";
import { Control, takeToken } from "./game_day_control.js";
import { byId, complain, say, shown } from "./game_day_elements.js";
import { Faults } from "./game_day_faults.js";
import { History } from "./game_day_history.js";
import { shortcuts } from "./game_day_keys.js";
import { Service } from "./game_day_service.js";
import { backAt, standing } from "./game_day_standing.js";
import { Timeline } from "./game_day_timeline.js";
import { duration, plain, secondsOf } from "./game_day_words.js";

const STATE_EVERY_MS = 5000;
const LAST_S = 10; // as of the percentiles

const history = new History();
const known = { active: [], coming: [], past: [], offline: false, names: {}, scenario: "" };
const link = { isConnected: false, everConnected: false, lostMs: 0, crash: undefined };

const control = new Control(takeToken(), { events, connected, lost, unauthorised });
const charts = new Charts(byId("charts"), history);
const timeline = new Timeline(stop);
const service = new Service(control, act);
const faults = new Faults({ start, stop, said: announce, choices: () => known.names });

function announce(text) {
  const said = byId("said");
  said.textContent = "";
  requestAnimationFrame(() => say(said, text));
}

// Does something that the server is asked for, says what came of it, and fetches what is now known.
async function act(done, doing) {
  try {
    const answer = await doing();
    announce(`${done}.`);
    await refresh().catch(() => {});
    return answer;
  } catch (refused) {
    announce(refused.message);
    throw refused;
  }
}

async function start(order, kind) {
  const isCrash = kind === "crash";
  const begunMs = Date.now();
  // who is told to die may do so before it answers
  const answer = await act(`Started: ${order.name ?? plain(kind)}, for ${order.lasts}`, () =>
    control.start(order).catch((refused) => {
      if (isCrash && refused.isSilence) return {};
      throw refused;
    }));
  const lastsMs = secondsOf(order.lasts) * 1000;
  if (isCrash) link.crash = { backMs: answer.ends_epoch_s ? answer.ends_epoch_s * 1000 : begunMs + lastsMs };
}

function stop(name) {
  act(`Stopped: ${name}`, () => control.stop(name)).catch(() => {});
}

function events(samples) {
  const before = new Set(history.last?.active.map(({ name }) => name));
  const hadSome = history.last !== undefined;
  if (!history.add(samples, performance.now())) return;
  known.active = active(history.last.active);
  const names = new Set(known.active.map(({ name }) => name));
  const begun = [...names].filter((name) => !before.has(name));
  const ended = [...before].filter((name) => !names.has(name));
  if (begun.length || ended.length) refresh().catch(() => {});
  if (hadSome) tell(begun, ended);
  draw();
}

function tell(begun, ended) {
  const words = [...begun.map((name) => `Begun: ${name}.`), ...ended.map((name) => `Ended: ${name}.`)];
  if (words.length) announce(words.join(" "));
}

// Moments on this computer's clock, which goes on when the server does not.
const moment = (seconds, nowMs) => (seconds == null ? undefined : nowMs + seconds * 1000);

const active = (items, nowMs = Date.now()) =>
  items.map((item) => ({ ...item, isActive: true, dueMs: moment(item.ends_in_s, nowMs) }));

const coming = (items, nowMs = Date.now()) => items.map((item) => {
  const dueMs = moment(item.starts_in_s, nowMs);
  return { ...item, dueMs, backMs: moment(item.lasts_s, dueMs) };
});

async function refresh() {
  const state = await control.state();
  const { timeline: planned = {}, log = [] } = state;
  known.active = active(planned.active ?? []);
  known.coming = coming(planned.coming ?? []);
  known.past = (planned.past?.length ? planned.past : log).map((each, place) => ({ ...each, place })).reverse();
  known.offline = state.offline === true;
  known.names = state.names ?? {};
  known.scenario = state.scenario ?? "";
  say(byId("scenario"), known.scenario);
  byId("scenario").title = shown(known.scenario);
  document.title = `${shown(known.scenario)}: game day`;
  service.draw(state);
  draw();
}

function connected() {
  const wasLost = link.everConnected;
  Object.assign(link, { isConnected: true, everConnected: true });
  if (wasLost) announce("Connected again.");
  byId("give-token").hidden = true;
  if (byId("token-dialog").open) byId("token-dialog").close();
  refresh().catch(() => {});
  control.kinds().then((told) => faults.show(told.kinds ?? told)).catch(() => {});
}

function lost() {
  Object.assign(link, { isConnected: false, lostMs: Date.now() });
  const backMs = backAt(known, link.lostMs);
  if (backMs !== undefined) link.crash = { backMs };
  announce("The connection is lost. Trying again by itself.");
  draw();
}

function unauthorised() {
  askToken(control.token ? "This token is not accepted. Look at what the server printed when it started." : "");
}

function askToken(problem) {
  complain(byId("token"), byId("token-problem"), problem);
  byId("give-token").hidden = false;
  if (!byId("token-dialog").open) byId("token-dialog").showModal();
}

function draw() {
  const nowMs = Date.now();
  charts.draw();
  faults.mark(known.active);
  tick(nowMs);
}

// What changes although nothing is told: the countdowns, and how long the connection has been gone.
function tick(nowMs) {
  timeline.draw(known, nowMs);
  say(byId("now"), history.last?.label ?? "–");
  const told = standing({
    ...link, ...known, nowMs, sample: history.last, good: history.goodShare(LAST_S), asked: history.asked(LAST_S),
  });
  byId("standing").className = `standing ${told.tone}`;
  byId("standing-sign").setAttribute("href", `#sign-${told.tone}`);
  say(byId("standing-text"), told.text);
  say(byId("standing-more"), told.more);
  byId("standing-more").hidden = !told.more;
  byId("link").dataset.is = link.isConnected ? "live" : link.everConnected ? "lost" : "waiting";
  say(byId("link-text"), linkWords(nowMs));
}

function linkWords(nowMs) {
  if (link.isConnected) return "Live";
  return link.everConnected ? `Lost ${duration((nowMs - link.lostMs) / 1000)} ago` : "Connecting";
}

function toggle(id, kept) {
  const show = (on) => {
    document.documentElement.classList.toggle(id, on);
    byId(id).setAttribute("aria-pressed", String(on));
    draw();
  };
  const flip = () => {
    const on = !document.documentElement.classList.contains(id);
    localStorage.setItem(kept, on ? "on" : "off");
    show(on);
  };
  byId(id).addEventListener("click", flip);
  show(localStorage.getItem(kept) === "on");
  return flip;
}

// The range of the charts, which the browser keeps.
function chooseRange() {
  const range = byId("range");
  const kept = localStorage.getItem("rehearse-range");
  if ([...range.options].some((each) => each.value === kept)) range.value = kept;
  const show = () => {
    history.rangeS = Number(range.value);
    draw();
  };
  range.addEventListener("change", () => {
    localStorage.setItem("rehearse-range", range.value);
    show();
  });
  show();
}

chooseRange();
const tables = toggle("tables", "rehearse-tables");
const projector = toggle("projector", "rehearse-projector");
shortcuts([
  ["?", "show these shortcuts", () => byId("keys-dialog").showModal()],
  ["f", "go to the faults", () => faults.focus()],
  ["a", "go to what is active, to stop it", () => timeline.focus()],
  ["o", "take the service offline (asks first), or go to “Bring back”", () => service.ask()],
  ["m", "write a status message", () => byId("status-message").focus()],
  ["r", "choose the range of the charts", () => byId("range").focus()],
  ["t", "figures as tables, or as charts", tables],
  ["p", "larger for a projector", projector],
]);

byId("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = byId("token").value.trim();
  complain(byId("token"), byId("token-problem"), token ? "" : "Give the token.");
  if (!token) return;
  control.use(token);
  byId("token").value = "";
});
byId("give-token").addEventListener("click", () => askToken(""));

setInterval(() => tick(Date.now()), 1000);
setInterval(() => link.isConnected && refresh().catch(() => {}), STATE_EVERY_MS);
window.addEventListener("resize", () => draw());
if (control.token) control.connect();
else askToken("");
