"""How well a model hears people it never heard."""
