// A channel that talks by a client which was made from /openapi.json (see connect-a-channel.md).
// Run it as `TOKEN=… node client.js http://127.0.0.1:8080`, compiled beside the generated `switchboard.d.ts`.

import createClient from "openapi-fetch";
import type { paths } from "./switchboard.js";

const client = createClient<paths>({ baseUrl: process.argv[2], headers: { Authorization: `Bearer ${process.env.TOKEN}` } });

// The answer of a call; a problem document ends the program with its words.
function said<Answer>({ data, error }: { data?: Answer; error?: { detail?: string } }): Answer {
  if (data === undefined) throw new Error(`refused: ${error?.detail}`);
  return data;
}

const conversation = said(await client.POST("/v1/conversations", {
  body: { channel: "chat", customer: { id: "C-1001", auth_level: "authenticated" } },
}));
const params = { path: { conversation_id: conversation.id } };

async function send(number: number, text: string, ...attachments: string[]) {
  const body = { client_message_id: `m-${number}`, text, attachments };
  const turn = said(await client.POST("/v1/conversations/{conversation_id}/messages", { params, body }));
  if (typeof turn === "string") throw new Error("events come to who asks for text/event-stream");
  return turn;
}

const asked = await send(1, "I was charged twice for my last bill");
const done = await send(2, asked.pending!.options![0].value);
console.log(done.actions.at(-1)!.tool, done.actions.at(-1)!.outcome);
const form = new FormData();
form.append("file", new Blob(["meter: 4711\n"]), "meter.txt");
const file = said(await client.POST("/v1/conversations/{conversation_id}/attachments", {
  params, body: { file: "" }, bodySerializer: () => form,
}));
console.log(file.media_type, (await send(3, "and here is my meter", file.id)).status);
console.log(said(await client.GET("/v1/conversations/{conversation_id}/transcript", { params, parseAs: "text" })));
