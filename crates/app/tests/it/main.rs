//! The program as its users meet it: commands, exit status, JSON, documents.

mod commands;
mod county;
mod documents;
mod program;
mod real;
mod words;
