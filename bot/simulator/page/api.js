// Calls of the control API, relative to wherever the simulator is mounted.

async function answered(response) {
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.detail || `HTTP ${response.status}`);
  return body;
}

export async function read(path, signal) {
  return answered(await fetch(path, { signal, cache: "no-store" }));
}

export async function write(path, body = {}) {
  const headers = { "content-type": "application/json" };
  return answered(await fetch(path, { method: "POST", headers, body: JSON.stringify(body) }));
}

export async function upload(path, file, name, fields = {}) {
  const form = new FormData();
  for (const [key, value] of Object.entries(fields)) form.append(key, value);
  form.append("media", file, name);
  return answered(await fetch(path, { method: "POST", body: form }));
}

export function phone(openid, act = "") {
  return `phones/${encodeURIComponent(openid)}${act && `/${act}`}`;
}

// Where a link of this person's chat leads: through the phone, so that a page can learn who tapped it.
export function visit(openid, url) {
  return `${phone(openid, "open")}?url=${encodeURIComponent(url)}`;
}

// A picture as a phone would send it: what the platform does not take becomes a JPEG.
export async function pictured(file) {
  if (["image/png", "image/jpeg", "image/gif"].includes(file.type)) return file;
  const bitmap = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
}
