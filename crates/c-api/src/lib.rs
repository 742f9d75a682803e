//! Dosimeter for C and everything that calls C.
//!
//! The interface is `include/dosimeter.h`; a program that uses it is `examples/scan.c`. [`view`] has the
//! plain structures that C reads and writes, [`handle`] what it holds without looking into it, and
//! [`boundary`] the functions: the only module with `unsafe` code, which turns pointers into references
//! and calls what is safe.
//!
//! ```sh
//! cargo build --release -p dosimeter-c
//! gcc -I crates/c-api/include crates/c-api/examples/scan.c -L target/release -ldosimeter_c -o scan
//! ```

pub mod boundary;
pub mod handle;
pub mod view;
