//! What others build on: auto traits are part of the interface.

use static_assertions::assert_impl_all;

assert_impl_all!(dosimeter::Classifier: Send, Sync, Clone, std::panic::UnwindSafe);
assert_impl_all!(dosimeter::Scratch: Send);
assert_impl_all!(dosimeter::Finding: Send, Sync, Clone);
assert_impl_all!(dosimeter::Labelled: Send, Sync, Clone);
assert_impl_all!(dosimeter::Error: Send, Sync, std::error::Error);
