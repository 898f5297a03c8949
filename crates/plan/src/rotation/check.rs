//! An independent check: every rule counted again from the tables, without the planner.
