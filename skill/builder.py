"""The one ask-sdk skill, made from its handlers and shared by every request."""

from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder

from skill.can_fulfill import CanFulfillHandler
from skill.handlers import TalkHandler


def build_skill(talk: TalkHandler) -> CustomSkill:
    """Return the skill that holds `talk`, and says what it could do."""
    builder = SkillBuilder()
    builder.add_request_handler(talk)
    builder.add_request_handler(CanFulfillHandler())
    return builder.create()
