//! The judgement without a server, for fuzz targets and tests.

use std::{
    sync::LazyLock,
    time::{Duration, Instant},
};

use dosimeter_classifier::RuleSet;
use dosimeter_policy::{Action, Policy};
use dosimeter_record::FingerprintKey;
use jiff::Timestamp;

use crate::{
    envelope::{Asked, Envelope},
    judge::{Judge, context},
    memory::Memory,
    scope::Scope,
};

static JUDGE: LazyLock<Option<Judge>> = LazyLock::new(|| {
    let key = FingerprintKey::from_bytes([3; 32]);
    Judge::new(Policy::built_in().ok()?, RuleSet::built_in(), &key).ok()
});

/// What the default policy says of a body, as if it were new and signed; nothing if it is no prompt that
/// is understood.
#[doc(hidden)]
pub fn rehearse(body: &[u8]) -> Option<Action> {
    let judge = JUDGE.as_ref()?;
    let Ok(Asked::Prompt(envelope)) = Envelope::parse(body) else { return None };
    let memory = Memory::new(1_000);
    let (scope, mut until) = (Scope::default(), Instant::now() + Duration::from_secs(10));
    let mut look = judge.look(&envelope, &scope, (&memory, until)).ok()?;
    for new in look.new {
        look.items.extend(judge.rest(&envelope, &scope, new, (&memory, &mut until)).late);
    }
    let decision = judge.policy.decide(context(&envelope), &look.items, Timestamp::UNIX_EPOCH);
    Some(decision.action())
}
