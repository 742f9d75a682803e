//! What the fuzz targets do with a byte string, shared with the test that replays their findings.

use dosimeter_policy::{Context, Policy};

type Target = (&'static str, fn(&[u8]));

/// All targets; each name is also the name of its folder of seeds and regressions.
pub(crate) const TARGETS: [Target; 2] = [("prompt", prompt), ("policy", policy)];

/// Runs one target.
pub(crate) fn run(name: &str, data: &[u8]) {
    if let Some((_, target)) = TARGETS.iter().find(|(target, _)| *target == name) {
        target(data);
    }
}

/// The same body gets the same answer.
fn prompt(body: &[u8]) {
    assert_eq!(dosimeter_hook::rehearse(body), dosimeter_hook::rehearse(body));
}

/// Whatever a policy says, it is used or refused.
fn policy(source: &[u8]) {
    if let Ok(policy) = Policy::parse(&String::from_utf8_lossy(source)) {
        let decision = policy.decide(Context::default(), &[], jiff::Timestamp::UNIX_EPOCH);
        assert!(decision.rulings().is_empty());
    }
}
