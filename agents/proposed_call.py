"""The journey of a single call that a language model proposed where no procedure fits: held, then carried out."""

from agents.procedure import Call, Case, Journey, Resolved

NAME = "proposed_call"


def proposed_call(case: Case) -> Journey:
    """Carry out one proposed call.

    The call waits for whatever evidence the policy asks for, as any other does. What it did is told from its result.
    """
    tool, arguments = case.facts["tool"], case.facts["arguments"]
    result = yield Call(tool, **arguments)
    return Resolved("carried_out", tool=tool, result={**arguments, **result})
