"""The certification rehearsal: checks every item of Amazon's list."""
