//! Affine transformations (ISO 32000-1 section 8.3.3).

/// `[a b c d e f]`, row vectors: `x' = a·x + c·y + e`, `y' = b·x + d·y + f`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Matrix(pub(super) [f64; 6]);

impl Matrix {
    pub(super) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) fn translation(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// From the six operands of `cm` and `Tm`.
    pub(super) fn from_operands(operands: &[f64]) -> Option<Self> {
        operands.try_into().ok().map(Self)
    }

    /// First `self`, then `next`.
    #[expect(clippy::many_single_char_names, reason = "the names of the standard")]
    pub(super) fn then(self, next: Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [na, nb, nc, nd, ne, nf] = next.0;
        Self([
            a * na + b * nc,
            a * nb + b * nd,
            c * na + d * nc,
            c * nb + d * nd,
            e * na + f * nc + ne,
            e * nb + f * nd + nf,
        ])
    }

    /// Where the origin lands.
    pub(super) fn origin(self) -> (f64, f64) {
        (self.0[4], self.0[5])
    }

    /// Where a step of 1 to the right leads.
    pub(super) fn along(self) -> (f64, f64) {
        (self.0[0], self.0[1])
    }

    /// Where a step of 1 upwards leads.
    pub(super) fn upwards(self) -> (f64, f64) {
        (self.0[2], self.0[3])
    }
}
