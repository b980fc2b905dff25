// What the desk says of a phone: the state of its window, and why something was not done.

import { chatTime } from "./moments.js";

export function windowWords(state, followed, blocked) {
  if (!followed) return "没有关注，公众号联系不到这个人";
  if (blocked) return "已关闭接收消息，公众号联系不到这个人";
  if (state.open) return `客服消息还可发 ${state.remaining} 条 · ${chatTime(Date.parse(state.expires_at))} 前有效`;
  if (state.expires_at) return "客服消息条数已用完，等对方再说话";
  return "48 小时窗口未打开，只能发模板或订阅通知";
}

const REFUSALS = {
  "this person does not follow the account": "还没有关注服务号",
  "the code has expired": "二维码已过期",
  "a text has 1 to 20000 characters": "太长了，一条最多两万字",
  "invalid file type": "这种格式发不出去",
  "invalid media size": "文件太大了，图片最大 10 MB",
  "no such link in the chat": "这个链接不在聊天里",
  "Failed to fetch": "网络不通，没有发出去",
};

export function refusalWords(error) {
  if (error instanceof DOMException) return "这张图片打不开";
  return REFUSALS[error.message] || `没有发出去：${error.message}`;
}
