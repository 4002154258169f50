//! A year of a subscription: ten licenses are bought, five more are added in March, all are renewed, and
//! cancelled.
//!
//! `cargo run -p mockorg --example year_of_a_subscription` lives the year over HTTP and prints what it leaves
//! behind as tables. With the name of a file as its argument it also draws the picture there.

#![expect(clippy::print_stdout, reason = "the example prints its tables")]

mod picture;
mod story;
mod table;
mod year;

use std::{env, error::Error, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let year = year::live()?;
    println!("{}", table::tables(&year));
    if let Some(file) = env::args().nth(1) {
        fs::write(file, picture::svg(&year))?;
    }
    Ok(())
}
