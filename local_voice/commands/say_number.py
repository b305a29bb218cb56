"""The command `say-number`: writes the clinic's numbers, as spoken, into a WAV."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from dialogue.engine.rendering import render_reply, to_display_text
from dialogue.engine.reply import Reply
from local_voice.audio.audio_files import write_wav
from local_voice.audio.speaker import MuteSpeaker
from local_voice.commands.engines import load_content_or_refuse, load_synthesizer
from local_voice.commands.exit_codes import NO_VOICE, LocalVoiceProblem
from local_voice.commands.options import SayNumberConfig
from local_voice.tts.speech import SpeechOutput

NUMBERS = Reply(says=("number.say", "number.other"))


def say_number(config: SayNumberConfig, say: Callable[[str], None]) -> int:
    """Write the numbers of the clinic, as the synthesizer says them, to a new file.

    Raises LocalVoiceProblem where there is no number, no synthesizer, or the file
    exists.
    """
    content, out = (
        load_content_or_refuse(config.clinic, config.locale),
        Path(config.out),
    )
    clinic = content.clinic
    if clinic is None or clinic.appointments is None:
        raise LocalVoiceProblem(
            f"{clinic.name if clinic else 'No clinic is set, and it'} has no number "
            "to say. Give a profile that has one with --clinic."
        )
    if out.exists():
        raise LocalVoiceProblem(
            f"{out}: this file is there already. Give another name."
        )
    prompts = render_reply(NUMBERS, content.prompts, clinic, None).prompts
    with closing(load_synthesizer(config.voice, config.rate, content)) as synthesizer:
        audio, whole = SpeechOutput(synthesizer, MuteSpeaker()).render(prompts)
    if not whole:
        raise LocalVoiceProblem("The voice cannot say the number.", NO_VOICE)
    try:
        with out.open("xb") as file:
            write_wav(file, audio.pcm)
    except OSError as error:
        problem = f"{out}: cannot be written: {error.strerror}."
        raise LocalVoiceProblem(problem) from error
    say(f"{out}: {audio.seconds:.1f} seconds: {to_display_text(prompts)}")
    return 0
