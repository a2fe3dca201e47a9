// Figures as people read them.

const whole = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });

export const count = (value) => (value == null ? "–" : whole.format(value));

export const rate = (value) => (value == null ? "–" : value < 10 ? fine.format(value) : whole.format(value));

export const share = (value) =>
  value == null ? "–" : `${value > 0 && value < 0.1 ? fine.format(value * 100) : whole.format(value * 100)}\u00a0%`;

export function milliseconds(value) {
  if (value == null) return "–";
  if (value < 1000) return `${whole.format(value)}\u00a0ms`;
  return `${value < 10000 ? fine.format(value / 1000) : whole.format(value / 1000)}\u00a0s`;
}

// "45 s", "4 min 10 s", "2 h 05 min"
export function duration(seconds) {
  const left = Math.max(0, Math.round(seconds));
  if (left < 60) return `${left}\u00a0s`;
  const minutes = Math.floor(left / 60);
  if (minutes < 60) return left % 60 ? `${minutes}\u00a0min ${left % 60}\u00a0s` : `${minutes}\u00a0min`;
  return `${Math.floor(minutes / 60)}\u00a0h ${String(minutes % 60).padStart(2, "0")}\u00a0min`;
}

export const plain = (name) => String(name).replaceAll("_", " ");

export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export const many = (number, one, more = `${one}s`) => `${count(number)} ${number === 1 ? one : more}`;

// The time of day on the wall, for what the server cannot say: since when it does not answer.
export const wallClock = (moment) =>
  new Date(moment).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

// The seconds of "90 s", "15 min" or "2 h", as far as this page has to know them.
export function secondsOf(text) {
  const [, number, unit] = /^\s*([\d.]+)\s*([a-z]*)/i.exec(text) ?? [];
  return Number(number ?? 0) * ({ ms: 0.001, min: 60, h: 3600 }[unit] ?? 1);
}
