"""What Lighthouse says of a shop's page with the widget, on a phone and on a desktop: `make lighthouse`."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.channels.chromium import PATH
from tests.channels.shop import open_shop

TOOLS = Path(__file__).parents[3] / ".tools" / "lighthouse" / "node_modules"
CHROME = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
ONLY = "--only-categories=performance,accessibility,best-practices"
AUDITS = {"total-blocking-time": "blocked", "cumulative-layout-shift": "shift", "total-byte-weight": "bytes"}


def measure(url: str, *options: str) -> dict[str, Any]:
    command = [TOOLS / "node" / "bin" / "node", TOOLS / "lighthouse" / "cli" / "index.js", url, CHROME, ONLY, *options]
    environment = {**os.environ, "CHROME_PATH": PATH or ""}
    done = subprocess.run([*command, "--quiet", "--output=json"], env=environment, capture_output=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    if not TOOLS.is_dir():
        sys.exit("Lighthouse is not there: `make lighthouse` gets it from npm.")
    with tempfile.TemporaryDirectory() as folder, open_shop(Path(folder)) as shop:
        for name, options in (("phone", ()), ("desktop", ("--preset=desktop",))):
            found = measure(f"{shop.url}/shop", *options)
            scores = [f"{each['title'].lower()} {each['score'] * 100:.0f}" for each in found["categories"].values()]
            facts = [f"{told} {found['audits'][audit]['numericValue']:.6g}" for audit, told in AUDITS.items()]
            print(f"{name}: {', '.join(scores)} ({', '.join(facts)})")
            for each in found["audits"].values():
                if each["score"] == 0 and each["scoreDisplayMode"] == "binary":
                    print(f"  not passed: {each['id']}: {each['title']}")


if __name__ == "__main__":
    main()
