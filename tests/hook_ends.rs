//! However a request ends, what it said is recorded: once it was asked about and answered, or when it is
//! asked about again.

use std::time::Duration;

use dosimeter_simulator::hook::Transcript;
use dosimeter_tests::card_text;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;

use crate::hook_under_test::{
    Hook, Process, Recorded, SECRET, Wish, deadlines, failed, head, prepare, slow_talk, talk, tls,
};

/// Denies payment cards, and gives no verdict when time is up.
const DENY_CARDS: &str = r#"
on_timeout = "fail"
[[clause]]
id = "payment-cards"
action = "deny"
rules = ["payment.card.*"]
"#;

/// Denies payment cards, and allows what there was no time for.
const ALLOW_LATE: &str = r#"
on_timeout = "allow"
[[clause]]
id = "payment-cards"
action = "deny"
rules = ["payment.card.*"]
"#;

fn quick(deadline_ms: u64, policy: &'static str) -> Wish {
    let sections = format!("[limits]\ndeadline_ms = {deadline_ms}\njudged_at_once = 1");
    Wish { sections: sections.into(), policy: Some(policy.into()), ..Wish::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_before_a_malformed_message_is_recorded_when_it_is_sent_again() {
    let hook = Hook::start().await;
    let good = talk().user(&card_text(1));
    let mut body: serde_json::Value = serde_json::from_slice(&good.body("msg_1")).unwrap();
    body["messages"].as_array_mut().unwrap().push(json!({"role": "user", "content": 17}));
    failed(&hook.send(body.to_string()).await, 400, "malformed");
    assert_eq!(hook.ask(&good).await.action(), Some("deny"));
    let recorded = hook.end().await;
    assert_eq!(recorded.verdicts.len(), 1);
    assert_eq!(recorded.verdicts[0].messages_new, 1, "nobody recorded it before");
    assert_eq!(recorded.cards(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_looked_at_in_time_is_found_after_the_answer() {
    let (long, whole_ms) = slow_talk().await;
    let long = long.user(&card_text(2));
    for deadline_ms in deadlines(whole_ms) {
        let hook = Hook::with(quick(deadline_ms, ALLOW_LATE)).await;
        let answer = hook.ask(&long).await;
        let recorded = hook.end().await;
        let looked_at = recorded.verdicts.first().map(|verdict| verdict.coverage.as_str());
        if answer.status == 408 || looked_at == Some("complete") {
            continue;
        }
        assert_eq!(answer.action(), Some("allow"));
        assert_eq!(recorded.verdicts[0].because.as_deref(), Some("timeout"));
        assert_eq!(recorded.cards(), 1, "the card at the end");
        assert_eq!(recorded.gaps, [""; 0], "all of it was looked at in the end");
        return;
    }
    assert_eq!(whole_ms, 0, "no deadline was too short");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_whole_scan_found_outlives_one_that_is_cut_short() {
    const PATIENT: &str = "[limits]\ndeadline_ms = 10000";
    let (long, whole_ms) = slow_talk().await;
    let long = long.user(&card_text(6));
    for deadline_ms in deadlines(whole_ms) {
        let policy = Some(ALLOW_LATE.into());
        let wish = Wish { sections: PATIENT.into(), policy, ..Wish::default() };
        let hook = Hook::with(wish).await;
        hook.ask(&long).await;
        let recorded = hook.end().await;
        assert_eq!((recorded.cards(), recorded.gaps.len()), (1, 0));
        // The next one has forgotten what was judged, and has no time for it, not even afterwards.
        let hasty = format!("[limits]\ndeadline_ms = {deadline_ms}\nafterwards_ms = 0");
        let hook = Hook::again(recorded, &hasty).await;
        hook.ask(&long).await;
        let recorded = hook.end().await;
        if recorded.gaps.is_empty() {
            continue;
        }
        assert_eq!(recorded.cards(), 1, "nobody looked whether it is still there");
        assert!(recorded.gaps.iter().all(|gap| gap == "deadline"), "{:?}", recorded.gaps);
        return;
    }
    assert_eq!(whole_ms, 0, "no deadline was too short");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_shed_is_judged_when_it_is_sent_again() {
    let hook = Hook::with(quick(200, dosimeter_policy::DEFAULT)).await;
    let (long, _) = slow_talk().await;
    let (mut talks, mut shed) = (Vec::new(), 0);
    for attempt in 0..20 {
        let long = long.clone().with("session_id", format!("long_{attempt}").into());
        let caller = hook.caller(SECRET);
        // Takes the only place until time is up.
        let busy = tokio::spawn(async move { drop(caller.ask(&long).await) });
        while !busy.is_finished() {
            let said = Transcript::new(&format!("talk_{}", talks.len())).user(&card_text(3));
            if hook.ask(&said).await.status == 503 {
                shed += 1;
            }
            talks.push(said);
        }
        busy.await.unwrap();
        if shed > 0 {
            break;
        }
    }
    assert!(shed > 0, "somebody always found a place");
    for said in &talks {
        while hook.ask(said).await.status != 200 {}
    }
    assert_eq!(hook.end().await.cards(), talks.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_an_answer_goes_before_what_is_looked_at_after_one() {
    let patient = "[limits]\ndeadline_ms = 10000\nafterwards_ms = 60000\njudged_at_once = 1";
    let hook = Hook::with(Wish { sections: patient.into(), ..Wish::default() }).await;
    // What tools return is looked at after the answer only, and this takes a while.
    let (words, result) = ("words and numbers 17 ".repeat(2_000), json!({"command": "cat"}));
    let long = (0..60)
        .fold(talk(), |talk, number| talk.tool("bash", &result, &format!("{number} {words}")));
    let long = long.tool("bash", &result, &card_text(8));
    assert_eq!(hook.ask(&long).await.action(), Some("allow"));
    let said = Transcript::new("session_2").user(&card_text(9));
    assert_eq!(hook.ask(&said).await.action(), Some("deny"));
    let recorded = hook.end().await;
    let answers: Vec<&str> = recorded.verdicts.iter().map(|row| row.answer.as_str()).collect();
    assert_eq!(answers, ["allow", "deny"], "newest first: it was recorded last");
    assert_eq!(recorded.verdicts[0].action, "warn", "all of it was looked at, although it paused");
    assert_eq!((recorded.cards(), recorded.gaps.len()), (2, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_hangs_up_and_asks_again_gets_the_answer_and_it_is_recorded_once() {
    let hook = Hook::start().await;
    let caller = hook.caller(SECRET);
    let body = talk().user(&card_text(4)).body("msg_1");
    let envelope = caller.envelope("msg_1", &body);
    let mut stream = tls(&hook).await;
    stream.write_all(&head(&envelope, body.len())).await.unwrap();
    stream.write_all(&body).await.unwrap();
    stream.flush().await.unwrap();
    drop(stream);
    let answer = caller.send(&envelope, body).await.unwrap();
    assert_eq!(answer.action(), Some("deny"));
    let recorded = hook.end().await;
    assert_eq!(recorded.verdicts.len(), 1);
    assert_eq!(recorded.verdicts[0].reference.as_deref(), answer.text("reference_id"));
    assert_eq!(recorded.cards(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_takes_the_place_of_a_failure_under_the_same_id() {
    let (long, whole_ms) = slow_talk().await;
    let body = long.user(&card_text(5)).body("msg_1");
    for deadline_ms in deadlines(whole_ms) {
        let hook = Hook::with(quick(deadline_ms, DENY_CARDS)).await;
        let caller = hook.caller(SECRET);
        let envelope = caller.envelope("msg_1", &body);
        let mut answer = caller.send(&envelope, body.clone()).await.unwrap();
        if answer.text("error") != Some("out_of_time") {
            continue;
        }
        while answer.status != 200 {
            answer = caller.send(&envelope, body.clone()).await.unwrap();
        }
        assert_eq!(answer.action(), Some("deny"), "it was looked at by now");
        let recorded = hook.end().await;
        // What nobody looked at has no organisation either.
        let mut judged = recorded.verdicts.iter().filter(|verdict| verdict.messages > 0);
        let verdict = judged.next().unwrap();
        assert_eq!(verdict.reference.as_deref(), answer.text("reference_id"));
        assert_eq!(judged.next(), None);
        assert_eq!(recorded.cards(), 1);
        return;
    }
    assert_eq!(whole_ms, 0, "no deadline was too short");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_took_is_recorded_with_the_next_turn() {
    const KILLS: u64 = 4;
    let (folder, authority) = prepare(&Wish::default());
    let talks: Vec<Transcript> = (0..KILLS)
        .map(|number| Transcript::new(&format!("session_{number}")).user(&card_text(10 + number)))
        .collect();
    for (said, micros) in talks.iter().zip([0, 300, 3_000, 30_000]) {
        let hook = Process::start(folder.path());
        let answer = hook.caller(&authority).ask(said).await.unwrap();
        assert_eq!(answer.action(), Some("deny"));
        tokio::time::sleep(Duration::from_micros(micros)).await;
        hook.kill();
    }
    let hook = Process::start(folder.path());
    for said in talks {
        let next = said.assistant("…").user("and now?");
        let answer = hook.caller(&authority).ask(&next).await.unwrap();
        assert_eq!(answer.action(), Some("deny"), "the text is still in it");
    }
    // Long enough for all of it to be written.
    tokio::time::sleep(Duration::from_secs(2)).await;
    hook.kill();
    assert_eq!(u64::try_from(Recorded::of(folder).cards()).unwrap(), KILLS);
}
