"""The program as a whole: its help, with the commands by group, and its completion."""

import argparse
from collections.abc import Mapping
from typing import Any

from dialogue.command_line import build_parser, render_completion, render_groups
from local_voice.commands.options import PROGRAM, TalkConfig, add_options

USAGE = "%(prog)s [OPTIONS]           a session\n       %(prog)s COMMAND [OPTIONS]"
GROUPS = {
    "hearing": ("calibrate", "hear", "learn", "phrases"),
    "speaking": ("say-number", "record-voice"),
    "this computer": ("doctor", "bench", "autostart", "completion"),
}
"""Titles of the help, and the commands below them."""
EXAMPLES = (
    "--demo emergency              a synthetic patient, without a microphone",
    "--clinic my_clinic.yaml --page    a session, shown in a browser",
)


def build_program(configs: Mapping[str, type[Any]]) -> argparse.ArgumentParser:
    """Return the parser of a session, whose help lists the commands of `configs`."""
    helps = {name: get_summary(config) for name, config in configs.items()}
    groups = {
        title: tuple(name for name in names if name in helps)
        for title, names in GROUPS.items()
    }
    description = f"{get_summary(TalkConfig)}\n\n{render_groups(groups, helps)}"
    return build_parser(*PROGRAM, description, usage=USAGE, examples=EXAMPLES)


def render_program_completion(configs: Mapping[str, type[Any]], shell: str) -> str:
    """Return the completion of the whole program; raises CommandLineRefused."""
    parser = build_program(configs)
    add_options(parser, TalkConfig)
    commands = parser.add_subparsers(prog=PROGRAM[1])
    for name, config in configs.items():
        add_options(commands.add_parser(name, help=get_summary(config)), config)
    return render_completion(parser, PROGRAM[1], shell)


def get_summary(config: type[Any]) -> str:
    """Return the first line of what a command does."""
    return (config.__doc__ or "").partition("\n")[0].strip().rstrip(".")
