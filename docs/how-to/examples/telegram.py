"""A connector for Telegram: what people write to a bot goes in, what is answered goes out, choices as buttons.

Run it as `BOT=… SECRET=whsec_… TOKEN=… python telegram.py http://127.0.0.1:8080 9090`, and register
http://127.0.0.1:9090/switchboard for the events `message` and `pending`. BOT is the token that
@BotFather gave; TELEGRAM names another server of the Bot API than Telegram's.
"""

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from standardwebhooks import Webhook, WebhookVerificationError

SWITCHBOARD, PORT, SECRET = sys.argv[1], int(sys.argv[2]), os.environ["SECRET"]
BOT = f"{os.environ.get('TELEGRAM', 'https://api.telegram.org')}/bot{os.environ['BOT']}"
LONGEST = 4096
WAIT_S = int(os.environ.get("WAIT_S", "50"))
ours = httpx.Client(base_url=SWITCHBOARD, headers={"Authorization": f"Bearer {os.environ['TOKEN']}"}, timeout=120)
theirs = httpx.Client(timeout=WAIT_S + 10)
seen: set[str] = set()
lock = threading.Lock()


def ask(method, **arguments):
    """One call of the Bot API; whatever it refuses is an exception, and is tried again by who asked."""
    answer = theirs.post(f"{BOT}/{method}", json=arguments).json()
    if not answer["ok"]:
        raise RuntimeError(f"{method}: {answer['description']}")
    return answer["result"]


def take_in(update):
    """Have an update begin one turn: `update_id` is the same however often it is seen."""
    pressed = update.get("callback_query")
    message = pressed["message"] if pressed else update.get("message")
    if message is None:
        return
    text = pressed["data"] if pressed else message.get("text", "")
    if not text.strip():
        ask("sendMessage", chat_id=message["chat"]["id"], text="Please write what it is about.")
        return
    opening = {"channel": "chat", "external_id": f"telegram-{message['chat']['id']}"}
    conversation = ours.post("/v1/conversations", json=opening).raise_for_status().json()
    said = {"client_message_id": f"telegram-{update['update_id']}", "text": text}
    answer = ours.post(f"/v1/conversations/{conversation['id']}/messages", json=said)
    if answer.status_code >= 500 or answer.status_code in (408, 429):
        answer.raise_for_status()
    if pressed:
        ask("answerCallbackQuery", callback_query_id=pressed["id"])


def listen():
    """Ask Telegram what is new; an update is confirmed by asking for the next one, after its turn was run."""
    following = 0
    while True:
        try:
            for update in ask("getUpdates", offset=following, timeout=WAIT_S):
                take_in(update)
                following = update["update_id"] + 1
        except (httpx.HTTPError, RuntimeError) as trouble:
            sys.stderr.write(f"tried again in a second: {type(trouble).__name__}\n")
            threading.Event().wait(1)


def send(data):
    """Tell a chat a message, or put a choice to it."""
    chat = data["external_id"].removeprefix("telegram-")
    if message := data.get("message"):
        if message["role"] != "customer":
            for begin in range(0, len(message["text"]), LONGEST):
                ask("sendMessage", chat_id=chat, text=message["text"][begin : begin + LONGEST])
    elif options := (data.get("pending") or {}).get("options"):
        # a button carries at most 64 bytes back: longer values are written by hand
        buttons = [[{"text": each["label"], "callback_data": each["value"]}] for each in options]
        if all(len(row[0]["callback_data"].encode()) <= 64 for row in buttons):
            ask("sendMessage", chat_id=chat, text="👇", reply_markup={"inline_keyboard": buttons})


class Receiver(BaseHTTPRequestHandler):
    """Hears what Switchboard tells: answered 200 once Telegram has it, else it comes again."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.hear(body))
        self.end_headers()

    def hear(self, body):
        try:
            data = Webhook(SECRET).verify(body, dict(self.headers))["data"]
        except WebhookVerificationError:
            return 401
        with lock:
            if self.headers["webhook-id"] not in seen and data.get("external_id", "").startswith("telegram-"):
                try:
                    send(data)
                except (httpx.HTTPError, RuntimeError):
                    return 503
                seen.add(self.headers["webhook-id"])
        return 200

    def log_message(self, *_):
        """Says nothing: addresses hold the bot's token."""


threading.Thread(target=listen, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", PORT), Receiver).serve_forever()
