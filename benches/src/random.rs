//! The one source of chance: the same seed writes the same corpus on every machine.

/// `SplitMix64` (Steele, Lea, Flood, OOPSLA 2014).
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

impl Random {
    /// Starts a sequence.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `limit`, which is at least 1.
    pub fn below(&mut self, limit: usize) -> usize {
        // The bias of a remainder over 64 bits is nothing that a text could show.
        let drawn = self.bits() % limit.max(1) as u64;
        usize::try_from(drawn).unwrap_or_default()
    }

    /// A number from `low` to below `high`.
    pub fn range(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low)
    }

    /// Whether something happens that happens so often in a thousand times.
    pub fn per_mille(&mut self, chance: usize) -> bool {
        self.below(1000) < chance
    }

    /// One of `items`, each as likely as the next.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// One of `items`, the earlier ones far oftener: as words are used.
    pub fn pick_ranked<T: Copy>(&mut self, items: &[T]) -> T {
        let unit = (self.bits() >> 11) as f64 / (1_u64 << 53) as f64;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and the length"
        )]
        let index = (unit * unit * items.len() as f64) as usize;
        items[index.min(items.len() - 1)]
    }
}
