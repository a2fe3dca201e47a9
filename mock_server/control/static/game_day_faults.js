// Starting a fault: every kind as a button, and for the chosen one a form made from what the server says of its
// parameters. The form takes the list's place; Escape goes back.

import { byId, complain, element, keep, say } from "./game_day_elements.js";
import { control, describe, valueOf } from "./game_day_fields.js";
import { capital, many, plain } from "./game_day_words.js";

const LASTS = {
  name: "lasts", label: "For how long", type: "text", isText: true, value: "60 s", required: true,
  hint: "For example 90 s, 15 min or 2 h.",
};
const NAME = { name: "name", label: "Name", type: "text", isText: true, hint: "What the timeline calls it." };

export class Faults {
  // `start(order)` sends it; `stop(name)` ends one; `choices()` are the names that the state knows, by type
  constructor({ start, stop, choices, said }) {
    Object.assign(this, { start, stop, choices, said });
    this.kinds = {};
    this.form = byId("fault");
    this.find = byId("find");
    this.list = byId("kinds");
    this.find.addEventListener("input", () => this.narrow());
    this.find.addEventListener("keydown", (event) => this.fromFind(event));
    this.list.addEventListener("keydown", (event) => this.move(event));
    for (const happens of ["focusin", "mouseover"]) this.list.addEventListener(happens, (event) => this.explain(event));
    this.form.addEventListener("submit", (event) => this.submit(event));
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.back();
    });
  }

  show(kinds) {
    this.kinds = kinds;
    const familyOf = (name) => kinds[name].family ?? "other";
    const families = [...new Set(Object.keys(kinds).map(familyOf))];
    const groups = families.map((family) => [
      capital(family), Object.keys(kinds).filter((name) => familyOf(name) === family),
    ]);
    this.list.replaceChildren(...groups.map(([title, names]) => this.group(title, names)));
    this.narrow();
  }

  group(title, names) {
    const items = names.map((name) => {
      const { about } = this.kinds[name];
      const attributes = { type: "button", class: "kind", title: about, onclick: () => this.open(name) };
      const button = element("button", attributes, capital(plain(name)));
      const running = element("ul", { class: "running", "aria-label": `Active: ${plain(name)}` });
      return element("li", { "data-kind": name }, button, running);
    });
    return element("section", { "aria-label": title }, element("h3", {}, title), element("ul", {}, ...items));
  }

  explain({ target }) {
    const kind = target.closest("[data-kind]")?.dataset.kind;
    if (kind) say(byId("kind-about"), this.kinds[kind].about ?? "");
  }

  // A kind that is active can be stopped where it was started.
  mark(active) {
    for (const item of this.list.querySelectorAll("[data-kind]")) {
      const mine = active.filter(({ kind }) => kind === item.dataset.kind);
      keep(item.lastChild, mine, ({ name }) => name, ({ name }) =>
        element("li", {}, element("button", {
          type: "button", title: name, "aria-label": `Stop ${name}`, onclick: () => this.stop(name),
        })), (node, { name }) => say(node.firstChild, mine.length > 1 ? `Stop ${name}` : "Stop"));
      item.classList.toggle("active", mine.length > 0);
    }
  }

  // To the kinds whose name has what is written; when there is none, to those that speak of it.
  narrow() {
    const wanted = this.find.value.trim().toLowerCase();
    const speaking = (text) => Object.keys(this.kinds).filter((kind) => text(kind).toLowerCase().includes(wanted));
    const named = speaking(plain);
    const found = named.length ? named : speaking((kind) => this.kinds[kind].about ?? "");
    for (const item of this.list.querySelectorAll("[data-kind]")) item.hidden = !found.includes(item.dataset.kind);
    for (const group of this.list.children) group.hidden = !group.querySelector("[data-kind]:not([hidden])");
    const isNone = wanted && found.length === 0;
    byId("find-none").hidden = !isNone;
    say(byId("find-none"), isNone ? `No fault is called “${this.find.value.trim()}”.` : "");
  }

  get shown() {
    return [...this.list.querySelectorAll("[data-kind]:not([hidden]) > .kind")];
  }

  fromFind(event) {
    const first = this.shown[0];
    if (event.key === "ArrowDown") first?.focus();
    else if (event.key === "Enter" && this.find.value.trim()) first?.click();
    else if (event.key === "Escape" && this.find.value) {
      this.find.value = "";
      this.narrow();
    } else return;
    event.preventDefault();
  }

  // The arrow keys are a shorter way than Tab.
  move(event) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const place = this.shown.indexOf(document.activeElement);
    if (!step || place < 0) return;
    event.preventDefault();
    (this.shown[place + step] ?? (step < 0 ? this.find : this.shown[place])).focus();
  }

  open(kind) {
    this.kind = kind;
    const { about, parameters } = this.kinds[kind];
    const given = describe(parameters ?? {}, this.choices());
    this.fields = [
      ...given,
      LASTS,
      NAME,
    ];
    this.form.replaceChildren(
      element("h3", { id: "fault-title" }, capital(plain(kind))),
      about ? element("p", { class: "about" }, about) : "",
      ...this.fields.map((field) => control(field)),
      element("p", { class: "problem", id: "fault-problem", hidden: true }),
      element("div", { class: "row end" },
        element("button", { type: "button", onclick: () => this.back() }, "Back"),
        element("button", { type: "submit", class: "strong" }, "Start")),
    );
    byId("chooser").hidden = true;
    this.form.hidden = false;
    this.form.scrollTop = 0;
    this.form.querySelector("input, select, textarea").focus();
  }

  back() {
    if (this.form.hidden) return;
    this.form.hidden = true;
    byId("chooser").hidden = false;
    (this.list.querySelector(`[data-kind="${CSS.escape(this.kind)}"] > .kind:not([hidden])`) ?? this.find).focus();
  }

  focus() {
    if (this.form.hidden) this.find.focus();
    else this.form.querySelector("input, select, textarea").focus();
  }

  input({ name }) {
    const found = this.form.elements[`fault-${name}`];
    return found instanceof RadioNodeList ? found[0] : found;
  }

  async submit(event) {
    event.preventDefault();
    if (this.isSending) return;
    const order = this.order();
    if (!order) return;
    this.isSending = true;
    try {
      await this.start(order, this.kind);
      this.back();
    } catch (refused) {
      this.complain(refused.problems ?? [String(refused)]);
    } finally {
      this.isSending = false;
    }
  }

  // What is sent, or null after saying what is missing.
  order() {
    const values = Object.fromEntries(this.fields.map((field) => [field.name, valueOf(this.form, field)]));
    const missing = this.fields.filter(({ name, required }) => required && values[name] === undefined);
    this.complain(missing.map(({ name, label }) => `${name}: ${label} is needed.`));
    if (missing.length) return null;
    const { lasts, name, ...parameters } = values;
    const told = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
    return { ...(name ? { name } : {}), fault: { [this.kind]: told }, lasts };
  }

  // Each problem beside the field it speaks of; what speaks of none stands above the buttons.
  complain(problems) {
    const rest = [...problems];
    let first;
    for (const { name, input } of this.fields.map((field) => ({ ...field, input: this.input(field) }))) {
      const mine = rest.filter((problem) => speaksOf(problem, name));
      for (const each of mine) rest.splice(rest.indexOf(each), 1);
      complain(input, byId(`fault-${name}-problem`), mine.map((each) => shortened(each, name)).join(" "));
      if (mine.length) first ??= input;
    }
    complain(null, byId("fault-problem"), rest.join(" "));
    if (first?.closest("details")) first.closest("details").open = true;
    first?.focus();
    if (problems.length) this.said(`Not started: ${many(problems.length, "problem")}. ${problems.join(" ")}`);
  }
}

const speaksOf = (problem, name) => new RegExp(`(^|[^\\w-])${name}([^\\w-]|$)`).test(problem.split(/[,:;]/)[0]);

// "slowdown.factor: what is wrong" needs no key beside the field itself.
function shortened(problem, name) {
  const [place, ...told] = problem.split(": ");
  return told.length && place.endsWith(name) ? capital(told.join(": ")) : problem;
}
