"""A channel end to end in 30 lines: words come in at /words, what is answered is heard at /switchboard.

Run it as `SECRET=whsec_… TOKEN=… python channel.py http://127.0.0.1:8080 9090`, and register http://127.0.0.1:9090/switchboard
for the events `message`. Where it writes to the standard output, your channel sends.
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.request import Request, urlopen

from standardwebhooks import Webhook, WebhookVerificationError

API, PORT, TOKEN, SECRET = sys.argv[1], int(sys.argv[2]), os.environ["TOKEN"], os.environ["SECRET"]
SEEN: set[str] = set()


def call(path: str, body: dict[str, object]) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    with urlopen(Request(f"{API}/v1{path}", json.dumps(body).encode(), headers)) as answer:  # noqa: S310
        return json.load(answer)


class Channel(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.hear(json.loads(body)) if self.path == "/words" else self.say(body))
        self.end_headers()

    def hear(self, said: dict[str, str]) -> int:
        opened = call("/conversations", {"channel": "chat", "external_id": said["from"]})
        call(f"/conversations/{opened['id']}/messages", {"client_message_id": said["id"], "text": said["text"]})
        return 200

    def say(self, body: bytes) -> int:
        try:
            data = Webhook(SECRET).verify(body, dict(self.headers))["data"]
        except WebhookVerificationError:
            return 401
        if self.headers["webhook-id"] not in SEEN and data["message"]["role"] != "customer":
            SEEN.add(self.headers["webhook-id"])
            sys.stdout.write(f"to {data['external_id']}: {data['message']['text']}\n")
            sys.stdout.flush()
        return 200


HTTPServer(("127.0.0.1", PORT), Channel).serve_forever()
