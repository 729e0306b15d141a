"""What the scripts that run Allot many times share. $ALLOT names another program than scripts/allot."""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = os.environ.get("ALLOT", ROOT / "scripts" / "allot")


def allot(*words, accepted=(0, 3)):
    """What `allot WORDS` prints; ends this script when it ends with a code that is not accepted."""
    result = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True, check=False)
    if result.returncode not in accepted:
        sys.exit(f"{pathlib.Path(sys.argv[0]).name}: allot {' '.join(map(str, words))} ended with {result.returncode}\n{result.stderr}")
    return result.stdout


def parse_seeds(text):
    """The whole numbers of "3" or "0-9"."""
    low, _, high = text.partition("-")
    return range(int(low), int(high or low) + 1)
