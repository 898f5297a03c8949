//! Tests of the readers, from files in to tables and findings out.

mod mapping;
