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
        for name in ("allot/instance", "allot/solve", "allot/io"):
            self.write(f"include/{name}.hpp", "#pragma once\n")
        for name in ("performance/model", "search/state", "util/rng", "solvers/greedy"):
            self.write(f"src/{name}.hpp", "#pragma once\n")

    def test_what_is_allowed(self):
        self.write("src/search/a.cpp", '#include "allot/instance.hpp"\n#include "search/state.hpp"\n')
        self.write("src/solvers/b.cpp", '#include "allot/solve.hpp"\n#include "search/state.hpp"\n')
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
            ['include/allot/instance.hpp:2: problem may not include "allot/solve.hpp" (solvers)'],
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


if __name__ == "__main__":
    unittest.main()
