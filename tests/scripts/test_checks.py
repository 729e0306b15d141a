"""The checks of scripts/ find what they are there to find, and nothing in code that is as it should be."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


class CheckTest(unittest.TestCase):
    """A tree in a temporary folder, and the lines that a check prints about it."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def findings(self, check):
        """What the check prints; it must exit with 1 exactly when it prints something."""
        command = [sys.executable, SCRIPTS / check, self.root]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(result.stderr, "")
        self.assertEqual(result.returncode, 1 if result.stdout else 0)
        return result.stdout.splitlines()


class LayersTest(CheckTest):
    def setUp(self):
        super().setUp()
        for name in ("allot/instance", "allot/solve_options", "allot/solve", "allot/io"):
            self.write(f"include/{name}.hpp", "#pragma once\n")
        for name in ("performance/model", "search/state", "util/rng", "solvers/greedy"):
            self.write(f"src/{name}.hpp", "#pragma once\n")

    def test_what_is_allowed(self):
        self.write("src/search/a.cpp", '#include "allot/instance.hpp"\n#include "search/state.hpp"\n')
        self.write("src/solvers/b.cpp", '#include "allot/solve_options.hpp"\n#include "search/state.hpp"\n')
        self.write("src/io/c.cpp", '#include <yaml-cpp/yaml.h>\n#include "allot/solve.hpp"\n#include "util/rng.hpp"\n')
        self.write("tests/support/d.hpp", "#pragma once\n")
        self.write("tests/unit/d.cpp", '#include "search/state.hpp"\n#include "support/d.hpp"\n')
        self.assertEqual(self.findings("check_layers.py"), [])

    def test_a_layer_above(self):
        self.write("src/performance/a.cpp", '\n#include "search/state.hpp"\n')
        self.assertEqual(
            self.findings("check_layers.py"),
            ['src/performance/a.cpp:2: performance may not include "search/state.hpp" (search)'],
        )

    def test_the_auditor_stands_alone(self):
        self.write("src/audit/a.cpp", '#include "performance/model.hpp"\n#include "search/state.hpp"\n')
        self.assertEqual(
            self.findings("check_layers.py"),
            [
                'src/audit/a.cpp:1: audit may not include "performance/model.hpp" (performance)',
                'src/audit/a.cpp:2: audit may not include "search/state.hpp" (search)',
            ],
        )

    def test_io_knows_solvers_by_their_public_header_only(self):
        self.write("src/io/a.cpp", '#include "solvers/greedy.hpp"\n')
        self.assertEqual(
            self.findings("check_layers.py"), ['src/io/a.cpp:1: io may not include "solvers/greedy.hpp" (solvers)']
        )

    def test_a_public_header_above_its_layer(self):
        self.write("include/allot/instance.hpp", '#pragma once\n#include "allot/solve.hpp"\n')
        self.assertEqual(
            self.findings("check_layers.py"),
            ['include/allot/instance.hpp:2: problem may not include "allot/solve.hpp" (planning)'],
        )

    def test_files_of_no_layer(self):
        self.write("include/allot/new.hpp", "#pragma once\n")
        self.write("src/misc/a.cpp", "")
        self.assertEqual(len(self.findings("check_layers.py")), 2)

    def test_an_include_that_is_no_full_path(self):
        self.write("src/search/a.cpp", '#include "state.hpp"\n')
        self.assertIn("no full path", self.findings("check_layers.py")[0])

    def test_libraries_are_named_in_one_place(self):
        for line in (
            "#include <tbb/parallel_for.h>",
            "#include <ClpSimplex.hpp>",
            "#include <Cbc_C_Interface.h>",
            "#include <CLI/CLI.hpp>",
            "YAML::Node node;",
            'std::cout << "x";',
            "std::shuffle(a, b, c);",
        ):
            with self.subTest(line=line):
                self.write("src/solvers/a.cpp", line + "\n")
                self.assertEqual(len(self.findings("check_layers.py")), 1)
                self.write("src/solvers/a.cpp", f"// {line}\n")
                self.assertEqual(self.findings("check_layers.py"), [])

    def test_headers(self):
        self.write("src/util/a.hpp", "using namespace std;\n")
        self.assertEqual(len(self.findings("check_layers.py")), 2)


class SizesTest(CheckTest):
    def test_the_longest_function_and_the_first_too_long(self):
        for lines, found in ((60, []), (61, ["src/a.cpp:3: a function of 61 lines, at most 60 are allowed"])):
            with self.subTest(lines=lines):
                self.write("src/a.cpp", "namespace x {\n\nint f(int a) {\n" + "    ++a;\n" * (lines - 2) + "}\n}\n")
                self.assertEqual(self.findings("check_sizes.py"), found)

    def test_the_longest_file_and_the_first_too_long(self):
        self.write("src/a.cpp", "int a;\n" * 500)
        self.assertEqual(self.findings("check_sizes.py"), [])
        self.write("src/a.cpp", "int a;\n" * 501)
        self.assertEqual(self.findings("check_sizes.py"), ["src/a.cpp:1: 501 lines, at most 500 are allowed in a file"])

    def test_braces_that_are_no_functions(self):
        body = "    int a;\n" * 70
        self.write("src/a.cpp", f"struct A : B<int()> {{\n{body}}};\nenum class E {{\n{body}}};\n")
        self.write("src/b.cpp", f"const std::vector<int> v = {{\n{body}}};\nnamespace a {{\n{body}}}\n")
        self.assertEqual(self.findings("check_sizes.py"), [])

    def test_braces_in_strings_and_comments_count_for_nothing(self):
        statement = "    f(\"{\", '{', R\"x({)x\", 1'000);  // {\n"
        self.write("src/a.cpp", "#define A {\nint f() {\n" + statement + "}\n" + "int a;\n" * 70 + "int g() {\n}\n")
        self.assertEqual(self.findings("check_sizes.py"), [])

    def test_constructors_members_and_test_cases(self):
        body = "        ++a;\n" * 60
        self.write("src/a.cpp", f"class A : public B {{\n  public:\n    A(int x) : x_(x) {{\n{body}    }}\n}};\n")
        self.write("src/b.cpp", f"TEST_CASE(\"x\") {{\n    for (int i = 0; i < 3; ++i) {{\n{body}    }}\n}}\n")
        found = self.findings("check_sizes.py")
        self.assertEqual([line.split(" ")[0] for line in found], ["src/a.cpp:3:", "src/b.cpp:1:"])

    def test_python_functions(self):
        self.write("scripts/a.py", "def f():\n" + "    print()\n" * 60)
        self.assertEqual(len(self.findings("check_sizes.py")), 1)


class TestsTest(CheckTest):
    def test_a_comment_directly_above(self):
        self.write(
            "tests/unit/a.cpp",
            "// Why.\nTEST_CASE(\"a\") {\n}\n\n/// Why,\n/// in two lines.\nTEST_CASE_TEMPLATE(\n    \"b\", T, int) {\n}\n"
            "namespace x {\n    // Why.\n    SCENARIO(\"c\") {}\n}\n",
        )
        self.write("tests/support/b.cpp", "// TEST_CASE(\"of another time\")\nconst char* name = \"TEST_CASE(\";\n")
        self.assertEqual(self.findings("check_tests.py"), [])

    def test_no_comment_there(self):
        for above in ("", "int a;\n", "int a;  // Why.\n", "// Why.\n\n", "//\n", "// ------\n", "}  // namespace\n"):
            with self.subTest(above=above):
                self.write("tests/unit/a.cpp", f'{above}TEST_CASE("a") {{}}\n')
                line = above.count("\n") + 1
                self.assertEqual(
                    self.findings("check_tests.py"),
                    [f"tests/unit/a.cpp:{line}: no comment above the test case says why it exists"],
                )

    def test_every_kind_of_test_case(self):
        self.write("tests/a.cpp", 'TEST_CASE_TEMPLATE("a", T, int) {}\nTEST_CASE_FIXTURE(F, "b") {}\nSCENARIO("c") {}\n')
        self.assertEqual(len(self.findings("check_tests.py")), 3)


class CitationsTest(CheckTest):
    def setUp(self):
        super().setUp()
        self.write("docs/a.md", "# A\n\n## 1. First\n\n## Files: of a kind\n\n<a id=\"below\"></a>\n")
        self.write("README.md", "# R\n\n## Exit codes\n")

    def test_what_is_there(self):
        self.write(
            "src/a.cpp",
            "/// A (docs/a.md, section 1; Somebody 1999), docs/a.md,\n/// section \"Files\". README.md, section \"Exit codes\".\n"
            'const char* f = "docs/none.md, section 7";  // docs/a.md, sections 1 and "Files"\n',
        )
        self.write("scripts/a.py", '"""Writes docs/a.md, section 1."""\nx = "docs/none.md"  # docs/a.md\n')
        self.write("scripts/a.sh", 'echo "docs/none.md"\n# docs/a.md, and all of docs/*.md\n')
        self.write(
            "docs/b.md",
            "# B\n\n## 2. Own\n\n[A](a.md#1-first), section 1, section 2, [x](a.md#below), [y](https://x.y/z), `src/a.cpp`\n"
            "```\n[none](none.md) `src/none.cpp`\n```\n",
        )
        self.assertEqual(self.findings("check_citations.py"), [])

    def test_comments_that_lead_nowhere(self):
        for comment, message in (
            ("docs/none.md", "no file docs/none.md"),
            ("a.md", "no file a.md"),
            ("docs/a.md, section 3", "docs/a.md has no section 3"),
            ("docs/a.md,\n// sections 1 and 4", "docs/a.md has no section 4"),
            ('docs/a.md, section "Fil"', 'docs/a.md has no section "Fil"'),
            ("The rows of section 3", "section 3 of which page?"),
        ):
            with self.subTest(comment=comment):
                self.write("src/a.cpp", f"int a;\n// {comment}\n")
                self.assertEqual(self.findings("check_citations.py"), [f"src/a.cpp:2: {message}"])

    def test_documents_that_lead_nowhere(self):
        for text, message in (
            ("[x](none.md)", "no file none.md"),
            ("[x](a.md#none)", "a.md has no anchor #none"),
            ("[x](#none)", "b.md has no anchor #none"),
            ("[x](a.md), section 2", "a.md has no section 2"),
            ("section 2", "b.md has no section 2"),
            ("`src/none.cpp`", "no path src/none.cpp"),
        ):
            with self.subTest(text=text):
                self.write("docs/b.md", f"# B\n{text}\n")
                self.assertEqual(self.findings("check_citations.py"), [f"docs/b.md:2: {message}"])


if __name__ == "__main__":
    unittest.main()
