#!/usr/bin/env python3
"""Checks that no function is longer than 60 lines and no file longer than 500.

    scripts/check_sizes.py [ROOT]
    scripts/check_sizes.py --figures [ROOT]    90th percentile of the lengths of functions in src/, comments per line of code
                                               in the headers of the heart, assertions in src/

C++ functions are found by their braces: the code is formatted by clang-format and compiles, so that braces match once comments,
strings and preprocessor lines are gone. Prints every breach as file:line: message and exits with 1 if there is one.
"""

import ast
import re
import sys
from pathlib import Path

from check_layers import without_comments

MAX_FUNCTION_LINES = 60
MAX_FILE_LINES = 500
HEART = ("candidates", "cost", "lp", "subproblem", "bounds", "search", "tree", "milp", "solvers")
FOLDERS = ("include", "src", "tests", "bench", "scripts", "cmake", ".ci")

# What opens a brace that is no function's: a type, a namespace, a block or an initialiser.
NOT_A_FUNCTION = re.compile(
    r"^(namespace|class|struct|union|enum|extern|if|else|for|while|do|switch|try|catch|case|default)\b"
    r"|(=|,|\(|\{|return)$"
)
ACCESS = re.compile(r"\s*((public|private|protected)\s*:\s*)*")
PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", re.M)


def cpp_functions(text):
    """Yields (first line, number of lines) of every function, and of most lambdas, with a body."""
    code = PREPROCESSOR.sub(lambda match: "\n" * match.group().count("\n"), without_comments(text))
    opened = []  # for every open brace: where its function starts, or None, and the parentheses open around it
    head_start = parentheses = 0
    for position, character in enumerate(code):
        if character == "{":
            start = ACCESS.match(code, head_start).end()
            start = start if is_function_head(code[start:position]) else None
            opened.append((start, parentheses))
            parentheses = 0
        elif character == "}" and opened:
            start, parentheses = opened.pop()
            if start is not None:
                yield code.count("\n", 0, start) + 1, code.count("\n", start, position) + 1
        elif character in "()":
            parentheses += 1 if character == "(" else -1
        if character in "{}" or (character == ";" and parentheses == 0):
            head_start = position + 1


def is_function_head(head):
    """Whether `head`, the code between the last statement and a brace, declares a function or a lambda."""
    words = re.sub(r"^(template ?<[^{]*?> ?(?=\w))+", "", " ".join(head.split()))
    return ")" in words and not NOT_A_FUNCTION.search(words)


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno - node.lineno + 1


def breaches(path, text):
    """Yields (line number, message) for a file's text."""
    lines = text.count("\n")
    if lines > MAX_FILE_LINES:
        yield 1, f"{lines} lines, at most {MAX_FILE_LINES} are allowed in a file"
    functions = ()
    if path.suffix in (".cpp", ".hpp"):
        functions = cpp_functions(text)
    elif path.suffix == ".py":
        functions = python_functions(text)
    for first, length in functions:
        if length > MAX_FUNCTION_LINES:
            yield first, f"a function of {length} lines, at most {MAX_FUNCTION_LINES} are allowed"


def comment_ratio(headers):
    """Lines with a comment per line with code."""
    comments = code = 0
    for path in headers:
        text = path.read_text(encoding="utf-8")
        comments += sum("//" in line for line in text.splitlines())
        code += sum(line.strip() not in ("", "#pragma once") for line in without_comments(text).splitlines())
    return comments / max(1, code)


def print_figures(root):
    sources = sorted((root / "src").rglob("*.[ch]pp"))
    texts = [path.read_text(encoding="utf-8") for path in sources]
    lengths = sorted(length for text in texts for _, length in cpp_functions(text))
    print(f"functions: {len(lengths)}, 90 % have at most {lengths[len(lengths) * 9 // 10]} lines, the longest {lengths[-1]}")
    for folder in HEART:
        headers = sorted((root / "src" / folder).rglob("*.hpp"))
        print(f"comments per line of code in headers of src/{folder}: {comment_ratio(headers):.2f}")
    asserts = [len(re.findall(r"\bassert\(", without_comments(text))) for text in texts]
    print(f"assertions in src/: {sum(asserts)}")


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--figures"]
    root = Path(arguments[0] if arguments else Path(__file__).resolve().parent.parent)
    if "--figures" in sys.argv:
        print_figures(root)
        return 0
    found = 0
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            if not path.is_file() or "__pycache__" in path.parts or path.suffix in (".yaml", ".csv", ".json"):
                continue
            for number, message in breaches(path, path.read_text(encoding="utf-8")):
                print(f"{path.relative_to(root).as_posix()}:{number}: {message}")
                found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
