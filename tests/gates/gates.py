"""Tests of what other programs take from dechaff. tests/gates/run prepares what they need, and says what that is."""

import csv
import gzip
import io
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote

from jsonschema import Draft7Validator

ROOT = Path(__file__).resolve().parents[2]
DECHAFF = Path(os.environ["DECHAFF"]).resolve()
VENV = Path(sys.executable).parent
KEPT = "The bridge opens on Friday, the mayor said in the town hall.\n\nIt had been closed for nine long years.\n"
DIRTY = KEPT.replace("\n\n", "\n\nShare this: Facebook Twitter\n\n")
SHELLS = ["bash", "elvish", "fish", "powershell", "zsh"]


def sarif_schema():
    """The official schema of SARIF 2.1.0, out of the answers of the schema store that a package has saved."""
    cache = metadata.distribution("schemastore").locate_file("schemastore/cache.sqlite")
    with sqlite3.connect(cache) as answers:
        for (answer,) in answers.execute("SELECT value FROM responses"):
            if b"(SARIF) Version 2.1.0 JSON Schema" in answer:
                text = answer[answer.index(b"{", answer.index(b"_content")):].decode("utf-8", "replace")
                return json.JSONDecoder().raw_decode(text)[0]
    raise LookupError("no schema of SARIF 2.1.0")


def command(entry):
    """A workflow command as GitHub's runner reads it: its name, its properties, its message."""
    name, properties, message = re.fullmatch(r"::(\w+) (.*?)::(.*)", entry).groups()
    properties = dict(pair.split("=", 1) for pair in properties.split(","))
    for sign, code in [("\r", "%0D"), ("\n", "%0A"), (":", "%3A"), (",", "%2C"), ("%", "%25")]:
        properties = {key: value.replace(code, sign) for key, value in properties.items()}
    for sign, code in [("\r", "%0D"), ("\n", "%0A"), ("%", "%25")]:
        message = message.replace(code, sign)
    return name, properties, message


class Case(unittest.TestCase):
    """A test with a working folder of its own, and with programs that know no other place."""

    def setUp(self):
        outer = tempfile.TemporaryDirectory()
        self.addCleanup(outer.cleanup)
        self.outer = Path(outer.name)
        self.place = self.outer / "work"
        self.place.mkdir()
        self.environment = {
            "PATH": f"{DECHAFF.parent}:{VENV}:{os.environ['PATH']}",
            "HOME": outer.name,
            "PRE_COMMIT_HOME": f"{outer.name}/pre-commit",
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            "NO_COLOR": "1",
        }
        for who in ["AUTHOR", "COMMITTER"]:
            self.environment |= {f"GIT_{who}_NAME": "Miller", f"GIT_{who}_EMAIL": "miller@example.org"}

    def run_it(self, *args, code=0, folder=None):
        """Runs a program and returns what it printed: stdout, stderr."""
        done = subprocess.run(args, cwd=folder or self.place, env=self.environment, capture_output=True, encoding="utf-8")
        self.assertEqual(done.returncode, code, f"{args}\n{done.stdout}\n{done.stderr}")
        return done.stdout, done.stderr

    def put(self, name, content):
        path = self.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


class Sarif(Case):
    @classmethod
    def setUpClass(cls):
        Draft7Validator.check_schema(schema := sarif_schema())
        cls.schema = Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)

    def log(self, *args, code):
        written, messages = self.run_it("dechaff", "check", "--format", "sarif", *args, code=code)
        log = json.loads(written)
        faults = [f"{'/'.join(map(str, fault.absolute_path))}: {fault.message}" for fault in self.schema.iter_errors(log)]
        self.assertEqual(faults, [])
        (run,) = log["runs"]
        rules = run["tool"]["driver"]["rules"]
        self.assertEqual(len({rule["id"] for rule in rules}), len(rules))
        for result in run["results"]:
            self.assertEqual(rules[result["ruleIndex"]]["id"], result["ruleId"])
            self.look_up(result)
        return run, messages

    def look_up(self, result):
        """Fails if the text of a result does not stand at the place that it names."""
        place, said = result["locations"][0]["physicalLocation"], result["properties"]
        region = place["region"]
        path = self.place / unquote(place["artifactLocation"]["uri"].removeprefix("file://"))
        content = path.read_bytes()
        if path.suffix == ".gz":
            self.assertNotIn("byteOffset", region)
            content = gzip.decompress(content)
        if path.name == "l.txt":
            self.assertNotIn("byteOffset", region)
        encoding = "utf-16-le" if path.name == "l.txt" else "utf-8"
        lines = content.decode(encoding).removeprefix("\ufeff").split("\n")
        line, column = lines[region["startLine"] - 1], said["column"] - 1
        if said["record"] is None:
            found = line[region["startColumn"] - 1:region["endColumn"] - 1]
            self.assertEqual((region["startLine"], region["startColumn"]), (said["line"], said["column"]))
        else:
            self.assertEqual(set(region), {"startLine"})
            if path.suffix == ".csv":
                rest = io.StringIO("\n".join(lines[region["startLine"] - 1:]), newline="")
                text = next(csv.reader(rest))[1]
            else:
                text = json.loads(line)["text"]
            found = text.split("\n")[said["line"] - 1][column:column + len(said["text"])]
        self.assertEqual(found, said["text"])
        if "byteOffset" in region:
            start = region["byteOffset"]
            self.assertEqual(content[start:start + region["byteLength"]].decode(), said["text"])

    def test_the_corpus(self):
        # The tables of corpus/formats have their texts in a column of another name.
        shutil.copytree(ROOT / "corpus", self.place / "corpus", ignore=shutil.ignore_patterns("formats"))
        run, _ = self.log("corpus", "--profile", "aggressive", code=1)
        self.assertGreater(len(run["results"]), 900)
        self.assertEqual({result["level"] for result in run["results"]}, {"error", "warning", "note"})
        self.assertTrue(run["invocations"][0]["executionSuccessful"])
        one, many = (self.run_it("dechaff", "check", "--format", "sarif", "corpus", "-j", n, code=1)[0] for n in "13")
        self.assertEqual(one, many)

    def test_odd_names_records_and_packed_files(self):
        self.put("a b/ü [x]{0}%41#?:1.txt", "\ufeff" + DIRTY.replace("mayor", "Bürgermeister 😀"))
        self.put("-r.jsonl", "".join(json.dumps({"id": n, "text": DIRTY}) + "\n\n" for n in range(3)))
        self.put("p.txt.gz", gzip.compress(DIRTY.encode()))
        self.put("l.txt", "\ufeff".encode("utf-16-le") + DIRTY.encode("utf-16-le"))
        self.put("t.csv", f'id,text\n1,"{KEPT}"\n2,"{DIRTY}"\n')
        self.put("q.md", "Share this: Facebook [Twitter](https://x.example/{0})\n\n" + KEPT)
        run, _ = self.log(".", str(self.place / "a b"), code=1)
        self.assertEqual([result["properties"]["record"] for result in run["results"]].count(None), 4)
        self.assertEqual(len(run["results"]), 8)

    def test_nothing_found(self):
        self.put("a.txt", KEPT)
        run, _ = self.log("a.txt", code=0)
        self.assertEqual((run["results"], run["tool"]["driver"]["rules"]), ([], []))

    def test_inputs_that_fail(self):
        self.put("a.txt", DIRTY)
        self.put("b.txt.gz", gzip.compress(DIRTY.encode() * 99)[:60])
        self.put("c.jsonl", json.dumps({"text": DIRTY}) + "\n{\n")
        self.put("d.pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n")
        run, messages = self.log("a.txt", "b.txt.gz", "c.jsonl", "d.pdf", "gone", code=2)
        self.assertEqual(len(run["results"]), 2)
        (invocation,) = run["invocations"]
        self.assertFalse(invocation["executionSuccessful"])
        said = [message["message"]["text"] for message in invocation["toolExecutionNotifications"]]
        for name in ["b.txt.gz", "c.jsonl:2", "d.pdf", "gone"]:
            self.assertEqual(sum(text.startswith(f"{name}: ") for text in said), 1, said)
            self.assertIn(f"dechaff: {name}: ", messages)

    def test_findings_that_are_allowed(self):
        self.put("a.txt", DIRTY)
        run, _ = self.log("a.txt", "--max-findings", "1", code=0)
        self.assertEqual(len(run["results"]), 1)

    def test_the_schema_refuses_what_is_wrong(self):
        self.put("a.txt", DIRTY)
        written, _ = self.run_it("dechaff", "check", "--format", "sarif", "a.txt", code=1)
        for right, wrong in [('"level":"error"', '"level":"grave"'), ('"startLine":3', '"startLine":0'),
                             ('"uri":"a.txt"', '"uri":"a b.txt"'), ('"columnKind"', '"columns"')]:
            self.assertIn(right, written)
            self.assertFalse(self.schema.is_valid(json.loads(written.replace(right, wrong))), wrong)


class GitHub(Case):
    def test_commands_say_what_json_says(self):
        self.put("a,b:c %0A.txt", DIRTY)
        self.put("r.jsonl", json.dumps({"id": "x,\n::error::y", "text": DIRTY}) + "\n")
        self.put("broken.jsonl", json.dumps({"text": DIRTY}) + "\n{\n")
        written, _ = self.run_it("dechaff", "check", "--format", "github", ".", code=2)
        commands = [command(line) for line in written.splitlines()]
        found, _ = self.run_it("dechaff", "check", "--format", "jsonl", ".", code=2)
        found = [json.loads(line) for line in found.splitlines()]
        findings = [(name, properties) for name, properties, _ in commands if "file" in properties]
        self.assertEqual(len(found), 3)
        for (name, properties), finding in zip(findings, found, strict=True):
            self.assertEqual(name, {"certain": "error", "likely": "warning"}[finding["certainty"]])
            self.assertEqual(properties["file"], finding["file"].removeprefix("./"))
            self.assertEqual(properties["title"], finding["rule"])
            self.assertEqual(int(properties["line"]), finding["record"] or finding["line"])
            self.assertEqual("col" in properties, finding["record"] is None)
        ((name, _, message),) = [entry for entry in commands if "file" not in entry[1]]
        self.assertEqual(name, "error")
        self.assertTrue(message.startswith("./broken.jsonl:2: ") or message.startswith("broken.jsonl:2: "), message)


class PreCommit(Case):
    """The hooks as a project gets them: from a repository, by revision. Only the build is left out."""

    def setUp(self):
        super().setUp()
        hooks = self.outer / "hooks"
        hooks.mkdir()
        shutil.copy(ROOT / ".pre-commit-hooks.yaml", hooks)
        self.revision = self.repository(hooks)
        self.hooks = hooks
        self.put("articles/a first one.txt", DIRTY)
        self.put("articles/zweite ü.md", DIRTY)
        self.put("articles/r.jsonl", json.dumps({"id": 1, "text": DIRTY}) + "\n")
        self.put("articles/p.txt.gz", gzip.compress(DIRTY.encode()))
        self.put("articles/tool.py", DIRTY)
        self.put("articles/fine.txt", KEPT)

    def repository(self, folder):
        self.run_it("git", "init", "-q", "-b", "main", folder=folder)
        self.run_it("git", "add", "-A", folder=folder)
        self.run_it("git", "commit", "-q", "-m", "first", folder=folder)
        return self.run_it("git", "rev-parse", "HEAD", folder=folder)[0].strip()

    def configure(self, hook, **more):
        hook = {"id": hook, "language": "system", **more}
        self.put(".pre-commit-config.yaml",
                 json.dumps({"repos": [{"repo": str(self.hooks), "rev": self.revision, "hooks": [hook]}]}))
        self.repository(self.place)

    def test_the_manifest_is_valid(self):
        self.run_it("pre-commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"))

    def test_check_fails_and_writes_nothing(self):
        self.configure("dechaff-check")
        said, _ = self.run_it("pre-commit", "run", "--all-files", code=1)
        for name in ["articles/a first one.txt", "articles/zweite ü.md", "articles/r.jsonl:1"]:
            self.assertIn(name, said)
        for name in ["p.txt.gz", "tool.py", "fine.txt"]:
            self.assertNotIn(name, said)
        self.assertEqual(self.run_it("git", "status", "--porcelain")[0], "")

    def test_check_passes_without_junk_and_takes_arguments(self):
        self.configure("dechaff-check", files="fine", args=["--format", "concise"])
        self.run_it("pre-commit", "run", "--all-files")
        self.configure("dechaff-check", args=["--format", "concise", "--max-findings", "3"], verbose=True)
        said, _ = self.run_it("pre-commit", "run", "--all-files")
        self.assertEqual(said.count("share/"), 3, said)

    def test_a_commit_stops_until_what_clean_changed_is_added(self):
        self.configure("dechaff-clean", files="^articles/.*[.](txt|md|jsonl)$")
        self.run_it("pre-commit", "install")
        for name in ["a first one.txt", "zweite ü.md"]:
            self.put(f"articles/{name}", DIRTY + "\nOne line more, the miller said.\n")
        self.put("articles/-n.txt", DIRTY)
        self.put("articles/r.jsonl", json.dumps({"id": 2, "text": DIRTY}) + "\n")
        self.run_it("git", "add", "-A")
        _, said = self.run_it("git", "commit", "-m", "second", code=1)
        self.assertIn("files were modified by this hook", said)
        self.assertEqual((self.place / "articles/a first one.txt").read_text(), KEPT + "\nOne line more, the miller said.\n")
        self.assertEqual((self.place / "articles/-n.txt").read_text(), KEPT)
        self.assertEqual(json.loads((self.place / "articles/r.jsonl").read_text()), {"id": 2, "text": KEPT})
        self.assertEqual((self.place / "articles/tool.py").read_text(), DIRTY)
        self.run_it("git", "add", "-A")
        self.run_it("git", "commit", "-m", "second")
        self.run_it("dechaff", "restore", "-q")
        self.assertEqual((self.place / "articles/-n.txt").read_text(), DIRTY)

    def test_more_names_than_one_command_takes(self):
        for n in range(3000):
            self.put(f"articles/{n:04}-{'long' * 50}.txt", DIRTY)
        self.configure("dechaff-clean")
        self.run_it("pre-commit", "run", "--all-files", code=1)
        self.run_it("pre-commit", "run", "--all-files")


class Shells(Case):
    def test_bash_completes_commands_flags_and_values(self):
        script, _ = self.run_it("dechaff", "completions", "bash")
        self.put("dechaff.bash", script)
        self.run_it("bash", "-n", "dechaff.bash")
        complete = """
            source ./dechaff.bash; complete -p dechaff
            COMP_WORDS=(dechaff {words}) COMP_CWORD={at}
            _dechaff dechaff "${{COMP_WORDS[COMP_CWORD]}}" "${{COMP_WORDS[COMP_CWORD-1]}}"; echo "${{COMPREPLY[@]}}"
        """
        for words, wanted in [("che", "check"), ("check --exit-z", "--exit-zero"), ("check --format sar", "sarif"),
                              ("completions f", "fish")]:
            said, _ = self.run_it("bash", "-c", complete.format(words=words, at=len(words.split())))
            first, completed = said.splitlines()
            self.assertRegex(first, r"^complete .*-F _dechaff dechaff$")
            self.assertEqual(completed, wanted, words)

    def test_every_shell_has_a_script(self):
        for shell in SHELLS:
            script, _ = self.run_it("dechaff", "completions", shell)
            self.assertIn("exit-zero", script, shell)
            if path := shutil.which(shell):
                self.put("script", script)
                self.run_it(path, "-n", "script")


class Manual(Case):
    def test_every_command_has_a_page_that_renders_without_a_warning(self):
        self.run_it("dechaff", "man", "share/man/man1")
        pages = sorted((self.place / "share/man/man1").iterdir())
        names = {page.name for page in pages}
        self.assertLessEqual({"dechaff.1", "dechaff-check.1", "dechaff-rules-list.1", "dechaff-init.1"}, names)
        for page in pages:
            shown, warnings = self.run_it("groff", "-man", "-Tutf8", "-ww", str(page))
            self.assertEqual(warnings, "", page.name)
            self.assertIn(page.stem.replace("-", " ").split()[-1], shown)


if __name__ == "__main__":
    unittest.main(verbosity=2)
