"""The proof that every talk keeps its promises: walked, counted, or disproved."""
