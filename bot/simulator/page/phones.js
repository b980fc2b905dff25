// The desk: two phones side by side, the clock that drives them, and the wall chart beside them.

import { read, write } from "./api.js";
import { element } from "./bubbles.js";
import { clockTime, fullTime, hear, present } from "./moments.js";
import { Phone } from "./phone.js";

const PEOPLE_EVERY = 3000;
const ACCOUNT_EVERY = 12000;
const find = (id) => document.getElementById(id);

const desk = {
  account: document.body.dataset.account,
  people: [],
  seen: new Map(),
  menu: [],
  subscriptions: {},
  codes: [],
  phones: [],

  // Note how far a person's chat was looked at here, so that others can show what is new.
  saw(person) {
    this.seen.set(person.openid, person.last_id);
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
    for (const person of phones) if (!this.seen.has(person.openid)) this.saw(person);
    this.phones.forEach((phone, index) => {
      if (!phone.person) this.seat(phone, firstChoice(index));
    });
    this.list();
  },

  // Write the people into both pickers and the tabs, with what nobody has looked at yet.
  list() {
    for (const phone of this.phones) {
      const select = phone.find("select");
      const options = this.people.map((person) => [person.openid, this.label(person, phone)]);
      if (JSON.stringify(options) !== select.dataset.options) {
        select.replaceChildren(...options.map(([openid, label]) => new Option(label, openid)));
        select.dataset.options = JSON.stringify(options);
      }
      if (phone.person) select.value = phone.person.openid;
    }
    tabs();
  },

  label(person) {
    const fresh = person.last_id - (this.seen.get(person.openid) || 0);
    const isShown = this.phones.some((phone) => phone.person?.openid === person.openid);
    const news = fresh > 0 && !isShown ? `（${fresh} 条新消息）` : "";
    return [person.nickname, person.remark].filter(Boolean).join(" · ") + news;
  },
};

function firstChoice(index) {
  const wanted = location.hash.slice(1).split(",").map(decodeURIComponent)[index];
  const people = desk.people;
  const known = people.find((person) => person.openid === wanted);
  return (known || people[Math.min(index, people.length - 1)])?.openid;
}

function tabs() {
  const bar = find("desk-tabs");
  const names = desk.phones.map((phone) => phone.person?.nickname || "手机");
  if (!find("wall").hidden) names.push("挂图");
  if (bar.dataset.names === names.join("/")) return;
  bar.dataset.names = names.join("/");
  bar.replaceChildren(...names.map(tab));
  turn(Number(document.body.dataset.tab || 0));
}

function tab(name, index) {
  const button = element("button", "", name);
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

function turn(index) {
  document.body.dataset.tab = String(index);
  [...find("desk-tabs").children].forEach((button, at) => {
    button.setAttribute("aria-selected", String(at === index));
    button.tabIndex = at === index ? 0 : -1;
  });
  desk.phones[index]?.sink();
}

function tick() {
  find("desk-time").textContent = fullTime(present());
  find("desk-time").dateTime = present().toISOString();
  find("desk-time").title = clockTime(present());
  for (const phone of desk.phones) phone.tick();
}

function hang(url) {
  if (!url) return;
  find("wall").hidden = false;
  find("wall-link").href = url;
  find("wall-frame").src = url;
  document.body.classList.add("with-wall");
}

function often(run, every) {
  const again = () => run().catch(() => {}).finally(() => setTimeout(again, every));
  again();
}

hang(document.body.dataset.wall);
for (const name of ["左边的手机", "右边的手机"]) {
  const phone = new Phone(name, desk);
  desk.phones.push(phone);
  find("desk-phones").append(phone.seat);
}
for (const button of document.querySelectorAll("[data-forward]")) {
  button.addEventListener("click", async () => {
    hear((await write("clock/advance", { seconds: Number(button.dataset.forward) })).now);
    tick();
  });
}
find("viewer").addEventListener("click", () => find("viewer").close());
hear((await read("clock")).now);
tick();
setInterval(tick, 1000);
often(() => desk.meet(), PEOPLE_EVERY);
often(() => desk.refresh(), ACCOUNT_EVERY);
