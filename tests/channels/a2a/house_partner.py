"""A partner that calls a house of the test's own, in the same process, by the wire."""

from itertools import count
from typing import Any

from tests.house_guest import Guest

AMIRA = "C-1001"
_serial = count(1)
Json = dict[str, Any]


class Partner:
    """Another company's agent that speaks for Amira."""

    def __init__(self, guest: Guest, name: str = "partner") -> None:
        self._guest = guest
        self._name = name
        self.task: Json = {}

    async def call(self, method: str, params: Json) -> Json:
        """What one method answers, whatever it is."""
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        headers = {"Authorization": f"Bearer {self._guest.tokens[self._name]}", "A2A-Version": "1.0"}
        return (await self._guest.http.post("/a2a", json=body, headers=headers, timeout=60)).json()

    async def gets(self, method: str, params: Json) -> Json:
        """The result of a call that succeeds."""
        answer = await self.call(method, params)
        assert "result" in answer, answer
        return answer["result"]

    async def says(self, text: str, *, anew: bool = False, customer_id: str = AMIRA, **configuration: Any) -> str:
        """Send a message to the task, or begin one; how the task stands."""
        message: Json = {"messageId": f"partner-{next(_serial)}", "role": "ROLE_USER", "parts": [{"text": text}]}
        message["metadata"] = {"customer_id": customer_id} if customer_id else {}
        if self.task and not anew:
            message |= {"taskId": self.task["id"], "contextId": self.task["contextId"]}
        asked = {"message": message, "configuration": configuration}
        self.task = (await self.gets("SendMessage", asked))["task"]
        return self.state

    async def looks(self) -> str:
        self.task = await self.gets("GetTask", {"id": self.task["id"]})
        return self.state

    @property
    def state(self) -> str:
        return self.task["status"]["state"].removeprefix("TASK_STATE_").lower()

    @property
    def words(self) -> str:
        return "\n".join(part["text"] for part in self.task["status"]["message"]["parts"])

    @property
    def pending(self) -> Json:
        return self.task["metadata"]["pending"]

    def rules(self) -> set[str]:
        return {rule for action in self.task["metadata"]["actions"] for rule in action["rules"]}
