"""The certification rehearsal: every item of Amazon's list, checked."""
