"""The rules of the house, by reading the code: imports, sizes, names, silence."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("dialogue", "skill", "local_voice", "acoustic_model")
LARGEST_FILE = 300
LARGEST_FUNCTION = 60
LONG_FUNCTION = 30
"""Nine functions in ten are at most so long."""

FORBIDDEN_NAMES = {"utils", "common", "helpers", "manager", "core"}

MAY_IMPORT = {
    "dialogue": {"dialogue"},
    "skill": {"skill", "dialogue"},
    "local_voice": {"local_voice", "dialogue"},
    "acoustic_model": {"acoustic_model", "dialogue"},
    "app": {"app", "skill", "dialogue"},
}

ONE_HOME = {
    "yaml": {"dialogue/textfile.py"},
    "vosk": {"local_voice/recognizer.py", "acoustic_model/"},
    "pocketsphinx": {"acoustic_model/sphinx.py", "acoustic_model/footprint.py"},
    "matplotlib": {"acoustic_model/pictures.py"},
    "kokoro_onnx": {"acoustic_model/kokoro.py"},
    "onnxruntime": {"acoustic_model/kokoro.py"},
    "piper": {"local_voice/piper_voice.py", "acoustic_model/"},
    "pyttsx3": {"local_voice/synthesizer.py"},
    # The stand-in signs where the endpoint verifies; see the test on what it imports.
    "pywebrtc_audio": {"local_voice/echo_cancelling.py"},
    "cryptography": {"skill/certificates.py", "skill/stand_in/authority.py"},
    "flask": {"app.py", "skill/webservice.py", "local_voice/page/app.py"},
    "werkzeug": {"app.py", "skill/webservice.py", "local_voice/page/"},
    "sqlite3": {"dialogue/history.py"},
    "reportlab": {
        "dialogue/record_pdf.py",
        "dialogue/review/pdf.py",
        "dialogue/review/pdf_drawing.py",
    },
    "miniaudio": {
        "local_voice/devices.py",
        "local_voice/microphone.py",
        "local_voice/recordings.py",
        "local_voice/speaker.py",
    },
    "ask_sdk_core": {
        "skill/builder.py",
        "skill/can_fulfill.py",
        "skill/handlers.py",
        "skill/answering.py",
    },
    "ask_sdk_model": {
        "skill/builder.py",
        "skill/can_fulfill.py",
        "skill/handlers.py",
        "skill/answering.py",
        "skill/responding.py",
        "skill/speech.py",
        "skill/slots.py",
    },
}
"""Each foreign engine and its only importers; a slash at the end is a folder."""

IMPURE = {"random", "secrets", "socket", "logging", "subprocess", "urllib", "time"}
"""What the core must not import: no clock, chance, network or log."""


def sources() -> list[Path]:
    """Return every Python file of the product."""
    files = [ROOT / "app.py"]
    for package in PACKAGES:
        files += sorted((ROOT / package).rglob("*.py"))
    return files


def name_of(path: Path) -> str:
    """Return a path as seen from the root."""
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted name of every import of a file, wherever it stands."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} uses a relative import"
            yield str(node.module)


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Yield every function of a file."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_packages_import_in_one_direction(path):
    """The core imports no channel, and no channel the other."""
    house = {*PACKAGES, "app", "tests"}
    own = name_of(path).removesuffix(".py").split("/")[0]
    used = {name.split(".")[0] for name in imported(path)} & house
    assert used <= MAY_IMPORT[own]


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_each_foreign_engine_has_one_home(path):
    """An engine is imported in its own file only, so that it can be replaced."""
    for name in imported(path):
        homes = ONE_HOME.get(name.split(".")[0])
        if homes is not None:
            assert any(
                name_of(path) == home
                or (home.endswith("/") and name_of(path).startswith(home))
                for home in homes
            ), f"{name_of(path)} imports {name}"


STAND_IN_USERS = ("skill/stand_in/", "skill/rehearsal/")
"""Who may import the stand-in of Amazon: a signer has no place in an endpoint."""


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_only_the_rehearsal_uses_the_stand_in(path):
    """What runs for patients cannot sign requests, nor rehearse."""
    if not name_of(path).startswith(STAND_IN_USERS):
        assert not [n for n in imported(path) if n.startswith("skill.stand_in")]
        rehearses = [n for n in imported(path) if n.startswith("skill.rehearsal")]
        assert not rehearses or name_of(path) == "skill/__main__.py"


def test_the_core_has_no_clock_chance_network_or_log():
    """Every turn can be replayed: the moment is passed in."""
    for path in (ROOT / "dialogue").rglob("*.py"):
        used = {name.split(".")[0] for name in imported(path)}
        assert not used & IMPURE, name_of(path)
        if path.name != "__main__.py":
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"\.(now|today|utcnow)\(|os\.environ", text), path


def test_the_interview_touches_no_file():
    """The pure part of the core neither loads nor opens anything."""
    pure = (
        "protocol events reply state rules pending steps advice explaining facts "
        "interview"
    )
    for name in pure.split():
        path = ROOT / "dialogue" / f"{name}.py"
        used = set(imported(path))
        assert not {n for n in used if "loading" in n or n in ("pathlib", "os", "io")}
        calls = {
            n.func.id
            for n in ast.walk(tree_of(path))
            if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
        }
        assert not calls & {"open", "print", "input"}, name


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_files_and_functions_are_small(path):
    """A file that one line cannot describe is split."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LARGEST_FILE
    for function in functions(path):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= LARGEST_FUNCTION, f"{name_of(path)}: {function.name}"


def test_nine_functions_in_ten_are_short():
    """Most functions fit half a screen."""
    lengths = [
        (f.end_lineno or 0) - f.lineno + 1
        for path in sources()
        for f in functions(path)
    ]
    short = sum(length <= LONG_FUNCTION for length in lengths)
    assert short >= 0.9 * len(lengths)


@pytest.mark.parametrize("path", sources(), ids=name_of)
def test_every_file_says_what_it_is(path):
    """A module docstring stands first, and no file has a name that says nothing."""
    docstring = ast.get_docstring(tree_of(path))
    assert docstring
    assert path.stem not in FORBIDDEN_NAMES


def test_every_test_has_a_sentence():
    """Each test tells in words what must hold."""
    for path in (ROOT / "tests").rglob("test_*.py"):
        for function in functions(path):
            if function.name.startswith("test_"):
                assert ast.get_docstring(function), f"{name_of(path)}: {function.name}"


def tracked() -> list[str]:
    """Return the files that the repository holds."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if name]


def test_nothing_names_a_machine_or_a_registry():
    """No committed text holds a package registry's host or a path of a machine."""
    hosts = "|".join(("py" + "pi", "python" + "hosted", "deb" + "ian"))
    pattern = re.compile(rf"(https?://[\w.-]*({hosts})[\w.-]*)|(/(work|root|home)/\w)")
    for name in tracked():
        path = ROOT / name
        if not path.is_file() or path.suffix in {".wav", ".flac", ".mdl", ".fst"}:
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found = pattern.search(text)
        assert found is None, f"{name}: {found and found[0]}"


def test_the_repository_stays_small():
    """Everything committed is under 20 MB, or a decision record says why."""
    size = sum((ROOT / name).stat().st_size for name in tracked())
    assert size < 20_000_000


def test_dependencies_have_a_range_and_a_lock():
    """Every dependency has a lower bound, and every one locked has a hash."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = [*project["project"]["dependencies"]]
    wanted += [requirement for extra in extras.values() for requirement in extra]
    for requirement in wanted:
        assert re.search(r">=|==", requirement), requirement
    for lock in (ROOT / "requirements").glob("*.txt"):
        pinned = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8").strip())
        assert all("==" in pin and "--hash=sha256:" in pin for pin in pinned)
