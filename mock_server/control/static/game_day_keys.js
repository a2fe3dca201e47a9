// Single keys as shortcuts: shown by `?`, and off for whoever does not want them (WCAG 2.1.4).

import { byId, element } from "./game_day_elements.js";

const KEPT = "rehearse-single-keys";

// `actions`: [key, what it does, function]
export function shortcuts(actions) {
  const dialog = byId("keys-dialog");
  const box = byId("keys-on");
  box.checked = localStorage.getItem(KEPT) !== "off";
  box.addEventListener("change", () => localStorage.setItem(KEPT, box.checked ? "on" : "off"));
  byId("keys-list").replaceChildren(
    ...actions.flatMap(([key, what]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, what)]));
  byId("keys").addEventListener("click", () => dialog.showModal());
  document.addEventListener("keydown", (event) => {
    const action = actions.find(([key]) => key === event.key);
    if (!action || !box.checked || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    event.preventDefault();
    action[2]();
  });
  for (const button of document.querySelectorAll("[data-close]"))
    button.addEventListener("click", () => button.closest("dialog").close());
}

const isWriting = (target) => target.matches("input:not([type=checkbox], [type=radio]), select, textarea");
