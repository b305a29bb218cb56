"""Messages to authors on a locale that is not the complete one."""

from dialogue.content.problems import Message

UNTRANSLATED = Message(
    "'{key}' still has words of {whole}: \"{words}\"",
    "A locale is in one language, since it is served whole to whoever asks for it",
    "Translate it, or keep the folder outside 'locales' until all of it is translated.",
)
NOT_GRADED = Message(
    "the reading grade of {locale} was not measured",
    "The Flesch-Kincaid grade is for English only",
    "Have somebody who speaks it read every sentence for plain words.",
)
