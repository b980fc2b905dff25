// One transcript entry as WeChat draws it.

import { chatTime } from "./moments.js";

const ADDRESS = /(https?:\/\/[\w\-.~:/?#[\]@!$&'()*+,;=%]*[\w/#=&%])/;
const GAP = 5 * 60 * 1000;
const TONES = 8;

export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

export function dress(avatar, person) {
  const name = (person.nickname || "？").trim();
  const sum = [...(person.openid || name)].reduce((total, char) => total * 31 + char.codePointAt(0), 7);
  avatar.textContent = [...name][0];
  avatar.className = avatar.className.replace(/ ?tone-\d/, "") + ` tone-${Math.abs(sum) % TONES}`;
}

function textBubble(entry, hands) {
  const bubble = element("div", "bubble");
  for (const part of entry.parts.length ? entry.parts : [entry.text]) {
    bubble.append(...(typeof part === "string" ? plain(part, hands) : [link(part, hands)]));
  }
  return bubble;
}

// A plain piece, with the addresses typed in it turned blue as WeChat does.
function plain(text, hands) {
  const pieces = text.split(ADDRESS);
  return pieces.map((piece, index) => (index % 2 ? anchor("typed", piece, piece, hands) : piece));
}

function anchor(className, label, url, hands) {
  const made = element("a", className, label);
  return Object.assign(made, { href: hands.visit(url), target: "_blank", rel: "noopener" });
}

function link(part, { tap, visit }) {
  if (part.url) return anchor("", part.label, part.url, { visit });
  // An anchor and no button: its words flow on with the text, and break with it.
  const words = element("a", "say-link", part.label);
  Object.assign(words, { href: "#", role: "button", title: `发送“${part.command}”` });
  words.addEventListener("click", (event) => {
    event.preventDefault();
    tap(part);
  });
  return words;
}

function picture(entry, { view }) {
  const button = element("button", "picture");
  button.type = "button";
  button.setAttribute("aria-label", "看大图");
  const image = element("img");
  image.src = `media/${encodeURIComponent(entry.media_id)}`;
  image.alt = "聊天里的图片";
  image.addEventListener("load", () => button.dispatchEvent(new Event("grown", { bubbles: true })));
  image.addEventListener("error", () => button.replaceWith(element("div", "bubble gone", "图片打不开")));
  button.append(image);
  button.addEventListener("click", () => view(image.src));
  return button;
}

function voice(entry, { toast }) {
  const button = element("button", `bubble voice voice-${Math.min(5, Math.ceil((entry.seconds || 2) / 4))}`);
  button.type = "button";
  button.setAttribute("aria-label", entry.seconds ? `语音 ${entry.seconds} 秒，播放` : "语音，播放");
  button.append(element("span", "waves"), element("span", "", entry.seconds ? `${entry.seconds}″` : "语音"));
  button.addEventListener("click", () =>
    new Audio(`media/${encodeURIComponent(entry.media_id)}`).play().catch(() => toast("这段语音是 AMR 格式，浏览器放不出来")),
  );
  return button;
}

function place(entry) {
  const card = element("div", "card place");
  card.append(element("strong", "", entry.text || "位置"), element("span", "place-sub", "发送的位置"), element("div", "map"));
  return card;
}

function article(entry, hands) {
  const card = entry.url ? anchor("card article", "", entry.url, hands) : element("div", "card article");
  card.append(element("strong", "", entry.title || entry.url), element("span", "", entry.text));
  return card;
}

function notice(entry, hands) {
  const card = element("div", "notice");
  card.append(element("h3", "", entry.title));
  const list = element("dl");
  for (const [label, value] of entry.rows) list.append(element("dt", "", label), element("dd", "", value));
  card.append(list);
  if (/^https?:\/\//.test(entry.url)) card.append(anchor("notice-more", "查看详情", entry.url, hands));
  return card;
}

const SHAPES = { text: textBubble, image: picture, voice, location: place, link: article };
const VIAS = { custom: "客服消息", template: "模板消息", subscription: "订阅通知", passive: "被动回复" };

// Rows are: a time when the talk paused, a grey line, a card over the whole width, or a bubble with its face.
export function rows(entry, before, person, hands) {
  const made = [];
  const at = Date.parse(entry.at);
  if (!before || Math.abs(at - Date.parse(before.at)) > GAP) made.push(element("div", "when", chatTime(at)));
  made.push(row(entry, person, hands));
  return made;
}

function row(entry, person, hands) {
  if (entry.kind === "system") return element("div", "aside", entry.text);
  if (entry.kind === "menu") return element("div", "aside", `你点了菜单“${entry.text}”`);
  if (entry.kind === "template" || entry.kind === "subscription") {
    const wide = element("div", "row wide");
    wide.append(notice(entry, hands));
    return wide;
  }
  const mine = entry.direction === "user";
  const line = element("div", `row ${mine ? "mine" : "theirs"}`);
  if (VIAS[entry.via]) line.title = VIAS[entry.via];
  const face = element("span", mine ? "avatar" : "avatar account");
  face.setAttribute("aria-hidden", "true");
  if (mine) dress(face, person);
  const who = element("span", "hidden-word", mine ? `${person.nickname}：` : "公众号：");
  const shape = SHAPES[entry.kind] || textBubble;
  line.append(face, who, shape(entry, hands));
  return line;
}
