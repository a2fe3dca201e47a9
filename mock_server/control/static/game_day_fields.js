// A form's fields, made from what the server says of a fault's parameters. Where it names the choices, the field is a
// select, or boxes to tick where several may be chosen; where it says no more than a word, one writes.

import { element, say } from "./game_day_elements.js";
import { capital, plain } from "./game_day_words.js";

const AIM = ["operations", "populations", "regions", "share"];

// The fields of {name: {type, description, default, required, choices}}. `known` has names by what they name. Where
// there is nothing to choose from, nothing is asked.
export function describe(parameters, known) {
  const asked = Object.entries(parameters).filter(([, { required, choices }]) => required || choices?.length !== 0);
  return asked.sort(([one, a], [other, b]) => rank(one, a) - rank(other, b)).map(([name, told]) => {
    const type = String(told.type ?? "text");
    return {
      name,
      type,
      label: capital(plain(name)),
      hint: told.choices?.length === 0 ? "The scenario names none." : capital(told.description ?? ""),
      otherwise: told.default,
      required: told.required === true,
      isMany: isMany(type, told.default),
      choices: choicesOf(name, told, type, known),
    };
  });
}

// Where it lies, what must be said, what may be said, and last which requests it touches.
function rank(name, { required }) {
  if (name === "station") return 0;
  return AIM.includes(name) ? 3 : required ? 1 : 2;
}

const isMany = (type, otherwise) => /\blist\b/i.test(type) || Array.isArray(otherwise);

function choicesOf(name, told, type, known) {
  const given = told.choices ?? known[name] ?? known[`${name}s`];
  if (given?.length) return given;
  return /^bool|^yes or no/i.test(type) ? [true, false] : undefined;
}

export function control(field) {
  if (field.choices && field.isMany) return boxes(field);
  const id = `fault-${field.name}`;
  const attributes = { id, name: id, required: field.required, "aria-describedby": described(field) };
  return element(
    "div", { class: "field" },
    element("label", { for: id }, field.label, field.required ? null : element("small", {}, ` ${otherwise(field)}`)),
    field.choices ? chooser(field, attributes) : writer(field, attributes),
    ...about(field),
  );
}

const described = ({ name, hint }) => `${hint ? `fault-${name}-hint ` : ""}fault-${name}-problem`;

function otherwise({ otherwise: value, choices }) {
  const isSaid = !choices && value != null && value !== "" && !Array.isArray(value);
  return isSaid ? `(otherwise ${value})` : "(optional)";
}

function about({ name, hint }) {
  return [
    hint ? element("p", { class: "hint", id: `fault-${name}-hint` }, hint) : "",
    element("p", { class: "problem", id: `fault-${name}-problem`, hidden: true }),
  ];
}

function chooser({ choices, required, otherwise: start }, attributes) {
  const options = choices.map((choice) =>
    element("option", { value: String(choice), selected: String(choice) === String(start) }, word(choice)));
  const isOpen = !required && !choices.some((choice) => String(choice) === String(start));
  return element("select", attributes, isOpen ? element("option", { value: "" }, "–") : null, ...options);
}

const word = (choice) => plain({ true: "yes", false: "no" }[String(choice)] ?? choice);

function writer(field, attributes) {
  return field.type === "share" ? ranged(field, attributes) : written(field, attributes);
}

// A share: a number, and beside it a slider that says the same.
function ranged(field, attributes) {
  const text = written(field, { ...attributes, type: "text" });
  const slider = element("input", {
    id: `${attributes.id}-slider`, type: "range", min: 0, max: 100, step: 1, "aria-label": `${field.label}, in per cent`,
  });
  const follow = () => {
    const told = percent(text.value.trim() || (field.otherwise ?? ""));
    slider.value = told ?? 0;
    slider.setAttribute("aria-valuetext", `${slider.value} %`);
  };
  slider.addEventListener("input", () => {
    text.value = `${slider.value} %`;
    slider.setAttribute("aria-valuetext", text.value);
  });
  text.addEventListener("input", follow);
  follow();
  return element("div", { class: "row ranged" }, text, slider);
}

// "20 %" and 0.2 are 20; undefined is what is neither.
function percent(text) {
  const [, number, sign] = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text) ?? [];
  return number === undefined ? undefined : Math.min(Number(number) * (sign ? 1 : 100), 100);
}

function written({ type, value }, attributes) {
  const isNumber = /^(int|integer|float|number|whole)/i.test(type);
  const inputmode = isNumber ? "decimal" : "text";
  return element("input", { ...attributes, autocomplete: "off", inputmode, value: value ?? "" });
}

// Several of many: closed it is one line that says which.
function boxes(field) {
  const id = `fault-${field.name}`;
  const chosen = element("span", {}, "all");
  const ticks = field.choices.map((choice) => element("label", { class: "check" },
    element("input", { type: "checkbox", name: id, value: String(choice) }), String(choice)));
  const legend = element("legend", { class: "unseen" }, field.label);
  const group = element("fieldset", { "aria-describedby": described(field) }, legend, ...ticks);
  group.addEventListener("change", () => {
    const names = [...group.querySelectorAll("input:checked")].map(({ value }) => value);
    say(chosen, names.length ? names.join(", ") : "all");
  });
  return element("details", { class: "field boxes" },
    element("summary", {}, element("b", {}, field.label), " ", chosen), group, ...about(field));
}

// What a field says, as the language has it: a number where one stands there, else the text; undefined where nothing
// does.
export function valueOf(form, field) {
  const name = `fault-${field.name}`;
  if (field.choices && field.isMany) {
    const names = new FormData(form).getAll(name);
    return names.length ? names : undefined;
  }
  const text = form.elements[name].value.trim();
  if (text === "") return undefined;
  if (field.choices) return field.choices.find((choice) => String(choice) === text);
  if (field.isText) return text;
  if (field.isMany) return text.split(",").map((each) => each.trim()).filter(Boolean);
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
