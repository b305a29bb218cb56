"""Content by locale, and the nearest one for what a request asks for."""

import logging
import re
from collections.abc import Mapping
from functools import lru_cache

from dialogue.content.content import Content
from dialogue.content.content_store import ContentStore
from dialogue.loading import load_content

_LOG = logging.getLogger(__name__)
FALLBACK_LOCALE = "en-US"
_FORM = re.compile(r"[a-z]{2}-[A-Z]{2}")


def load_locales(protocol: str, clinic: str) -> dict[str, Content]:
    """Return the content of every locale, by its name."""
    return {
        locale: load_content(protocol=protocol, locale=locale, clinic=clinic)
        for locale in ContentStore().locales
    }


class Locales:
    """Chooses the content for the locale that a request asks for."""

    def __init__(self, contents: Mapping[str, Content]) -> None:
        """Choose among `contents`; en-US must be one of them."""
        self._contents = contents
        self._get_nearest = lru_cache(maxsize=64)(self._find_nearest)

    @property
    def fallback(self) -> Content:
        """Return the content for whoever asks for no locale that we know."""
        return self._contents[FALLBACK_LOCALE]

    @property
    def names(self) -> list[str]:
        """Return every locale that there is content for."""
        return sorted(self._contents)

    def get_content(self, locale: object) -> Content:
        """Return that locale's content, else its language's, else en-US; no error."""
        if isinstance(locale, str) and locale in self._contents:
            return self._contents[locale]
        is_locale = isinstance(locale, str) and _FORM.fullmatch(locale)
        return self._get_nearest(locale if is_locale else "other")

    def _find_nearest(self, locale: str) -> Content:
        """Return the nearest content; kept, so that it is logged once."""
        same = (c for c in self._contents if c[:3] == locale[:3])
        chosen = next(same, FALLBACK_LOCALE)
        _LOG.warning("locale %s is not here; %s serves instead", locale, chosen)
        return self._contents[chosen]
