// A channel end to end in 30 lines: words come in at /words, what is answered is heard at /switchboard.
// Run it as `SECRET=whsec_… TOKEN=… node channel.mjs http://127.0.0.1:8080 9090`, and register http://127.0.0.1:9090/switchboard
// for the events `message`. Where it writes to the standard output, your channel sends.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const [, , api, port] = process.argv;
const { TOKEN, SECRET } = process.env;
const key = Buffer.from(SECRET.replace("whsec_", ""), "base64");
const seen = new Set();

const call = async (path, body) => {
  const headers = { Authorization: `Bearer ${TOKEN}`, "Content-Type": "application/json" };
  const answer = await fetch(`${api}/v1${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
};

const verified = (headers, body) => {
  const { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": signatures = "" } = headers;
  const mine = createHmac("sha256", key).update(`${id}.${at}.${body}`).digest();
  const fresh = Math.abs(Date.now() / 1000 - Number(at)) < 300;
  const same = (one) => one.length === mine.length && timingSafeEqual(one, mine);
  return fresh && signatures.split(" ").some((each) => each.startsWith("v1,") && same(Buffer.from(each.slice(3), "base64")));
};

const hear = async ({ from, id, text }) => {
  const { id: conversation } = await call("/conversations", { channel: "chat", external_id: from });
  await call(`/conversations/${conversation}/messages`, { client_message_id: id, text });
  return 200;
};

const say = (headers, body) => {
  if (!verified(headers, body)) return 401;
  const { external_id, message } = JSON.parse(body).data;
  if (!seen.has(headers["webhook-id"]) && message.role !== "customer") {
    seen.add(headers["webhook-id"]);
    process.stdout.write(`to ${external_id}: ${message.text}\n`);
  }
  return 200;
};

createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString();
  const status = request.url === "/words" ? hear(JSON.parse(body)) : say(request.headers, body);
  response.writeHead(await Promise.resolve(status).catch(() => 502)).end();
}).listen(Number(port), "127.0.0.1");
