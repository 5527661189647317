"""Hostile input, faults and load, tried on the built program. Each case is a function below; its docstring is its line."""

import bz2
import gzip
import json
import lzma
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROGRAM = str(Path(sys.argv[1]).resolve())
SCRAPED = Path("corpus/scraped").resolve()
DIRTY = (
    "The bridge opens on Friday, the mayor said in the town hall.\n\nShare this: Facebook Twitter\n\n"
    "It had been closed for nine long years, and nobody expected it to open.\n"
)
CLEAN = DIRTY.replace("Share this: Facebook Twitter\n\n", "")
MEBIBYTE = 1 << 20


class Place:
    """A folder for one case, with a journal of its own."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.env = {**os.environ, "XDG_STATE_HOME": str(self.folder / ".state"), "XDG_CONFIG_HOME": str(self.folder / ".none")}
        self.peak = None

    def put(self, name, content):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def start(self, *args, **options):
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        return subprocess.Popen([PROGRAM, *args], cwd=self.folder, env=self.env, **options)

    def run(self, *args, **options):
        """The exit code, stdout and stderr of a run; remembers its peak memory."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = self.start(*args, **{"stdout": out, "stderr": err, **options})
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            # Memory of this script counts as the program's, up to here: big inputs are made by other programs.
            self.peak = usage.ru_maxrss * 1024
            out.seek(0), err.seek(0)
            return process.returncode, out.read(), err.read().decode(errors="replace")

    def shell(self, script):
        """The exit code and stdout of a bash script in which `dechaff` is the program."""
        script = f'set -o pipefail; dechaff() {{ "{PROGRAM}" "$@"; }}; {script}'
        done = subprocess.run(["bash", "-c", script], cwd=self.folder, env=self.env, capture_output=True)
        return done.returncode, done.stdout, done.stderr.decode(errors="replace")


def is_(actual, expected):
    assert actual == expected, f"{actual!r}, not {expected!r}"


def says(text, what):
    assert what in text, f"{text!r} does not say {what!r}"


def below(place, mebibytes):
    assert place.peak < mebibytes * MEBIBYTE, f"peak of {place.peak // MEBIBYTE} MiB"


# ── Memory ──


def many_blank_lines(place):
    """50 million blank lines in a small packed file take less than 200 MiB"""
    place.shell("head -c 50000000 /dev/zero | tr '\\0' '\\n' | gzip -1 > n.txt.gz")
    code, _, _ = place.run("check", "n.txt.gz")
    is_(code, 0)
    below(place, 200)


def a_bomb_in_a_folder(place):
    """such a file in a folder, with 3 GB of address space, stops no other file"""
    place.shell("mkdir in; head -c 20000000 /dev/zero | tr '\\0' '\\n' | gzip -1 > in/a.txt.gz")
    for n in range(300):
        place.put(f"in/{n}.txt", DIRTY)
    code, _, err = place.shell("ulimit -v 3000000; dechaff clean in -o out")
    is_(code, 0)
    says(err, "301 documents: 300 changed, 0 held, 0 failed")


def unpacking_stops(place):
    """a gigabyte of zeros is refused after the first of them"""
    place.put("z.txt.gz", gzip.compress(bytes(MEBIBYTE), 9) * 1024)
    began = time.monotonic()
    code, _, err = place.run("clean", "z.txt.gz")
    is_(code, 2)
    says(err, "is binary: NUL at byte 0")
    below(place, 150)
    assert time.monotonic() - began < 5


def a_long_document_is_named(place):
    """a document over the limit is named, and the others are done"""
    place.shell("mkdir in; yes 'It rained.' | head -n 30000000 | gzip -1 > in/long.txt.gz")
    place.put("in/b.txt", DIRTY)
    code, _, err = place.run("clean", "in", "-o", "out")
    is_(code, 2)
    says(err, "in/long.txt.gz: is longer than 256,000,000 bytes, unpacked; --max-document-size raises the limit")
    is_((place.folder / "out/b.txt").read_text(), CLEAN)
    below(place, 700)


def a_long_record_is_named(place):
    """a record over the limit passes through as it is, and the others are done"""
    record = lambda text: json.dumps({"text": text}).encode() + b"\n"
    before = record(DIRTY) + record("x" * 3_000_000) + record(DIRTY)
    place.put("r.jsonl", before)
    code, out, err = place.run("clean", "r.jsonl", "--max-document-size", "1MB")
    is_(code, 2)
    says(err, "r.jsonl:2: is longer than 1,000,000 bytes")
    is_(out, record(CLEAN) + record("x" * 3_000_000) + record(CLEAN))


def a_line_of_a_quarter_gigabyte(place):
    """one line of 256 MB ends, in memory in proportion"""
    place.shell("yes 'It rained all night, they said.' | head -c 256000000 | tr '\\n' ' ' > l.txt")
    code, _, _ = place.run("check", "l.txt", "-q")
    assert code in (0, 1), code
    below(place, 600)


# ── Exit codes when the reader leaves ──


def findings_count_though_the_reader_leaves(place):
    """what was found or failed before the pipe broke counts"""
    shutil.copytree(SCRAPED, place.folder / "s")
    is_(place.shell("dechaff check s > /dev/null")[0], 1)
    is_(place.shell("dechaff check s | head -1")[0], 1)
    is_(place.shell("dechaff check nofile s | head -1")[0], 2)


def a_full_stdout_is_a_failure(place):
    """what cannot be written to stdout is a failure, help and version too"""
    place.put("a.txt", DIRTY)
    for args in ("clean a.txt", "--help", "--version", "clean --help", "check a.txt", "rules list"):
        for full in (">/dev/full", ">&-"):
            code, _, err = place.shell(f"dechaff {args} {full}")
            is_((args, full, code), (args, full, 2))
            says(err, "<stdout>: ")
    is_(place.shell("dechaff clean a.txt -o b.txt >&-")[0], 0)


# ── Signals ──


def ends_by(place, process, number):
    time.sleep(0.7)
    process.send_signal(number)
    try:
        process.wait(timeout=3)
    except subprocess.TimeoutExpired:
        process.kill()
        raise AssertionError("goes on waiting") from None
    is_(process.returncode, 130)


def signals_while_input_is_awaited(place):
    """SIGINT and SIGTERM end a run that waits for stdin or a FIFO, to read or to write"""
    os.mkfifo(place.folder / "f.txt")
    place.put("a.txt", DIRTY)
    for number in (signal.SIGINT, signal.SIGTERM):
        ends_by(place, place.start("clean", stdin=subprocess.PIPE), number)
        ends_by(place, place.start("clean", "f.txt"), number)
    for args in ("--decisions f.txt a.txt", "--learned f.txt a.txt", "--rules f.txt a.txt", "--files-from f.txt -o d", "a.txt -o f.txt"):
        ends_by(place, place.start("clean", *args.split()), signal.SIGTERM)


def what_takes_the_place_of_a_file_is_refused(place):
    """a file of a folder that became a pipe or a link since it was found is named"""
    for n in range(3000):
        place.put(f"d/{n:04}.txt", DIRTY)
    place.put("secret", "It rained on the secret.\n")
    process = place.start("-j1", "clean", "d", "-o", "out")
    while not (place.folder / "out").exists() and process.poll() is None:
        time.sleep(0.001)
    for n, make in ((2999, os.mkfifo), (2998, lambda path: path.symlink_to("../secret"))):
        path = place.folder / f"d/{n:04}.txt"
        path.unlink()
        make(path)
    _, err = process.communicate(timeout=60)
    is_(process.returncode, 2)
    says(err.decode(), "d/2998.txt: ")
    says(err.decode(), "d/2999.txt: is no plain file any more")
    assert not (place.folder / "out/2998.txt").exists()


def an_edit_during_a_run_is_not_lost(place):
    """what another program writes into a file that is being cleaned stays"""
    for wait in (0.1, 0.2, 0.4, 0.8):
        path = place.put("a.jsonl", (json.dumps({"id": "-----", "text": DIRTY}) + "\n") * 200_000)
        process = place.start("clean", "-i", "a.jsonl")
        time.sleep(wait)
        with path.open("r+b") as file:
            file.seek(8)
            file.write(b"EDIT!")
        _, err = process.communicate()
        is_(path.read_bytes()[8:13], b"EDIT!")
        # Where the edit came before the file was opened, or after its end, nothing is refused.
        assert process.returncode == 0 or b"was changed while it was being cleaned" in err, err


def odd_ignore_files_are_named(place):
    """a pipe or a device as .gitignore stops no run"""
    for folder, name in (("d/b", ".gitignore"), ("d/c", ".ignore"), ("d/d", ".dechaffignore"), ("d", ".ignore")):
        place.put(f"{folder}/a.txt", DIRTY)
        odd = place.folder / folder / name
        os.mkfifo(odd) if folder != "d/c" else odd.symlink_to("/dev/zero")
        code, _, err = place.run("clean", "d", "-o", "out")
        is_(code, 2)
        says(err, f"{folder}/{name} is no ignore file")
        is_(place.run("clean", "--no-ignore", "d", "-o", "out")[0], 0)
        odd.unlink()
    place.put("d/.git", f"gitdir: {place.folder}/git\n".encode() + b"\xff")
    (place.folder / "git").mkdir()
    os.mkfifo(place.folder / "git/commondir")
    says(place.run("check", "d")[2], "git/commondir is no ignore file")


def a_fifo_cannot_be_replaced(place):
    """-i of a FIFO or a device is refused by name"""
    os.mkfifo(place.folder / "f.txt")
    code, _, err = place.run("clean", "-i", "f.txt")
    is_(code, 2)
    says(err, "f.txt: is no plain file, and cannot be replaced")
    is_(place.run("clean", "-i", "/dev/null")[0], 2)


def a_killed_run_leaves_no_torn_file(place):
    """whenever a run into a folder is killed, its files are whole"""
    for n in range(400):
        place.put(f"in/{n:03}.txt", DIRTY * 40)
    for wait in (0.02, 0.05, 0.08, 0.12):
        process = place.start("clean", "in", "-o", "out", "-q", "--max-removed", "1")
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for path in (place.folder / "out").glob("*.txt"):
            is_(path.read_text(), CLEAN * 40)
    is_(place.run("clean", "in", "-o", "out", "-q", "--max-removed", "1")[0], 0)
    is_(len(list((place.folder / "out").iterdir())), 400)


# ── The journal ──


def damage_of_a_journal_is_never_silent(place):
    """no flipped byte of a journal lets restore end with 0 while a file stays cleaned"""
    for name in ("a.txt", "b.txt", "c.txt"):
        place.put(name, DIRTY)
    is_(place.run("clean", "-i", "a.txt", "b.txt", "c.txt", "-q")[0], 0)
    journals = [path for path in (place.folder / ".state").rglob("*") if path.is_file()]
    journal = max(journals, key=lambda path: path.stat().st_size)
    whole = journal.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 120)):
        hurt = bytearray(whole)
        hurt[at] ^= 0x55
        journal.write_bytes(hurt)
        for name in ("a.txt", "b.txt", "c.txt"):
            place.put(name, CLEAN)
        code, _, err = place.run("restore")
        restored = all((place.folder / name).read_text() == DIRTY for name in ("a.txt", "b.txt", "c.txt"))
        assert restored or code == 2, f"byte {at}: {code} {err}"


def a_full_disk_of_the_journal(place):
    """a full disk of the journal is the reason that each file names (root alone can make one)"""
    if os.geteuid() != 0:
        return
    for n in range(20):
        place.put(f"in/{n}.txt", DIRTY)
    script = """
        mkdir .state && mount -t tmpfs -o size=16k tmpfs .state
        head -c 100000 /dev/zero > .state/fill 2> /dev/null
        dechaff clean -i in -v; code=$?; umount .state; exit $code"""
    code, _, err = place.shell(script)
    is_(code, 2)
    says(err, "20 documents: 0 changed, 0 held, 20 failed")
    is_(err.count("no space left on device"), 20)


# ── What a message says ──


def packed_under_any_name(place):
    """packed bytes are known by themselves, zeros behind a gzip are padding"""
    for name, content in {
        "a.txt": gzip.compress(DIRTY.encode()),
        "b.txt": bz2.compress(DIRTY.encode()),
        "c.txt": lzma.compress(DIRTY.encode()),
        "d.txt.gz": gzip.compress(DIRTY.encode()) + bytes(512),
        "e.txt.bz2": gzip.compress(DIRTY.encode()),
    }.items():
        place.put(name, content)
        code, out, _ = place.run("clean", name, "--to", "plain")
        is_((name, code, out.decode()), (name, 0, CLEAN))


def refusals_say_what_is_so(place):
    """UTF-16 and UTF-32 are named, a missing file finds nothing"""
    place.put("a.txt", DIRTY.encode("utf-16-le"))
    says(place.run("clean", "a.txt")[2], "looks like UTF-16 without a byte order mark; read it with --encoding utf-16le")
    place.put("b.txt", DIRTY.encode("utf-32"))
    says(place.run("clean", "b.txt")[2], "is UTF-32")
    code, out, err = place.run("check", "nofile.txt")
    is_((code, out), (2, b""))
    says(err, "nofile.txt: no such file")


def old_line_breaks_are_named(place):
    """a text with lone carriage returns is named"""
    place.put("a.txt", DIRTY.replace("\n", "\r"))
    says(place.run("clean", "a.txt")[2], "lone carriage returns")
    place.put("b.jsonl", json.dumps({"text": DIRTY.replace("\n", "\r")}) + "\n")
    says(place.run("clean", "b.jsonl")[2], "1 record (line 1): lone carriage returns")


def the_input_as_stdout_is_refused(place):
    """an input to which stdout goes is not read"""
    place.put("a.txt", DIRTY)
    for to in (">>", "1<>"):
        code, _, err = place.shell(f"dechaff clean a.txt {to} a.txt")
        is_((to, code, (place.folder / "a.txt").read_text()), (to, 2, DIRTY))
        says(err, "is what stdout is written to")
    is_(place.shell("dechaff clean < a.txt >> a.txt")[0], 2)
    is_(place.shell("dechaff check . > findings.txt; grep -c findings.txt findings.txt")[1], b"0\n")


def zero_width_characters_are_written_out(place):
    """characters that cannot be seen do not reach the terminal raw"""
    place.put("a.txt", DIRTY.replace("Share this", "\u200bShare this\u2060"))
    out = place.run("diff", "a.txt")[1].decode()
    assert "\u200b" not in out and "\u2060" not in out, out


# ── Inputs ──


def an_input_is_taken_once(place):
    """a file that is named in several ways is taken once"""
    place.put("p/x/a.txt", DIRTY)
    says(place.run("clean", "-i", "p", "p/x", "p/x/a.txt")[2], "1 document: 1 changed")


def a_dash_is_stdout(place):
    """-o - is stdout"""
    place.put("a.txt", DIRTY)
    code, out, _ = place.run("clean", "a.txt", "-o", "-")
    is_((code, out.decode(), (place.folder / "-").exists()), (0, CLEAN, False))
    for pipe in ("-o /dev/stdout | cat", "-o >(cat) | cat", "| cat"):
        is_((pipe, place.shell(f"dechaff clean a.txt {pipe}")[1].decode()), (pipe, CLEAN))


def strange_decisions_are_named(place):
    """a decision on a rule that there is not is named; with --strict it is an error"""
    place.put("a.txt", DIRTY)
    place.put("d.toml", 'version = 1\n[[decision]]\nrule = "share/on-netwrok"\nanswer = "reject"\n')
    code, _, err = place.run("clean", "a.txt", "--decisions", "d.toml")
    is_(code, 0)
    says(err, "did you mean 'share/on-network'?")
    is_(place.run("clean", "a.txt", "--decisions", "d.toml", "--strict")[0], 2)


def a_tiny_text_stays(place):
    """a text of a few letters is not emptied"""
    for text in ("x", "ok", "X\n", "1\n"):
        place.put("a.txt", text)
        is_(place.run("clean", "a.txt")[1].decode(), text)


def names_may_hold_dots(place):
    """a key with a dot can be named"""
    place.put("a.jsonl", json.dumps({"a.b": DIRTY}) + "\n")
    code, out, _ = place.run("clean", "a.jsonl", "--text-field", "a.b")
    is_((code, json.loads(out)["a.b"]), (0, CLEAN))


def a_configuration_that_leads_nowhere_is_named(place):
    """a link dechaff.toml that leads nowhere is a fault"""
    place.put("a.txt", DIRTY)
    (place.folder / "dechaff.toml").symlink_to("missing")
    code, _, err = place.run("check", "a.txt")
    is_(code, 2)
    says(err, "dechaff.toml: no such file")


def a_file_that_may_not_grow_is_named(place):
    """over the limit of a file's size the file is named, and the others are done"""
    place.put("in/a.jsonl", (json.dumps({"text": DIRTY}) + "\n") * 3000)
    place.put("in/b.txt", DIRTY)
    code, _, err = place.shell("ulimit -f 20; dechaff clean in -o out")
    is_(code, 2)
    says(err, "in/a.jsonl: cannot write out/a.jsonl: file too large")
    is_((place.folder / "out/b.txt").read_text(), CLEAN)


def a_table_on_stdin_is_answered(place):
    """a row of CSV is answered before the next one comes"""
    process = place.start("clean", "-q", "--from", "csv", stdin=subprocess.PIPE)
    process.stdin.write(b"id,text\n1,It rained. Share this: Facebook\n")
    process.stdin.flush()
    signal.alarm(20)
    try:
        is_(process.stdout.readline() + process.stdout.readline(), b"id,text\n1,It rained.\n")
    finally:
        signal.alarm(0)
        process.stdin.close()
        process.wait()


# ── Load ──


def load(place, name, content):
    place.put(name, content)
    code, _, err = place.run("check", name, "-q")
    assert code in (0, 1), err


def lines_that_begin_like_rules(place):
    """900,000 lines that begin like rules end, more than a million lines are named"""
    load(place, "a.txt", "Share this story with everybody who ever asked\n" * 900_000)
    place.put("b.txt", "Rain\n" * 1_100_000)
    code, _, err = place.run("check", "b.txt")
    is_(code, 2)
    says(err, "b.txt: has more than 1,000,000 lines; --max-document-size raises the limit")


def repeated_headlines(place):
    """20,000 repeated headlines end"""
    load(place, "a.txt", "".join(f"The Council Opens the Bridge Again, Number {n % 50}\n" for n in range(20_000)))


def many_sources(place):
    """100,000 sources with a page each, and a source with a million pages, are learned"""
    page = '{"url":"https://%s/%d","text":"Page %d tells of rain.\\nHome\\nImprint\\n"}\n'
    with (place.folder / "a.jsonl").open("w") as a, (place.folder / "b.jsonl").open("w") as b:
        a.writelines(page % (f"s{n}.example", n, n) for n in range(100_000))
        b.writelines(page % ("one.example", n, n) for n in range(1_000_000))
    is_(place.run("learn", "a.jsonl", "b.jsonl", "-o", "l.toml", "-q")[0], 0)
    below(place, 600)


CASES = [value for value in list(globals().values()) if callable(value) and getattr(value, "__doc__", None)
         and getattr(value, "__code__", None) and value.__code__.co_varnames[:1] == ("place",) and value.__code__.co_argcount == 1]


def main():
    wanted, failed = sys.argv[2:], 0
    cases = [case for case in CASES if not wanted or case.__name__ in wanted]
    for case in cases:
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            place = Place(folder)
            try:
                case(place)
                state, why = "ok    ", ""
            except (AssertionError, OSError) as error:
                state, why, failed = "FAILED", f": {error}", failed + 1
        peak = f", peak {place.peak // MEBIBYTE} MiB" if place.peak and "MiB" in (why + case.__doc__) or case in MEMORY else ""
        print(f"{state} {case.__doc__} ({time.monotonic() - began:.1f} s{peak}){why[:2000]}", flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


MEMORY = {many_blank_lines, unpacking_stops, a_long_document_is_named, a_line_of_a_quarter_gigabyte, many_sources}

if __name__ == "__main__":
    main()
