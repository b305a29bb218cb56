"""The interview itself: pure, one turn in, one reply out."""
