"""What a message library costs: `python benchmarks/message_libraries.py fluent|icu4py|jinja`, each alone in a process.

The first two are not among Switchboard's requirements: `pip install fluent.runtime icu4py` where you try them.
"""

import importlib
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

TEXTS = 1250
"""As many texts as Switchboard has in five languages."""


def fluent() -> Callable[[int], str]:
    """Fluent: parsed at once, rendered from its syntax tree."""
    runtime: Any = importlib.import_module("fluent.runtime")
    source = "\n".join(
        f"m{n} = Your service {{ $n ->\n   [one] has one bill\n  *[other] has {{ $n }} bills\n }}"
        f" of {{ MONEY($a) }} ({n})."
        for n in range(TEXTS)
    )
    bundle = runtime.FluentBundle(["en"], functions={"MONEY": lambda a: f"${float(a):.2f}"}, use_isolating=False)
    bundle.add_resource(runtime.FluentResource(source))
    return lambda n: bundle.format_pattern(bundle.get_message(f"m{n}").value, {"n": 2, "a": 39.99})[0]


def icu4py() -> Callable[[int], str]:
    """ICU MessageFormat: compiled at once by ICU itself."""
    messages: Any = importlib.import_module("icu4py.messageformat")
    source = "Your service {n, plural, one {has one bill} other {has # bills}} of {a, number, ::currency/USD} (%d)."
    compiled = [messages.MessageFormat(source % n, "en_US") for n in range(TEXTS)]
    return lambda n: compiled[n].format({"n": 2, "a": 39.99})


def jinja() -> Callable[[int], str]:
    """Jinja with CLDR's rules from Babel: compiled when it is first said."""
    from agents.wording import Voice, render

    source = "Your service has {{ n }} {{ n | plural('bill', 'bills') }} of {{ a | money }} (%d)."
    return lambda n: render({"en": source % n}, Voice("en", "USD"), {"n": 2, "a": 3999})


def main() -> None:
    """Print one library's figures."""
    name, before = sys.argv[1], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.perf_counter()
    say = {"fluent": fluent, "icu4py": icu4py, "jinja": jinja}[name]()
    loaded = time.perf_counter()
    texts = [say(n) for n in range(TEXTS)]
    once = time.perf_counter()
    for n in range(TEXTS):
        say(n)
    again = time.perf_counter()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(
        f"{name}: ready {1e3 * (loaded - started):.0f} ms, first time {1e6 * (once - loaded) / TEXTS:.0f} us a text,",
        end=" ",
    )
    print(f"then {1e6 * (again - once) / TEXTS:.0f} us, +{grown:.0f} MB: {texts[0]}")


if __name__ == "__main__":
    main()
