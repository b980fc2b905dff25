// One phone on the desk: a person, their chat with the account, and what their thumbs can do.

import { phone as address, pictured, read, upload, write } from "./api.js";
import { dress, element, rows } from "./bubbles.js";
import { chatTime, clockTime, hear, present } from "./moments.js";
import { places, scanner, settings } from "./sheets.js";

const WAIT = 25;
const BREATH = 1500;
const MOST_DOTS = 5;
const NEAR = 160; // pixels from the end within which a new message scrolls into view

export class Phone {
  constructor(name, desk) {
    this.desk = desk;
    this.seat = document.getElementById("phone-template").content.cloneNode(true).firstElementChild;
    this.person = null;
    this.last = null;
    this.find(".picker-who").textContent = name;
    this.find(".head-name").textContent = desk.account;
    this.find(".profile strong").textContent = desk.account;
    this.find(".log").setAttribute("aria-label", `与${desk.account}的聊天`);
    this.text.setAttribute("aria-label", `${name}要说的话`);
    this.hands = {
      tap: (link) => this.act("tap", { command: link.command, menu_id: link.menu_id }),
      view: desk.view,
      toast: (text) => this.toast(text),
    };
    this.listen();
  }

  find(selector) {
    return this.seat.querySelector(selector);
  }

  get text() {
    return this.find("textarea");
  }

  get log() {
    return this.find(".log");
  }

  listen() {
    this.find("select").addEventListener("change", (event) => this.desk.seat(this, event.target.value));
    this.find(".composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.say();
    });
    this.text.addEventListener("input", () => this.typed());
    this.text.addEventListener("focus", () => this.open(""));
    this.text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.say();
    });
    this.find(".more-open").addEventListener("click", () => this.open("more"));
    this.find(".voice-open").addEventListener("click", () => this.open("voice"));
    this.find(".head-more").addEventListener("click", () => this.settings());
    this.find(".follow-bar").addEventListener("click", () => this.act("follow"));
    this.log.addEventListener("grown", () => this.sink());
    this.seat.addEventListener("keydown", (event) => event.key === "Escape" && this.close());
    this.find(".shade").addEventListener("click", (event) => event.target === event.currentTarget && this.close());
    this.listenToPanels();
  }

  listenToPanels() {
    const file = this.find("input[type=file]");
    file.addEventListener("change", () => this.picture(file));
    const doing = { image: () => file.click(), voice: () => this.open("voice"), place: () => this.places(), scan: () => this.scan() };
    for (const button of this.seat.querySelectorAll("[data-do]")) {
      button.addEventListener("click", doing[button.dataset.do]);
    }
    const hold = this.find(".hold");
    hold.addEventListener("pointerdown", (event) => {
      hold.setPointerCapture(event.pointerId);
      this.speak();
    });
    for (const end of ["pointerup", "pointercancel", "blur"]) hold.addEventListener(end, () => this.spoken());
    hold.addEventListener("keydown", (event) => [" ", "Enter"].includes(event.key) && !event.repeat && this.speak());
    hold.addEventListener("keyup", (event) => [" ", "Enter"].includes(event.key) && this.spoken());
    hold.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  // Seat another person here and follow their chat from its beginning.
  become(person) {
    this.stop?.abort();
    this.stop = new AbortController();
    this.person = person;
    this.last = null;
    this.text.value = "";
    this.typed();
    this.close();
    this.log.replaceChildren();
    dress(this.find(".picker-avatar"), person);
    this.show(person);
    this.follow(person.openid, this.stop.signal);
  }

  async follow(openid, signal) {
    while (!signal.aborted) {
      try {
        const wait = this.last ? WAIT : 0;
        const path = `${address(openid, "transcript")}?after=${this.last?.id || 0}&wait=${wait}`;
        const heard = await read(path, signal);
        hear(heard.now);
        this.add(heard.entries);
        this.show(heard.phone);
        this.last ||= { id: 0, at: 0 };
      } catch {
        if (signal.aborted) return;
        await new Promise((wake) => setTimeout(wake, BREATH));
      }
    }
  }

  add(entries) {
    const fresh = entries.filter((entry) => entry.id > (this.last?.id || 0));
    const isAtEnd = this.isAtEnd();
    for (const entry of fresh) {
      this.log.append(...rows(entry, this.last, this.person, this.hands));
      this.last = entry;
    }
    if (fresh.some((entry) => entry.direction === "user") || (fresh.length && isAtEnd)) this.sink();
  }

  isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    return scrollHeight - scrollTop - clientHeight < NEAR;
  }

  sink() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  show(person) {
    this.person = person;
    this.find(".head-name").textContent = person.typing ? "对方正在输入…" : this.desk.account;
    this.find(".follow-bar").hidden = person.followed;
    this.find(".profile").hidden = person.followed || person.last_id > 0;
    this.find(".composer").hidden = !person.followed;
    if (!person.followed) this.open("");
    this.find(".menu").hidden = !person.followed || !this.desk.menu.length;
    this.showWindow(person);
    this.desk.saw(person);
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
    const empty = !box.value.trim();
    const isAtEnd = this.isAtEnd();
    this.find(".send").hidden = empty;
    this.find(".more-open").hidden = !empty;
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, 116)}px`;
    if (isAtEnd) this.sink();
  }

  // Open one panel under the typing box, or none; the same one again closes it.
  open(name) {
    for (const one of ["more", "voice"]) {
      const panel = this.find(`.panel-${one}`);
      panel.hidden = one !== name || !panel.hidden;
      this.find(`.${one}-open`).setAttribute("aria-expanded", String(!panel.hidden));
    }
    this.sink();
  }

  async act(name, body) {
    this.close();
    try {
      this.add((await write(address(this.person.openid, name), body)).entries);
    } catch (error) {
      this.toast(words(error));
    }
  }

  say() {
    const text = this.text.value.trim();
    if (!text) return;
    this.text.value = "";
    this.typed();
    this.act("say", { text });
  }

  async picture(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    this.open("");
    try {
      const image = await pictured(file);
      this.add((await upload(address(this.person.openid, "image"), image, file.name)).entries);
    } catch (error) {
      this.toast(words(error));
    }
  }

  speak() {
    if (this.speaking) return;
    const started = performance.now();
    const seconds = () => Math.max(1, Math.min(60, Math.round((performance.now() - started) / 1000)));
    const words = () => (this.find(".hold-text").textContent = `松开 发送 ${seconds()}″`);
    this.speaking = { seconds, timer: setInterval(words, 250) };
    this.find(".hold").classList.add("held");
    words();
  }

  spoken() {
    if (!this.speaking) return;
    clearInterval(this.speaking.timer);
    const seconds = this.speaking.seconds();
    this.speaking = null;
    this.find(".hold").classList.remove("held");
    this.find(".hold-text").textContent = "按住 说话";
    this.act("voice", { seconds });
  }

  places() {
    this.sheet(places((place) => this.act("location", place)));
  }

  async scan() {
    await this.desk.refresh();
    this.sheet(scanner(this.desk.codes, (scene) => this.act("scan", { scene })));
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
    sheet.querySelector("button, input").focus();
  }

  close() {
    const shade = this.find(".shade");
    if (!shade.hidden) this.opener?.focus?.();
    shade.hidden = true;
    this.seat.querySelector(".sub-menu")?.remove();
  }

  toast(text) {
    const toast = this.find(".toast");
    toast.textContent = text;
    toast.classList.add("up");
    clearTimeout(this.fading);
    this.fading = setTimeout(() => toast.classList.remove("up"), 2600);
  }

  drawMenu(buttons) {
    const bar = this.find(".menu");
    bar.hidden = !buttons.length || !this.person?.followed;
    bar.replaceChildren(...buttons.map((button) => this.menuButton(button)));
  }

  menuButton(button) {
    const made = element("button", button.sub_button?.length ? "parent" : "", button.name);
    made.type = "button";
    made.addEventListener("click", () => this.press(button, made));
    return made;
  }

  press(button, made) {
    const isOpen = made.querySelector(".sub-menu");
    this.close();
    if (button.sub_button?.length) {
      if (isOpen) return;
      const list = element("div", "sub-menu");
      list.append(...button.sub_button.map((sub) => this.menuButton(sub)));
      list.addEventListener("click", (event) => event.stopPropagation());
      made.append(list);
    } else if (button.type === "view") {
      window.open(button.url, "_blank", "noopener");
    } else if (button.key) {
      this.act("menu", { key: button.key });
    }
  }
}

function windowWords(state, followed, blocked) {
  if (!followed) return "没有关注，公众号联系不到这个人";
  if (blocked) return "已关闭接收消息，公众号联系不到这个人";
  if (state.open) return `客服消息还可发 ${state.remaining} 条 · ${chatTime(Date.parse(state.expires_at))} 前有效`;
  if (state.expires_at) return "客服消息条数已用完，等对方再说话";
  return "48 小时窗口未打开，只能发模板或订阅通知";
}

const REFUSALS = {
  "this person does not follow the account": "还没有关注服务号",
  "the code has expired": "二维码已过期",
  "invalid file type": "这种格式发不出去",
  "invalid media size": "文件太大了",
};

function words(error) {
  return REFUSALS[error.message] || `没有发出去：${error.message}`;
}
