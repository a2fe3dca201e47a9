// The control API: requests, and the events that come once a second, with a connection that mends itself.

const KEPT = "rehearse-token";
const SILENT_MS = 4000; // so long without an event, and the server is not there
const AGAIN_MS = 1500;
const BURST_MS = 60;

export class Refused extends Error {
  // `isSilence`: nobody answered
  constructor(problems, isSilence = false) {
    super(problems.join(" "));
    Object.assign(this, { problems, isSilence });
  }
}

// The token of the address's fragment, which is taken out of the address, else the one this tab has kept.
export function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(KEPT, given);
    history.replaceState(null, "", location.pathname + location.search);
  }
  return sessionStorage.getItem(KEPT) ?? "";
}

export class Control {
  // `told` has: events(samples), connected(), lost(), unauthorised()
  constructor(token, told) {
    this.token = token;
    this.told = told;
    this.isConnected = false;
    this.isNew = true;
    this.burst = [];
    this.heardMs = performance.now();
    setInterval(() => this.watch(), 1000);
  }

  use(token) {
    this.token = token;
    this.isNew = true;
    sessionStorage.setItem(KEPT, token);
    this.connect();
  }

  state() {
    return this.ask("GET", "/control/state");
  }

  kinds() {
    return this.ask("GET", "/control/kinds");
  }

  start(order) {
    return this.ask("POST", "/control/faults", order);
  }

  stop(name) {
    return this.ask("DELETE", `/control/faults/${encodeURIComponent(name)}`);
  }

  offline(order) {
    return this.ask("POST", "/control/offline", order);
  }

  online() {
    return this.ask("POST", "/control/online", {});
  }

  status(message) {
    return this.ask("POST", "/control/status", { message });
  }

  async ask(method, path, body) {
    const headers = { Authorization: `Bearer ${this.token}` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) }).catch(() => {
      throw new Refused(["The server does not answer. Nothing was changed, as far as is known."], true);
    });
    const text = await answer.text();
    const told = parsed(text);
    if (answer.status === 401 || answer.status === 403) {
      this.told.unauthorised();
      throw new Refused(["The control token is not accepted."]);
    }
    if (answer.ok) return told;
    throw new Refused(told?.problems ?? [`The server answered ${answer.status}. ${text}`.slice(0, 300)]);
  }

  connect() {
    this.source?.close();
    this.heardMs = performance.now();
    this.source = new EventSource(`/control/events?token=${encodeURIComponent(this.token)}`);
    this.source.onmessage = (message) => this.hear(message);
    this.source.onerror = () => this.fail();
  }

  // A backlog arrives as a burst and is handed on at once.
  hear(message) {
    this.heardMs = performance.now();
    const sample = parsed(message.data);
    if (!sample) return;
    this.burst.push(sample);
    clearTimeout(this.flushing);
    this.flushing = setTimeout(() => this.flush(), BURST_MS);
  }

  flush() {
    const again = !this.isConnected;
    this.isConnected = true;
    this.told.events(this.burst.splice(0));
    if (again) this.told.connected();
  }

  // The browser tries again by itself, unless it was answered with anything but events.
  fail() {
    const closed = this.source.readyState === EventSource.CLOSED;
    this.lose();
    if (closed) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.tryAgain(), this.isNew ? 0 : AGAIN_MS);
      this.isNew = false;
    }
  }

  async tryAgain() {
    const headers = { Authorization: `Bearer ${this.token}` };
    const answer = await fetch("/control/state", { headers }).catch(() => null);
    if (answer?.status === 401 || answer?.status === 403) this.told.unauthorised();
    else this.connect();
  }

  // A connection may also go silent without an error: a stopped process keeps its sockets open.
  watch() {
    if (this.source && performance.now() - this.heardMs > SILENT_MS && this.source.readyState !== EventSource.CLOSED) {
      this.lose();
      this.connect();
    }
  }

  lose() {
    const had = this.isConnected;
    this.isConnected = false;
    if (had) this.told.lost();
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
