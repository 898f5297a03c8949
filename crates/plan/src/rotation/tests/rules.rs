//! Single rules, bad input, and what must not matter.
