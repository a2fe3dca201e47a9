// Elements made and kept: text goes in as text, and a list that is shown anew keeps the elements it has,
// so that a button does not lose the focus because a second has passed.

const SVG = "http://www.w3.org/2000/svg";

// Control characters, and those that turn the direction of what follows, as signs that are seen: a name that somebody
// wrote shows what is in it, and changes nothing around it.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

export const shown = (text) => String(text).replace(UNSEEN, (sign) => {
  const code = sign.codePointAt(0);
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? "\u2421" : "\ufffd";
});

export const byId = (id) => document.getElementById(id);

export function element(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

export function drawn(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null).map((child) => (child instanceof Node ? child : shown(child))));
  return made;
}

// Sets text only when it is another, which spares the browser work and the screen reader repetition.
export function say(node, text) {
  const seen = shown(text);
  if (node.textContent !== seen) node.textContent = seen;
}

// Makes a list show `items`: `make(item)` a new element, `update(element, item)` each one, in this order.
export function keep(list, items, key, make, update) {
  const had = new Map([...list.children].map((child) => [child.dataset.key, child]));
  items.forEach((item, place) => {
    const name = key(item);
    let child = had.get(name);
    had.delete(name);
    if (!child) {
      child = make(item);
      child.dataset.key = name;
    }
    update(child, item);
    if (list.children[place] !== child) list.insertBefore(child, list.children[place] ?? null);
  });
  for (const gone of had.values()) gone.remove();
}

// A plain message beside a field, or none.
export function complain(field, problem, text) {
  say(problem, text);
  problem.hidden = !text;
  if (!field) return;
  if (text) field.setAttribute("aria-invalid", "true");
  else field.removeAttribute("aria-invalid");
}
