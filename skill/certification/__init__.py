"""The certification rehearsal: every row of Amazon's list, played and judged."""
