#!/usr/bin/env python3
"""Checks that what comments and documents point to exists.

    scripts/check_citations.py [ROOT]

In comments of the sources: a page that is named is a file, and the sections named with it, by number or by title in quotes, are
headings of it; no section is named without its page. In documents: relative links lead to a file and, after #, to a heading or an
anchor of it; sections named behind a link are headings there, others of the document itself; paths of the repository in code quotes
exist. Prints every breach as file:line: message and exits with 1 if there is one.
"""

import ast
import io
import re
import sys
import tokenize
from pathlib import Path

from check_layers import COMMENT_OR_LITERAL

FOLDERS = ("include", "src", "tests", "bench", "scripts", "cmake", ".ci")
DOCUMENTS = ("*.md", "docs/**/*.md", "configs/**/*.md", "tests/**/*.md")

PAGE = re.compile(r"(?<![\w/*.:-])(?:[\w-]+/)*[\w-]+\.md\b")
REFERENCE = r'(?:\d+|"[^"\n]+")'
SECTIONS = re.compile(
    rf"(?:(?P<page>[\w/-]+\.md)(?:#[\w-]+)?\)?,? )?"
    rf"\b(?P<references>section {REFERENCE}|sections {REFERENCE}(?:(?:, | and | to ){REFERENCE})*)"
)
LINK = re.compile(r"\[[^\]\n]*\]\((?P<target>[^)\s]+)\)")
QUOTED_PATH = re.compile(r"`((?:src|include|scripts|tests|bench|configs|docs|cmake)/[\w./-]*)`")
FENCE = re.compile(r"^```.*?^```[ \t]*$", re.M | re.S)
COMMENT_START = re.compile(r"^[ \t]*(///?<?|/?\*+/?|#+)[ \t]?")


def comments(path, text):
    """Yields (first line, text) of every run of comment lines, as one line of text a line of the file."""
    if path.suffix in (".cpp", ".hpp", ".in"):
        found = [match for match in COMMENT_OR_LITERAL.finditer(text) if match.group().startswith(("//", "/*"))]
        lines = [(text.count("\n", 0, match.start()) + 1, match.group()) for match in found]
    elif path.suffix == ".py":
        lines = python_comments(text)
    else:
        lines = [(n, line[line.index("#") :]) for n, line in enumerate(text.splitlines(), 1) if re.search(r"(^|\s)#", line)]
    run, first, last = [], 0, 0
    for number, comment in lines:
        if run and number != last + 1:
            yield first, "\n".join(run)
            run = []
        first = first if run else number
        run += [COMMENT_START.sub("", line) for line in comment.split("\n")]
        last = number + comment.count("\n")
    if run:
        yield first, "\n".join(run)


def python_comments(text):
    """(line, text) of the comments and docstrings of a Python source."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    found = [(token.start[0], token.string) for token in tokens if token.type == tokenize.COMMENT]
    for node in ast.walk(ast.parse(text)):
        is_documented = isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node)
        if is_documented:
            found.append((node.body[0].lineno, ast.get_docstring(node, clean=False)))
    return sorted(found)


def without_code(text):
    """A document with its fenced blocks blanked, line breaks kept."""
    return FENCE.sub(lambda match: "\n" * match.group().count("\n"), text)


def headings(page):
    return re.findall(r"^#+ +(.*?) *$", without_code(page.read_text(encoding="utf-8")), re.M)


def anchors(page):
    """What may stand after # in a link: headings as GitHub names them, and anchors of the author."""
    named = re.findall(r'<a id="([^"]+)">', page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings(page)} | set(named)


def has_section(page, reference):
    """Whether a page has the section: `3` as "3. Title", a quoted title as it stands or as far as its colon."""
    if reference.startswith('"'):
        title = reference.strip('"')
        return any(heading == title or heading.startswith(title + ":") for heading in headings(page))
    return any(re.match(rf"{reference}\. ", heading) for heading in headings(page))


def section_breaches(text, page_of):
    """Yields (position, message) for the sections named in a text; `page_of` finds the page by its name, or None."""
    for match in SECTIONS.finditer(text):
        name = match["page"]
        if name is None:
            yield match.start(), f"{match['references']} of which page?"
            continue
        page = page_of(name)
        for reference in re.findall(REFERENCE, match["references"]) if page else ():
            if not has_section(page, reference):
                yield match.start(), f"{name} has no section {reference}"


def comment_breaches(root, path):
    """Yields (line number, message) for a source."""
    for first, comment in comments(path, path.read_text(encoding="utf-8")):
        flat = comment.replace("\n", " ")
        found = list(section_breaches(flat, lambda name: root / name if (root / name).is_file() else None))
        found += [(m.start(), f"no file {m.group()}") for m in PAGE.finditer(flat) if not (root / m.group()).is_file()]
        for position, message in sorted(found):
            yield first + comment.count("\n", 0, position), message


def document_breaches(root, path):
    """Yields (line number, message) for a document."""
    text = without_code(path.read_text(encoding="utf-8"))
    found = []
    for match in LINK.finditer(text):
        target, _, anchor = match["target"].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        page = path.parent / target if target else path
        if not page.exists():
            found.append((match.start(), f"no file {target}"))
        elif anchor and anchor not in anchors(page):
            found.append((match.start(), f"{target or path.name} has no anchor #{anchor}"))
    for match in SECTIONS.finditer(text):
        page = path.parent / match["page"] if match["page"] else path
        for reference in re.findall(REFERENCE, match["references"]) if page.is_file() else ():
            if not has_section(page, reference):
                found.append((match.start(), f"{page.name} has no section {reference}"))
    found += [(m.start(), f"no path {m[1]}") for m in QUOTED_PATH.finditer(text) if not (root / m[1]).exists()]
    for position, message in sorted(found):
        yield text.count("\n", 0, position) + 1, message


def sources(root):
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            is_source = path.suffix in (".cpp", ".hpp", ".in", ".py", ".sh", ".cmake", "") or path.name == "CMakeLists.txt"
            if path.is_file() and is_source and "__pycache__" not in path.parts:
                yield path


def main():
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent)
    found = 0
    for path in sources(root):
        for number, message in comment_breaches(root, path):
            print(f"{path.relative_to(root).as_posix()}:{number}: {message}")
            found += 1
    for path in sorted({page for pattern in DOCUMENTS for page in root.glob(pattern)}):
        for number, message in document_breaches(root, path):
            print(f"{path.relative_to(root).as_posix()}:{number}: {message}")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
