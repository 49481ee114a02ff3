#!/usr/bin/env python3
"""Two commands for a machine with nothing but Python; each does its own set-up and says what it does.

    python3 dev.py run      build the show of this repository and serve it on http://127.0.0.1:8000
    python3 dev.py test     run the tests (further words go to pytest)

`run` without a terminal builds, lists the episodes and ends; further words go to `podfeed serve`, which then serves
in any case. Three more, for those who keep the project:

    python3 dev.py lock     make requirements.lock anew from pyproject.toml (needs uv)
    python3 dev.py translate [LANGUAGE]   bring podfeed/locale up to date with the texts, or begin another language
    python3 dev.py wheels   fill wheels/, from which `run` and `test` install on a machine without internet

Standard library only, and readable by old Pythons, so that they can say that they are too old.
"""

# ruff: noqa: B904, RUF005, UP031, UP036 - what Python 2.7 and 3.4 can read too

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(HERE, ".venv")
PYTHON = os.path.join(VENV, "Scripts", "python.exe") if os.name == "nt" else os.path.join(VENV, "bin", "python")
STAMP = os.path.join(VENV, "podfeed.stamp")
LOCK = os.path.join(HERE, "requirements.lock")
WHEELS = os.path.join(HERE, "wheels")
# Published without a wheel: built with the setuptools of the lock, not a stranger's.
SOURCE_ONLY = ("feedgen", "jstyleson")
LOCKING = "uv pip compile --universal --python-version 3.11 --extra test --extra dev --generate-hashes --no-annotate"

LOCALE = os.path.join(HERE, "podfeed", "locale")
# Which functions hold texts: `many` and `pgettext` as gettext's, N_ and P_ for tables, and Words calling itself.
EXTRACTING = (
    "extract -F pyproject.toml --no-wrap --add-location=file --sort-by-file --project=podfeed --version=1"
    " -k _ -k self -k N_ -k many:1,2 -k self.many:1,2 -k pgettext:1c,2 -k P_:1c,2"
)
UPDATING = "update --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date"


class Failed(Exception):
    """What went wrong, in one line."""


def say(message):
    sys.stdout.write(message + "\n")
    sys.stdout.flush()


# --- the environment ------------------------------------------------------------------------------------


def wanted_stamp():
    """Two lines: where and for which Python the environment was made, and from what."""
    sha = hashlib.sha256()
    for name in ("pyproject.toml", "requirements.lock"):
        with open(os.path.join(HERE, name), "rb") as file:
            sha.update(file.read())
    return "%s %s\n%s\n" % (HERE, sys.version.split()[0], sha.hexdigest())


def found_stamp():
    """The stamp of a finished environment that still works; empty if there is none."""
    try:
        with open(STAMP) as file:
            return file.read() if os.path.exists(PYTHON) else ""
    except OSError:
        return ""


def set_up():
    """See to it that .venv has exactly what the lock says. The stamp is written last: half-made is not made."""
    wanted, found = wanted_stamp(), found_stamp()
    if found == wanted:
        return
    if found.split("\n")[0] == wanted.split("\n")[0]:
        say("Bringing .venv up to date with pyproject.toml and requirements.lock")
        os.remove(STAMP)
    else:
        make_environment(os.path.exists(VENV))
    with tempfile.TemporaryDirectory() as folder:
        install(folder)
    with open(STAMP, "w") as file:
        file.write(wanted)


def make_environment(again):
    try:
        import ensurepip  # noqa: F401
        import venv
    except ImportError:
        raise Failed("this Python cannot make environments; on Debian and Ubuntu: apt install python3-venv")
    say("%s .venv for Python %d.%d" % (("Making anew" if again else "Making",) + sys.version_info[:2]))
    try:
        if os.path.islink(VENV):
            os.remove(VENV)
        shutil.rmtree(VENV, ignore_errors=True)
        venv.create(VENV, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as wrong:
        raise Failed("could not make .venv: %s" % wrong)


def install(folder):
    """Every package as locked, then podfeed itself, so that an edit of its files counts at once."""
    lock = read_lock()
    if os.path.isdir(WHEELS):
        say("Installing %d packages from wheels/, without network" % len(lock))
        plain = write(folder, "plain.txt", ["%s\n" % entry[0].rstrip(" \\\n") for entry in lock])
        pip("install", "--no-index", "--find-links", WHEELS, "-r", plain)  # a wheel built here has no locked hash
    else:
        say("Installing the %d packages of requirements.lock (once; takes a minute)" % len(lock))
        ready_made = [line for entry in lock if not entry[0].startswith(SOURCE_ONLY) for line in entry]
        ready_made = write(folder, "ready-made.txt", ready_made)  # the lock is complete, so no package asks for another
        pip("install", "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", ready_made)
        pip("install", "--require-hashes", "--no-build-isolation", "-r", LOCK)
    pip("install", "--no-index", "--no-deps", "--no-build-isolation", "--editable", HERE)


def read_lock():
    """The entries of the lock, each as its lines: `name==1.0 \\` and the hashes below it."""
    entries = []
    with open(LOCK) as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                if line[0].isspace():
                    entries[-1].append(line)
                else:
                    entries.append([line])
    return entries


def write(folder, name, lines):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.writelines(lines)
    return path


def pip(*words):
    command = [PYTHON, "-m", "pip", "--disable-pip-version-check", "-qq"] + list(words)
    if subprocess.call(command, cwd=HERE, stdin=subprocess.DEVNULL):
        raise Failed("the packages could not be installed; without internet, see `wheels` in dev.py")


# --- the verbs --------------------------------------------------------------------------------------------


def run(words):
    set_up()
    if words or (sys.stdin.isatty() and sys.stdout.isatty()):
        become(["-m", "podfeed", "serve"] + words)
    status = subprocess.call([PYTHON, "-m", "podfeed", "build"], cwd=HERE)
    return status or subprocess.call([PYTHON, "-m", "podfeed", "list"], cwd=HERE)


def test(words):
    set_up()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # hundreds of processes would each compile everything anew
    become(["-m", "pytest", "-n", "auto"] + words)


def lock(words):
    if not shutil.which("uv"):
        raise Failed("uv is needed for this: pip install uv; then %s pyproject.toml -o requirements.lock" % LOCKING)
    command = LOCKING.split() + ["--no-header", "--quiet", "pyproject.toml", "-o", "requirements.lock"]
    return subprocess.call(command + words, cwd=HERE)


def translate(words):
    set_up()
    babel = [PYTHON, "-m", "babel.messages.frontend", "-q"]
    folder = tempfile.mkdtemp()
    try:
        template = os.path.join(folder, "podfeed.pot")
        subprocess.check_call(babel + EXTRACTING.split() + ["-o", template, "."], cwd=HERE)
        for name in sorted(os.listdir(LOCALE)):
            if name.endswith(".po"):
                file = os.path.join(LOCALE, name)
                subprocess.check_call(babel + UPDATING.split() + ["-i", template, "-o", file, "-l", name[:-3]])
        for language in words:
            file = os.path.join(LOCALE, "%s.po" % language)
            if os.path.exists(file):
                raise Failed("podfeed/locale/%s.po is there already" % language)
            subprocess.check_call(babel + ["init", "-i", template, "-o", file, "-l", language])
            say("Wrote podfeed/locale/%s.po: now fill each msgstr" % language)
    finally:
        shutil.rmtree(folder)
    return 0


def wheels(words):
    set_up()
    pip("wheel", "--require-hashes", "--no-build-isolation", "-r", LOCK, "-w", WHEELS, *words)
    say("Filled wheels/ for this kind of machine; copy the whole repository to the other one")
    return 0


def become(words):
    """Go on as the environment's Python, which then gets Ctrl+C and the like itself."""
    os.chdir(HERE)
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(PYTHON, [PYTHON] + words)
    sys.exit(subprocess.call([PYTHON] + words))


VERBS = {"run": run, "test": test, "lock": lock, "translate": translate, "wheels": wheels}


def main(words):
    if sys.version_info < (3, 11):
        raise Failed("Python 3.11 or newer is needed, and this is %d.%d" % sys.version_info[:2])
    if not words or words[0] not in VERBS:
        raise Failed("say what to do: python3 dev.py run, or python3 dev.py test")
    return VERBS[words[0]](words[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Failed as wrong:
        sys.stderr.write("dev.py: %s\n" % wrong)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("\ndev.py: stopped; the next start goes on from here\n")
        sys.exit(130)
