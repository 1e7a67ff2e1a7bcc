"""The one answer for what a caller may mend: which field, and why."""

from mcp_types import CallToolResult, TextContent
from pydantic import ValidationError

PLAIN_REASONS = {
    "missing": "is required",
    "extra_forbidden": "is not an argument of this tool",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "string_type": "must be text",
}


class Refused(Exception):
    """A call that had no effect; the message names the field and the reason and may be shown to a model."""


def not_found(field: str, thing: str, identifier: str) -> Refused:
    """Say that a record does not exist for this customer; another customer's record is not told apart."""
    return Refused(f"{field}: {thing} {identifier} not found")


def answer_refusal(message: str) -> CallToolResult:
    """Turn a refusal into the tool error that the caller sees."""
    return CallToolResult(content=[TextContent(type="text", text=message)], is_error=True)


def explain_arguments(error: ValidationError) -> str:
    """Say in one line which arguments are wrong and why, without repeating their values."""
    return "; ".join(
        f"{'.'.join(str(part) for part in problem['loc']) or 'arguments'}: "
        f"{PLAIN_REASONS.get(problem['type'], _sentence(problem['msg']))}"
        for problem in error.errors(include_input=False, include_url=False)
    )


def _sentence(message: str) -> str:
    return message.removeprefix("Value error, ").removeprefix("Input ")
