//! What `worker doctor` says of a key in each of its states, of the state and of the fingerprint key; and that
//! it does not keep whoever asks waiting.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use dosimeter_simulator::{
    Fault, FaultRule, Faults, Key, KeyState, Running, Seed, Simulator, Throttle,
};
use dosimeter_tests::{FINGERPRINT_KEY, config, once, organization, simulate};
use dosimeter_worker::{Check, Config, Health, Secret, Secrets, Silent, Worker};
use tempfile::tempdir;

const KEY: &str = "sk-ant-api01-examined";

fn secrets(key: &str, fingerprint_key: &str) -> Secrets {
    Secrets {
        api_key: Secret::new(key.to_owned()),
        fingerprint_key: Secret::new(fingerprint_key.to_owned()),
    }
}

/// What a worker says that was made to be examined.
async fn examined(config: Config, secrets: &Secrets) -> Vec<Check> {
    Worker::open_to_examine(config, secrets).unwrap().doctor().await
}

async fn of(simulator: &Running, state: &Path, configure: fn(&mut Config)) -> Vec<Check> {
    let mut config = config(&simulator.base_url(), state);
    configure(&mut config);
    examined(config, &secrets(KEY, FINGERPRINT_KEY)).await
}

/// A simulator that knows one key, with these scopes.
async fn with_scopes(scopes: &'static [&'static str], faults: Faults) -> Running {
    let keys = [Key::new(KEY, scopes.iter().copied())];
    Simulator::new(Seed::default()).faults(faults).keys(keys).run().await.unwrap()
}

/// Fails unless a check is of this health, and says these words of what was seen and what to do.
fn expect(checks: &[Check], name: &str, health: Health, words: &str) {
    let Some(check) = checks.iter().find(|check| check.name == name) else {
        panic!("nothing is said of {name}: {checks:?}")
    };
    let said = format!("{} → {}", check.seen, check.advice);
    assert_eq!(check.health, health, "{name}: {said}");
    assert!(said.contains(words), "{name}: {said}");
}

const ALL: &[&str] = &["read:org_audit"];

#[tokio::test]
async fn each_state_of_a_key_has_its_name_and_advice() {
    let state = tempdir().unwrap();
    let simulator = with_scopes(ALL, Faults::none()).await;
    let checks = of(&simulator, state.path(), |_| {}).await;
    assert!(checks.iter().all(|check| check.health == Health::Good), "{checks:?}");
    let states = [
        (KeyState::Deactivated, "invalid: ", "check the key"),
        (KeyState::Expired, "expired: ", "make a new key"),
    ];
    for (key_state, name, advice) in states {
        simulator.handle().set_key(KEY, key_state);
        let checks = of(&simulator, state.path(), |_| {}).await;
        expect(&checks, "chats and files", Health::Bad, name);
        expect(&checks, "chats and files", Health::Bad, advice);
    }
    simulator.handle().set_key(KEY, KeyState::Active);
    simulator.handle().set_enabled(false);
    let checks = of(&simulator, state.path(), |_| {}).await;
    expect(&checks, "activities", Health::Bad, "switch the Compliance API on");
}

#[tokio::test]
async fn a_scope_that_is_missing_is_named_with_those_that_are_there() {
    let state = tempdir().unwrap();
    let simulator = with_scopes(&["read:compliance_org_data"], Faults::none()).await;
    let checks = of(&simulator, state.path(), |_| {}).await;
    let seen = "missing scope: needs read:compliance_user_data or read:org_audit, has \
                read:compliance_org_data";
    expect(&checks, "chats and files", Health::Bad, seen);
    expect(&checks, "activities", Health::Degraded, "needs read:compliance_activities");

    let simulator = with_scopes(&["read:compliance_user_data"], Faults::none()).await;
    let checks = of(&simulator, state.path(), |_| {}).await;
    // A run would end with the key refused.
    expect(&checks, "organisations", Health::Bad, "or name them in `api.organizations`");
    let named = |config: &mut Config| {
        config.organizations = vec!["11111111-2222-4333-8444-555555555555".to_owned()];
    };
    let checks = of(&simulator, state.path(), named).await;
    expect(&checks, "organisations", Health::Degraded, "not needed");
    expect(&checks, "sessions", Health::Good, "");
}

#[tokio::test]
async fn an_api_that_is_in_trouble_does_not_keep_the_doctor_waiting() {
    let state = tempdir().unwrap();
    let begun = Instant::now();
    let throttled = Fault::Throttled { by: Throttle::Shared, retry_after_s: Some(1) };
    for (fault, name) in [
        (throttled, "throttled: "),
        (Fault::ServerError { should_retry: None }, "the API itself is in trouble"),
    ] {
        let simulator = with_scopes(ALL, Faults::none().with(FaultRule::always("", fault))).await;
        let checks = of(&simulator, state.path(), |_| {}).await;
        expect(&checks, "chats and files", Health::Bad, name);
    }
    // Nobody listens there.
    let config = config("http://127.0.0.1:9", state.path());
    let checks = examined(config, &secrets(KEY, FINGERPRINT_KEY)).await;
    expect(&checks, "chats and files", Health::Bad, "check `api.base_url`");
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_state_in_use_is_looked_at_and_another_fingerprint_key_is_noticed() {
    let state = tempdir().unwrap();
    let simulator = simulate(organization(2), Faults::none()).await;
    once(&simulator, state.path()).await.unwrap();
    let config = || config(&simulator.base_url(), state.path());
    let right = secrets(simulator.key(), FINGERPRINT_KEY);
    let worker = Worker::open(config(), &right).unwrap();
    let checks = examined(config(), &right).await;
    expect(&checks, "state", Health::Good, "in use by a worker");
    worker.once(Arc::new(Silent)).await.unwrap();
    drop(worker);
    let checks = examined(config(), &right).await;
    expect(&checks, "state", Health::Good, "can be used");
    let checks = examined(config(), &secrets(simulator.key(), &"08".repeat(32))).await;
    expect(&checks, "fingerprint key", Health::Bad, "filled under another one");
}
