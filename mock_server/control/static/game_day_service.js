// The service as a whole: take it offline after asking, post a status message, bring it back.

import { byId, complain, say } from "./game_day_elements.js";

export class Service {
  // `act(what, doing)` does something, says so, and lets a refusal through
  constructor(control, act) {
    this.control = control;
    this.act = act;
    this.dialog = byId("offline-dialog");
    byId("offline").addEventListener("click", () => this.ask());
    byId("online").addEventListener("click", () => this.bringBack());
    byId("offline-form").addEventListener("submit", (event) => this.takeOffline(event));
    byId("withdraw").addEventListener("click", () => this.withdraw());
    byId("status").addEventListener("submit", (event) => this.post(event));
  }

  draw({ offline, status_message: message }) {
    const hadFocus = [byId("offline"), byId("online")].includes(document.activeElement);
    byId("offline").hidden = offline;
    byId("online").hidden = !offline;
    if (hadFocus) byId(offline ? "online" : "offline").focus();
    say(byId("message-text"), message ?? "");
    byId("message").hidden = !message;
  }

  ask() {
    if (byId("offline").hidden) {
      byId("online").focus();
      return;
    }
    complain(byId("offline-lasts"), byId("offline-lasts-problem"), "");
    complain(null, byId("offline-problem"), "");
    this.dialog.showModal();
    byId("offline-lasts").select();
  }

  async takeOffline(event) {
    event.preventDefault();
    const lasts = byId("offline-lasts").value.trim();
    complain(byId("offline-lasts"), byId("offline-lasts-problem"), lasts ? "" : "Say how long, for example 60 s.");
    if (!lasts) return byId("offline-lasts").focus();
    const page = new FormData(byId("offline-form")).get("status_page");
    try {
      await this.act(`The service is offline for ${lasts}`, () => this.control.offline({ lasts, status_page: page }));
      this.dialog.close();
      (byId("online").hidden ? byId("offline") : byId("online")).focus();
    } catch (refused) {
      complain(byId("offline-lasts"), byId("offline-lasts-problem"), refused.message);
      byId("offline-lasts").focus();
    }
  }

  bringBack() {
    this.act("The service is back", () => this.control.online()).catch(() => {});
  }

  withdraw() {
    byId("status-message").focus();
    this.act("The status message is withdrawn", () => this.control.status("")).catch(() => {});
  }

  async post(event) {
    event.preventDefault();
    const input = byId("status-message");
    const message = input.value.trim();
    complain(input, byId("status-problem"), message ? "" : "Write what the status page should say.");
    if (!message) return input.focus();
    try {
      await this.act("The status message is posted", () => this.control.status(message));
      input.value = "";
    } catch (refused) {
      complain(input, byId("status-problem"), refused.message);
      input.focus();
    }
  }
}
