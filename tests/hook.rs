//! The inline hook against the contract, clause by clause: a real server on loopback over TLS, asked by
//! the simulator's calling side, or by a client that does not keep to the rules.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

mod hook_ends;
mod hook_under_test;

use std::{fs, sync::Mutex, time::Duration};

use dosimeter_hook::Config;
use dosimeter_simulator::hook::{Caller, CallerError, Envelope, Transcript};
use dosimeter_tests::{card, card_text};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::hook_under_test::{
    Hook, OTHER_SECRET, SECRET, Wish, certificate, deadlines, failed, head, slow_talk, talk, tls,
    write_secrets,
};

// The request.

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_prompt_is_allowed_and_a_card_is_denied_with_a_reason_and_a_reference() {
    let hook = Hook::start().await;
    assert_eq!(hook.ask(&talk().user("what is a webhook?")).await.action(), Some("allow"));
    let answer = hook.ask(&talk().user(&card_text(1))).await;
    assert_eq!(answer.action(), Some("deny"));
    let reason = answer.text("deny_reason").unwrap();
    let reference = answer.text("reference_id").unwrap();
    assert!(reason.chars().count() <= 500 && reason.contains("ayment card"), "{reason}");
    assert!(reason.contains(reference));
    assert!(reference.len() <= 50);
    assert!(reference.bytes().all(|b| b.is_ascii_alphanumeric() || b"._:/-".contains(&b)));
    let recorded = hook.end().await;
    assert_eq!(recorded.verdicts.len(), 2);
    let denied = &recorded.verdicts[0];
    assert_eq!((denied.answer.as_str(), denied.action.as_str()), ("deny", "deny"));
    assert_eq!(denied.clause.as_deref(), Some("payment-cards"));
    assert_eq!(denied.reference.as_deref(), Some(reference));
    assert_eq!(denied.user_email.as_deref(), Some("ada@corp.example"));
    assert!(denied.labels.contains(&"payment".to_owned()));
    let card = recorded.findings.iter().find(|row| row.rule.starts_with("payment.card")).unwrap();
    assert_eq!((card.resource_kind.as_str(), card.role.as_str()), ("prompt", "user"));
    assert_eq!(card.parent.as_deref(), Some("session_1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_tool_returns_is_recorded_and_what_a_user_attaches_is_denied() {
    let hook = Hook::start().await;
    let tool = talk().tool("bash", &json!({"command": "cat notes"}), &card_text(2));
    assert_eq!(hook.ask(&tool).await.action(), Some("allow"));
    let attached = Transcript::new("session_2").attachment("notes.txt", Some(&card_text(3)));
    let answer = hook.ask(&attached).await;
    assert_eq!(answer.action(), Some("deny"));
    assert!(answer.text("deny_reason").unwrap().contains("An attached file"));
    let unreadable = Transcript::new("session_3").attachment("scan.png", None);
    assert_eq!(hook.ask(&unreadable).await.action(), Some("allow"));
    let recorded = hook.end().await;
    let roles: Vec<&str> = recorded.findings.iter().map(|row| row.role.as_str()).collect();
    assert!(roles.contains(&"tool_result") && roles.contains(&"file"), "{roles:?}");
    assert_eq!(recorded.gaps, ["unavailable"], "not scanned is not clean");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_tool_returns_is_nobodys_also_where_it_only_shows_together() {
    let hook = Hook::start().await;
    // A number and its code: neither alone is what is found.
    let together = format!("card {} exp 04/29 cvv 731", card(4));
    let tool = talk().tool("bash", &json!({"command": "cat notes"}), &together);
    assert_eq!(hook.ask(&tool).await.action(), Some("allow"));
    let typed = Transcript::new("session_2").user(&together);
    assert_eq!(hook.ask(&typed).await.action(), Some("deny"));
    let recorded = hook.end().await;
    let found = recorded.findings.iter().filter(|row| row.rule == "payment.card.with-code");
    let mut roles: Vec<&str> = found.map(|row| row.role.as_str()).collect();
    roles.sort_unstable();
    assert_eq!(roles, ["tool_result", "user"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_could_deny_is_found_after_the_answer_and_recorded_with_it() {
    let hook = Hook::start().await;
    let tool = talk().tool("bash", &json!({"command": "cat notes"}), &card_text(5));
    assert_eq!(hook.ask_and_wait(&tool, 1).await.action(), Some("allow"));
    let next = tool.assistant("Done.").user("Thank you.");
    assert_eq!(hook.ask(&next).await.action(), Some("allow"));
    let recorded = hook.end().await;
    let verdicts: Vec<_> = recorded
        .verdicts
        .iter()
        .map(|verdict| (verdict.action.as_str(), verdict.labels.contains(&"payment".to_owned())))
        .collect();
    assert_eq!(verdicts, [("warn", true); 2], "also of the turn that only repeats it");
    assert!(recorded.verdicts.iter().all(|verdict| verdict.coverage == "complete"));
    assert_eq!(recorded.cards(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_tool_is_given_is_read_as_it_was_written() {
    let hook = Hook::start().await;
    // Escaped, the line break is a letter before the first digit.
    let lines = format!("the credit card:\n{}\nexp 04/29", card(13).trim());
    let given = talk().tool("write", &json!({"path": "a.txt", "content": lines}), "done");
    assert_eq!(hook.ask(&given).await.action(), Some("allow"));
    let recorded = hook.end().await;
    assert_eq!(recorded.cards(), 1);
    let card = recorded.findings.iter().find(|row| row.rule.starts_with("payment.card")).unwrap();
    assert_eq!(card.role, "tool_input");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_type_is_allowed_and_unknown_blocks_and_fields_are_passed_over() {
    let hook = Hook::start().await;
    let other = json!({"type": "response", "messages": {"text": card_text(4)}}).to_string();
    assert_eq!(hook.send(other).await.action(), Some("allow"));
    let new = talk()
        .with("new_field", json!([1, {"a": null}]))
        .with("actor", json!({"type": "agent", "id": null, "email_address": null}))
        .with("tenant_id", Value::Null)
        .message("critic", &[json!({"type": "hologram", "text": card_text(5)})])
        .message("user", &[json!({"type": "text", "text": "hello", "new": 1})]);
    assert_eq!(hook.ask(&new).await.action(), Some("allow"));
    let recorded = hook.end().await;
    assert_eq!(recorded.verdicts.len(), 1, "what is no prompt has no verdict");
    assert_eq!(recorded.verdicts[0].tenant, "inline");
    assert_eq!(recorded.gaps, ["unsupported"], "a block that was passed over is no clean one");
    assert!(recorded.findings.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prompt_that_is_not_understood_has_no_verdict() {
    let hook = Hook::start().await;
    let deep = "[".repeat(500_000);
    let open = format!(r#"{{"type":"prompt","messages":[{deep}"#);
    let closed = format!(
        r#"{{"type":"prompt","messages":[{{"role":"user","content":[{deep}{}]}}]}}"#,
        "]".repeat(500_000)
    );
    for body in [
        String::new(),
        "{}".to_owned(),
        r#"{"type":"prompt"}"#.to_owned(),
        r#"{"type":"prompt","messages":[17]}"#.to_owned(),
        r#"{"type":"prompt","messages":[{"role":"user"}]}"#.to_owned(),
        r#"{"type":"prompt","messages":[{"role":"user","content":[{"text":"x"}]}]}"#.to_owned(),
        r#"{"type":"prompt","messages":[{"role":"user","content":[{"type":"text","text":1}]}]}"#
            .to_owned(),
        open,
        closed,
    ] {
        failed(&hook.send(body).await, 400, "malformed");
    }
    let invalid = [br#"{"type":"prompt","messages":[""#.as_slice(), b"\xff\xfe\"]}"].concat();
    failed(&hook.send(invalid).await, 400, "malformed");
    assert_eq!(hook.ask(&talk().user("still there?")).await.action(), Some("allow"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_ten_megabytes_is_judged_and_a_longer_one_refused() {
    let hook = Hook::with(Wish {
        sections: "[limits]\ndeadline_ms = 10000\nmemory_mb = 64".into(),
        ..Wish::default()
    })
    .await;
    let words = "the quick brown fox jumps over the lazy dog and so on\n";
    let long = talk().user(&(words.repeat(9_700_000 / words.len()) + &card_text(6)));
    assert_eq!(hook.ask(&long).await.action(), Some("deny"));
    let caller = hook.caller(SECRET);
    let longer = vec![b' '; 10_000_001];
    let envelope = caller.envelope("msg_long", &longer);
    // The answer may come before all of the body was sent, and then the connection ends.
    if let Ok(answer) = caller.send(&envelope, longer).await {
        failed(&answer, 413, "too_large");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_headers_a_query_and_omitted_turns_do_not_matter_and_the_answer_is_plain_json() {
    let hook = Hook::start().await;
    let body = talk().assistant("one").assistant("two").user("three").user(&card_text(12));
    let body = body.body("msg_1");
    let envelope = hook.caller(SECRET).envelope("msg_1", &body);
    let signed = String::from_utf8(head(&envelope, body.len())).unwrap();
    let value = "v".repeat(200);
    let custom = (0..16).fold(String::new(), |all, n| all + &format!("x-custom-{n}: {value}\r\n"));
    let theirs = "user-agent: anthropic-dlp/1\r\naccept-encoding: gzip, br\r\nhost:";
    let head = signed.replacen("POST / ", "POST /?tenant=corp ", 1);
    let head = head.replacen("host:", &(custom + theirs), 1);
    let answer = raw(&hook, &[head.as_bytes(), &body].concat()).await;
    let (head, verdict) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(head.contains("application/json") && !head.contains("content-encoding"), "{head}");
    let verdict: Value = serde_json::from_str(verdict).unwrap();
    assert_eq!(verdict["action"], "deny");
    let known = ["action", "deny_reason", "reference_id"];
    assert!(verdict.as_object().unwrap().keys().all(|field| known.contains(&field.as_str())));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_surface_and_actor_is_judged_also_those_that_are_newer() {
    let hook = Hook::start().await;
    let mut number = 20;
    for application in ["claude-ai", "claude-code", "cowork", "claude-in-a-fridge"] {
        for actor in [json!({"type": "user", "id": null, "email_address": null}), Value::Null] {
            number += 1;
            let said = Transcript::new(&format!("session_{number}"))
                .with("source", json!({"application": application}))
                .with("actor", actor)
                .with("session_id", Value::Null)
                .with("model", Value::Null)
                .user(&card_text(number));
            assert_eq!(hook.ask(&said).await.action(), Some("deny"), "{application}");
        }
    }
    assert_eq!(hook.end().await.cards(), 8);
}

// The signature.

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_missing_or_stale_signature_has_no_verdict() {
    let hook = Hook::start().await;
    let wrong = hook.caller("whsec_d3JvbmcgYnV0IG9mIHRoZSByaWdodCBsZW5ndGg=");
    failed(&wrong.ask(&talk().user("hi")).await.unwrap(), 401, "bad_signature");
    let caller = hook.caller(SECRET);
    let body = talk().user("hi").body("msg_1");
    let good = caller.envelope("msg_1", &body);
    let send = |envelope: Envelope| {
        let (caller, body) = (caller.clone(), body.clone());
        async move { caller.send(&envelope, body).await.unwrap() }
    };
    failed(&send(Envelope { signature: None, ..good.clone() }).await, 401, "unsigned");
    failed(&send(Envelope { id: "msg_2".to_owned(), ..good.clone() }).await, 401, "bad_signature");
    let now: i64 = good.at.parse().unwrap();
    for (shift, error) in [(-301, "stale"), (302, "stale"), (1, "bad_signature")] {
        let at = (now + shift).to_string();
        failed(&send(Envelope { at, ..good.clone() }).await, 401, error);
    }
    let mut odd = good.clone();
    odd.at = "yesterday".to_owned();
    failed(&send(odd).await, 401, "malformed_signature");
    // The raw bytes are signed: the same JSON in other bytes is another body.
    let spaced = [body.as_slice(), b" "].concat();
    failed(&caller.send(&good, spaced).await.unwrap(), 401, "bad_signature");
    let mut several = good.clone();
    several.signature = Some(format!("v1,AAAA v2,BBBB {}", good.signature.unwrap()));
    assert_eq!(send(several).await.action(), Some("allow"), "any match will do");
    assert_eq!(hook.end().await.verdicts.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn both_secrets_are_good_during_a_rotation_and_one_after_it() {
    let hook = Hook::start().await;
    let ask = async |secret| hook.caller(secret).ask(&talk().user("hi")).await.unwrap();
    assert_eq!(ask(SECRET).await.action(), Some("allow"));
    assert_eq!(ask(OTHER_SECRET).await.action(), Some("allow"));
    write_secrets(hook.folder.path(), [OTHER_SECRET, OTHER_SECRET]);
    let config = Config::read(&hook.folder.path().join("hook.toml")).unwrap();
    hook.reloader.reload(&config, &Vec::new()).unwrap();
    failed(&ask(SECRET).await, 401, "bad_signature");
    assert_eq!(ask(OTHER_SECRET).await.action(), Some("allow"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_test_is_unsigned_and_answered_only_when_asked_for() {
    let test = talk().with("source", json!({"application": "config-test"})).user("test");
    let prompt = talk().user(&card_text(7));
    let unsigned = async |hook: &Hook, transcript: &Transcript| {
        let caller = hook.caller(SECRET);
        let body = transcript.body("msg_1");
        let envelope = Envelope { signature: None, ..caller.envelope("msg_1", &body) };
        caller.send(&envelope, body).await.unwrap()
    };
    let usual = Hook::start().await;
    failed(&unsigned(&usual, &test).await, 401, "unsigned");
    let testing = Hook::with(Wish { connection_test: true, ..Wish::default() }).await;
    assert_eq!(unsigned(&testing, &test).await.action(), Some("allow"));
    failed(&unsigned(&testing, &prompt).await, 401, "unsigned");
    assert_eq!(testing.ask(&prompt).await.action(), Some("deny"));
    assert_eq!(testing.end().await.verdicts.len(), 1, "a test is no verdict");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_request_gets_the_same_answer_and_is_recorded_once() {
    let hook = Hook::start().await;
    let caller = hook.caller(SECRET);
    let body = talk().user(&card_text(8)).body("msg_1");
    let envelope = caller.envelope("msg_1", &body);
    let all = (0..8).map(|_| {
        let (caller, envelope, body) = (caller.clone(), envelope.clone(), body.clone());
        tokio::spawn(async move { caller.send(&envelope, body).await.unwrap() })
    });
    let mut answers = Vec::new();
    for answer in all.collect::<Vec<_>>() {
        answers.push(answer.await.unwrap().body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0]["action"], "deny");
    let recorded = hook.end().await;
    assert_eq!(recorded.verdicts.len(), 1);
    let ids: Vec<&String> = recorded.findings.iter().map(|row| &row.id).collect();
    let mut once = ids.clone();
    once.dedup();
    assert_eq!(ids, once);
}

// What was judged before.

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_costs_its_new_text_and_a_denial_stays() {
    let hook = Hook::start().await;
    let mut transcript = talk();
    for turn in 0..5 {
        transcript =
            transcript.user(&format!("question {turn}")).assistant(&format!("answer {turn}"));
        let answer = hook.ask_and_wait(&transcript, turn + 1).await;
        assert_eq!(answer.action(), Some("allow"));
    }
    let denied = transcript.clone().user(&card_text(9));
    assert_eq!(hook.ask_and_wait(&denied, 6).await.action(), Some("deny"));
    let again = denied.assistant("…").user("and now?");
    assert_eq!(hook.ask(&again).await.action(), Some("deny"), "the text is still in it");
    // Another person who says the same is another finding.
    let other = transcript
        .with("actor", json!({"type": "user", "id": "user_2", "email_address": null}))
        .with("session_id", "session_2".into())
        .user(&card_text(9));
    assert_eq!(hook.ask(&other).await.action(), Some("deny"));
    let mut recorded = hook.end().await;
    recorded.verdicts.sort_by(|one, other| one.at.cmp(&other.at));
    let new: Vec<u64> = recorded.verdicts.iter().map(|verdict| verdict.messages_new).collect();
    assert_eq!(new, [2, 2, 2, 2, 2, 1, 2, 11]);
    let cards = recorded.findings.iter().filter(|row| row.rule.starts_with("payment.card"));
    let mut users: Vec<_> = cards.filter_map(|row| row.user_id.as_deref()).collect();
    users.sort_unstable();
    assert_eq!(users, ["user_1", "user_2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_beginning_that_changed_is_judged_again_however_little_of_it() {
    let hook = Hook::start().await;
    let card = card_text(14);
    let talk_with = |third: &str| {
        let mut transcript = talk();
        for turn in 0..40 {
            let text = if turn == 3 { third.to_owned() } else { format!("question {turn}") };
            transcript = transcript.user(&text).assistant(&format!("answer {turn}"));
        }
        transcript
    };
    let harmless = talk_with(&"x".repeat(card.len()));
    assert_eq!(hook.ask_and_wait(&harmless, 1).await.action(), Some("allow"));
    let more = harmless.user("and now?");
    assert_eq!(hook.ask_and_wait(&more, 2).await.action(), Some("allow"));
    // As many messages and bytes as before.
    let changed = talk_with(&card).user("and now?");
    assert_eq!(hook.ask_and_wait(&changed, 3).await.action(), Some("deny"));
    let denied = changed.assistant("…").user("and then?");
    assert_eq!(hook.ask_and_wait(&denied, 4).await.action(), Some("deny"), "it is still in it");
    let mut recorded = hook.end().await;
    recorded.verdicts.sort_by(|one, other| one.at.cmp(&other.at));
    let new: Vec<u64> = recorded.verdicts.iter().map(|verdict| verdict.messages_new).collect();
    assert_eq!(new, [80, 1, 1, 2]);
    assert_eq!(recorded.cards(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_nothing_is_recorded_twice() {
    let hook = Hook::start().await;
    let transcript = talk().user(&card_text(10));
    hook.ask(&transcript).await;
    let config = Config::read(&hook.folder.path().join("hook.toml")).unwrap();
    // What is remembered goes with a reload as it goes with a restart.
    hook.reloader.reload(&config, &Vec::new()).unwrap();
    hook.ask(&transcript.assistant("…").user("more")).await;
    let recorded = hook.end().await;
    assert_eq!(recorded.verdicts[0].messages_new, 3, "all of it was judged again");
    let cards = recorded.findings.iter().filter(|row| row.rule.starts_with("payment.card"));
    assert_eq!(cards.count(), 1);
}

// The deadline, and room.

#[tokio::test(flavor = "multi_thread")]
async fn a_verdict_comes_in_time_and_says_what_the_policy_says_of_time() {
    const CARDS: &str =
        "[[clause]]\nid = \"cards\"\naction = \"deny\"\nrules = [\"payment.card.*\"]";
    let (long, whole_ms) = slow_talk().await;
    for (on_timeout, action, status) in
        [("allow", Some("allow"), 200), ("deny", Some("deny"), 200), ("fail", None, 503)]
    {
        let policy = format!("on_timeout = \"{on_timeout}\"\n{CARDS}");
        let mut was_late = false;
        for deadline_ms in deadlines(whole_ms) {
            let limits = format!("[limits]\ndeadline_ms = {deadline_ms}");
            let wish = Wish {
                sections: limits.into(),
                policy: Some(policy.clone().into()),
                ..Wish::default()
            };
            let hook = Hook::with(wish).await;
            let answer = hook.ask(&long).await;
            let recorded = hook.end().await;
            let verdict = recorded.verdicts.first();
            if verdict.and_then(|verdict| verdict.because.as_deref()) == Some("timeout") {
                assert_eq!((answer.action(), answer.status), (action, status), "{policy}");
                was_late = true;
                break;
            }
        }
        assert!(was_late, "no deadline was too short: {policy}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_finds_no_room_is_refused_and_not_queued() {
    let hook = Hook::with(Wish {
        sections: "[limits]\ndeadline_ms = 2000\nbody_mb = 1\nmemory_mb = 2\njudged_at_once = 1"
            .into(),
        ..Wish::default()
    })
    .await;
    let caller = hook.caller(SECRET);
    let body = talk().user(&"words and words ".repeat(60_000)).body("msg_1");
    let asked: Vec<_> = (0..6)
        .map(|number| {
            let (caller, body) = (caller.clone(), body.clone());
            tokio::spawn(async move {
                let envelope = caller.envelope(&format!("msg_{number}"), &body);
                caller.send(&envelope, body).await
            })
        })
        .collect();
    let mut refused = 0;
    for answer in asked {
        match answer.await.unwrap() {
            Ok(answer) if answer.status == 503 => {
                failed(&answer, 503, "overloaded");
                refused += 1;
            }
            Ok(answer) => assert_eq!(answer.action(), Some("allow")),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 0, "two megabytes hold one of these at a time");
    assert_eq!(hook.ask(&talk().user("small")).await.action(), Some("allow"), "and then again");
}

// Shadow.

#[tokio::test(flavor = "multi_thread")]
async fn in_shadow_everything_is_allowed_and_what_would_be_denied_is_recorded() {
    let hook = Hook::with(Wish { sections: "# shadow".into(), ..Wish::default() }).await;
    assert_eq!(hook.ask(&talk().user(&card_text(11))).await.action(), Some("allow"));
    let verdict = &hook.end().await.verdicts[0];
    assert_eq!((verdict.answer.as_str(), verdict.action.as_str()), ("allow", "deny"));
    assert_eq!(verdict.because.as_deref(), Some("shadow"));
}

// Clients that do not keep to the rules.

#[tokio::test(flavor = "multi_thread")]
async fn other_paths_and_methods_are_not_there() {
    let hook = Hook::start().await;
    let url = format!("https://localhost:{}/other", hook.address.port());
    let other = Caller::new(&url, SECRET, Some(hook.authority.as_bytes())).unwrap();
    failed(&other.ask(&talk().user("hi")).await.unwrap(), 404, "not_found");
    let answer = raw(&hook, b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
}

/// Sends bytes over TLS as they are, and reads until the server is done or a while is over.
async fn raw(hook: &Hook, bytes: &[u8]) -> String {
    let mut stream = tls(hook).await;
    stream.write_all(bytes).await.unwrap();
    let mut answer = vec![0; 4096];
    let read = timeout(Duration::from_secs(15), stream.read(&mut answer)).await;
    let read = read.unwrap().unwrap_or_default();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_body_and_a_wrong_length_have_no_verdict() {
    let hook = Hook::start().await;
    let body = talk().user("hi").body("msg_1");
    let head = |length| head(&hook.caller(SECRET).envelope(&Caller::new_id(), &body), length);
    let slow = [head(body.len()), body[..10].to_vec()].concat();
    let answer = raw(&hook, &slow).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    let short = [head(body.len() - 1), body.clone()].concat();
    let answer = raw(&hook, &short).await;
    assert!(answer.starts_with("HTTP/1.1 401"), "not what was signed: {answer}");
    let answer = raw(&hook, &head(99_000_000_000)).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(hook.end().await.verdicts.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn giant_heads_and_nonsense_end_the_connection() {
    let hook = Hook::start().await;
    let giant = format!("POST / HTTP/1.1\r\nhost: localhost\r\nx: {}\r\n\r\n", "y".repeat(200_000));
    let many = format!("POST / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(5_000));
    for nonsense in [giant.as_str(), many.as_str(), "\0\x01\x02\r\n\r\n", "PRI * HTTP/2.0\r\n\r\n"]
    {
        let mut stream = tls(&hook).await;
        // The server may be gone before all is written.
        let _written = stream.write_all(nonsense.as_bytes()).await;
        let mut answer = Vec::new();
        let _read =
            timeout(Duration::from_secs(15), stream.read_to_end(&mut answer)).await.unwrap();
        assert!(!String::from_utf8_lossy(&answer).contains("allow"));
    }
    let mut plain = TcpStream::connect(hook.address).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _read = timeout(Duration::from_secs(15), plain.read_to_end(&mut answer)).await.unwrap();
    assert_eq!(hook.ask(&talk().user("hi")).await.action(), Some("allow"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_does_not_take_all_connections() {
    let sections = "[limits]\nconnections_per_address = 3";
    let hook = Hook::with(Wish { sections: sections.into(), ..Wish::default() }).await;
    let open = [tls(&hook).await, tls(&hook).await, tls(&hook).await];
    let mut one_more = TcpStream::connect(hook.address).await.unwrap();
    let read = timeout(Duration::from_secs(5), one_more.read(&mut [0; 16])).await.unwrap();
    assert!(!read.is_ok_and(|bytes| bytes > 0), "it is closed at once");
    drop(open);
    while hook.caller(SECRET).ask(&talk().user("hi")).await.is_err() {}
}

// The certificate.

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_does_not_trust_the_certificate_says_so() {
    let (hook, other) = (Hook::start().await, Hook::start().await);
    let url = format!("https://localhost:{}/", hook.address.port());
    let caller = Caller::new(&url, SECRET, Some(other.authority.as_bytes())).unwrap();
    assert_eq!(caller.ask(&talk().user("hi")).await, Err(CallerError::Untrusted));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_certificate_is_used_and_a_broken_one_is_not() {
    let mut hook = Hook::start().await;
    let config = Config::read(&hook.folder.path().join("hook.toml")).unwrap();
    fs::write(hook.folder.path().join("certificate.pem"), "broken").unwrap();
    hook.reloader.reload(&config, &Vec::new()).unwrap();
    assert_eq!(hook.ask(&talk().user("hi")).await.action(), Some("allow"), "the old one stays");
    hook.authority = certificate(hook.folder.path());
    hook.reloader.reload(&config, &Vec::new()).unwrap();
    assert_eq!(hook.ask(&talk().user("hi")).await.action(), Some("allow"));
}

// No content at rest.

#[tokio::test(flavor = "multi_thread")]
async fn no_eight_bytes_of_content_are_left_anywhere() {
    // Every event of every crate.
    let log = tempfile::NamedTempFile::new().unwrap();
    let writer = Mutex::new(log.reopen().unwrap());
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing_subscriber::filter::LevelFilter::TRACE);
    subscriber.with_writer(writer).try_init().unwrap();
    let hook = Hook::start().await;
    let marker = |number: u64| {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(number + 1);
        let letter = |_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            char::from(b"abcdefghjkmnpqrstuvwxyz23456789"[usize::try_from(state % 31).unwrap()])
        };
        format!("7{}", (0..27).map(letter).collect::<String>())
    };
    let text = |number: u64| {
        let (note, password) = (marker(number), marker(number + 100));
        let card = card_text(number);
        format!("{card} note {note} password = \"{password}\" {card}")
    };
    let transcript = talk()
        .user(&text(1))
        .assistant(&text(2))
        .tool(&marker(3), &json!({"q": text(4)}), &text(5))
        .attachment(&format!("{}.txt", marker(6)), Some(&text(7)))
        .message("user", &[json!({"type": "new", "x": marker(8)})]);
    let answers = [
        hook.ask(&transcript).await,
        hook.send(format!(r#"{{"type":"prompt","messages":["{}"]}}"#, marker(9))).await,
        hook.caller("whsec_d3JvbmcgYnV0IG9mIHRoZSByaWdodCBsZW5ndGg=")
            .ask(&transcript)
            .await
            .unwrap(),
    ];
    assert_eq!(answers[0].action(), Some("deny"));
    let recorded = hook.end().await;
    assert!(!recorded.findings.is_empty());
    let markers: Vec<String> = (1..10).flat_map(|n| [marker(n), marker(n + 100)]).collect();
    let windows: Vec<&[u8]> = markers.iter().flat_map(|word| word.as_bytes().windows(8)).collect();
    let has = |bytes: &[u8]| bytes.windows(8).any(|window| windows.contains(&window));
    let logged = fs::read(log.path()).unwrap();
    assert!(logged.windows(16).any(|window| window == b"Request answered"), "the log is on");
    assert!(!has(&logged), "the log");
    for answer in answers {
        assert!(!has(answer.body.to_string().as_bytes()), "{answer:?}");
    }
    let state = recorded.folder.path().join("state");
    for file in fs::read_dir(state).unwrap() {
        let path = file.unwrap().path();
        assert!(!has(&fs::read(&path).unwrap()), "{}", path.display());
    }
    for (row, number) in recorded.findings.iter().flat_map(|row| (1..8).map(move |n| (row, n))) {
        // All but its last four digits.
        let card = card(number);
        assert!(!row.snippet.contains(card.get(..12).unwrap()), "{}", row.snippet);
    }
}
