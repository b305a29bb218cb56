"""Runs commands with streams closed, full or left: each in a fork, imports done once.

    python -m helpers.stream_driver '[["dialogue check", ">&-"], ...]'

Prints a JSON list of exit codes and of what was written to standard error.
"""

import json
import os
import shlex
import sys
import tempfile
import traceback

import dialogue.__main__
import local_voice.__main__
import skill.__main__
import skill.testing.__main__

MAINS = {
    "dialogue": dialogue.__main__.main,
    "local_voice": local_voice.__main__.main,
    "skill": skill.__main__.main,
    "skill.testing": skill.testing.__main__.main,
}
CLOSED, FULL, LEFT = "closed", "full", "left"


def run(command: str, ways: list[str]) -> tuple[int, str]:
    """Run `command` with standard input, output and errors each as in `ways`."""
    with tempfile.TemporaryFile() as errors:
        child = os.fork()
        if child == 0:
            _become(command, ways, errors.fileno())
        _, status = os.waitpid(child, 0)
        errors.seek(0)
        return os.waitstatus_to_exitcode(status), errors.read().decode()


def _become(command: str, ways: list[str], errors: int) -> None:
    code = 1
    report = os.dup(errors)
    try:
        _set_up(ways, errors)
        module, *arguments = shlex.split(command)
        try:
            code = MAINS[module](arguments)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        # As Python does on its way out.
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except BaseException:
        os.write(report, traceback.format_exc().encode())
    finally:
        os._exit(code or 0)


def _set_up(ways: list[str], errors: int) -> None:
    """Set the three streams up as a shell and Python's start would."""
    reading, writing = os.pipe()
    os.close(writing if ways[0] != LEFT else reading)
    for number, (way, name) in enumerate(
        zip(ways, ("stdin", "stdout", "stderr"), strict=True)
    ):
        if way == CLOSED:
            os.close(number)
            setattr(sys, name, None)
            continue
        if way == FULL:
            source = os.open("/dev/full", os.O_RDWR)
        elif way == LEFT:
            read_end, source = os.pipe()
            os.close(read_end)
        else:
            source = {0: reading, 1: os.open(os.devnull, os.O_WRONLY)}.get(
                number, errors
            )
        os.dup2(source, number)
        mode = "r" if number == 0 else "w"
        setattr(sys, name, open(number, mode, closefd=False))  # noqa: SIM115


if __name__ == "__main__":
    print(json.dumps([run(*case) for case in json.loads(sys.argv[1])]))
