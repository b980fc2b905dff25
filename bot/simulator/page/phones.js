// The desk: two phones side by side, the clock that drives them, and the wall chart beside them.

import { read, write } from "./api.js";
import { element } from "./bubbles.js";
import { clockTime, fullTime, hear, present } from "./moments.js";
import { Phone } from "./phone.js";

const PEOPLE_EVERY = 3000;
const ACCOUNT_EVERY = 12000;
const wanted = location.hash.slice(1).split(",").map(decodeURIComponent); // before seats write their own
const find = (id) => document.getElementById(id);

const desk = {
  account: document.body.dataset.account,
  people: [],
  seen: new Map(),
  menu: [],
  subscriptions: {},
  codes: [],
  phones: [],

  // Note how far a chat was looked at; one behind another tab waits for its reader.
  saw(phone) {
    const { openid, last_id } = phone.person;
    if (phone.isSeen || !this.seen.has(openid)) this.seen.set(openid, last_id);
    tabs();
  },

  fresh(person) {
    return Math.max(0, person.last_id - (this.seen.get(person.openid) ?? person.last_id));
  },

  view(source) {
    find("viewer").querySelector("img").src = source;
    find("viewer").showModal();
  },

  seat(phone, openid) {
    const person = this.people.find((one) => one.openid === openid);
    if (!person) return;
    phone.become(person);
    const seated = this.phones.map((one) => encodeURIComponent(one.person?.openid || ""));
    history.replaceState(null, "", `#${seated.join(",")}`);
    this.list();
  },

  async refresh() {
    const account = await read("account");
    const changed = JSON.stringify(account.menu) !== JSON.stringify(this.menu);
    Object.assign(this, { menu: account.menu, subscriptions: account.subscriptions, codes: account.codes });
    if (changed) for (const phone of this.phones) phone.drawMenu(this.menu);
  },

  async meet() {
    const { phones } = await read("phones");
    this.people = phones;
    for (const person of phones) if (!this.seen.has(person.openid)) this.seen.set(person.openid, person.last_id);
    this.phones.forEach((phone, index) => {
      if (!phone.person) this.seat(phone, firstChoice(index));
    });
    this.list();
  },

  // Write the people into both pickers and the tabs, with what nobody has looked at yet.
  list() {
    for (const phone of this.phones) {
      const select = phone.find("select");
      const options = this.people.map((person) => [person.openid, this.label(person)]);
      if (JSON.stringify(options) !== select.dataset.options) {
        select.replaceChildren(...options.map(([openid, label]) => new Option(label, openid)));
        select.dataset.options = JSON.stringify(options);
      }
      if (phone.person) select.value = phone.person.openid;
    }
    tabs();
  },

  label(person) {
    const fresh = this.fresh(person);
    const isShown = this.phones.some((phone) => phone.person?.openid === person.openid);
    const news = fresh && !isShown ? `（${fresh} 条新消息）` : "";
    return [person.nickname, person.remark].filter(Boolean).join(" · ") + news;
  },
};

function firstChoice(index) {
  const people = desk.people;
  const known = people.find((person) => person.openid === wanted[index]);
  return (known || people[Math.min(index, people.length - 1)])?.openid;
}

// The tabs of a small screen: a name each, and a red number for what nobody has read there.
function tabs() {
  const bar = find("desk-tabs");
  const names = desk.phones.map((phone) => phone.person?.nickname || "手机");
  const news = desk.phones.map((phone) => (phone.person ? desk.fresh(phone.person) : 0));
  if (!find("wall").hidden) names.push("挂图");
  const state = JSON.stringify([names, news]);
  if (bar.dataset.state === state) return;
  bar.dataset.state = state;
  if (bar.children.length !== names.length) {
    bar.replaceChildren(...names.map((_, index) => tab(index)));
    select(Number(document.body.dataset.tab || 0));
  }
  [...bar.children].forEach((button, index) => {
    button.replaceChildren(names[index], ...(news[index] ? [element("b", "badge", String(Math.min(news[index], 99)))] : []));
  });
}

function tab(index) {
  const button = element("button");
  button.type = "button";
  button.setAttribute("role", "tab");
  button.addEventListener("click", () => turn(index));
  button.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const next = find("desk-tabs").children[index + step];
    if (next) (turn(index + step), next.focus());
  });
  return button;
}

function select(index) {
  document.body.dataset.tab = String(index);
  [...find("desk-tabs").children].forEach((button, at) => {
    button.setAttribute("aria-selected", String(at === index));
    button.tabIndex = at === index ? 0 : -1;
  });
}

function turn(index) {
  select(index);
  const phone = desk.phones[index];
  if (!phone?.person) return;
  phone.log.sink();
  desk.saw(phone);
}

function tick() {
  find("desk-time").textContent = fullTime(present());
  find("desk-time").dateTime = present().toISOString();
  find("clock-short").textContent = clockTime(present());
  for (const phone of desk.phones) phone.tick();
}

function openClock(isOpen) {
  document.body.classList.toggle("clock-on", isOpen);
  find("clock-open").setAttribute("aria-expanded", String(isOpen));
}

// A keyboard that covers the page instead of resizing it (iOS) must not cover the typing box.
function fitKeyboard() {
  const view = window.visualViewport;
  if (!view) return;
  const fit = () => {
    if (view.scale > 1.01) return;
    document.documentElement.style.setProperty("--tall", `${view.height}px`);
    window.scrollTo(0, 0);
  };
  view.addEventListener("resize", fit);
}

function hang(url, office) {
  if (!url) return;
  find("office-link").hidden = !office;
  find("office-link").href = office;
  find("wall").hidden = false;
  find("wall-link").href = url;
  find("wall-frame").src = url;
  document.body.classList.add("with-wall");
}

function often(run, every) {
  const again = () => run().catch(() => {}).finally(() => setTimeout(again, every));
  again();
}

hang(document.body.dataset.wall, document.body.dataset.office);
for (const name of ["左边的手机", "右边的手机"]) {
  const phone = new Phone(name, desk);
  desk.phones.push(phone);
  find("desk-phones").append(phone.seat);
}
for (const button of document.querySelectorAll("[data-forward]")) {
  button.addEventListener("click", async () => {
    hear((await write("clock/advance", { seconds: Number(button.dataset.forward) })).now);
    openClock(false);
    tick();
  });
}
find("clock-open").addEventListener("click", () => openClock(!document.body.classList.contains("clock-on")));
document.addEventListener("click", (event) => event.target.closest(".desk-clock") || openClock(false));
find("viewer").addEventListener("click", () => find("viewer").close());
fitKeyboard();
hear((await read("clock")).now);
tick();
setInterval(tick, 1000);
often(() => desk.meet(), PEOPLE_EVERY);
often(() => desk.refresh(), ACCOUNT_EVERY);
