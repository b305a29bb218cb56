"""The one ask-sdk skill, made from its handlers and shared by every request."""

from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder

from skill.handlers import CanFulfillHandler, Now, TalkHandler
from skill.locales import Locales


def build_skill(locales: Locales, now: Now, *, shows: bool) -> CustomSkill:
    """Return the skill that speaks in `locales` at the moment `now()`.

    `shows` allows screens.
    """
    builder = SkillBuilder()
    builder.add_request_handler(TalkHandler(locales, now, shows=shows))
    builder.add_request_handler(CanFulfillHandler())
    return builder.create()
