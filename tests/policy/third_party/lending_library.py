"""A company whose procedures, in YAML, ask somebody else's lending program."""

import json
import sys
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from app.company.template import write_company
from app.main import cli

RUN = CliRunner()
PROGRAM = Path(__file__).with_name("lending_program.py")
LOOK = {
    "procedure.yaml": """about: Say how many of a thing can be lent.
steps:
  - ask: thing
  - look_up: lending.count_things
    facts: {thing: thing}
    keep: shelf
    otherwise: unknown
  - say: told
""",
    "replies.yaml": """title: {en: "what we lend"}
ask_thing: {en: "Which thing would you like to borrow?"}
unknown: {en: "We do not lend that."}
told: {en: "{% if shelf.left %}There are {{ shelf.left }} of it left.{% else %}None is left at the moment.{% endif %}"}
""",
    "examples.yaml": """intent: billing.count_things
examples:
  en:
    - "what can I borrow from the lending library"
    - "is there still something left in the tool library"
    - "how many tools do you have for lending"
    - "can one borrow tools from you"
    - "do you lend things out"
""",
}
LEND = {
    "procedure.yaml": """about: Lend a thing for some days.
steps:
  - ask: thing
    choices: {drill: {en: drill}, ladder: {en: ladder}}
  - ask: days
    kind: number
  - call: lending.lend_thing
    facts: {thing: thing, days: days, member: customer_id}
    values: {size: large}
    keep: made
    confirm: shall_we_lend
  - say: lent
""",
    "replies.yaml": """title: {en: "a loan of the lending library"}
ask_thing: {en: "A drill or a ladder?"}
ask_days: {en: "For how many days would you like to have it?"}
shall_we_lend: {en: "Shall I lend you the large {{ thing }} for {{ days }} days?"}
lent: {en: "It is yours under {{ made.loan }}: {{ made.items | join(', ') }}."}
""",
    "examples.yaml": """intent: billing.lend_thing
examples:
  en:
    - "lend me something from the tool library"
    - "I want to borrow a tool"
    - "reserve a tool for me to borrow"
    - "I would like to take out a loan of a tool"
    - "please lend me a tool"
""",
}
VOICE = {
    "tools.yaml": 'lending.lend_thing: {en: "lend you the {{ thing }} for {{ days }} days"}\n',
    "done.yaml": 'lending.lend_thing: {en: "you were lent the {{ thing }}"}\n',
}


class Library:
    """A company that asks the lending program; `loans` is what reached it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "loans.log"
        self.company = write_company("acme", folder)
        (folder / "switchboard.toml").write_text(f'company = "{self.company}"\n', "utf-8")

    def run(self, *arguments: str, said: str = "") -> Result:
        return RUN.invoke(cli, arguments, input=said)

    def add(self) -> Result:
        """As a person adds it: a group and a kind for each tool, and a yes at the end."""
        target = ("--", sys.executable, str(PROGRAM), str(self.log))
        return self.run("mcp", "add", "lending", *target, said="public_read\nread\nchange\nwrite\ny\n")

    def write(self, name: str, files: dict[str, str]) -> None:
        folder = self.company / "procedures" / "billing" / name if name else self.company / "voice"
        folder.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            (folder / file).write_text(text, "utf-8")

    @property
    def loans(self) -> list[Any]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []
