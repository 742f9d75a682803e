//! `dosimeter hook check`: asks as the organisation would, and explains the answers.

use std::fs;

use dosimeter_classifier::generate;
use dosimeter_service::{Secret, SecretRef};
use dosimeter_simulator::hook::{Answer, Caller, CallerError, Envelope, Transcript};
use jiff::Timestamp;

use crate::{args::HookCheckArgs, error::Error, exit::Exit, terminal::Terminal, worker::runtime};

/// Becomes an invented number that passes the check digit, another one each time.
const CARD: &str = "Please charge the credit card {card:4### #### #### ####} exp 04/29, as agreed.";

/// What one question shows.
struct Step {
    what: &'static str,
    good: bool,
    says: String,
}

/// Runs the command.
pub(crate) fn run(args: &HookCheckArgs, terminal: &mut Terminal) -> Result<Exit, Error> {
    let secret = secret(args)?;
    let authority = args.authority.as_ref();
    let authority = authority.map(|path| fs::read(path).map_err(Error::read(path))).transpose()?;
    let failed = |error: CallerError| Error::HookCheck(error);
    let caller = Caller::new(&args.url, secret.reveal(), authority.as_deref()).map_err(failed)?;
    let steps = runtime()?.block_on(ask(&caller)).map_err(failed)?;
    let paint = terminal.paint;
    for step in &steps {
        let mark = if step.good { paint.green("ok  ") } else { paint.red("look") };
        terminal.line(format_args!("{mark} {}: {}", step.what, step.says))?;
    }
    let all_good = steps.iter().all(|step| step.good);
    Ok(if all_good { Exit::Clean } else { Exit::Findings })
}

fn secret(args: &HookCheckArgs) -> Result<Secret, Error> {
    let place = match &args.secret_file {
        Some(file) => SecretRef::File(file.display().to_string()),
        None => SecretRef::Env("DOSIMETER_HOOK_SECRET".to_owned()),
    };
    place.resolve().map_err(Error::Secret)
}

async fn ask(caller: &Caller) -> Result<Vec<Step>, CallerError> {
    // Sessions of their own: what was denied stays denied.
    let talk = || Transcript::new(&Caller::new_id());
    let harmless = caller.ask(&talk().user("What is a webhook?")).await?;
    let seed = Timestamp::now().as_second().unsigned_abs();
    // The template is ours and has values; without one the text is harmless.
    let text = generate::expand(CARD, seed).unwrap_or_default();
    let card = caller.ask(&talk().user(&text)).await?;
    let body = talk().user("What is a webhook?").body("check");
    let signed = caller.envelope(&Caller::new_id(), &body);
    let forged = Envelope { signature: Some("v1,AAAA".to_owned()), ..signed.clone() };
    let forged = caller.send(&forged, body.clone()).await?;
    let old = Envelope { at: "1600000000".to_owned(), ..signed };
    let old = caller.send(&old, body).await?;
    Ok(vec![
        harmless_step(&harmless),
        card_step(&card),
        refused_step("a wrong signature", &forged),
        refused_step("a request from 2020", &old),
    ])
}

fn harmless_step(answer: &Answer) -> Step {
    let (good, says) = match (answer.action(), answer.status) {
        (Some("allow"), _) => (true, format!("allowed in {} ms", answer.took.as_millis())),
        (Some(_), _) => (false, "denied: is there a clause that denies everything?".to_owned()),
        (None, 401) => (false, "refused: is this the secret of this URL?".to_owned()),
        (None, 404) => (false, "nothing at this path: compare `server.path`".to_owned()),
        (None, 503) => (false, "no room or no time: see /metrics of the server".to_owned()),
        (None, status) => (false, format!("no verdict: status {status}")),
    };
    Step { what: "a harmless prompt", good, says }
}

fn card_step(answer: &Answer) -> Step {
    let (good, says) = match answer.action() {
        Some("deny") => {
            (true, format!("denied: {}", answer.text("deny_reason").unwrap_or_default()))
        }
        Some(_) => (true, "allowed: shadow mode, or the policy does not deny cards".to_owned()),
        None => (false, format!("no verdict: status {}", answer.status)),
    };
    Step { what: "a prompt with an invented card", good, says }
}

fn refused_step(what: &'static str, answer: &Answer) -> Step {
    let (good, says) = match answer.action() {
        None if answer.status == 401 => (true, "refused, as it should be".to_owned()),
        None => (false, format!("status {} instead of 401", answer.status)),
        Some(_) => (false, "answered: anybody could ask this server".to_owned()),
    };
    Step { what, good, says }
}
