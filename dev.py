#!/usr/bin/env python3
"""Everything that a developer does with Careroute, from a bare Python: `python3 dev.py help`.

It needs the standard library only. It makes `.venv/` beside itself, keeps it at what the lock files say, and runs
the tools in there.
"""

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / ".stamps"
# Present while packages are being installed: who finds it without holding the lock finds a half-made environment.
UNFINISHED = VENV / ".unfinished"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}

OLDEST_PYTHON = (3, 11)
# The first pip that knows --python.
OLDEST_PIP = (22, 3)
# These would send the packages to another place than .venv, or other packages to it. A mirror, a proxy or a
# certificate that the machine's owner has set stays in force.
MISLEADING = re.compile(
    r"PYTHON(HOME|PATH)|PIP_(CONSTRAINT|DRY_RUN|IGNORE_INSTALLED|NO_BINARY|ONLY_BINARY|PREFIX|PYTHON|REPORT|REQUIREMENT"
    r"|ROOT|TARGET)"
)
MOST_TEST_PROCESSES = 8

CHECKS = {
    "ruff check": ("ruff", "check", "."),
    "ruff format": ("ruff", "format", "--check", "."),
    "mypy": ("mypy",),
    "lint-imports": ("lint-imports", "--no-cache"),
}


class DevError(Exception):
    """What was asked for can't be done; the text is one line."""


def setup(kind: str) -> None:
    """Bring `.venv/` to what the lock says; does nothing, and quickly, where it is there already."""
    if _is_ready(kind):
        return
    with _alone():
        # Somebody else may have done it while this process waited.
        if _is_ready(kind):
            return
        if not _is_usable():
            _make_venv()
        UNFINISHED.touch()
        for stamp in LOCKS:
            (STAMPS / stamp).unlink(missing_ok=True)
        print(f"Installing what {LOCKS[kind].name} names into {VENV.name}/ ...", flush=True)
        _install(kind)
        _write_command()
        # The development lock contains all of the other one.
        for stamp in LOCKS if kind == "dev" else ("runtime",):
            (STAMPS / stamp).write_text(_stamp(stamp))
        UNFINISHED.unlink()


def _is_ready(kind: str) -> bool:
    stamp = STAMPS / kind
    return stamp.exists() and stamp.read_text() == _stamp(kind) and PYTHON.exists() and not UNFINISHED.exists()


def _stamp(kind: str) -> str:
    """What an environment was made from; a moved tree or another Python needs a new one."""
    read = LOCKS["runtime"].read_bytes() + (LOCKS["dev"].read_bytes() if kind == "dev" else b"")
    return json.dumps([hashlib.sha256(read).hexdigest(), str(ROOT)])


def _is_usable() -> bool:
    """Whether packages can be installed into what is there, instead of beginning anew."""
    if UNFINISHED.exists() or not STAMPS.is_dir():
        return False
    try:
        made_for = (STAMPS / "home").read_text()
        runs = subprocess.run([PYTHON, "-c", "pass"], check=False, capture_output=True)
    except OSError:
        return False
    return made_for == str(ROOT) and runs.returncode == 0


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time work on the environment."""
    try:
        import fcntl  # noqa: PLC0415 - the message below is better than a traceback.
    except ImportError:
        raise DevError("this needs Linux; on Windows use WSL") from None
    with (ROOT / ".venv.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another dev.py ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_venv() -> None:
    """Make an empty environment. Without pip, since Debian keeps ensurepip in a package of its own."""
    shutil.rmtree(VENV, ignore_errors=True)
    _call([_outer_python(), "-m", "venv", "--without-pip", VENV], "python3 -m venv failed")
    UNFINISHED.touch()
    STAMPS.mkdir()
    (STAMPS / "home").write_text(str(ROOT))


def _outer_python() -> str:
    """The Python outside any environment, so that `.venv/` does not hang on another one."""
    return getattr(sys, "_base_executable", None) or sys.executable


def _install(kind: str) -> None:
    """Install exactly what the lock names, and nothing whose hash is another."""
    options = ["install", "--require-hashes", "--no-deps", "--disable-pip-version-check", "--quiet", "--requirement"]
    _call([*_pip(PYTHON), *options, LOCKS[kind]], "pip could not install the packages; what it says stands above")


def _pip(target: Path) -> list[str | Path]:
    """A pip that can install for this Python: the machine's, or the one that Python carries."""
    for python in dict.fromkeys([sys.executable, _outer_python(), shutil.which("python3") or sys.executable]):
        asked = [python, "-m", "pip", "--version"]
        found = subprocess.run(asked, check=False, capture_output=True, text=True, env=_environment())
        version = re.match(r"pip (\d+)\.(\d+)", found.stdout)
        if version and (int(version[1]), int(version[2])) >= OLDEST_PIP:
            return [python, "-m", "pip", "--python", target]
    carried = subprocess.run([target, "-m", "ensurepip"], check=False, capture_output=True, env=_environment())
    if carried.returncode != 0:
        raise DevError("pip is missing or too old; on Debian and Ubuntu: apt-get install python3-pip")
    return [target, "-m", "pip"]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not MISLEADING.fullmatch(name)}
    return {**kept, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}


def _write_command() -> None:
    """Write `.venv/bin/careroute`, and make the rooms importable from any folder."""
    site = VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (site / "careroute.pth").write_text(f"{ROOT}\n")
    command = VENV / "bin" / "careroute"
    # A path with a space, or a long one, is more than a first line can hold; /bin/sh takes any.
    lines = (
        "#!/bin/sh",
        f"'''exec' {shlex.quote(str(PYTHON))} \"$0\" \"$@\"",
        "' '''",
        f"import sys; sys.path[0] = {str(ROOT)!r}",
        "from config.command import main; sys.exit(main())",
    )
    command.write_text("".join(f"{line}\n" for line in lines))
    command.chmod(0o755)


def _call(command: Sequence[str | Path], problem: str) -> None:
    if subprocess.run(command, check=False, cwd=ROOT, env=_environment()).returncode != 0:
        raise DevError(problem)


def run(arguments: list[str]) -> int:
    """Set up and show Careroute with sample data: `careroute demo`."""
    setup("runtime")
    command = VENV / "bin" / "careroute"
    os.execv(command, [str(command), "demo", *arguments])


def test(arguments: list[str]) -> int:
    """Run the tests; arguments go to pytest; --coverage demands every branch of router/."""
    setup("dev")
    processes = max(2, min(MOST_TEST_PROCESSES, os.cpu_count() or 2))
    options = [f"--numprocesses={processes}", "--dist=loadgroup"]
    if "--coverage" in arguments:
        options += ["--cov", "--cov-report=term-missing:skip-covered"]
    options += [argument for argument in arguments if argument != "--coverage"]
    return subprocess.run([PYTHON, "-m", "pytest", *options], check=False, cwd=ROOT).returncode


def check(arguments: list[str]) -> int:
    """Run every check that CI runs besides the tests, or those named: ruff, mypy, imports."""
    setup("dev")
    asked = {name: command for name, command in CHECKS.items() if not arguments or name in arguments}
    if not asked:
        raise DevError(f"there is no such check; there are: {', '.join(CHECKS)}")
    failed = []
    for name, (tool, *options) in asked.items():
        print(f"== {name}", flush=True)
        if subprocess.run([VENV / "bin" / tool, *options], check=False, cwd=ROOT).returncode != 0:
            failed.append(name)
    if failed:
        raise DevError(f"failed: {', '.join(failed)}")
    return 0


def lock(arguments: list[str]) -> int:
    """Write both lock files anew from pyproject.toml; arguments go to `uv pip compile`, such as --upgrade."""
    with tempfile.TemporaryDirectory() as folder:
        tools = Path(folder) / "tools"
        _call([_outer_python(), "-m", "venv", "--without-pip", tools], "python3 -m venv failed")
        _call([*_pip(tools / "bin" / "python"), "install", "--quiet", "uv"], "pip could not install uv")
        options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-header"]
        compiler = [tools / "bin" / "uv", "pip", "compile", "--quiet", *options, *arguments, "pyproject.toml"]
        _call([*compiler, "--output-file", LOCKS["runtime"].name], "the runtime lock could not be made")
        # The development lock holds the very versions of the other one.
        grown = ["--group", "dev", "--constraint", LOCKS["runtime"].name]
        _call([*compiler, *grown, "--output-file", LOCKS["dev"].name], "the development lock could not be made")
    return 0


def setup_runtime(arguments: list[str]) -> int:
    """Make .venv/ with what Careroute needs to run, and .venv/bin/careroute; --dev adds what tests need."""
    setup("dev" if arguments == ["--dev"] else "runtime")
    return 0


COMMANDS = {"setup": setup_runtime, "run": run, "test": test, "check": check, "lock": lock}


def main() -> int:
    """Run the command that was typed."""
    name, *arguments = sys.argv[1:] or ["help"]
    if name in {"help", "-h", "--help"}:
        print("usage: python3 dev.py COMMAND [ARGUMENT ...]\n")
        for known, command in COMMANDS.items():
            print(f"  {known:8} {command.__doc__}")
        return 0
    if name not in COMMANDS:
        return _fail(f"there is no {name!r}; there are: {', '.join(COMMANDS)}", 2)
    if sys.version_info < OLDEST_PYTHON:
        return _fail(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}", 2)
    try:
        return COMMANDS[name](arguments)
    except DevError as error:
        return _fail(str(error), 1)
    except KeyboardInterrupt:
        return 130


def _fail(text: str, code: int) -> int:
    print(f"dev.py: {text}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
