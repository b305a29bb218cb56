"""The one ask-sdk skill, made from its handlers and shared by every request."""

from ask_sdk_core.skill import CustomSkill
from ask_sdk_core.skill_builder import SkillBuilder

from skill.can_fulfill import CanFulfillHandler
from skill.handlers import Now, TalkHandler
from skill.locales import Locales
from skill.timers import Timers


def build_skill(
    locales: Locales, now: Now, *, shows: bool, timers: Timers | None
) -> CustomSkill:
    """Return the skill that speaks in `locales` at the moment `now()`.

    `shows` allows screens, `timers` sets the ice timer; None: there is none.
    """
    builder = SkillBuilder()
    builder.add_request_handler(TalkHandler(locales, now, shows=shows, timers=timers))
    builder.add_request_handler(CanFulfillHandler())
    return builder.create()
