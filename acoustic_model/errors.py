"""The error of the recipe: something its user can put right."""


class RecipeError(Exception):
    """One sentence: where, what is wrong, the rule, what to do."""
