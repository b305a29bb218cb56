"""Reads an APL document as a device does: resources, bindings, layouts -> components.

Only what our documents use is known; anything else is a KeyError or ValueError, so that
a document cannot use what was not thought of here. It is no viewer of Amazon's.
"""

import ast
import operator
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

COMPONENTS = {
    "Container": {
        "alignItems", "direction", "grow", "height", "items", "paddingBottom",
        "paddingLeft", "paddingRight", "paddingTop", "spacing", "width",
    },
    "Frame": {
        "backgroundColor", "borderColor", "borderRadius", "borderWidth", "height",
        "inheritParentState", "item", "style", "width",
    },
    "ScrollView": {"grow", "height", "item", "width"},
    "Text": {
        "color", "fontSize", "fontWeight", "grow", "height", "inheritParentState",
        "paddingTop", "style", "text", "textAlign", "textAlignVertical", "width",
    },
    "TouchWrapper": {
        "accessibilityLabel", "grow", "height", "item", "onPress", "spacing", "width",
    },
}  # fmt: skip
"""The properties used, of components that APL has had since version 1.0; labels for
screen readers came with 1.1. Source: Amazon's APL component references."""
_KINDS = ("boolean", "color", "dimension", "number", "string")
_OPERATORS = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt,
    ast.GtE: operator.ge, ast.Gt: operator.gt,
}  # fmt: skip


@dataclass(frozen=True)
class Viewport:
    """A device's screen, in dp, as Amazon's viewport profiles name it."""

    name: str
    width: int
    height: int
    shape: str = "rectangle"

    def to_data(self) -> dict[str, Any]:
        """Return what a document sees of it."""
        return {"width": self.width, "height": self.height, "shape": self.shape}


VIEWPORTS = (
    Viewport("hub_round_small", 480, 480, "round"),
    Viewport("hub_landscape_small", 960, 480),
    Viewport("hub_landscape_medium", 1024, 600),
    Viewport("hub_landscape_large", 1280, 800),
    Viewport("hub_landscape_xlarge", 1920, 1080),
    Viewport("hub_portrait_medium", 1080, 1920),
    Viewport("tv_landscape_xlarge", 960, 540),
    Viewport("mobile_small", 412, 732),
)


@dataclass
class Component:
    """A component with its values; sizes are numbers in dp, or a text like `100%`."""

    kind: str
    values: dict[str, Any]
    children: list["Component"] = field(default_factory=list)

    def find_all(self, kind: str) -> Iterator["Component"]:
        """Yield the components of a kind, this one first."""
        if self.kind == kind:
            yield self
        for child in self.children:
            yield from child.find_all(kind)


def inflate(
    directive: Mapping[str, Any], viewport: Viewport, state: str = ""
) -> Component:
    """Return what `directive` shows on `viewport`, its buttons `pressed` or so."""
    document = directive["document"]
    reader = _Reader(document, viewport, state)
    data = {"viewport": viewport.to_data(), "payload": directive["datasources"]}
    main = document["mainTemplate"]
    assert main["parameters"] == ["payload"]
    (root,) = reader.components(main["item"], data)
    return root


class _Reader:
    def __init__(self, document: Mapping[str, Any], viewport: Viewport, state: str):
        self._layouts = document["layouts"]
        self._styles = document["styles"]
        self._state = {"pressed": state == "pressed", "focused": state == "focused"}
        self._resources: dict[str, Any] = {}
        seen = {"viewport": viewport.to_data()}
        for block in document["resources"]:
            if self.value(block.get("when", True), seen):
                for key, values in block.items():
                    if key not in ("when", "description"):
                        assert key.removesuffix("s") in _KINDS, key
                        self._resources |= values

    def components(self, node: Any, data: dict[str, Any]) -> list[Component]:
        """Return what a component or layout comes to; none where its `when` fails."""
        if not self.value(node.get("when", True), data):
            return []
        own = {k: v for k, v in node.items() if k not in ("type", "when")}
        if node["type"] in self._layouts:
            layout = self._layouts[node["type"]]
            assert set(own) == set(layout["parameters"])
            given = {name: self.value(value, data) for name, value in own.items()}
            return self.components(layout["item"], data | given)
        rows: Any = self.value(own.pop("data", None), data)
        allowed = COMPONENTS[node["type"]]
        assert set(own) <= allowed, set(own) - allowed
        below = own.pop("items", None) or [own.pop("item", None)]
        values = self._styled(own, data)
        made = Component(node["type"], values)
        for each in [data] if rows is None else [data | {"data": row} for row in rows]:
            for item in filter(None, below):
                made.children += self.components(item, each)
        return [made]

    def _styled(self, own: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for block in self._styles[own["style"]]["values"] if "style" in own else []:
            if self.value(block.get("when", True), {"state": self._state}):
                values |= {k: v for k, v in block.items() if k != "when"}
        values |= own
        return {key: _to_dp(self.value(value, data)) for key, value in values.items()}

    def value(self, raw: Any, data: Mapping[str, Any]) -> Any:
        """Return `raw` with its expressions and resources put in."""
        if isinstance(raw, list):
            return [self.value(item, data) for item in raw]
        if isinstance(raw, dict):
            return {key: self.value(item, data) for key, item in raw.items()}
        if not isinstance(raw, str):
            return raw
        if raw.startswith("@"):
            return self._resources[raw[1:]]
        whole = re.fullmatch(r"\$\{([^}]*)\}", raw)
        assert whole or "${" not in raw, raw
        return evaluate(whole[1], data) if whole else raw


def evaluate(expression: str, data: Mapping[str, Any]) -> Any:
    """Return the value of an expression between `${` and `}`."""
    return _evaluate_node(
        ast.parse(expression.replace("&&", " and "), mode="eval").body, data
    )


def _evaluate_node(node: ast.expr, data: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value):
            return value
        case ast.Name(name):
            return data[name]
        case ast.Attribute(inner, "length"):
            return len(_evaluate_node(inner, data))
        case ast.Attribute(inner, name):
            return _evaluate_node(inner, data)[name]
        case ast.BoolOp(ast.And(), parts):
            return all(_evaluate_node(part, data) for part in parts)
        case ast.Compare(left, [compare], [right]):
            return _OPERATORS[type(compare)](
                _evaluate_node(left, data), _evaluate_node(right, data)
            )
    raise ValueError(ast.dump(node))


def _to_dp(value: Any) -> Any:
    """Return a dimension in dp as a number, and what a Text shows without entities."""
    if isinstance(value, str):
        dp = re.fullmatch(r"(\d+)dp", value)
        return int(dp[1]) if dp else value
    return value


def get_words(component: Component) -> str:
    """Return the words of a Text as they are read."""
    return unescape(str(component.values["text"]))


def get_contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, from 1 to 21. Source: WCAG 2.2."""
    lighter, darker = sorted(
        (_get_luminance(first), _get_luminance(second)), reverse=True
    )
    return (lighter + 0.05) / (darker + 0.05)


def _get_luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
