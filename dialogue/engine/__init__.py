"""The interview itself: one turn in, one reply out; pure."""
