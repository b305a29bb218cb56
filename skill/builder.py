"""The one ask-sdk skill, made from its handlers and shared by every request."""

from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder

from skill.handlers import CanFulfillHandler, Now, TalkHandler
from skill.locales import Locales


def build_skill(locales: Locales, now: Now) -> CustomSkill:
    """Return the skill that speaks in `locales` at the moment `now()`."""
    builder = SkillBuilder()
    builder.add_request_handler(TalkHandler(locales, now))
    builder.add_request_handler(CanFulfillHandler())
    return builder.create()
