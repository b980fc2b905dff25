// One phone on the desk: a person, their chat with the account, and what their thumbs can do.

import { phone as address, pictured, read, upload, visit, write } from "./api.js";
import { dress, element } from "./bubbles.js";
import { Hold } from "./hold.js";
import { Log } from "./log.js";
import { drawMenu, foldMenu } from "./menu.js";
import { clockTime, hear, present } from "./moments.js";
import { places, scanner, settings } from "./sheets.js";
import { refusalWords, windowWords } from "./words.js";

const WAIT = 25;
const BREATH = 1500;
const MOST_DOTS = 5;
const SETTLE = 300; // milliseconds after typing until the bars come back

let leaving = 0;

export class Phone {
  constructor(name, desk) {
    this.desk = desk;
    this.seat = document.getElementById("phone-template").content.cloneNode(true).firstElementChild;
    this.person = null;
    this.mode = "";
    this.find(".picker-who").textContent = name;
    this.find(".head-name").textContent = desk.account;
    this.find(".profile strong").textContent = desk.account;
    this.find(".log").setAttribute("aria-label", `与${desk.account}的聊天`);
    this.text.setAttribute("aria-label", `${name}要说的话`);
    this.hands = {
      tap: (link) => this.act("tap", { command: link.command, menu_id: link.menu_id }),
      visit: (url) => visit(this.person.openid, url),
      view: desk.view,
      toast: (text) => this.toast(text),
    };
    this.log = new Log(this.find(".log"), this.find(".news"), this.hands);
    this.listen();
    this.listenToTyping();
  }

  find(selector) {
    return this.seat.querySelector(selector);
  }

  get text() {
    return this.find("textarea");
  }

  get isSeen() {
    return this.seat.offsetParent !== null;
  }

  listen() {
    const click = (selector, run) => this.find(selector).addEventListener("click", run);
    const select = this.find("select");
    select.addEventListener("change", () => this.desk.seat(this, select.value));
    click(".head-back", () => (select.showPicker ? select.showPicker() : select.focus()));
    click(".head-more", () => this.settings());
    click(".follow-bar", () => this.act("follow"));
    click(".more-open", () => this.more(this.find(".panel-more").hidden));
    click(".voice-open", () => this.turn(this.mode === "voice" ? "text" : "voice"));
    click(".to-menu", () => this.turn("menu"));
    click(".to-keys", () => this.turn("text"));
    click(".shade", (event) => event.target === event.currentTarget && this.close());
    click(".log", () => (this.more(false), foldMenu(this.find(".menu"))));
    this.seat.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    const doing = { image: () => this.pick(), voice: () => this.turn("voice"), place: () => this.places(), scan: () => this.scan() };
    for (const button of this.seat.querySelectorAll("[data-do]")) button.addEventListener("click", doing[button.dataset.do]);
    const file = this.find(".picture-file");
    file.addEventListener("change", () => this.picture(file));
    new Hold(this.find(".hold"), (seconds) => this.act("voice", { seconds }));
  }

  listenToTyping() {
    this.find(".composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.say();
    });
    // The keyboard stays up while one message follows another.
    this.find(".send").addEventListener("pointerdown", (event) => event.preventDefault());
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("focus", () => {
      clearTimeout(leaving);
      document.body.classList.add("typing");
      this.mode = "text"; // a menu that arrives now must not take the box away
      this.more(false);
      this.log.sink();
    });
    // Later: what moves between press and release is not tapped.
    this.text.addEventListener("blur", () => (leaving = setTimeout(() => document.body.classList.remove("typing"), SETTLE)));
    this.text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.say();
    });
  }

  // Seat another person here and follow their chat from its beginning.
  become(person) {
    this.stop?.abort();
    this.stop = new AbortController();
    this.person = person;
    this.mode = "";
    this.spoke = true;
    this.text.value = "";
    this.close();
    this.log.clear(person);
    dress(this.find(".picker-avatar"), person);
    this.show(person);
    this.typed();
    this.follow(person.openid, this.stop.signal);
  }

  async follow(openid, signal) {
    while (!signal.aborted) {
      try {
        const isFirst = this.log.newest === null;
        const path = `${address(openid, "transcript")}?after=${this.log.newest || 0}&wait=${isFirst ? 0 : WAIT}`;
        const heard = await read(path, signal);
        hear(heard.now);
        isFirst ? this.begin(heard.entries) : this.log.add(heard.entries);
        this.show(heard.phone);
      } catch {
        if (signal.aborted) return;
        await new Promise((wake) => setTimeout(wake, BREATH));
      }
    }
  }

  // Who never wrote finds the menu, as in WeChat; who did finds the typing box.
  begin(entries) {
    this.spoke = entries.some((entry) => entry.direction === "user" && entry.kind !== "menu");
    this.log.draw(entries);
  }

  show(person) {
    this.person = person;
    this.find(".head-name").textContent = person.typing ? "对方正在输入…" : this.desk.account;
    this.find(".follow-bar").hidden = person.followed;
    this.find(".profile").hidden = person.followed || person.last_id > 0;
    this.showFoot();
    this.showWindow(person);
    this.desk.saw(this);
  }

  // What stands at the foot of the chat: typing box, 按住说话, or the menu.
  showFoot() {
    const hasMenu = this.desk.menu.length > 0;
    const chosen = this.mode || (this.spoke ? "text" : "menu");
    const mode = chosen === "menu" && !hasMenu ? "text" : chosen;
    const { followed } = this.person;
    this.find(".composer").hidden = !followed || mode === "menu";
    this.find(".menu-row").hidden = !followed || mode !== "menu";
    this.find(".to-menu").hidden = !hasMenu;
    this.text.hidden = mode !== "text";
    this.find(".hold").hidden = mode !== "voice";
    this.find(".hold-note").hidden = !followed || mode !== "voice";
    const voice = this.find(".voice-open");
    voice.setAttribute("aria-pressed", String(mode === "voice"));
    voice.setAttribute("aria-label", mode === "voice" ? "打字" : "发语音");
    if (!followed) this.more(false);
  }

  turn(mode) {
    this.mode = mode;
    this.more(false);
    foldMenu(this.find(".menu"));
    this.showFoot();
    this.typed();
    if (mode === "text") this.text.focus();
  }

  showWindow({ window: state, followed, blocked }) {
    const dots = Array.from({ length: MOST_DOTS }, (_, index) => element("i", index < state.remaining ? "on" : ""));
    this.find(".window-dots").replaceChildren(...(followed && !blocked ? dots : []));
    this.find(".window").classList.toggle("shut", !state.open);
    this.find(".window-text").textContent = windowWords(state, followed, blocked);
  }

  tick() {
    this.find(".status-time").textContent = clockTime(present());
  }

  typed() {
    const box = this.text;
    const empty = box.hidden || !box.value.trim();
    this.find(".send").hidden = empty;
    this.find(".more-open").hidden = !empty;
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 116)}px`;
  }

  more(isOpen) {
    const panel = this.find(".panel-more");
    if (panel.hidden === !isOpen) return;
    panel.hidden = !isOpen;
    this.find(".more-open").setAttribute("aria-expanded", String(isOpen));
    if (isOpen) {
      this.text.blur(); // one of both: the keyboard or the panel
      this.mode = "text";
      this.showFoot();
    }
  }

  // Do one thing; say in the chat's own words if it could not be done, and return whether it was.
  async attempt(openid, doing) {
    this.close();
    this.more(false);
    try {
      const { entries } = await doing();
      if (this.person.openid === openid) this.log.add(entries);
      return true;
    } catch (error) {
      this.toast(refusalWords(error));
      return false;
    }
  }

  act(name, body) {
    const { openid } = this.person;
    return this.attempt(openid, () => write(address(openid, name), body));
  }

  async say() {
    const { openid } = this.person;
    const typed = this.text.value;
    if (!typed.trim()) return;
    this.text.value = "";
    this.typed();
    if ((await this.act("say", { text: typed.trim() })) || this.person.openid !== openid) return;
    this.text.value = typed + this.text.value;
    this.typed();
  }

  // Choose a picture; `button` is the menu button that asked for it, if one did.
  pick(button) {
    this.asking = button;
    this.find(".picture-file").click();
  }

  async picture(input) {
    const [file] = input.files;
    const { openid } = this.person;
    const button = this.asking;
    input.value = "";
    if (!file) return;
    this.more(false);
    await this.attempt(openid, async () => {
      const image = await pictured(file);
      const fields = button ? { key: button.key } : {};
      return upload(address(openid, button ? "menu" : "image"), image, file.name, fields);
    });
  }

  places(send = (place) => this.act("location", place)) {
    this.sheet(places(send));
  }

  async scan(send = (scene) => this.act("scan", { scene })) {
    await this.desk.refresh();
    this.sheet(scanner(this.desk.codes, send));
  }

  async settings() {
    await this.desk.refresh();
    this.sheet(settings(this.person, this.desk.subscriptions, (name, body) => this.act(name, body)));
  }

  sheet({ title, parts }) {
    const sheet = this.find(".sheet");
    const end = element("button", "choice cancel", "取消");
    end.type = "button";
    end.addEventListener("click", () => this.close());
    sheet.setAttribute("aria-label", title);
    sheet.replaceChildren(element("h3", "", title), ...parts, end);
    this.opener = document.activeElement;
    this.find(".shade").hidden = false;
    sheet.focus();
  }

  close() {
    const shade = this.find(".shade");
    if (!shade.hidden) this.opener?.focus?.({ preventScroll: true });
    shade.hidden = true;
    foldMenu(this.find(".menu"));
  }

  toast(text) {
    const toast = this.find(".toast");
    toast.textContent = text;
    toast.classList.add("up");
    clearTimeout(this.fading);
    this.fading = setTimeout(() => toast.classList.remove("up"), 2600);
  }

  drawMenu(buttons) {
    drawMenu(this.find(".menu"), buttons, (button) => this.press(button));
    if (this.person) this.showFoot();
  }

  // Tap a menu button: some ask for something first.
  press(button) {
    const tell = (more) => this.act("menu", { key: button.key, ...more });
    if (button.type === "view") {
      window.open(this.hands.visit(button.url), "_blank", "noopener");
      this.act("menu", { url: button.url });
    } else if (button.type.startsWith("scancode_")) this.scan((seen) => tell({ seen }));
    else if (button.type.startsWith("pic_")) this.pick(button);
    else if (button.type === "location_select") this.places(tell);
    else if (button.key) tell();
  }
}
