// The menu at the foot of a chat: up to three buttons, each an act or a list of acts.

import { element } from "./bubbles.js";

export function drawMenu(bar, buttons, press) {
  bar.replaceChildren(...buttons.map((button) => slot(bar, button, press)));
}

export function foldMenu(bar) {
  bar.querySelector(".sub-menu")?.remove();
  for (const one of bar.querySelectorAll("[aria-expanded]")) one.setAttribute("aria-expanded", "false");
}

function slot(bar, button, press) {
  const made = element("div", "menu-slot");
  const top = labelled(button.name);
  made.append(top);
  if (!button.sub_button?.length) {
    top.addEventListener("click", () => (foldMenu(bar), press(button)));
    return made;
  }
  top.classList.add("parent");
  top.setAttribute("aria-expanded", "false");
  top.addEventListener("click", () => {
    const wasOpen = made.querySelector(".sub-menu");
    foldMenu(bar);
    if (!wasOpen) unfold(bar, made, button.sub_button, press);
  });
  return made;
}

function unfold(bar, made, subs, press) {
  const list = element("div", "sub-menu");
  for (const sub of subs) {
    const one = labelled(sub.name);
    one.addEventListener("click", () => (foldMenu(bar), press(sub)));
    list.append(one);
  }
  made.append(list);
  made.querySelector(".parent").setAttribute("aria-expanded", "true");
}

function labelled(name) {
  const made = element("button", "", name);
  made.type = "button";
  return made;
}
