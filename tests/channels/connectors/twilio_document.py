"""Twilio's OpenAPI document of its messaging API, and what an exchange with it has that the document does not allow."""

import json
import re
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, FormatChecker

from tests.channels.connectors.twilio_server import Exchange

FILE = Path(__file__).parents[3] / ".tools" / "twilio" / "twilio_api_v2010.json"
CREATE = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
_FORMATS = FormatChecker(formats=())
_ERRORS = ("/2010-04-01/Accounts/{Sid}.json", "post", "409")
"""Where the document says what an error is; it is the one place that it has for accounts and messages."""
_PLAIN = {
    "phone-number": r"(whatsapp:)?\+[1-9]\d{6,14}",
    "uri": r"(https?://[^\s/]+)?/\S*",
    "date-time": r"\d{4}-\d\d-\d\d([T ].*)?",
}
for _name, _pattern in _PLAIN.items():
    _FORMATS.checks(_name)(lambda value, pattern=_pattern: not isinstance(value, str) or re.fullmatch(pattern, value))
_FORMATS.checks("date-time-rfc-2822", raises=ValueError)(
    lambda value: not isinstance(value, str) or bool(parsedate_to_datetime(value))
)


class TwilioDocument:
    """The document."""

    def __init__(self, file: Path = FILE) -> None:
        self._document: dict[str, Any] = json.loads(file.read_text("utf-8"))

    def find_faults(self, exchange: Exchange) -> list[str]:
        """What is not as the document has it, in request and answer; the bytes of files it does not describe."""
        path = exchange.path if exchange.path.endswith(".json") else f"{exchange.path}.json"
        for place, item in self._document["paths"].items():
            names = re.findall(r"\{(\w+)\}", place)
            found = re.fullmatch(re.sub(r"\\\{\w+\\\}", "([^/]+)", re.escape(place)), path)
            operation = item.get(exchange.method.lower())
            if found and operation:
                asked = self._of_request(operation, dict(zip(names, found.groups(), strict=True)), exchange)
                return asked + self._of_answer(operation, exchange)
        return [f"there is no {exchange.method} {path}"]

    def schema(self, name: str) -> dict[str, Any]:
        """One of its named schemas, as JSON Schema."""
        return self._plain(self._document["components"]["schemas"][name])

    def _of_request(self, operation: dict[str, Any], named: dict[str, str], exchange: Exchange) -> list[str]:
        given = {"path": named, "query": exchange.query}
        faults: list[str] = []
        for kind, values in given.items():
            known = {each["name"]: each for each in operation["parameters"] if each["in"] == kind}
            required = [name for name, each in known.items() if each.get("required")]
            schema = {"properties": {name: each["schema"] for name, each in known.items()}, "required": required}
            faults += self._compare(schema, values, kind)
        if exchange.method == "POST":
            forms = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
            faults += self._compare(forms, exchange.form, "form")
        return faults

    def _of_answer(self, operation: dict[str, Any], exchange: Exchange) -> list[str]:
        if exchange.answer is None:
            return [] if exchange.method == "GET" and not exchange.path.endswith(".json") else ["is no JSON"]
        if exchange.status < 400:
            answers = operation["responses"]
            if str(exchange.status) not in answers:
                return [f"{exchange.status} is no answer of it"]
            schema = answers[str(exchange.status)]["content"]["application/json"]["schema"]
        else:
            path, method, status = _ERRORS
            answers = self._document["paths"][path][method]["responses"]
            schema = answers[status]["content"]["application/json"]["schema"]
        return self._compare(schema, exchange.answer, "answer", whole=True)

    def _compare(self, schema: dict[str, Any], value: Any, where: str, *, whole: bool = False) -> list[str]:
        """What a value has that the schema does not know or allow; and lacks, where it has to be `whole`."""
        plain = self._plain({**schema, "type": "object"}, whole=whole)
        read = value if whole else {name: _number(plain, name, each) for name, each in value.items()}
        errors = Draft7Validator(plain, format_checker=_FORMATS).iter_errors(read)
        return [f"{where}: {error.json_path}: {error.message}" for error in errors]

    def _plain(self, schema: dict[str, Any], *, whole: bool = False) -> dict[str, Any]:
        """OpenAPI 3.0 as JSON Schema: references followed, `nullable` as a type, nothing that is not named."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return self._plain(self._document["components"]["schemas"][name], whole=whole)
        plain = {key: value for key, value in schema.items() if key in _KEPT}
        if "properties" in schema:
            inner = {name: self._plain(each, whole=whole) for name, each in schema["properties"].items()}
            required = list(inner) if whole else schema.get("required", [])
            plain |= {"properties": inner, "additionalProperties": False, "required": required}
        if "items" in schema:
            plain["items"] = self._plain(schema["items"], whole=whole)
        return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") else plain


_KEPT = ("type", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "format")


def _number(schema: dict[str, Any], name: str, value: str) -> str | int:
    """A form has words alone: what the schema wants as a number is one where it can be read as one."""
    wanted = schema["properties"].get(name, {}).get("type")
    return int(value) if wanted == "integer" and value.isdecimal() else value
