//! Finds and labels sensitive data in text.

pub mod validator;
