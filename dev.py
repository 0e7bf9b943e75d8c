#!/usr/bin/env python3
"""Everything that a developer does with Careroute, from a bare Python: `python3 dev.py help`.

It needs Linux and the standard library only. It makes `.venv/` beside itself, keeps it at what the lock files say,
and runs the tools in there.
"""

import fcntl
import hashlib
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
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
COMMAND = VENV / "bin" / "careroute"
STAMPS = VENV / ".stamps"
# Present while packages are being installed: who finds it without holding the lock finds a half-made environment.
UNFINISHED = VENV / ".unfinished"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}

OLDEST_PYTHON = (3, 11)
OLDEST_PIP = (22, 3)  # The first that knows --python.
# These would send the packages to another place than .venv, or other packages to it. A mirror, a proxy or a
# certificate that the machine's owner has set stays in force.
MISLEADING = re.compile(
    r"PYTHON(HOME|PATH)|PIP_(CONSTRAINT|DRY_RUN|IGNORE_INSTALLED|NO_BINARY|ONLY_BINARY|PREFIX|PYTHON|REPORT|REQUIREMENT"
    r"|ROOT|TARGET)"
)
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of the test run's own is made in it.
MEMORY_FOR_TESTS = 6 << 30
CHECKS = {
    "lint": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("mypy",),
    "imports": ("lint-imports", "--no-cache"),
}


def fail(text: str) -> NoReturn:
    """End with one line."""
    sys.exit(f"dev.py: {text}")


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
    """What an environment was made from."""
    read = LOCKS["runtime"].read_bytes() + (LOCKS["dev"].read_bytes() if kind == "dev" else b"")
    return f"{hashlib.sha256(read).hexdigest()} {_home()}"


def _is_usable() -> bool:
    """Whether packages can be installed into what is there, instead of beginning anew."""
    try:
        made_for = (STAMPS / "home").read_text()
        runs = subprocess.run([PYTHON, "-c", "pass"], check=False, capture_output=True)
    except OSError:
        return False
    return made_for == _home() and runs.returncode == 0 and not UNFINISHED.exists()


def _home() -> str:
    """What an environment can't do without: its place, and the version of Python that its packages lie under."""
    return f"{ROOT} {sys.version_info.major}.{sys.version_info.minor}"


@contextmanager
def _alone() -> Iterator[None]:
    """Let one process at a time work on the environment."""
    with (ROOT / ".venv.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another dev.py ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make_venv() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    _make_empty(VENV)
    UNFINISHED.touch()
    STAMPS.mkdir()
    (STAMPS / "home").write_text(_home())


def _make_empty(folder: Path) -> None:
    """Make an environment without pip, since Debian keeps ensurepip in a package of its own."""
    _call([_outer_python(), "-m", "venv", "--without-pip", folder], "python3 -m venv failed")


def _outer_python() -> str:
    """The Python outside any environment, so that `.venv/` does not hang on another one."""
    return getattr(sys, "_base_executable", None) or sys.executable


def _install(kind: str) -> None:
    """Install exactly what the lock names, and nothing whose hash is another."""
    options = ["install", "--require-hashes", "--no-deps", "--disable-pip-version-check", "--quiet", "--requirement"]
    _call([*_pip(PYTHON), *options, LOCKS[kind]], "pip could not install the packages; what it says stands above")


def _pip(target: Path) -> list[str | Path]:
    """A pip that can install for this Python: the machine's, or the one that Python carries."""
    for python in (sys.executable, _outer_python()):
        asked = [python, "-m", "pip", "--version"]
        found = subprocess.run(asked, check=False, capture_output=True, text=True, env=_environment())
        version = re.match(r"pip (\d+)\.(\d+)", found.stdout)
        if version and (int(version[1]), int(version[2])) >= OLDEST_PIP:
            return [python, "-m", "pip", "--python", target]
    carried = subprocess.run([target, "-m", "ensurepip"], check=False, capture_output=True, env=_environment())
    if carried.returncode != 0:
        fail("pip is missing or too old; on Debian and Ubuntu: apt-get install python3-pip")
    return [target, "-m", "pip"]


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not MISLEADING.fullmatch(name)}
    return {**kept, "PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}


def _write_command() -> None:
    """Write `.venv/bin/careroute`, and make the packages importable from any folder."""
    site = VENV / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (site / "careroute.pth").write_text(f"{ROOT}\n")
    # A path with a space, or a long one, is more than a first line can hold; /bin/sh takes any.
    lines = (
        "#!/bin/sh",
        f"'''exec' {shlex.quote(str(PYTHON))} \"$0\" \"$@\"",
        "' '''",
        f"import sys; sys.path[0] = {str(ROOT)!r}; from config.command import main; sys.exit(main())",
    )
    COMMAND.write_text("".join(f"{line}\n" for line in lines))
    COMMAND.chmod(0o755)


def _call(command: Sequence[str | Path], problem: str) -> None:
    if subprocess.run(command, check=False, cwd=ROOT, env=_environment()).returncode != 0:
        fail(problem)


def run(arguments: list[str]) -> int:
    """Set up and show Careroute with sample data: `careroute demo`."""
    setup("runtime")
    os.execv(COMMAND, [str(COMMAND), "demo", *arguments])


def test(arguments: list[str]) -> int:
    """Run the tests; arguments go to pytest; --coverage demands every branch of router/."""
    setup("dev")
    # Two more than there are cores: tests often wait for processes that they start.
    processes = max(4, min(8, (os.cpu_count() or 2) + 2))
    options = [f"--numprocesses={processes}", "--dist=worksteal", "--durations=15", *arguments]
    if "--coverage" in options:
        options[options.index("--coverage")] = "--cov"
    with _scratch() as variables:
        return subprocess.run([PYTHON, "-m", "pytest", *options], check=False, cwd=ROOT, env=variables).returncode


@contextmanager
def _scratch() -> Iterator[dict[str, str]]:
    """Keep the tests' databases in memory where there is plenty of it: they are written to disk at every commit."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < MEMORY_FOR_TESTS:
        yield dict(os.environ)
        return
    with tempfile.TemporaryDirectory(prefix="careroute-tests-", dir=MEMORY, ignore_cleanup_errors=True) as folder:
        # PostgreSQL runs as another user where the tests run as root.
        Path(folder).chmod(0o755)
        yield {**os.environ, "TMPDIR": folder}


def check(arguments: list[str]) -> int:
    """Run every check that CI runs besides the tests, or those named: lint, format, types, imports."""
    setup("dev")
    if unknown := set(arguments) - set(CHECKS):
        fail(f"there is no check {', '.join(sorted(unknown))}; there are: {', '.join(CHECKS)}")
    failed = []
    for name in arguments or CHECKS:
        tool, *options = CHECKS[name]
        print(f"== {name}", flush=True)
        if subprocess.run([VENV / "bin" / tool, *options], check=False, cwd=ROOT).returncode != 0:
            failed.append(name)
    if failed:
        fail(f"failed: {', '.join(failed)}")
    return 0


def bench(arguments: list[str]) -> int:
    """Measure the figures against their limits; QUICK=1 the first five; `bench long` for hours, `bench large`."""
    setup("dev")
    return subprocess.run([PYTHON, "-m", "bench", *arguments], check=False, cwd=ROOT).returncode


def chaos(_arguments: list[str]) -> int:
    """Make random faults for about five minutes with 5,000 messages in flight; SEED=N those of a seed."""
    setup("dev")
    return subprocess.run([PYTHON, "-m", "tests.chaos"], check=False, cwd=ROOT).returncode


def proof(arguments: list[str]) -> int:
    """Break each promise on purpose, and see that its tests notice; arguments are the numbers of promises."""
    setup("dev")
    return subprocess.run([PYTHON, "-m", "tests.proof", *arguments], check=False, cwd=ROOT).returncode


def lock(arguments: list[str]) -> int:
    """Write both lock files anew from pyproject.toml; arguments go to `uv pip compile`, such as --upgrade."""
    with tempfile.TemporaryDirectory() as folder:
        tools = Path(folder) / "tools"
        _make_empty(tools)
        _call([*_pip(tools / "bin" / "python"), "install", "--quiet", "uv"], "pip could not install uv")
        # What the locks are like stands in pyproject.toml, under tool.uv.pip.
        compiler: list[str | Path] = [tools / "bin" / "uv", "pip", "compile", "--quiet", "pyproject.toml", *arguments]
        _call([*compiler, "--output-file", LOCKS["runtime"].name], "the runtime lock could not be made")
        # The development lock holds the very versions of the other one.
        compiler += ["--group", "dev", "--constraint", LOCKS["runtime"].name]
        _call([*compiler, "--output-file", LOCKS["dev"].name], "the development lock could not be made")
    return 0


def sbom(arguments: list[str]) -> int:
    """Write sbom.json, a CycloneDX bill of what requirements.lock names; arguments go to `cyclonedx-py`."""
    with tempfile.TemporaryDirectory() as folder:
        tools = Path(folder) / "tools"
        _make_empty(tools)
        _call([*_pip(tools / "bin" / "python"), "install", "--quiet", "cyclonedx-bom"], "pip could not install it")
        read: list[str | Path] = [tools / "bin" / "cyclonedx-py", "requirements", LOCKS["runtime"].name]
        written = ["--pyproject", "pyproject.toml", "--output-reproducible", "--output-file", "sbom.json", *arguments]
        _call([*read, *written], "the bill of materials could not be made")
    return 0


def setup_runtime(arguments: list[str]) -> int:
    """Make .venv/ with what Careroute needs to run, and .venv/bin/careroute; --dev adds what tests need."""
    setup("dev" if arguments == ["--dev"] else "runtime")
    return 0


COMMANDS = {
    "setup": setup_runtime,
    "run": run,
    "test": test,
    "check": check,
    "bench": bench,
    "chaos": chaos,
    "proof": proof,
    "lock": lock,
    "sbom": sbom,
}


def main() -> int:
    """Run the command that was typed."""
    name, *arguments = sys.argv[1:] or ["help"]
    if name in {"help", "-h", "--help"}:
        print("usage: python3 dev.py COMMAND [ARGUMENT ...]\n")
        for known, command in COMMANDS.items():
            print(f"  {known:8} {command.__doc__}")
        return 0
    if name not in COMMANDS:
        fail(f"there is no {name!r}; there are: {', '.join(COMMANDS)}")
    if sys.version_info < OLDEST_PYTHON:
        fail(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}")
    # Otherwise each process that a test starts would compile every module again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        return COMMANDS[name](arguments)
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
