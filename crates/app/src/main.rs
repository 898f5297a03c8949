//! The program `junheng`: its commands.

fn main() {}
