// What slides up inside a phone: places to send, codes to scan, the account's settings.

import { element } from "./bubbles.js";

const PLACES = [
  ["沈阳市浑南区 世纪路产业园", 41.7215, 123.4438],
  ["大连市高新区 软件园路", 38.8615, 121.5293],
  ["鞍山市铁西区 钢铁大街", 41.1196, 122.9706],
  ["营口市鲅鱼圈 港口物流园", 40.2686, 122.1134],
  ["沈抚示范区 金风街", 41.8237, 123.7105],
];

export function choice(label, run, note = "") {
  const button = element("button", "choice");
  button.type = "button";
  button.append(element("span", "", label));
  if (note) button.append(element("small", "", note));
  button.addEventListener("click", run);
  return button;
}

export function places(send) {
  return {
    title: "发送位置",
    parts: PLACES.map(([label, latitude, longitude]) => choice(label, () => send({ label, latitude, longitude }))),
  };
}

export function scanner(codes, scan) {
  const form = element("form", "scan-form");
  const input = element("input");
  input.placeholder = "或输入二维码内容";
  input.setAttribute("aria-label", "二维码内容");
  const button = element("button", "", "扫码");
  form.append(input, button);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value.trim()) scan(input.value.trim());
  });
  const found = element("div", "codes");
  for (const code of codes) found.append(codeTile(code, scan));
  if (!codes.length) found.append(element("p", "sheet-note", "桌上还没有二维码。生成邀请码后会出现在这里。"));
  return { title: "扫一扫", parts: [found, form] };
}

function codeTile(code, scan) {
  const tile = element("button", "code");
  tile.type = "button";
  const picture = element("img");
  picture.src = `cgi-bin/showqrcode?ticket=${encodeURIComponent(code.ticket)}`;
  picture.alt = "";
  const name = code.scene.length > 12 ? `${code.scene.slice(0, 11)}…` : code.scene;
  tile.append(picture, element("span", "", name));
  tile.setAttribute("aria-label", `扫描二维码 ${code.scene}`);
  tile.addEventListener("click", () => scan(code.scene));
  return tile;
}

export function settings(person, subscriptions, act) {
  const parts = [];
  if (person.followed) {
    const silent = person.blocked;
    parts.push(choice(silent ? "恢复接收消息" : "不再接收消息", () => act(silent ? "unblock" : "block")));
    for (const [template_id, title] of Object.entries(subscriptions)) {
      const count = person.consents[template_id] || 0;
      const agree = () => act("consent", { template_id, accept: true });
      parts.push(choice(`订阅“${title}”`, agree, count ? `已允许 ${count} 次` : "每次允许可收一条"));
      if (count) parts.push(choice(`关闭“${title}”`, () => act("revoke", { template_id })));
    }
    const leave = choice("取消关注", () => act("unfollow"));
    leave.classList.add("danger");
    parts.push(leave);
  } else {
    parts.push(choice("关注服务号", () => act("follow")));
  }
  return { title: "服务号设置", parts };
}
