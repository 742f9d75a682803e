//! Numbers in the text format of Prometheus
//! (<https://prometheus.io/docs/instrumenting/exposition_formats/>).

use std::fmt::Write as _;

/// A page of numbers.
#[derive(Clone, Debug, Default)]
pub struct Page {
    text: String,
}

impl Page {
    fn head(&mut self, name: &str, kind: &str, help: &str) {
        // Writing into a string cannot fail.
        let _infallible =
            writeln!(self.text, "# HELP dosimeter_{name} {help}.\n# TYPE dosimeter_{name} {kind}");
    }

    /// One number; the kind follows from the name.
    pub fn single(&mut self, name: &str, help: &str, value: u64) {
        self.head(name, kind(name), help);
        let _infallible = writeln!(self.text, "dosimeter_{name} {value}");
    }

    /// One number for each value of a label; the kind follows from the name.
    pub fn family(&mut self, name: &str, help: &str, label: &str, values: Vec<(String, u64)>) {
        if values.is_empty() {
            return;
        }
        self.head(name, kind(name), help);
        for (of, value) in values {
            let _infallible = writeln!(self.text, "dosimeter_{name}{{{label}=\"{of}\"}} {value}");
        }
    }

    /// A histogram: upper bounds with how many are at or below them, then how many there are and their
    /// sum.
    pub fn histogram(
        &mut self,
        name: &str,
        help: &str,
        buckets: &[(f64, u64)],
        (count, sum): (u64, f64),
    ) {
        self.head(name, "histogram", help);
        for (bound, below) in buckets {
            let _infallible =
                writeln!(self.text, "dosimeter_{name}_bucket{{le=\"{bound}\"}} {below}");
        }
        let _infallible = writeln!(
            self.text,
            "dosimeter_{name}_bucket{{le=\"+Inf\"}} {count}\n\
             dosimeter_{name}_sum {sum}\ndosimeter_{name}_count {count}"
        );
    }

    /// The page.
    pub fn text(self) -> String {
        self.text
    }
}

/// Counters are named so, by the conventions of Prometheus.
fn kind(name: &str) -> &'static str {
    if name.ends_with("_total") { "counter" } else { "gauge" }
}
