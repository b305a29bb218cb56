"""What the recipe says when it cannot go on."""


class RecipeError(Exception):
    """One sentence: where, what is wrong, the rule, what to do."""
